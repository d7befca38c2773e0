"""Keys of our own: made once, kept beside the data, for nobody else on the machine to read."""

import secrets
from collections.abc import Callable
from pathlib import Path

from bot.sealing import Sealer, new_key
from bot.settings import Settings


def secret_key(settings: Settings) -> str:
    """What signs sessions and links: the one in the settings, or one of our own."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    return _made_once(settings.data_folder / "secret.key", lambda: secrets.token_hex(32))


def make_sealer(settings: Settings) -> Sealer:
    """What seals tokens: the keys in the settings, or one of our own."""
    if settings.encryption_keys:
        return Sealer([key.get_secret_value() for key in settings.encryption_keys])
    return Sealer([_made_once(settings.data_folder / "encryption.key", new_key)])


def _made_once(file: Path, make: Callable[[], str]) -> str:
    """What the file holds; where there is none, it is made first. Of two who make it at once, one does."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        new = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
        with new.open("x", encoding="ascii") as own:
            new.chmod(0o600)
            own.write(make())
        try:
            file.hardlink_to(new)  # never over one that is there
        except FileExistsError:
            pass
        except OSError:
            new.replace(file)  # a file system without such links
        new.unlink(missing_ok=True)
    return file.read_text(encoding="ascii").strip()
