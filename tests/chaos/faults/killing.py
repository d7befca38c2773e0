"""`kill -9` of any process at random moments."""

import os
import random
import signal
from typing import ClassVar

from ..processes import DeskProcess
from ..scene import Scene
from .base import Fault


class Kill(Fault):
    """One process, and half of the time its children with it."""

    command: ClassVar[str]
    stays = (0.0, 3.0)

    def __init__(self) -> None:
        self._down: list[DeskProcess] = []

    def inject(self, scene: Scene) -> None:
        victim = scene.rng.choice(self._victims(scene))
        victim.kill(family=scene.rng.random() < 0.5)
        self._down.append(victim)

    def _victims(self, scene: Scene) -> list[DeskProcess]:
        return [process for process in scene.processes if process.command == self.command]

    def heal(self, scene: Scene) -> None:
        for victim in self._down:
            victim.start()
        self._down.clear()


class KillWeb(Kill):
    name = "kill-web"
    means = "kill -9 of the web process"
    command = "web"
    databases = ("postgresql",)


class KillWorker(Kill):
    name = "kill-worker"
    means = "kill -9 of one of two workers, which stays away for a while"
    command = "worker"
    databases = ("postgresql",)
    stays = (0.0, 12.0)


class KillSocket(Kill):
    name = "kill-socket"
    means = "kill -9 of the process that holds the websocket"
    shape = "socket"
    command = "socket"

    def _victims(self, scene: Scene) -> list[DeskProcess]:
        return [process for process in scene.processes if process.command in ("socket", "up")]


class KillUp(Kill):
    name = "kill-up"
    means = "kill -9 of the whole desk in one process"
    shape = "one"
    command = "up"


class KillAll(Kill):
    name = "kill-all"
    means = "the machine is lost: every process at once"

    def inject(self, scene: Scene) -> None:
        for process in scene.processes:
            process.kill(family=True)
        self._down = list(scene.processes)


class Freeze(Fault):
    """Stopped and continued: a process that was long not scheduled believes that no time has passed."""

    name = "freeze"
    means = "a worker (or the whole desk) stands still for up to 20 s, is taken for dead, and goes on"
    stays = (3.0, 20.0)

    def __init__(self) -> None:
        self._frozen: list[int] = []

    def inject(self, scene: Scene) -> None:
        workers = [p for p in scene.processes if p.command in ("worker", "up") and p.pid]
        pid = random.Random(scene.rng.random()).choice(workers).pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        self._frozen.append(pid)

    def heal(self, scene: Scene) -> None:
        for pid in self._frozen:
            os.kill(pid, signal.SIGCONT)
        self._frozen.clear()
