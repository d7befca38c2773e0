"""Seals what may not be read by whoever gets hold of the database: the tokens of workspaces.

Fernet seals with the first key and opens with any of them, so a key is exchanged in three steps: put the new one in
front, seal everything again (`evenhand workspace reseal`), take the old one away.
"""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class SealBroken(Exception):
    """None of the keys opens it: a key is missing, or somebody changed what was stored."""

    def __init__(self) -> None:
        super().__init__("none of the keys in EVENHAND_ENCRYPTION_KEYS opens what is stored")


class BadKey(ValueError):
    """Not a Fernet key."""


class Sealer:
    """The keys, newest first. Their repr tells nothing."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise BadKey("no key to seal with")
        self._newest, *_ = fernets = [_fernet(key) for key in keys]
        self._all = MultiFernet(fernets)

    def seal(self, text: str) -> str:
        return self._all.encrypt(text.encode()).decode("ascii")

    def open(self, sealed: str) -> str:
        """Raises `SealBroken`."""
        try:
            return self._all.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise SealBroken from None

    def by_newest(self, sealed: str) -> bool:
        """Whether the newest key alone opens it."""
        try:
            self._newest.decrypt(sealed.encode())
        except InvalidToken:
            return False
        return True


def new_key() -> str:
    return Fernet.generate_key().decode("ascii")


def _fernet(key: str) -> Fernet:
    try:
        return Fernet(key)
    except (ValueError, TypeError):
        # The key itself is never repeated.
        raise BadKey("not a key of 32 random bytes in URL-safe base64") from None
