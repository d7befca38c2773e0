"""Secrets from files: every secret can be one, one place at a time, and what is wrong is told without the secret."""

import os
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsRefused, load
from bot.settings_files import environment_name, may_be_a_file

SECRETS = [environment_name(*one) for one in Settings.model_fields.items() if may_be_a_file(*one)]
# What each of them has to look like to be taken.
FITTING = {
    "DATABASE_URL": "postgresql://u:s3cret@db/desk",
    "SLACK_BOT_TOKEN": "xoxb-s3cret",
    "SLACK_APP_TOKEN": "xapp-s3cret",
    "EVENHAND_ENCRYPTION_KEYS": "czNjcmV0LW9mLXRoaXJ0eS10d28tYnl0ZXMtbG9uZyE=",
    "EVENHAND_PAGER_WEBHOOK_URL": "https://hooks.example/s3cret",
}
ROOT_READS_ALL = pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for one in Settings.model_fields.items():
        monkeypatch.delenv(environment_name(*one), raising=False)
        monkeypatch.delenv(environment_name(*one) + "_FILE", raising=False)


def kept(folder: Path, text: str | bytes, mode: int = 0o600) -> Path:
    file = folder / "secret"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    file.chmod(mode)
    return file


def problem() -> str:
    with pytest.raises(SettingsRefused) as refused:
        load()
    (told,) = refused.value.problems
    assert "s3cret" not in told
    return told


@pytest.mark.parametrize("name", SECRETS)
def test_every_secret_may_stand_in_a_file(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = FITTING.get(name, "s3cret-of-more-than-thirty-two-signs=")
    file = kept(tmp_path, f"  {wanted}\n")
    monkeypatch.setenv(f"{name}_FILE", str(file))
    from_file = load()
    monkeypatch.delenv(f"{name}_FILE")
    monkeypatch.setenv(name, wanted)
    assert from_file == load()
    assert "s3cret" not in repr(from_file).replace(wanted if "url" in name.lower() else "\0", "")


def test_the_usual_secrets_are_among_them() -> None:
    wanted = {
        "DATABASE_URL",
        "SLACK_BOT_TOKEN",
        "SLACK_SIGNING_SECRET",
        "SLACK_APP_TOKEN",
        "EVENHAND_SECRET_KEY",
    }
    assert wanted <= set(SECRETS)


def test_one_that_is_not_there_is_told_with_its_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN_FILE", str(tmp_path / "nowhere"))
    told = problem()
    assert told.startswith("SLACK_BOT_TOKEN_FILE: there is no file")
    assert str(tmp_path / "nowhere") in told


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "is empty"),
        (" \n\t\n", "is empty"),
        (b"\xff\xfe\x00", "is not UTF-8"),
        ("s3cret\x00key", "signs that no secret has"),
        ("s3cret" * 20_000, "too large"),
    ],
)
def test_one_that_holds_no_secret_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | bytes, why: str
) -> None:
    monkeypatch.setenv("EVENHAND_SECRET_KEY_FILE", str(kept(tmp_path, content)))
    told = problem()
    assert told.startswith("EVENHAND_SECRET_KEY_FILE: ")
    assert why in told


def test_a_folder_and_a_pipe_are_no_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)  # reading it would wait for ever
    for path in (tmp_path, pipe):
        monkeypatch.setenv("EVENHAND_SECRET_KEY_FILE", str(path))
        assert "is no file" in problem()


@ROOT_READS_ALL
def test_one_that_may_not_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENHAND_SECRET_KEY_FILE", str(kept(tmp_path, "s3cret", 0o000)))
    assert "may not be read" in problem()


def test_both_at_once_is_one_too_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "s3cret")
    monkeypatch.setenv("SLACK_SIGNING_SECRET_FILE", str(kept(tmp_path, "s3cret too")))
    assert "keep one of the two" in problem()


def test_an_empty_name_counts_as_not_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "")
    monkeypatch.setenv("SLACK_SIGNING_SECRET_FILE", str(kept(tmp_path, "s3cret")))
    monkeypatch.setenv("SLACK_APP_TOKEN_FILE", "")
    secret = load().slack_signing_secret
    assert secret is not None
    assert secret.get_secret_value() == "s3cret"


def test_a_wrong_secret_is_told_by_the_name_of_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN_FILE", str(kept(tmp_path, "xapp-s3cret")))
    assert problem().startswith("SLACK_BOT_TOKEN_FILE: this is another kind of token")


def test_only_secrets_are_read_from_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENHAND_TIME_ZONE_FILE", str(kept(tmp_path, "Europe/Berlin")))
    assert (
        problem()
        == "EVENHAND_TIME_ZONE_FILE: only secrets are read from files: write the value into EVENHAND_TIME_ZONE"
    )


def test_all_problems_are_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN_FILE", str(tmp_path / "nowhere"))
    monkeypatch.setenv("SLACK_APP_TOKEN_FILE", str(kept(tmp_path, "")))
    monkeypatch.setenv("PORT", "eighty")
    with pytest.raises(SettingsRefused) as refused:
        load()
    assert sorted(line.partition(":")[0] for line in refused.value.problems) == [
        "PORT",
        "SLACK_APP_TOKEN_FILE",
        "SLACK_BOT_TOKEN_FILE",
    ]


@pytest.mark.parametrize(("mode", "open_to_all"), [(0o600, ()), (0o640, ()), (0o644, ("DATABASE_URL_FILE",))])
def test_a_file_that_everybody_may_read_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int, open_to_all: tuple[str, ...]
) -> None:
    monkeypatch.setenv("DATABASE_URL_FILE", str(kept(tmp_path, "postgresql://u:p@h/d", mode)))
    assert load().open_files == open_to_all
