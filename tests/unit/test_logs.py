"""Logs: one event a line, JSON where nobody watches, and never a token."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from bot import logs
from bot.settings_running import LogFormat

BOT_TOKEN = "xoxb-1234567890-abcDEF"
APP_TOKEN = "xapp-1-A0123-456-fedcba"
SECRETS = [BOT_TOKEN, APP_TOKEN, "xoxp-1-2-3-abc", "xoxe.xoxb-1-MQ-abc", "xoxe-1-abc"]


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """What was logged since the last look, a dictionary a line."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    root = logging.getLogger()
    before = (root.handlers[:], root.level, {n: logging.getLogger(n).level for n in logs._QUIET})
    logs.configure("DEBUG")

    def read() -> list[dict[str, Any]]:
        return [json.loads(line) for line in stream.getvalue().splitlines()]

    yield read
    root.handlers[:], root.level = before[0], before[1]
    for name, level in before[2].items():
        logging.getLogger(name).setLevel(level)
    structlog.reset_defaults()


def test_an_event_is_one_line_with_its_time_level_and_ids(lines: Any) -> None:
    structlog.get_logger("bot.test").info("event.stored", event_id="Ev1", new=True)
    (line,) = lines()
    assert line["event"] == "event.stored"
    assert line["event_id"] == "Ev1"
    assert line["level"] == "info"
    assert line["logger"] == "bot.test"
    assert line["timestamp"].endswith("Z")


@pytest.mark.parametrize("secret", SECRETS)
def test_a_token_is_blacked_out_wherever_it_stands(lines: Any, secret: str) -> None:
    log = structlog.get_logger("bot.test")
    log.info(f"said {secret} aloud", token=secret, url=f"https://x/?t={secret}&a=1")
    log.info("nested", body={"headers": [{"authorization": f"Bearer {secret}"}], secret: 1}, pair=(secret,))
    logging.getLogger("somebody.else").warning("token=%s", secret)
    logging.getLogger("somebody.else").warning("a dictionary: %s", {"token": secret})
    try:
        raise RuntimeError(f"could not use {secret}")
    except RuntimeError:
        log.exception("failed")
    told = json.dumps(lines())
    assert len(lines()) == 5
    assert secret.split(".")[-1] not in told
    assert "[token]" in told


def test_the_password_in_a_database_address_is_blacked_out(lines: Any) -> None:
    structlog.get_logger("bot.test").info(
        "database.away", url="postgresql://desk:s3cret!@db.example/evenhand"
    )
    assert "s3cret" not in json.dumps(lines())
    assert "db.example" in json.dumps(lines())


def test_what_is_no_token_stays(lines: Any) -> None:
    structlog.get_logger("bot.test").info(
        "seen", channel="C0XOXB", count=3, at=None, when="10:30", file="a.b"
    )
    (line,) = lines()
    assert (line["channel"], line["count"], line["at"], line["file"]) == ("C0XOXB", 3, None, "a.b")


def test_libraries_that_chatter_are_heard_from_warnings_on(lines: Any) -> None:
    logging.getLogger("slack_bolt.App").info("applying middleware")
    logging.getLogger("slack_sdk").debug("sending a request")
    logging.getLogger("slack_sdk").warning("something is off")
    assert [line["event"] for line in lines()] == ["something is off"]


def test_a_terminal_gets_readable_lines(monkeypatch: pytest.MonkeyPatch, lines: Any) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stderr", stream)
    logs.configure("INFO")
    structlog.get_logger("bot.test").info("worker.started", executor="local")
    assert "worker.started" in stream.getvalue()
    assert not stream.getvalue().startswith("{")


@pytest.mark.parametrize(("shape", "terminal"), [(LogFormat.JSON, True), (LogFormat.CONSOLE, False)])
def test_the_setting_decides_before_the_terminal_does(
    monkeypatch: pytest.MonkeyPatch, lines: Any, shape: LogFormat, terminal: bool
) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: terminal)
    monkeypatch.setattr(sys, "stderr", stream)
    logs.configure("INFO", shape)
    structlog.get_logger("bot.test").info("worker.started", executor="local")
    assert stream.getvalue().startswith("{") is (shape is LogFormat.JSON)


