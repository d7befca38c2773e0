"""One bad day after the other, whichever comes: for a short run that has to see much."""

from typing import ClassVar

from ..scene import Scene
from .base import Fault
from .events import Jumbled
from .killing import KillUp
from .slack import Down, ErrorAfterDoing, HangUpAfterDoing, Storm
from .storage import Locked


class Mixed(Fault):
    name = "mixed"
    means = "any of several faults, in an order that the seed decides"
    shape = "one"
    stays = (1.0, 2.0)
    kinds: ClassVar[tuple[type[Fault], ...]] = (
        Down,
        Storm,
        ErrorAfterDoing,
        HangUpAfterDoing,
        Locked,
        Jumbled,
        KillUp,
    )

    def __init__(self) -> None:
        self._left: list[type[Fault]] = []
        self._now: Fault | None = None

    def inject(self, scene: Scene) -> None:
        if not self._left:
            self._left = scene.rng.sample(self.kinds, len(self.kinds))
        self._now = self._left.pop()()
        self._now.inject(scene)

    def heal(self, scene: Scene) -> None:
        if self._now is not None:
            self._now.heal(scene)
        self._now = None
