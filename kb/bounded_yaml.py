"""YAML as people write it in a head of a file: no reference that could multiply, and no deeper than anybody nests."""

from typing import Any

import yaml

_DEEPEST = 20


class _Bounded:
    _depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event: Any = self.peek_event()  # type: ignore[attr-defined]
        where: Any = event.start_mark
        if isinstance(event, yaml.AliasEvent):
            # A few lines of references to references unpack to more than any machine holds.
            raise yaml.composer.ComposerError(None, None, "it refers to another part of itself", where)
        if self._depth >= _DEEPEST:
            raise yaml.composer.ComposerError(None, None, "it is nested too deeply", where)
        self._depth += 1
        try:
            return super().compose_node(parent, index)  # type: ignore[misc]
        finally:
            self._depth -= 1


class TextLoader(_Bounded, yaml.BaseLoader):
    """Leaves every value as it was typed."""


class PlainLoader(_Bounded, yaml.SafeLoader):
    """Numbers, dates and booleans too."""