# --- What people wrote ------------------------------------------------------------------------------

WORDS = "my salary is wrong"


def test_of_an_error_only_its_class_and_place_are_logged(lines: Any) -> None:
    try:
        raise LookupError(WORDS)
    except LookupError as error:
        error.add_note(WORDS)
        structlog.get_logger("bot.test").error("work.failed", exc_info=error, error=error)
        logging.getLogger("somebody.else").exception("it failed")
        logging.getLogger("somebody.else").warning("it failed: %s", error)
        logging.getLogger("somebody.else").warning(f"it failed: {error}")
    told = lines()
    assert WORDS not in json.dumps(told)
    assert told[0]["error"] == "LookupError"
    assert "test_logs.py" in told[0]["exception"]
    assert "LookupError" in told[1]["exception"]
    assert [line["event"] for line in told[1:]] == ["it failed", "it failed: LookupError", "it failed: …"]


def test_of_what_a_library_logs_only_the_program_s_words_stay(lines: Any) -> None:
    library = logging.getLogger("somebody.else")
    library.warning("said %s %d times in %.1f s", WORDS, 3, 0.25)
    library.warning("%(who)s said it", {"who": WORDS})
    library.warning("said %s" % WORDS)  # noqa: UP031
    library.warning(
        "a longer "
        f"line about {WORDS}"
    )  # fmt: skip
    library.warning("said " + WORDS)
    library.log(logging.WARNING, f"{WORDS} again")
    passed_on = f"{WORDS} in a variable"
    library.warning(passed_on)
    told = [line["event"] for line in lines()]
    assert WORDS not in json.dumps(told)
    assert told[:6] == [
        "said … 3 times in 0.2 s",
        "… said it",
        "said …",
        "a longer line about …",
        "said …",
        "… again",
    ]
    assert told[6].startswith("somebody.else at test_logs.py:")


def test_a_line_that_does_not_fit_its_words_is_still_told(capsys: pytest.CaptureFixture[str]) -> None:
    record = logging.LogRecord("somebody.else", logging.WARNING, "nowhere.py", 1, "%s %d", (WORDS,), None)
    assert logs.words_of(record) == "%s %d"
    try:
        raise ValueError(WORDS)
    except ValueError:
        logs._Handler().handleError(record)
    assert capsys.readouterr().err == "not logged: somebody.else, line 1 (ValueError)\n"


@pytest.mark.parametrize("address", ["ada@example.com", "Ada.Lovelace+slack@mail.example.co.uk"])
def test_an_e_mail_address_is_blacked_out(lines: Any, address: str) -> None:
    structlog.get_logger("bot.test").info(
        "asked", whom=f"<mailto:{address}|Ada>", all=[address], by={address: 1}
    )
    assert "example" not in json.dumps(lines())


def test_an_object_tells_only_what_it_is(lines: Any) -> None:
    class Ticket:
        def __repr__(self) -> str:
            return WORDS

    structlog.get_logger("bot.test").info("seen", ticket=Ticket(), tickets=[Ticket()])
    (line,) = lines()
    assert (line["ticket"], line["tickets"]) == ("Ticket", ["Ticket"])


def test_the_desk_s_own_secrets_are_blacked_out_to_the_letter(
    monkeypatch: pytest.MonkeyPatch, lines: Any
) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    logs.configure("INFO", secrets=["0123456789abcdef", "0123456789abcdef-longer", "short"])
    structlog.get_logger("bot.test").info(
        "said", what="key=0123456789abcdef-longer&a=0123456789abcdef", a="short"
    )
    assert "0123456789abcdef" not in stream.getvalue()
    assert "longer" not in stream.getvalue()
    assert "short" in stream.getvalue()


def test_the_engine_s_own_lines_go_the_same_way(lines: Any) -> None:
    from dbos._logger import dbos_logger, init_logger

    before = (dbos_logger.handlers[:], dbos_logger.propagate)
    logs.configure("INFO")
    init_logger()
    try:
        assert [type(handler) for handler in dbos_logger.handlers] == [logging.NullHandler]
        assert dbos_logger.propagate
    finally:
        dbos_logger.handlers[:], dbos_logger.propagate = before
