"""What is asked of a measured desk, by whom and where."""

import json
from functools import cache
from importlib.resources import files

DESK_CHANNEL = "CDESK"
# Slack lets an app post about once a second in each, and a company has many.
CHANNELS = tuple(f"CHELP{number:03d}" for number in range(100))
PEOPLE = tuple(f"U{number:05d}" for number in range(200))
_SHORTEST = 25


@cache
def question_texts() -> list[str]:
    """The starter model's own messages: everyday questions of an office."""
    file = files("triage.classifier.starter") / "messages.jsonl"
    texts = [json.loads(line)["text"] for line in file.read_text(encoding="utf-8").splitlines()]
    return [text for text in texts if len(text) > _SHORTEST]
