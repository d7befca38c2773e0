"""What hypothesis makes input of: the signs that each format lives by, words, numbers, and anything at all."""

from hypothesis import strategies as st

_SIGNS = {
    "json": [
        "{", "}", "[", "]", '"', ":", ",", "null", "true", "NaN", "1e999", "-0", '"type"', '"event"',
        '"payload"', '"event_callback"', '"block_actions"', '"view_submission"', '"user"', '"team"', '"id"',
        "\\u0000", "\\ud800",
    ],
    "slack": [
        "<", ">", "|", "&", "&lt;", "&amp;", "<@U1>", "<!here>", "<!subteam^S1>", "<#C1|x>", "<https://x|y>",
        "*", "_", "~", "`", "```", "\n", "> ", "• ", ":smile:", "<javascript:alert(1)|x>", "<mailto:a@b.c>",
    ],
    "markup": [
        "<script>", "</script>", "<img src=x onerror=alert(1)>", "<a href='", '"', "'>", "<svg/onload=", "<b>",
        "</b>", "<!--", "-->", "<![CDATA[", "]]>", "<p>", "</p>", "<ac:link>",
        '<ac:structured-macro ac:name="code">', "</ac:structured-macro>", "<table>", "<tr>", "<td>", "|",
        "&#x3c;", "&lt;", "[", "](", ")", "](javascript:x)", "![", "# ", "```", "~~~", "\n", "\n\n", "- ", "> ",
        "<", "</", "\t", "`", "**", "\\", "[a]: b",
    ],
    "yaml": [
        "---\n", "title: ", "- ", ": ", "\n", "  ", "&a ", "*a", "<<: ", "!!python/object:os.system ",
        "!!binary ", "[", "]", "{", "}", '"', "'", "|", ">", "#", "? ", "aliases:\n  - ", "schedules:\n",
        "rotations:\n", "levels:\n", "name: ", "2027-01-01", "0x1F", "1e999", "~", "%YAML 9.9\n", "...\n", "\t",
    ],
    "table": [
        "title", "body", ",", ";", "\t", '"', '""', "\n", "\r\n", "\r", "aliases", "=cmd()", "{", "}", ":", "[",
        "]", '{"title": "a", "body": "b"}', "\x00", "\ufeff", "id", "status",
    ],
    "calendar": [
        "BEGIN:VCALENDAR\r\n", "END:VCALENDAR\r\n", "BEGIN:VEVENT\r\n", "END:VEVENT\r\n", "UID:1\r\n", "\r\n",
        "\r\n ", "DTSTART:20270301T080000Z", "DTSTART;VALUE=DATE:20270301",
        "DTSTART;TZID=Nowhere/City:20270301T080000", "DTEND:20270302", "DURATION:P1D", "DURATION:-P99999999D",
        "RRULE:FREQ=SECONDLY", "RRULE:FREQ=DAILY", ";COUNT=99999999", ";INTERVAL=0", ";INTERVAL=1",
        ";UNTIL=99991231T235959Z", ";BYDAY=5000MO", ";BYMONTHDAY=31", ";BYMONTH=2", ";BYSETPOS=-1", ";BYHOUR=1",
        "RDATE:20270301T080000Z", "EXDATE:20270301", "RECURRENCE-ID:20270301", "SEQUENCE:x", "STATUS:CANCELLED",
        ":", ";", "=", ",",
    ],
}  # fmt: skip
_OF = {
    "event_body": "json",
    "event_text": "slack",
    "slack_text": "slack",
    "markdown": "markup",
    "html": "markup",
    "confluence": "markup",
    "front_matter": "yaml",
    "csv": "table",
    "jsonl": "table",
    "schedules": "yaml",
    "policy": "yaml",
    "calendar": "calendar",
    "event_of_calendar": "calendar",
    "model": "json",
}

READERS = tuple(_OF)


def scraps(target: str) -> st.SearchStrategy[str]:
    """Pieces in any order, now and then the same one very often."""
    sign = st.sampled_from(_SIGNS[_OF[target]])
    piece = st.one_of(sign, sign, sign, st.text(max_size=8), st.integers().map(str))
    often = st.builds(lambda one, times: one * times, sign, st.integers(1, 2_000))
    return st.lists(st.one_of(piece, piece, piece, piece, often), max_size=25).map("".join)


def samples(target: str) -> list[str]:
    """What atheris begins with."""
    return ["".join(_SIGNS[_OF[target]]), *_SIGNS[_OF[target]]]
