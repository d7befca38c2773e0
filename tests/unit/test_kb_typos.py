"""Repair of misspelt words, and error codes with a slip of the finger."""

import pytest

from kb.codes import Codes, code_pieces
from kb.typos import Vocabulary

WORDS = Vocabulary(
    {"vpn": 9, "drops": 4, "password": 7, "printer": 5, "train": 2, "brain": 1, "outlook": 6, "wi": 1}
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("dorps", "drops"),
        ("passwrod", "password"),
        ("pritner", "printer"),
        ("outlok", "outlook"),
        ("vpnn", "vpn"),
    ],
)
def test_a_slip_finds_the_word(written: str, meant: str) -> None:
    assert WORDS.repairs(written)[0].meant == (meant,)


def test_a_repair_weighs_less_than_the_word_itself_and_less_the_farther_it_is() -> None:
    near, far = WORDS.repairs("passwrd")[0].weight, WORDS.repairs("paswrd")[0].weight
    assert far < near < 1


def test_the_more_common_word_wins_at_the_same_distance() -> None:
    assert Vocabulary({"form": 1, "fork": 8}).repairs("fort")[0].meant == ("fork",)


def test_words_that_were_run_together_are_split() -> None:
    assert WORDS.repairs("vpndrops")[0].meant == ("vpn", "drops")


def test_a_word_typed_as_two_is_joined() -> None:
    assert WORDS.joined("pass", "word") == "password"
    assert WORDS.joined("pass", "port") is None


@pytest.mark.parametrize("written", ["xy", "zebra", "1234", "rain", ""])
def test_what_is_not_near_stays_alone(written: str) -> None:
    assert WORDS.repairs(written) == []


def test_a_large_vocabulary_repairs_only_to_words_seen_three_times() -> None:
    words = {f"filler{'abcdefghij'[n % 10]}{n}": 1 for n in range(50_001)} | {"printer": 2, "scanner": 3}
    large = Vocabulary(words)
    assert large.repairs("pritner") == []
    assert large.repairs("scaner")[0].meant == ("scanner",)


CODES = Codes([(0, ["0x80070005"]), (1, ["AADSTS50053", "Error 691"]), (2, ["5.7.1", "WSAECONNREFUSED"])])


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("update fails: 0X80070005!", 0),
        ("update fails 0x8007005", 0),
        ("0x80007005 again", 0),
        ("AADSTS50053: locked", 1),
        ("vpn error 691", 1),
        ("bounced with 5.7.1.", 2),
        ("WSAECONNREFUSED", 2),
    ],
)
def test_a_code_names_its_article(question: str, article: int) -> None:
    assert list(CODES.find(question)) == [article]


@pytest.mark.parametrize("question", ["AADSTS50058", "it costs 691 euros", "error 692", "hello", ""])
def test_another_code_or_a_plain_number_names_none(question: str) -> None:
    assert CODES.find(question) == {}


def test_an_exact_code_is_surer_than_one_with_a_slip() -> None:
    assert CODES.find("0x80070005")[0] == ("0x80070005", 1.0)
    assert 0.5 < CODES.find("0x8007005")[0][1] < 1


def test_pieces_of_text_that_could_be_codes() -> None:
    assert code_pieces("Stop: 0x7B, ERR_TIMED_OUT and 5.7.1 (PLEASE)") == [
        "0x7b",
        "err_timed_out",
        "5.7.1",
        "please",
    ]
