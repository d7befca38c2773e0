"""Articles as Slack and the console show them, and the lines that answer."""

import pytest

from kb.passages import MAX_PASSAGE, best_passage, plain_line
from kb.render import Link, escape, links, to_html, to_mrkdwn

ARTICLE = """# Printer *jam*

Turn **off** the ~~old~~ `spooler<1>`, see [the guide](https://wiki.example/a?b=1&c=2).

3. Open
4. Pull
   - slowly

> Mind the heat

```
net stop <x> & go
```

|a|b|
|-|-|
|1|2|
"""


def test_markdown_becomes_slack_s_own_marks() -> None:
    assert to_mrkdwn(ARTICLE).split("\n\n") == [
        "*Printer jam*",
        "Turn *off* the ~old~ `spooler&lt;1&gt;`, see <https://wiki.example/a?b=1&amp;c=2|the guide>.",
        "3. Open\n4. Pull\n    • slowly",
        "> Mind the heat",
        "```\nnet stop &lt;x&gt; &amp; go\n```",
        "a | b\n1 | 2",
    ]


@pytest.mark.parametrize(
    "evil", ["<!channel>", "<@U024BE7LH>", "<https://evil.example|bank>", "[x](javascript:alert(1))"]
)
def test_nothing_in_an_article_can_mention_or_lie(evil: str) -> None:
    written = to_mrkdwn(evil)
    assert not any(start in written for start in ("<!", "<@", "<javascript", "|bank"))


def test_a_link_label_cannot_break_out() -> None:
    assert to_mrkdwn("[a|b > c](https://x.example/%7C)") == "<https://x.example/%7C|a/b &gt; c>"


@pytest.mark.parametrize("limit", [20, 60, 100, 150, 200, 3_000])
def test_the_limit_is_kept_and_code_is_closed(limit: int) -> None:
    written = to_mrkdwn(ARTICLE * 5, limit=limit)
    assert len(written) <= limit
    assert written.count("```") % 2 == 0
    assert written.rfind("<") <= written.rfind(">")
    assert written.endswith("…") or limit == 3_000


def test_short_text_is_not_cut() -> None:
    assert to_mrkdwn("Just this.") == "Just this."
    assert to_mrkdwn("") == ""


def test_bold_in_bold_is_bold_once() -> None:
    assert to_mrkdwn("Turn **on __this__ now** _and *that*_.") == "Turn *on this now* _and that_."


def test_links_are_named_each_once() -> None:
    body = (
        "[the `form`](https://x.example/f) ![a dialog](https://x.example/p.png) "
        "<https://x.example/f> [x](javascript:y)"
    )
    assert links(body) == (
        Link("the form", "https://x.example/f"),
        Link("a dialog", "https://x.example/p.png", is_picture=True),
    )


def test_a_picture_is_a_link_that_nothing_is_fetched_for() -> None:
    assert to_html("![a <b>](https://x.example/p.png)") == (
        '<p><a href="https://x.example/p.png" rel="noopener noreferrer nofollow">a &lt;b&gt;</a></p>\n'
    )


def test_html_runs_nothing() -> None:
    html = to_html(
        ARTICLE + '\n<script>alert(1)</script> <img src=x onerror="go()"> [x](javascript:alert(1))'
    )
    assert "<h1>Printer <em>jam</em></h1>" in html
    assert "<table>" in html
    assert "<script" not in html
    assert "<img src=x" not in html
    assert 'href="javascript' not in html
    assert 'rel="noopener noreferrer nofollow"' in html


def test_escape_leaves_nothing_for_slack_to_read() -> None:
    assert escape("<@U1> & <b>") == "&lt;@U1&gt; &amp; &lt;b&gt;"


def test_a_passage_is_where_the_wanted_words_stand() -> None:
    body = "## First\nRestart it.\n\n## Deep\n1. Open settings.\n2. Clear the *spooler* queue.\n3. Print.\n4. Go home."
    assert (
        best_passage(body, "", {"spooler": 3.0, "queue": 2.0})
        == "1. Open settings.\n2. Clear the spooler queue.\n3. Print."
    )


def test_without_wanted_words_the_passage_is_the_beginning() -> None:
    assert best_passage("# Title\n\nDo this.\nIt helps.", "Summary.", {}) == "Do this. It helps."
    assert best_passage("", "Summary.", {}) == "Summary."


def test_a_long_passage_ends_at_a_sentence() -> None:
    passage = best_passage("First sentence here. " * 60, "", {"sentenc": 1.0})
    assert len(passage) <= MAX_PASSAGE
    assert passage.endswith("here.")
    assert len(best_passage("x" * 5_000, "", {})) <= MAX_PASSAGE


def test_a_line_loses_its_marks_but_keeps_its_words() -> None:
    assert (
        plain_line("2. Press **Start**, see [the page](http://x) or `cmd_x`")
        == "2. Press Start, see the page or cmd_x"
    )
    assert plain_line("- one *two*") == "• one two"
