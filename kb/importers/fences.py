"""Tells code between fences from the text around it, in one pass however often a fence is opened and never closed."""

import re


def around_code(text: str, opens: re.Pattern[str], closes: re.Pattern[str]) -> list[str]:
    """Text, code, text, …, which together are the whole. What is opened and never closed is text."""
    lines: list[tuple[int, int]] = []
    at = 0
    for line in text.split("\n"):
        lines.append((at, at + len(line)))
        at += len(line) + 1
    closing = [number for number, (start, end) in enumerate(lines) if closes.fullmatch(text, start, end)]
    parts: list[str] = []
    begin = number = nearest = 0
    while number < len(lines):
        start, end = lines[number]
        if opens.match(text, start, end):
            while nearest < len(closing) and closing[nearest] <= number:
                nearest += 1
            if nearest == len(closing):
                break
            number = closing[nearest]
            parts += [text[begin:start], text[start : lines[number][1]]]
            begin = lines[number][1]
        number += 1
    return [*parts, text[begin:]]
