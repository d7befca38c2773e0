"""The preview in the console: the bot's own blocks, Slack's marks as HTML, and nothing of an article's own HTML."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.playground import limits as slack
from bot.slack.limits import fit_view
from bot.slack.views import reading
from bot.web.console.slack_look import as_suggested, in_a_window, mrkdwn
from kb.articles import Content
from kb.render import to_mrkdwn

NASTY = '<script>alert(1)</script> <!channel> & "x" <img src=x onerror=go()> *b* ```'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("plain", "<p>plain</p>"),
        ("*bold* _it_ ~no~ `c*d*`", "<p><strong>bold</strong> <em>it</em> <s>no</s> <code>c*d*</code></p>"),
        ("2*3*4 and snake_case_x", "<p>2*3*4 and snake_case_x</p>"),
        ("*a _b_ c*", "<p><strong>a <em>b</em> c</strong></p>"),
        (
            "<https://x.example/?a=1&amp;b=2|here>",
            '<p><a href="https://x.example/?a=1&amp;b=2" rel="noopener noreferrer nofollow">here</a></p>',
        ),
        ("<javascript:alert(1)|here>", "<p>here</p>"),
        (
            "before\n```\na < b *c*\n```\nafter",
            "<p>before</p><pre><code>a &lt; b *c*</code></pre><p>after</p>",
        ),
        ("> one\n> two\nthree", "<blockquote>one\ntwo</blockquote><p>three</p>"),
        ("&lt;b&gt; &amp;amp;", "<p>&lt;b&gt; &amp;amp;</p>"),
    ],
)
def test_slacks_marks_as_html(text: str, html: str) -> None:
    assert mrkdwn(text) == html


@pytest.mark.parametrize(
    "body", ["", NASTY, "word " * 20_000, "# h\n" * 3_000, "> " * 5_000, "*a _b ~c " * 800]
)
def test_any_article_has_a_look(body: str) -> None:
    content = Content(NASTY * 10, NASTY, body)
    for look in (as_suggested(content, "en"), in_a_window(content)):
        assert "<script" not in look
        assert "<img" not in look
    slack.view(fit_view(reading.window(content.title, body, article_id=1)))


def test_the_look_has_the_buttons_that_slack_has() -> None:
    content = Content("VPN drops", "", "Press **Reconnect**.")
    assert '<span class="slack-button">Read it all</span>' in as_suggested(content, "en")
    assert "Press <strong>Reconnect</strong>." in in_a_window(content)
    assert '<span class="slack-button">Not helpful</span>' in in_a_window(content)


@given(st.text(alphabet="ab *_~`<>&|\n-.1#![]():/", max_size=200))
@settings(max_examples=150, deadline=None)
def test_no_tag_comes_out_but_ours(text: str) -> None:
    html = str(mrkdwn(to_mrkdwn(text)))
    for tag in ("p", "strong", "em", "s", "code", "pre", "blockquote", "a"):
        html = html.replace(f"<{tag}>", "").replace(f"</{tag}>", "")
    assert "<" not in html.replace('<a href="', "")
