"""The messages from which the desk learns how matters for a person sound, and the ordinary ones beside them."""

import json

from triage.classifier import sound, starter
from triage.classifier.rules import matter_for_a_person


def messages() -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Those for a person, all starter messages that are not, and near misses written for it."""
    lines = (starter.FOLDER / "person_first.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    personal = tuple(row["text"] for row in rows if row["matter"])
    near_misses = tuple(row["text"] for row in rows if not row["matter"])
    ordinary = tuple(
        example.text
        for example in starter.messages()
        if matter_for_a_person(sound.readable(example.text)) is None
    )
    return personal, ordinary, near_misses


def rebuild() -> sound.Sound:
    learned = sound.learn(*messages())
    sound.write(learned)
    return learned


def is_current() -> bool:
    return sound.shipped().learned_from == sound.digest(*messages())
