"""YAML as a tree that knows its lines. Tags construct nothing; what could multiply or go too deep is refused."""

import math
from typing import Any

import yaml
from yaml import MappingNode, Node, ScalarNode, SequenceNode

from triage.oncall.exchange.document import FileRefused, Path, Wrong

MOST_CHARACTERS = 300_000
_DEEPEST = 12
_PLAIN = frozenset(
    f"tag:yaml.org,2002:{kind}"
    for kind in ("str", "int", "float", "bool", "null", "timestamp", "seq", "map", "value")
)
_NULL = "tag:yaml.org,2002:null"


class _Refused(yaml.YAMLError):
    def __init__(self, line: int, what: str, remedy: str) -> None:
        super().__init__(what)
        self.wrong = Wrong(line, what, remedy)


class _Loader(yaml.SafeLoader):
    """Composes nodes only. Aliases are refused before they can multiply, depth before Python runs out of stack."""

    depth = 0

    def compose_node(self, parent: Node | None, index: Any) -> Node | None:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            raise _Refused(line, f"“*{event.anchor}” points at another part of the file", "Write it out here")
        if self.depth >= _DEEPEST:
            raise _Refused(line, "This is nested too deeply", "Look at an export for the shape of the file")
        self.depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1


def compose(text: str) -> Node:
    """The tree of a text. Raises `FileRefused`, and nothing else."""
    if len(text) > MOST_CHARACTERS:
        raise FileRefused([Wrong(0, f"The file is longer than {MOST_CHARACTERS} characters", "Split it")])
    try:
        # The loader's base class reads the text at once, and refuses what cannot be printed.
        root: Node | None = yaml.compose(text, Loader=_Loader)
    except _Refused as refused:
        raise FileRefused([refused.wrong]) from None
    except yaml.MarkedYAMLError as broken:
        raise FileRefused([_unreadable(broken)]) from None
    except yaml.reader.ReaderError as broken:
        line = text.count("\n", 0, broken.position) + 1
        raise FileRefused(
            [Wrong(line, "There is a character that no text file holds", "Remove it")]
        ) from None
    except (yaml.YAMLError, ValueError, RecursionError) as broken:
        raise FileRefused([Wrong(0, f"This is not YAML ({type(broken).__name__})", _SHAPE)]) from None
    if root is None:
        raise FileRefused([Wrong(0, "The file is empty", _SHAPE)])
    return root


_SHAPE = "evenhand oncall export shows what such a file looks like"


def _unreadable(broken: yaml.MarkedYAMLError) -> Wrong:
    """Where to look, in words of people: what the parser expected helps nobody."""
    ended = any(words in (broken.problem or "") for words in ("stream end", "end of stream"))
    mark = (ended and broken.context_mark) or broken.problem_mark or broken.context_mark
    line = mark.line + 1 if mark else 0
    if ended:
        return Wrong(line, "This is not YAML: what opens here is never closed", "Look for a quote or bracket")
    return Wrong(
        line, "This is not YAML: it cannot be read from here on", "Check quotes, colons and indentation"
    )


class Reading:
    """Collects what is wrong while a tree is read, so that all of it is told at once."""

    def __init__(self) -> None:
        self.wrong: list[Wrong] = []
        self.lines: dict[Path, int] = {}

    def refuse(self, node: Node, what: str, remedy: str = "") -> None:
        self.wrong.append(Wrong(line_of(node), what, remedy))

    def mapping(self, node: Node, path: Path, keys: tuple[str, ...], what: str) -> dict[str, Node]:
        """The values by key, without those left empty. A key that is unknown or comes twice is wrong."""
        self.lines[path] = line_of(node)
        if not isinstance(node, MappingNode) or node.tag not in _PLAIN:
            self.refuse(node, f"{what} has to be lines of “key: value”", f"Keys: {', '.join(keys)}")
            return {}
        found: dict[str, Node] = {}
        for key_node, value in node.value:
            key = key_node.value if isinstance(key_node, ScalarNode) else ""
            if key not in keys:
                self.refuse(key_node, f"Unknown key “{shortened(key)}”", f"Keys here: {', '.join(keys)}")
            elif key in found:
                self.refuse(key_node, f"“{key}” stands here twice", "Keep one of them")
            else:
                self.lines[(*path, key)] = line_of(value)
                found[key] = value
        return {key: value for key, value in found.items() if not is_empty(value)}

    def sequence(self, node: Node | None, path: Path, what: str) -> list[Node]:
        if node is None:
            return []
        self.lines[path] = line_of(node)
        if not isinstance(node, SequenceNode) or node.tag not in _PLAIN:
            self.refuse(node, f"{what} has to be a list", "Put each on a line of its own, after “- ”")
            return []
        for position, item in enumerate(node.value):
            self.lines[(*path, position)] = line_of(item)
        return list(node.value)

    def text(self, node: Node, what: str) -> str | None:
        if isinstance(node, ScalarNode) and node.tag in _PLAIN and not is_empty(node):
            return str(node.value)
        self.refuse(node, f"{what} has to be one piece of text", "Write it on one line")
        return None

    def whole_number(self, node: Node, what: str, *, least: int, most: int) -> int | None:
        text = self.text(node, what)
        if text is None:
            return None
        if (
            text.isascii()
            and text.removeprefix("-").isdigit()
            and len(text) < 12
            and least <= int(text) <= most
        ):
            return int(text)
        self.refuse(node, f"{what} is “{shortened(text)}”", f"Give a whole number from {least} to {most}")
        return None


def line_of(node: Node) -> int:
    return int(node.start_mark.line) + 1


def is_empty(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.tag == _NULL


def shortened(text: str, most: int = 60) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= most else one_line[: most - 1] + "…"


def quoted(text: str) -> str:
    """A scalar as YAML reads it back: bare where that is safe, else in double quotes."""
    bare = text.replace(" ", "x").replace("-", "x").replace("_", "x")
    if bare.isascii() and bare.isalnum() and text[0].isalpha() and text == text.strip():
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        if isinstance(node, ScalarNode) and node.tag != _NULL:
            return text
    written: str = yaml.dump(
        text, Dumper=yaml.SafeDumper, default_style='"', allow_unicode=True, width=math.inf
    )
    return written.rstrip("\n")
