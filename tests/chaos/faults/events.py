"""Events come twice, late, and in another order than things happened."""

import threading

from ..scene import Scene
from .base import Fault


class Jumbled(Fault):
    name = "events"
    means = "events are up to six seconds late, in any order, and come again up to ten times"
    stays = (5.0, 10.0)

    def __init__(self) -> None:
        self._over = threading.Event()

    def inject(self, scene: Scene) -> None:
        rng = scene.rng
        scene.local.delivery.delay = lambda _event: rng.choice((0.0, 0.0, rng.uniform(0.0, 6.0)))
        self._over.clear()
        threading.Thread(target=self._again, args=(scene,), daemon=True, name="events again").start()

    def _again(self, scene: Scene) -> None:
        while not self._over.wait(0.5):
            scene.local.redeliver_last(10)

    def heal(self, scene: Scene) -> None:
        self._over.set()
        scene.local.delivery.delay = lambda _event: 0.0


ALL = (Jumbled,)
