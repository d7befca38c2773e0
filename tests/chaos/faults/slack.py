"""Bad days at Slack."""

from typing import ClassVar

from bot.playground.faults import Fault as BadDay

from ..processes import DeskProcess
from ..quiet import Looking
from ..scene import Scene
from .base import Fault
from .killing import Kill


class Down(Fault):
    name = "slack-down"
    means = "Slack's API takes no connections"
    stays = (3.0, 8.0)

    def inject(self, scene: Scene) -> None:
        scene.front.shut()

    def heal(self, scene: Scene) -> None:
        scene.front.open()


class Standing(Fault):
    """For a while, each call or a share of them goes wrong in one way."""

    days: ClassVar[tuple[tuple[str, BadDay, float], ...]]

    def inject(self, scene: Scene) -> None:
        scene.local.faults.chance.seed(scene.rng.random())
        for method, day, share in self.days:
            scene.local.faults.stand(method, day, share=share)

    def heal(self, scene: Scene) -> None:
        scene.local.faults.clear()


class Slow(Standing):
    name = "slack-slow"
    means = "calls take four seconds"
    days = (("*", BadDay(slow=4.0), 0.8),)
    stays = (5.0, 10.0)


class Storm(Standing):
    name = "slack-429"
    means = "nine calls in ten, of any method, are told to wait"
    days = (("*", BadDay(rate_limited=2), 0.9),)
    stays = (3.0, 10.0)


class ErrorAfterDoing(Standing):
    name = "slack-500-after"
    means = "calls are carried out and answered with 500"
    days = (("*", BadDay(http_status=500, after_doing=True), 0.7),)


class HangUpAfterDoing(Standing):
    name = "slack-reset-after"
    means = "calls are carried out and the line is cut instead of an answer"
    days = (("*", BadDay(drop=True, after_doing=True), 0.7),)


class TimeoutAfterDoing(Standing):
    name = "slack-timeout-after"
    means = "calls are carried out and not answered in the ten seconds that the desk waits"
    days = (("chat.postMessage", BadDay(slow=11.0, after_doing=True), 0.7),)
    stays = (3.0, 6.0)


class ErrorBeforeDoing(Standing):
    name = "slack-500"
    means = "calls are answered with 500, or the line is cut, and nothing is done"
    days = (("*", BadDay(http_status=503), 0.5), ("chat.postMessage", BadDay(drop=True), 0.7))


class Loses(Standing):
    """Nobody can know it at once: what did not come back is looked for after half a minute, and again after another."""

    name = "slack-loses"
    means = "half of the messages are answered with 200 and lost; within three minutes each has to be there"
    days = (("chat.postMessage", BadDay(lost=True), 0.5),)
    settles_within = 180.0

    def is_over(self, looking: Looking) -> bool:
        return looking.all_seen()


class _KillAny(Kill):
    def _victims(self, scene: Scene) -> list[DeskProcess]:
        return scene.processes


class LosesAndKills(Loses):
    """Whoever heard what came back may be gone before it was written down, and whoever was about to look, too."""

    name = "slack-loses-kill"
    means = "the same while a process is killed; each has to be there within five minutes"
    settles_within = 300.0

    def __init__(self) -> None:
        self._killing = _KillAny()

    def inject(self, scene: Scene) -> None:
        super().inject(scene)
        self._killing.inject(scene)

    def heal(self, scene: Scene) -> None:
        super().heal(scene)
        self._killing.heal(scene)


ALL = (
    Down,
    Slow,
    Storm,
    ErrorBeforeDoing,
    ErrorAfterDoing,
    HangUpAfterDoing,
    TimeoutAfterDoing,
    Loses,
    LosesAndKills,
)
