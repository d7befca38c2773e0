"""Takes personal and secret things out of text before it is kept, learned from or shown to others."""

import re
from ipaddress import ip_address

EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
UUID = re.compile(r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b", re.IGNORECASE)
# At least one digit and one letter; an error code such as 0x000000000000007B is no secret.
LONG_HEX = re.compile(r"\b(?!0x)(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{16,}\b", re.IGNORECASE)

_TOKEN = re.compile(
    r"\b(?:xox[a-z](?:\.xox[a-z])?-[\w-]{8,}|xapp-[\w-]{8,}|gh[a-z]_\w{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}"
    r"|npm_\w{20,}|hvs\.[\w-]{16,}|sk-[\w-]{16,}|[sr]k_(?:live|test)_\w{8,}|(?:AKIA|ASIA)[A-Z0-9]{12,}|AIza[\w-]{30,}"
    r"|eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?)"
)
# Whoever knows such an address may write in a channel.
_WEBHOOK = re.compile(r"\bhooks\.slack\.com/(?:services|workflows|triggers)/[\w/-]+")
_BEARER = re.compile(r"\b(bearer\s+)[\w.~+/=-]{8,}", re.IGNORECASE)
_PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----|\Z)",
    re.DOTALL,
)
# What people call a secret, in the languages that desks were asked in most.
_SECRET = (
    r"pass(?:word|code|phrase|wd)?|pwd|pw|pin|secret|token|(?:api|access|account|secret)[ _-]?key"
    r"|passwort|kennwort|zugangscode|mot de passe|mdp|contraseña|contrasena|clave|senha|palavra-passe|parola"
    r"|wachtwoord|lösenord|passord|adgangskode|salasana|heslo|jelszó|hasło|şifre|sifre|пароль|κωδικός"
    r"|mật khẩu|kata sandi|รหัสผ่าน|पासवर्ड|كلمة المرور|كلمة السر|סיסמה|סיסמא|비밀번호|パスワード|暗証番号|密码|密碼|口令"
)
# Looked for first, because that costs little: the beginnings of those words.
_SPOKEN_OF = tuple(
    "pass pwd pw pin secret token key kennwort zugangscode mdp contrase clave senha parola wachtwoord lösenord"
    " adgangskode salasana heslo jelszó hasło şifre sifre пароль κωδικ mật kata รหัสผ่าน पासवर्ड كلمة סיסמ"
    " 비밀번호 パスワード 暗証番号 密码 密碼 口令".casefold().split()
)
_DIGIT = re.compile(r"\d")
# “password is hunter2” but not “password is expired!”: a secret holds a digit, or a sign that does not end it.
_PASSWORD = re.compile(
    rf"(?<![^\W_])((?:{_SECRET})\s*(?:[:=：]\s*|\b(?:is|ist|lautet|est|es|é|jest|är|er|è|это|adalah|là)\s*:?\s+|は|是))"
    r"((?!\[)(?=\S*\d|\S*[!@#$%^&*]\w)[^\s,;]{4,})",
    re.IGNORECASE,
)
_CARD = re.compile(r"(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-])")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b")
_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\w)")
_IPV6 = re.compile(r"(?<![\w:.])(?=[0-9a-f:]*:[0-9a-f:]*:)[0-9a-f:]{6,39}(?![\w:])", re.IGNORECASE)
_PHONE = re.compile(
    r"(?:(?<![\w.:/-])|(?<=\btel:))(?:(?:\+\d{1,3}[ .()/-]*|\(\d{2,5}\)[ .-]?|0(?=\d))\d(?:[ .()/-]{0,2}\d){5,13}"
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
    text = _without_keys(text)
    if "@" in text:
        text = EMAIL.sub("[e-mail]", text)
    # Most of what people write holds no number at all, and each look costs.
    if not _DIGIT.search(text):
        return _IPV6.sub(_ip, text) if "::" in text else text
    text = UUID.sub("[id]", text)
    text = LONG_HEX.sub("[key]", text)
    text = _IBAN.sub("[account]", text)
    text = _CARD.sub(_card, text)
    text = _IPV4.sub(_ip, text)
    if text.count(":") > 1:
        text = _IPV6.sub(_ip, text)
    return _PHONE.sub("[phone]", text)


def _without_keys(text: str) -> str:
    if "-----BEGIN" in text:
        text = _PRIVATE_KEY.sub("[key]", text)
    text = _TOKEN.sub("[key]", text)
    if "hooks.slack" in text:
        text = _WEBHOOK.sub("[key]", text)
    folded = text.casefold()
    if "bearer" in folded:
        text = _BEARER.sub(r"\1[key]", text)
    if any(word in folded for word in _SPOKEN_OF):
        text = _PASSWORD.sub(r"\1[secret]", text)
    return text


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
