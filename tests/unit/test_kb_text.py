"""The rules by which a Slack message becomes the text that search and the classifier read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.text import (
    MAX_LENGTH,
    clean,
    from_slack,
    is_chatter,
    is_greeting,
    is_greeting_or_thanks,
    is_thanks,
    redact,
    stems,
    tokens,
)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("<@U024BE7LH> the <!here> printer", "the   printer"),
        ("see <https://wiki.example/vpn|the guide>", "see the guide"),
        ("see <https://wiki.example/vpn>", "see https://wiki.example/vpn"),
        ("write to <mailto:it@example.org|it@example.org>", "write to it@example.org"),
        ("posted in <#C024|help-it>", "posted in #help-it"),
        ("*very* _slow_ ~now~", "very slow now"),
        ("my `user_name` and `a*b*c`", "my user_name and a*b*c"),
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("it crashed :fire::skin-tone-2: again", "it crashed   again"),
        ("at 10:30:45 on std::vector::x", "at 10:30:45 on std::vector::x"),
        ("use <your name> here", "use <your name> here"),
        ("due <!date^1392734382^{date}|Feb 18>", "due Feb 18"),
    ],
)
def test_slack_markup_becomes_plain_text(said: str, meant: str) -> None:
    assert from_slack(said) == meant


@pytest.mark.parametrize(
    ("said", "essence"),
    [
        ("Hey team, hope you're well! My laptop won't boot. Thanks in advance, Ada", "My laptop won't boot."),
        ("Good morning all :wave: the VPN drops", "the VPN drops"),
        ("Hi Ben, printer jam again\nthx", "printer jam again"),
        ("Dear IT team,\nI lost my badge.\nKind regards,\nAda Lovelace", "I lost my badge."),
        ("> what they wrote\nstill broken", "still broken"),
        ("No sound.\n\n-- \nAda\nHead of Sales", "No sound."),
        ("open https://www.jira.example/browse/1?x=2 fails", "open jira.example fails"),
        ("mail to ada@example.org bounces", "mail to bounces"),
        ("session 9f86d081884c7d659a2feaa0c55ad015 expired", "session expired"),
        ("stop code 0x000000000000007B", "stop code 0x000000000000007B"),
        ("Morning login fails", "Morning login fails"),
        ("Hi, it fails", "it fails"),
        ("how do I say thank you?", "how do I say thank you?"),
    ],
)
def test_cleaning_keeps_the_essence(said: str, essence: str) -> None:
    assert clean(said) == essence


@pytest.mark.parametrize("said", ["hi", "thanks!", "> only a quote", "ada@example.org", "best regards"])
def test_cleaning_never_takes_the_last_words(said: str) -> None:
    assert clean(said)


@pytest.mark.parametrize("said", ["", "   \n", ":fire:", "<@U024BE7LH>"])
def test_a_message_without_words_cleans_to_nothing(said: str) -> None:
    assert clean(said) == ""


def test_a_pasted_log_keeps_the_lines_that_tell_something() -> None:
    log = "\n".join(f"2024-05-01 10:00:{second:02} INFO heartbeat {second}" for second in range(40))
    cleaned = clean(
        f"The importer stops every night\n```{log}\n2024-05-01 10:01 ERROR refused db:5432\n{log}```"
    )
    assert "importer stops" in cleaned
    assert "ERROR refused" in cleaned
    assert "heartbeat" not in cleaned


def test_a_very_long_message_is_cut_at_a_word() -> None:
    cleaned = clean("printer " * 5_000)
    assert len(cleaned) <= MAX_LENGTH
    assert cleaned.endswith("printer")


@given(st.text(max_size=300) | st.lists(st.sampled_from(
    ["hi ", "team, ", "thanks", " Ada", "\n", "> ", "&amp;", "lt;", "<@U1>", "<", "|", "vpn ", ":wave:", "*", "_",
     "`", "-- ", "https://a.b/c ", "a@b.co ", ". ", "Kind regards,", "0123456789abcdef0 ", "ERROR x\n"]
), max_size=14).map("".join))  # fmt: skip
@settings(max_examples=300, deadline=None)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(
    "said",
    [
        "hi",
        "Hello!",
        "good morning all :wave:",
        "hey team 👋",
        ":wave:",
        "Hi Ben",
        "hello, is anyone there?",
        "Guten Morgen",
    ],
)
def test_a_greeting_asks_nothing(said: str) -> None:
    assert is_greeting(said)
    assert is_greeting_or_thanks(said)


@pytest.mark.parametrize(
    "said",
    [
        "thanks!",
        "ty that worked",
        "Thank you so much Ben",
        "perfect, all good now",
        ":pray:",
        "that solved it",
        "👍",
    ],
)
def test_thanks_ask_nothing(said: str) -> None:
    assert is_thanks(said)
    assert is_greeting_or_thanks(said)


@pytest.mark.parametrize(
    "said",
    [
        "hi, my vpn is down", "hello printer", "hi help needed", "thanks but it still fails", "it worked for a minute",
        "is it fixed?", "help", "", ":fire:", "not fixed", "thanks, one more question: how do I scan?", "hi vpn",
    ],
)  # fmt: skip
def test_a_question_is_neither_greeting_nor_thanks(said: str) -> None:
    assert not is_greeting_or_thanks(said)


def test_question_and_negation_words_survive() -> None:
    assert tokens("I can't print, WON'T scan") == ["i", "can", "not", "print", "will", "not", "scan"]
    assert stems("How do I connect, it doesnt work") == ["how", "connect", "not", "work"]


def test_stems_join_the_forms_of_a_word() -> None:
    assert stems("connecting connected connection's") == ["connect", "connect", "connect"]
    assert stems("Verbindungen", "de") == stems("Verbindung", "de")
    assert stems("sähköposti", "xx") == ["sähköposti"]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("write ada.l@example.org", "write [e-mail]"),
        ("call +49 170 1234567 or (030) 123-4567", "call [phone] or [phone]"),
        ("card 4111 1111 1111 1111", "card [card]"),
        ("order 4111 1111 1111 1112", "order 4111 1111 1111 1112"),
        ("token xoxb-1234567890-abcdef", "token [key]"),
        ("my password is hunter2", "my password is [secret]"),
        ("my password is expired", "my password is expired"),
        ("host 10.0.0.1 and fe80::1ff:fe23:4567:890a", "host [ip] and [ip]"),
        ("error 0x80070005 on 2024-01-02 at 10:30:45", "error 0x80070005 on 2024-01-02 at 10:30:45"),
    ],
)
def test_personal_things_are_redacted(said: str, kept: str) -> None:
    assert redact(said) == kept
    assert redact(kept) == kept


@pytest.mark.parametrize(
    "said",
    [
        "lol",
        "LOL",
        "haha",
        "hahahaha",
        "ok cool",
        "wrong channel, sorry",
        ":joy: :joy:",
        "🔥",
        "hmm",
        "test",
        "nvm",
    ],
)
def test_a_nod_or_a_laugh_asks_nothing(said: str) -> None:
    assert is_chatter(said)


@pytest.mark.parametrize(
    "said",
    [
        "ok?",
        "no sound",
        "ok but it fails",
        "help",
        "!",
        "🆘",
        "same here",
        "testing the printer",
        "I see nothing",
        "it",
    ],
)
def test_anything_beside_a_nod_is_a_question(said: str) -> None:
    assert not is_chatter(said)


QUESTION = "the scanner in hall 4 reads no labels since noon"


@pytest.mark.parametrize(
    "below",
    [
        "\n\nBest regards,\nMarta Lindholm\nSenior Controller | Northwind Ltd\nTel. +44 20 7946 0123",
        "\n\nKind regards\n\nJorge Paz\nTeam Lead Logistics\nThis e-mail is confidential.",
        "\n\nThanks in advance,\nAino",
        "\nMit freundlichen Grüßen\nJonas Weber\nEinkauf",
        "\n\n--\nanything at all may stand here",
        "\n\n-----Original Message-----\nFrom: News <n@x.example>\nSubject: Our week\n\nThe party is on Friday.",
        "\nFrom: Facilities\nSent: Monday\nTo: all\nSubject: Lift\n\nThe lift is out of order.",
    ],
)
def test_signatures_and_earlier_mails_are_cut(below: str) -> None:
    assert clean(QUESTION + below) == QUESTION


@pytest.mark.parametrize(
    ("said", "stays"),
    [
        ("it fails\nthanks\nPS: the error is 0x80070005 on every start", "0x80070005"),
        ("it fails\nbest regards\nis the licence gone?", "licence"),
        ("thanks\nbut it still prints nothing", "prints nothing"),
        ("see below\n-----Original Message-----\nthe drive S: is gone", "drive S: is gone"),
        ("Regards,\nBen writes that his screen is black", "screen is black"),
    ],
)
def test_what_might_be_the_question_is_not_cut(said: str, stays: str) -> None:
    assert stays in clean(said)
