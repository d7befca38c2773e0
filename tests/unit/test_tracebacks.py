"""What went wrong and where, and never a word of what somebody wrote."""

import sys
from typing import Any

import pytest
import sqlalchemy as sa

from bot.tracebacks import name_of, told

WORDS = "my salary is wrong"


def raised(error: BaseException, **how: Any) -> str:
    try:
        raise error from how.get("because")
    except BaseException:  # noqa: BLE001  (whatever it is, it is to be told)
        return told(sys.exc_info())


def nested() -> BaseException:
    try:
        raise KeyError(WORDS)
    except KeyError as inner:
        outer = RuntimeError(WORDS)
        outer.__context__ = inner
        outer.add_note(WORDS)
        return outer


class Chatty(Exception):
    def __str__(self) -> str:
        return WORDS

    __repr__ = __str__


@pytest.mark.parametrize(
    "error",
    [
        ValueError(WORDS),
        nested(),
        Chatty(),
        UnicodeDecodeError("utf-8", WORDS.encode(), 0, 1, WORDS),
        SyntaxError(WORDS, (WORDS, 1, 1, WORDS)),
        FileNotFoundError(2, WORDS, WORDS),
        ExceptionGroup(WORDS, [ValueError(WORDS), ExceptionGroup(WORDS, [nested()])]),
        sa.exc.StatementError(WORDS, WORDS, {"text": WORDS}, ValueError(WORDS)),
    ],
    ids=lambda error: type(error).__name__,
)
def test_no_error_tells_its_words(error: BaseException) -> None:
    for text in (raised(error), raised(RuntimeError(WORDS), because=error)):
        assert WORDS not in text
        assert type(error).__name__ in text
        assert "test_tracebacks.py" in text


def test_the_way_there_and_the_lines_of_the_program_are_told() -> None:
    text = raised(LookupError(WORDS), because=ValueError(WORDS))
    assert text.index("ValueError") < text.index("direct cause") < text.index("LookupError")
    assert "in raised" in text
    assert 'raise error from how.get("because")' in text


def test_every_error_of_a_group_is_told() -> None:
    text = raised(ExceptionGroup(WORDS, [ValueError(WORDS), KeyError(WORDS)]))
    assert "1 of 2" in text
    assert "ValueError" in text
    assert "KeyError" in text


def test_an_error_that_is_its_own_reason_ends() -> None:
    one, other = ValueError(WORDS), KeyError(WORDS)
    other.__cause__ = one
    assert "…" in raised(one, because=other)


def test_a_thousand_calls_deep_stays_short() -> None:
    def deeper(left: int) -> None:
        if left:
            deeper(left - 1)
        raise ValueError(WORDS)

    try:
        deeper(500)
    except ValueError:
        assert len(told(sys.exc_info()).splitlines()) < 60


def test_codes_are_kept(tmp_path: Any) -> None:
    assert name_of(FileNotFoundError(2, WORDS)) == "FileNotFoundError ENOENT"
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection, pytest.raises(sa.exc.OperationalError) as failure:
        connection.execute(sa.text(f"select '{WORDS}' from nowhere"))
    engine.dispose()
    assert name_of(failure.value) == "sqlalchemy.exc.OperationalError SQLITE_ERROR"
