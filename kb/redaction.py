"""Takes personal and secret things out of text before it is kept, learned from or shown to others."""

import re
from ipaddress import ip_address

EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
UUID = re.compile(r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b", re.IGNORECASE)
# At least one digit and one letter; an error code such as 0x000000000000007B is no secret.
LONG_HEX = re.compile(r"\b(?!0x)(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{16,}\b", re.IGNORECASE)

_TOKEN = re.compile(
    r"\b(?:xox[a-z]-[\w-]{8,}|xapp-[\w-]{8,}|gh[a-z]_\w{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|sk-[\w-]{16,}"
    r"|(?:AKIA|ASIA)[A-Z0-9]{12,}|AIza[\w-]{30,}|eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?)"
)
_BEARER = re.compile(r"\b(bearer\s+)[\w.~+/=-]{8,}", re.IGNORECASE)
_PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL
)
# “password is hunter2” but not “password is expired”: a secret holds a digit or sign.
_PASSWORD = re.compile(
    r"\b((?:pass(?:word|code|phrase|wd)?|pwd|pin|secret|api[ _-]?key|token)\s*(?:[:=]\s*|\bis\s*:?\s+))"
    r"((?!\[)(?=[^\s]*[\d!@#$%^&*])[^\s,;]{4,})",
    re.IGNORECASE,
)
_CARD = re.compile(r"(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-])")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b")
_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\w)")
_IPV6 = re.compile(r"(?<![\w:.])(?=[0-9a-f:]*:[0-9a-f:]*:)[0-9a-f:]{6,39}(?![\w:])", re.IGNORECASE)
_PHONE = re.compile(
    r"(?<![\w.:/-])(?:(?:\+\d{1,3}[ .()/-]*|\(\d{2,5}\)[ .-]?|0(?=\d))\d(?:[ .()/-]{0,2}\d){5,13}"
    r"|\d{3}[ .-]\d{3}[ .-]\d{4})(?![\w-])"
)


def redact_secrets(text: str) -> str:
    """The text without keys, tokens and e-mail addresses, where numbers and ids are to stay readable."""
    text = _PRIVATE_KEY.sub("[key]", text)
    text = _TOKEN.sub("[token]", text)
    text = _BEARER.sub(r"\1[token]", text)
    return EMAIL.sub("[e-mail]", text)


def redact(text: str) -> str:
    """The text with e-mail addresses, phone and card numbers, keys, passwords and IP addresses only named."""
    text = _PRIVATE_KEY.sub("[key]", text)
    text = _TOKEN.sub("[key]", text)
    text = _BEARER.sub(r"\1[key]", text)
    text = _PASSWORD.sub(r"\1[secret]", text)
    text = EMAIL.sub("[e-mail]", text)
    text = UUID.sub("[id]", text)
    text = LONG_HEX.sub("[key]", text)
    text = _IBAN.sub("[account]", text)
    text = _CARD.sub(_card, text)
    text = _IPV4.sub(_ip, text)
    text = _IPV6.sub(_ip, text)
    return _PHONE.sub("[phone]", text)


def _card(found: re.Match[str]) -> str:
    digits = [int(sign) for sign in found.group() if sign.isdigit()]
    # Luhn's check keeps order and serial numbers readable.
    doubled = [
        digit if at % 2 == 0 else digit * 2 - 9 * (digit > 4) for at, digit in enumerate(reversed(digits))
    ]
    return "[card]" if sum(doubled) % 10 == 0 else found.group()


def _ip(found: re.Match[str]) -> str:
    try:
        ip_address(found.group())
    except ValueError:
        return found.group()
    return "[ip]"
