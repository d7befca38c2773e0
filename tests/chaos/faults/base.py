"""What a fault has to say about itself."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar

from ..databases import NAMES
from ..quiet import Looking
from ..scene import Scene
from ..tally import Tally


class Fault(ABC):
    """Comes and goes while people ask. Each run has one of its own, so it may remember what it did."""

    name: ClassVar[str]
    # What happens, for a list of them.
    means: ClassVar[str]
    databases: ClassVar[tuple[str, ...]] = NAMES
    shape: ClassVar[str] = "http"
    own_server: ClassVar[bool] = False
    small_disk: ClassVar[bool] = False
    settings: ClassVar[Mapping[str, str]] = {}
    # How long it stays, at least and at most, in seconds.
    stays: ClassVar[tuple[float, float]] = (1.0, 4.0)
    # So long after the last time everything has to be done: the README's table says the same.
    settles_within: ClassVar[float] = 90.0
    # Whether processes may end by themselves while it lasts.
    fells: ClassVar[bool] = False

    def prepare(self, scene: Scene) -> None:
        """Before anybody asks."""
        return

    @abstractmethod
    def inject(self, scene: Scene) -> None: ...

    @abstractmethod
    def heal(self, scene: Scene) -> None: ...

    def is_over(self, looking: Looking) -> bool:
        """Beside the quiet that every run ends with: whether what this fault has done is found out."""
        return True

    def afterwards(self, scene: Scene, looking: Looking) -> list[str]:
        """When all is quiet: what did not come true that this fault demands, each a sentence."""
        return []

    def judge(self, scene: Scene, tally: Tally) -> None:
        """Takes out of the reckoning what nobody can demand under this fault, and says so in its `means`."""
        return
