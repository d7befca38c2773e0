"""What is taken out before anything is learned or handed on, and what has to stay readable."""

import pytest

from kb.text import clean, redact

SECRET = [
    # addresses
    ("mail ada.lovelace+x@example.co.uk now", "ada.lovelace"),
    ("schreib an müller@firma.de", "müller"),
    ("почта ivan@пример.рф", "ivan@"),
    ("<mailto:ada@example.com|ada@example.com>", "ada@"),
    ("https://user:pa55word@example.com/x", "pa55word"),
    # phones
    ("call +49 170 1234567", "1234567"),
    ("Tel. 030 123456-78", "123456"),
    ("+1 (415) 555-2671", "2671"),
    ("415-555-2671", "2671"),
    ("rappelle au 06 12 34 56 78", "34 56"),
    ("+81-3-1234-5678", "5678"),
    ("tel:+14155552671", "4155552671"),
    # cards and accounts
    ("card 4111 1111 1111 1111", "4111"),
    ("5500-0000-0000-0004", "5500"),
    ("3782 822463 10005", "3782"),
    ("IBAN DE89 3704 0044 0532 0130 00", "3704"),
    ("GB82WEST12345698765432", "WEST"),
    # tokens and keys
    ("xoxb-123456789012-abcdefGHIJKL", "abcdefGHIJKL"),
    ("xoxe.xoxp-1-Mi0yLTEyMzQ1Njc4OTAtMTIzNDU2", "Mi0y"),
    ("xapp-1-A0123456-1234567890-abcdef", "A0123456"),
    ("AKIAIOSFODNN7EXAMPLE", "IOSFODNN"),
    ("aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "wJalr"),
    ("ghp_16C7e42F292c6912E7710c838347Ae178B4a", "16C7"),
    ("sk-ant-api03-abcdefghijkl-mnop", "api03"),
    ("sk_live_4eC39HqLyjWDarjtT1zdp7dc", "4eC39"),
    ("npm_abcdefghijklmnopqrstuvwxyz0123456789", "abcdef"),
    ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N", "dozj"),
    ("-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----", "MIIE"),
    ("-----BEGIN PGP PRIVATE KEY BLOCK-----\nlQOYBF\n-----END PGP PRIVATE KEY BLOCK-----", "lQOY"),
    ("-----BEGIN OPENSSH PRIVATE KEY----- b3BlbnNzaC1r cut off", "b3Bl"),
    ("post to https://hooks.slack.com/services/T000/B000/XXXXXXXX", "XXXXXXXX"),
    ("Authorization: Bearer abcdef1234567890", "abcdef12"),
    ("from 192.168.178.20:8080 and 2001:db8::8a2e:370:7334", "192.168"),
    # passwords, as people write them
    ("password: hunter2!", "hunter2"),
    ("my pw is Winter2024", "Winter"),
    ("das Passwort ist Geheim123", "Geheim"),
    ("Kennwort: Katze99", "Katze"),
    ("mot de passe : Soleil2024!", "Soleil"),
    ("contraseña: Perro123", "Perro"),
    ("la clave es Gato2024", "Gato"),
    ("senha: gato1234", "gato"),
    ("hasło: kotek123", "kotek"),
    ("пароль: котик123", "котик"),
    ("パスワード：neko1234", "neko"),
    ("密码：abc12345", "abc12345"),
    ("비밀번호: goyangi12", "goyangi"),
    ("كلمة المرور: qitta123", "qitta"),
]

READABLE = [
    "ticket 10234 is open since 2027-03-02 10:30",
    "error 0x80070005 and ORA-12154, -2147467259",
    "stop code 0x000000000000007B",
    "Windows 11 24H2 build 26100.1742, KB5034441",
    "Chrome 126.0.6478.127",
    "version 10.0.19045 does not start",
    "order 4711-0815 of INC0012345, ABC-12345",
    "it costs 1,234,567.89 EUR for 10 000 000 rows",
    "the password is expired!",
    "my token is invalid",
    "das Passwort ist abgelaufen",
    "le mot de passe est refusé",
    "пароль не работает",
    "パスワードを忘れました",
    "the PIN pad is broken, pin the tab",
    "scikit-learn 1.5 and sk-learn do not install",
    "HTTP 404 and 503 on port 8080",
    "open from 0800 to 1700",
    "timestamp 1803981600.000100",
    "MAC 00:1A:2B:3C:4D:5E of HP-LJ-4250",
]


@pytest.mark.parametrize(("text", "secret"), SECRET)
def test_nobody_reads_it_afterwards(text: str, secret: str) -> None:
    assert secret not in redact(text)
    assert secret.casefold() not in redact(clean(text)).casefold(), "as it is learned from"


@pytest.mark.parametrize("text", READABLE)
def test_what_tells_about_the_matter_stays(text: str) -> None:
    assert redact(text) == text


def test_twice_is_as_good_as_once() -> None:
    for text, _ in SECRET:
        assert redact(redact(text)) == redact(text)
