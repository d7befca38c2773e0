"""The machine's clock jumps, and jumps back when it is set right."""

from typing import ClassVar

from ..inside import CLOCK
from ..scene import Scene
from .base import Fault


class Jump(Fault):
    by: ClassVar[tuple[float, float]]

    def inject(self, scene: Scene) -> None:
        scene.levers.pull(CLOCK, str(round(scene.rng.uniform(*self.by), 3)))

    def heal(self, scene: Scene) -> None:
        scene.levers.release(CLOCK)


class Forwards(Jump):
    name = "clock-forwards"
    means = "the desk's machines are up to four minutes ahead of Slack"
    by = (30.0, 240.0)


class Backwards(Jump):
    name = "clock-backwards"
    means = "the desk's machines are up to four minutes behind Slack"
    by = (-240.0, -30.0)


class FarAway(Jump):
    name = "clock-far"
    means = "the clock is half a day off, so that no signature is valid, and is set right"
    by = (-43_200.0, 43_200.0)


ALL = (Forwards, Backwards, FarAway)
