"""The same question as people really send it: with typos, Slack's markup, a greeting, a signature, quotes, logs."""

import random
import re
from collections.abc import Callable, Mapping

Disturb = Callable[[str, random.Random], str]

_NEIGHBOURS = {
    **dict(
        zip("qwertyuiop", ("wa", "qes", "wrd", "etf", "ryg", "tuh", "yij", "uok", "ipl", "ol"), strict=True)
    ),
    **dict(zip("asdfghjkl", ("qsz", "awd", "sef", "drg", "fth", "gyj", "huk", "jil", "kop"), strict=True)),
    **dict(zip("zxcvbnm", ("xa", "zcs", "xvd", "cbf", "vng", "bmh", "nj"), strict=True)),
}
_SHARE_OF_TYPOS = 0.05
_NAMES = ("Marta Lindholm", "Jorge Paz", "Aino Virta", "Tunde Bello", "Chloé Martin", "Wei Chen")
_ROLES = ("Senior Controller", "Team Lead Logistics", "Student Services", "Head of Purchasing", "Apprentice")


def typos(text: str, chance: random.Random) -> str:
    """One letter in twenty: a neighbouring key, a letter too many, too few, or two swapped."""
    signs = list(text)
    for at, sign in enumerate(signs):
        if sign.lower() not in _NEIGHBOURS or chance.random() >= _SHARE_OF_TYPOS:
            continue
        kind = chance.randrange(4)
        if kind == 0:
            signs[at] = chance.choice(_NEIGHBOURS[sign.lower()])
        elif kind == 1:
            signs[at] = ""
        elif kind == 2:
            signs[at] = sign * 2
        elif at + 1 < len(signs):
            signs[at], signs[at + 1] = signs[at + 1], sign
    return "".join(signs)


def markup(text: str, chance: random.Random) -> str:
    words = text.split(" ")
    at = chance.randrange(len(words))
    if words[at].isalnum():
        words[at] = chance.choice(("*{}*", "_{}_", "`{}`")).format(words[at])
    return (
        f"<@U02AB3CD4> {' '.join(words)} {chance.choice((':disappointed:', ':pray:', '<!here>', ':fire:'))}"
    )


def greeting(text: str, chance: random.Random) -> str:
    hello = chance.choice(
        (
            "Hi all,\n\n",
            "Good morning dear IT team, hope you are doing well! ",
            "Hello, sorry to bother you again. ",
            "hey there :wave: quick question: ",
            "Dear support,\nI hope this message finds you well.\n\n",
        )
    )
    return hello + text


def signature(text: str, chance: random.Random) -> str:
    name, role = chance.choice(_NAMES), chance.choice(_ROLES)
    return text + chance.choice(
        (
            f"\n\nBest regards,\n{name}\n{role} | Northwind Ltd\nTel. +44 20 7946 0{chance.randrange(100, 999)}",
            f"\n\nThanks in advance,\n{name.split()[0]}",
            f"\n\n--\n{name}\n{role}, Building C, Room {chance.randrange(100, 400)}\nwww.northwind.example",
            f"\nMany thanks and kind regards\n{name}\n\nSent from my iPhone",
            f"\n\nKind regards\n\n{name}\n{role}\nThis e-mail is confidential. If you are not the intended recipient, "
            "please delete it and inform the sender.",
        )
    )


def quoted(text: str, chance: random.Random) -> str:
    return text + chance.choice(
        (
            "\n\n> Reminder: the canteen closes at 14:00 today\n> and the car park will be resurfaced",
            "\n\nOn Mon, 1 Mar 2027 at 09:12, Facilities <fm@northwind.example> wrote:\n> The lift is out of order.\n"
            "> Please use the stairs.",
            "\n\n-----Original Message-----\nFrom: Newsletter <news@northwind.example>\nSent: Monday\n"
            "Subject: Our week\n\nThe summer party is on Friday.",
        )
    )


def log(text: str, chance: random.Random) -> str:
    lines = [
        f"2027-03-02 10:{minute:02}:17,{chance.randrange(1000):03} {level} [worker-{chance.randrange(9)}] "
        f"com.acme.core.Engine - {what}"
        for minute, (level, what) in enumerate(
            [("INFO", "starting cycle"), ("DEBUG", "cache warm, 312 entries"), ("INFO", "heartbeat ok")] * 4
        )
    ]
    return f"{text}\n```{chr(10).join(lines)}```"


def languages(text: str, chance: random.Random) -> str:
    before, after = chance.choice(
        (
            ("Hallo zusammen, ", " Vielen Dank und viele Grüße"),
            ("Bonjour à tous, ", " Merci beaucoup d'avance, cordialement"),
            ("Buenos días, ", " Muchas gracias y saludos"),
            ("Guten Morgen, kurze Frage: ", " Danke schon mal!"),
            ("Bom dia, ", " Muito obrigado"),
        )
    )
    return before + text + ("" if re.search(r"[.!?]\s*$", text) else ".") + after


def shouting(text: str, chance: random.Random) -> str:
    return text.upper() + chance.choice(("!!!", "", "!!"))


def bare(text: str, chance: random.Random) -> str:
    """All small and without a sign, as typed on a phone."""
    return " ".join(re.sub(r"[.,;:!?\"“”]+(?=\s|$)", " ", text).lower().split())


ALL: Mapping[str, Disturb] = {
    "typos": typos,
    "Slack markup": markup,
    "greeting": greeting,
    "signature": signature,
    "quoted text": quoted,
    "pasted log": log,
    "mixed languages": languages,
    "capitals": shouting,
    "no punctuation": bare,
}


def disturbed(kind: str, text: str, *, seed: int = 7) -> str:
    return ALL[kind](text, random.Random(f"{seed}:{kind}:{text}"))
