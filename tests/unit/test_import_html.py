"""HTML from elsewhere becomes Markdown: what people read stays, what would run or track goes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.importers.html import looks_like_html, to_markdown
from kb.importers.loose import read_loose
from kb.importers.storage import display_address, to_html
from kb.render import to_html as shown

BASE = "https://help.example/hc/en-us/articles/1"


def test_headings_lists_and_emphasis_stay() -> None:
    html = "<h2>Fix it</h2><p>Do <b>this</b>, <i>then</i>:</p><ul><li>One<ol><li>In</li></ol></li><li>Two</li></ul>"
    assert to_markdown(html) == "## Fix it\n\nDo **this**, *then*:\n\n- One\n  1. In\n- Two"


def test_code_keeps_its_lines_and_language() -> None:
    html = '<pre><code class="language-bash">ls -la &lt;x&gt;\n\n\n  snake_case</code></pre><p>snake_case</p>'
    assert to_markdown(html) == "```bash\nls -la <x>\n\n\n  snake_case\n```\n\nsnake_case"


def test_tables_stay_tables() -> None:
    html = "<table><tr><th>Code</th><th>Means</th></tr><tr><td><div>809</div></td><td>a|b</td></tr></table>"
    assert to_markdown(html) == "| Code | Means |\n| --- | --- |\n| 809 | a\\|b |"


def test_pictures_are_links_and_relative_addresses_are_completed() -> None:
    html = '<img src="/a b.png" alt="The [red] dot"> <a href="../2?q=(1)">next</a> <a href="#top">up</a>'
    assert to_markdown(html, base=BASE) == (
        "[The red dot](https://help.example/a%20b.png) [next](https://help.example/hc/en-us/2?q=%281%29) up"
    )


HOSTILE = [
    "<script>alert(1)</script>fine",
    "<p onclick=alert(1)>fine</p>",
    "<a href='javascript:alert(1)'>fine</a>",
    "<a href=' java\nscript:alert(1)'>fine</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>fine</a>",
    "<img src=x onerror=alert(1)>fine",
    "<iframe src='https://evil.example'></iframe>fine",
    "<style>body{background:url(https://evil.example)}</style>fine",
    "<svg><script>alert(1)</script></svg>fine",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'></math>fine",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>fine",
    "<form action='https://evil.example'><input name=password></form>fine",
    "<!--[if IE]><script>alert(1)</script><![endif]-->fine",
    "<object data='x'></object><embed src='x'>fine",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>fine",
]


@pytest.mark.parametrize("html", HOSTILE)
def test_nothing_that_runs_comes_through(html: str) -> None:
    markdown = to_markdown(html, base=BASE)
    assert "fine" in markdown
    for banned in ("javascript:", "<script", "onerror", "onclick", "data:text", "evil.example"):
        assert banned not in shown(markdown)


def test_tags_that_nobody_closed_do_not_cost_a_page_its_form() -> None:
    html = "<div><p><font><b>Step</p></div>" * 200 + "<ul><li>Last</li></ul>"
    assert to_markdown(html).endswith("**Step**\n\n- **Last**")


def test_words_about_tags_stay_words() -> None:
    assert to_markdown("<p>Write &lt;script&gt; there</p>") == "Write <script> there"
    assert "<script" not in shown(to_markdown("<p>Write &lt;script&gt; there</p>"))


@pytest.mark.parametrize(
    "html", ["<b><p>bad <i>nest</b>ing</i>", "<ul><li>a<li>b", "<p>a<p>b</div></div>", "<td>x"]
)
def test_bad_nesting_loses_no_words(html: str) -> None:
    words = re.findall(r"\w+", re.sub(r"<[^>]*>", " ", html))
    markdown = re.sub(r"[*\s]", "", to_markdown(html))
    assert all(word in markdown for word in words)


@pytest.mark.parametrize("tag", ["blockquote", "ul", "b", "div", "table"])
def test_a_thousand_tags_inside_each_other_are_read_in_time(tag: str) -> None:
    html = f"<{tag}>" * 3_000 + "the words" + f"</{tag}>" * 3_000
    assert "the words" in to_markdown(html)


SCRAPS = [
    "<", "</", "<!", "<![", "<?", "<!--", "-->", "]]>", ">", "[", "'", "\"", "=", "&#", "http://[", "x",
    "p", "td", "table", "ul", "li", "pre", "blockquote", "a", "href='", "img", "src=", "time",
    "ac:link", "ac:image", "ac:task", "ac:structured-macro", "ac:rich-text-body", "ri:page", "ac:name=",
    "info",
]  # fmt: skip


@given(st.lists(st.sampled_from([*SCRAPS, " ", "\n"]), max_size=30).map("".join))
def test_any_scrap_is_read(html: str) -> None:
    to_markdown(html, base=BASE)
    from_confluence(html)


@pytest.mark.parametrize(
    "html",
    [
        "<![a[x]]> fine",
        "<![if x]>fine<![endif]>",
        "<img src='//[x'>fine",
        "<a href='http://[bad'>fine</a>",
        "<a href='http://a:99999999/x'>fine</a>",
        "https://one.example/address/fine",
        "fine &#xd800; &#0;",
        "<!DOCTYPE x [<!ENTITY a 'b'>]>fine",
        "<ol start='-x'><li>fine",
        "<td colspan='999999999'>fine",
    ],
)
def test_odd_markup_is_read_and_makes_no_noise(html: str) -> None:
    assert "fine" in to_markdown(html, base=BASE)
    assert "fine" in from_confluence(html)


def test_only_html_looks_like_it() -> None:
    assert looks_like_html("<p>Do this.</p>")
    assert not looks_like_html("<https://a.example> is the place")
    assert not looks_like_html("Use <b>")


# --- Confluence's own words -------------------------------------------------------------------------


def from_confluence(storage: str) -> str:
    html = to_html(
        storage,
        page_address=lambda space, title: display_address("https://c.example/wiki", space or "IT", title),
        attachments="https://c.example/wiki/download/attachments/7",
    )
    return to_markdown(html, base="https://c.example/wiki/spaces/IT/pages/7")


def macro(name: str, inside: str) -> str:
    return f'<ac:structured-macro ac:name="{name}" ac:schema-version="1">{inside}</ac:structured-macro>'


def test_a_code_macro_is_a_block_of_code() -> None:
    inside = (
        '<ac:parameter ac:name="language">bash</ac:parameter>'
        '<ac:plain-text-body><![CDATA[if [ $a > 1 ]; then\n  echo "<b>" && x\nfi]]></ac:plain-text-body>'
    )
    assert (
        from_confluence(macro("code", inside)) == '```bash\nif [ $a > 1 ]; then\n  echo "<b>" && x\nfi\n```'
    )


def test_the_end_of_cdata_inside_code_is_kept() -> None:
    inside = "<ac:plain-text-body><![CDATA[a ]]]]><![CDATA[> b]]></ac:plain-text-body>"
    assert from_confluence(macro("noformat", inside)) == "```\na ]]> b\n```"


@pytest.mark.parametrize(("name", "word"), [("info", "Note"), ("warning", "Warning"), ("tip", "Tip")])
def test_panels_are_quotes(name: str, word: str) -> None:
    inside = "<ac:rich-text-body><p>Mind the <strong>gap</strong>.</p></ac:rich-text-body>"
    assert from_confluence(macro(name, inside)) == f"> **{word}**\n>\n> Mind the **gap**."


def test_macros_inside_macros_are_all_read() -> None:
    code = macro("code", "<ac:plain-text-body><![CDATA[ls]]></ac:plain-text-body>")
    inner = macro("info", f"<ac:rich-text-body><p>Type</p>{code}</ac:rich-text-body>")
    title = '<ac:parameter ac:name="title">More</ac:parameter>'
    outer = macro("expand", f"{title}<ac:rich-text-body>{inner}</ac:rich-text-body>")
    assert from_confluence(outer) == "**More**\n\n> **Note**\n>\n> Type\n>\n> ```\n> ls\n> ```"


def test_links_to_pages_and_files_lead_there() -> None:
    page = (
        '<ac:link><ri:page ri:content-title="VPN drops" />'
        "<ac:plain-text-link-body><![CDATA[the fix]]></ac:plain-text-link-body></ac:link>"
    )
    file = '<ac:link><ri:attachment ri:filename="a b.pdf" /></ac:link>'
    person = '<ac:link><ri:user ri:account-id="1" /></ac:link>'
    assert from_confluence(f"<p>{page}, {file}{person}</p>") == (
        "[the fix](https://c.example/wiki/display/IT/VPN+drops),"
        " [a b.pdf](https://c.example/wiki/download/attachments/7/a%20b.pdf)"
    )


def test_pictures_tasks_and_dates_are_words_and_links() -> None:
    image = '<ac:image ac:alt="Router"><ri:attachment ri:filename="r.png" /></ac:image>'
    tasks = (
        "<ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-status>incomplete</ac:task-status>"
        "<ac:task-body>Restart it</ac:task-body></ac:task></ac:task-list>"
    )
    date = '<p>Since <time datetime="2027-03-01" /></p>'
    assert from_confluence(f"<p>{image}</p>{tasks}{date}") == (
        "[Router](https://c.example/wiki/download/attachments/7/r.png)\n\n- Restart it\n\nSince 2027-03-01"
    )


def test_what_confluence_makes_itself_is_left_out() -> None:
    toc = macro("toc", '<ac:parameter ac:name="maxLevel">2</ac:parameter>')
    assert from_confluence(f"{toc}<ac:emoticon ac:name='smile' /><p>Text</p>") == "Text"


def test_a_thousand_macros_inside_each_other_are_read_in_time() -> None:
    inside = '<ac:structured-macro ac:name="info"><ac:rich-text-body>'
    assert "the words" in from_confluence(inside * 5_000 + "the words")


def test_a_macro_that_never_ends_loses_no_words() -> None:
    assert "rest of it" in from_confluence(
        '<ac:structured-macro ac:name="info"><ac:rich-text-body><p>rest of it'
    )


def test_a_very_long_page_of_brackets_is_read_in_time() -> None:
    found = read_loose("a.md", "# T\n\n" + "[" * 200_000 + "![" * 50_000, pages="", files="", language="en")
    assert found.content.title == "T"
