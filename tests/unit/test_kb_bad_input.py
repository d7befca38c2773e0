"""Whatever is asked, and whatever an article holds: a clear result, never an exception."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.entries import Entry
from kb.index import Index, build_index
from kb.search import DESK, Search, consider

TRACE = (
    """Traceback (most recent call last):
  File "/srv/app/importer.py", line 88, in run
    connection = pool.connect(timeout=5)
  File "/srv/app/pool.py", line 31, in connect
    raise OperationalError("could not connect to server: Connection refused")
sqlalchemy.exc.OperationalError: could not connect to server: Connection refused
    at com.example.Pool.connect(Pool.java:31)
    at com.example.Importer.run(Importer.java:88)
Caused by: java.net.ConnectException: Connection refused
"""
    * 20
)
QUESTIONS = {
    "empty": "",
    "blank": " \n\t\r ",
    "one emoji": "🔥",
    "emoji of many parts": "👩‍👩‍👧‍👦🏳️‍🌈",
    "long": "the printer vpn badge xyzzy qwrtz " * 1_200,
    "stop words": "the of and to in on at by for from with",
    "only an address": "https://intranet.example/a/very/long/path?with=a&query=1#and-more",
    "only a mention": "<@U024BE7LH>",
    "stack trace": TRACE,
    "right to left": "مرحبا، الطابعة لا تعمل منذ هذا الصباح ‏PDF‎ 123",
    "hebrew": "המדפסת לא מדפיסה",
    "direction overrides": "\u202evpn\u202c \u2066drops\u2069",
    "chinese": "打印机无法打印，请帮忙",
    "thai without spaces": "เครื่องพิมพ์ไม่ทำงานตั้งแต่เช้า",
    "null bytes": "vpn\x00drops\x00\x00",
    "lone surrogates": "vpn \ud800 drops \udfff",
    "one long word": "x" * 5_000,
    "one long word of words": "printervpn" * 500,
    "numbers": "1 22 333 4444 55555 666666 7777777",
    "one number": "404",
    "digits of other scripts": "٠١٢٣ ۴۵۶ ½ ² Ⅳ",
    "accents piled up": "v" + "\u0301" * 500 + "pn",
    "quotes only": "\"'`´“”„",
    "regex": "(a+)+$ [ \\ *** ??? {{{ |||",
    "sql": "'; DROP TABLE article; --",
    "markup": "<b>&lt;vpn&gt;</b> ```code``` *bold",
    "json": json.dumps({"error": {"code": [1, 2, {"deep": None}]}}) * 50,
    "base64": "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=" * 300,
    "same word": "vpn " * 3_000,
    "code points at the end": "\U0010ffff\ufffe\uffff",
    "casefold grows": "ŉİẞﬃ" * 400,
}
ODD_ARTICLES = (
    Entry(1, "a", 1, "VPN drops on the train", "", "Turn off power saving.", ("vpn disconnects",)),
    Entry(2, "b", 1, "VPN drops on the train", "", "Another cure."),
    Entry(3, "c", 1, "", "", ""),
    Entry(4, "d", 1, "🔥", "🔥", "🔥", ("🔥",), ("🔥",), ("🔥",)),
    Entry(5, "e", 1, "the of and", "the", "a an the"),
    Entry(6, "f", 1, "الطابعة لا تعمل", "", "أعد تشغيل الطابعة.", language="ar"),
    Entry(7, "g", 1, "打印机无法打印", "", "重新启动。", language="zh"),
    Entry(8, "h", 1, "null\x00bytes \ud800", "\x00", "text \udfff", ("\x00",), (), ("\x00", "0x\x00")),
    Entry(9, "i", 1, "w" * 5_000, "", "y" * 9_000, ("z" * 5_000,)),
    Entry(10, "j", 1, "404", "1", "22 333", ("1",), (), ("404", "0x0", "-", "")),
    Entry(11, "k", 1, "Logs", "", TRACE, (), ("Connection refused",), ("ECONNREFUSED",)),
    Entry(12, "l", 1, "Kein Drucker", "", "Neu starten.", language=""),
    Entry(13, "m", 1, "Imprimante", "", "Redémarrer.", language="no-such-language"),
)


ODD = build_index(ODD_ARTICLES, team_id="T1", version=1)


def check(found: Search, index: Index) -> None:
    """A result that every screen can show."""
    ids = {entry.article_id for entry in index.entries}
    chances = [match.chance for match in found.considered]
    assert chances == sorted(chances, reverse=True)
    assert len({match.article_id for match in found.considered}) == len(found.considered)
    for match in found.considered:
        assert match.article_id in ids
        assert 0 <= match.chance <= 1
        likely = match.chance >= found.cutoff or abs(match.chance - found.cutoff) < 0.001
        assert likely or not match.shown
        assert match.shown or found.no_articles_in or match.chance <= found.cutoff
        assert len(match.passage) < 2_000
        assert all(isinstance(reason, str) and len(reason) < 1_000 for reason in match.reasons)
    assert set(found.shown) <= set(found.considered)


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS.keys())
def test_any_question_gets_a_result(question: str) -> None:
    found = consider(ODD, question, audience=DESK, limit=10)
    check(found, ODD)
    found.question.encode("utf-8")  # what is kept and shown of a question can be written down


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS.keys())
def test_a_base_without_articles_answers_nothing(question: str) -> None:
    assert consider(build_index([]), question).considered == ()


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS.keys())
def test_a_base_of_one_article_works(question: str) -> None:
    index = build_index(ODD_ARTICLES[:1])
    check(consider(index, question, limit=10), index)


@pytest.mark.parametrize(
    "name", ["empty", "blank", "one emoji", "stop words", "only a mention", "quotes only"]
)
def test_who_asks_nothing_is_shown_nothing(name: str) -> None:
    index = build_index([*ODD_ARTICLES[:2], ODD_ARTICLES[10]])
    assert consider(index, QUESTIONS[name], audience=DESK).shown == ()


def test_hidden_signs_do_not_hide_the_question() -> None:
    for name in ("null bytes", "lone surrogates", "direction overrides"):
        asked = consider(ODD, QUESTIONS[name] + " on the train", audience=DESK)
        assert asked.considered[0].article_id in {1, 2}, name


def test_articles_with_the_same_title_are_both_found() -> None:
    found = consider(ODD, "vpn drops on the train", audience=DESK)
    assert {match.article_id for match in found.considered[:2]} == {1, 2}


def test_a_book_neither_stops_the_index_nor_drowns_the_others() -> None:
    book = Entry(20, "book", 1, "Everything", "", "vpn drops train printer payslip badge " * 27_000)
    assert len(book.body) > 1_000_000
    index = build_index([*ODD_ARTICLES, book])
    found = consider(index, "vpn drops on the train", audience=DESK)
    check(found, index)
    assert found.considered[0].article_id in {1, 2}


@given(st.text(max_size=600))
@settings(max_examples=150, deadline=None)
def test_any_text_may_be_asked(text: str) -> None:
    check(consider(ODD, text, audience=DESK, limit=10), ODD)


@given(
    st.lists(
        st.builds(
            Entry,
            article_id=st.integers(1, 9),
            slug=st.just("x"),
            revision=st.just(1),
            title=st.text(max_size=40),
            summary=st.text(max_size=40),
            body=st.text(max_size=120),
            aliases=st.lists(st.text(max_size=20), max_size=3).map(tuple),
            codes=st.lists(st.text(max_size=12), max_size=2).map(tuple),
            language=st.sampled_from(["en", "de", "fr", "xx", ""]),
        ),
        max_size=5,
        unique_by=lambda entry: entry.article_id,
    ),
    st.text(max_size=80),
)
@settings(max_examples=100, deadline=None)
def test_any_articles_may_be_searched(entries: list[Entry], question: str) -> None:
    index = build_index(entries)
    check(consider(index, question, audience=DESK, limit=10), index)
    for entry in entries:
        check(consider(index, entry.title, audience=DESK, limit=10), index)
