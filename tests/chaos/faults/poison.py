"""Questions and jobs that break whoever touches them, and must not hold up the others."""

from typing import ClassVar

from bot.worker.failed import retry_work

from ..inside import KILLS, MARK, RAISES, SEARCH
from ..people import Asked
from ..quiet import Looking, wait_until
from ..scene import Scene
from .base import Fault

_EVERY = 10
_RETRIED_WITHIN = 60.0


class Poison(Fault):
    """Some of the questions carry a mark; the lever stays pulled until all is quiet."""

    lever: ClassVar[str]
    stays = (0.0, 0.0)
    # Whether the work is given up, and done when an admin tries again after the fault was mended.
    given_up: ClassVar[bool] = True

    def __init__(self) -> None:
        self._spoilt: list[Asked] = []

    def prepare(self, scene: Scene) -> None:
        scene.levers.pull(self.lever)
        for question in scene.asked[3::_EVERY]:
            question.text = f"{question.text} {MARK[self.lever]}"
            question.wants_person, question.adds = False, ()
            self._spoilt.append(question)

    def inject(self, scene: Scene) -> None:
        return

    def heal(self, scene: Scene) -> None:
        return

    def afterwards(self, scene: Scene, looking: Looking) -> list[str]:
        given_up = looking.given_up()
        scene.levers.release(self.lever)
        expected = len(self._spoilt) if self.given_up else 0
        if len(given_up) != expected:
            return [f"{len(given_up)} jobs were given up where {expected} were to be"]
        for work in given_up:
            retry_work(looking.jobs, work)
        wait_until(lambda: looking.quiet() and not looking.given_up(), _RETRIED_WITHIN)
        return []


class Question(Poison):
    name = "poison-question"
    means = "one question in ten breaks the program wherever it is acted on, until that is mended"
    lever = RAISES


class Search(Poison):
    name = "poison-search"
    means = "one question in ten breaks the search"
    lever = SEARCH
    given_up = False


class Job(Poison):
    name = "poison-job"
    means = "a question brings down whatever process acts on it"
    lever = KILLS
    fells = True
    settles_within = 180.0

    def prepare(self, scene: Scene) -> None:
        super().prepare(scene)
        for question in self._spoilt[1:]:
            question.text = question.text.removesuffix(f" {MARK[self.lever]}")
        self._spoilt = self._spoilt[:1]


_ODD = (
    "\u202eVPN \u0000\ufdd0 \ud83d\ude00\u200d\u0301" + "\u0301" * 200,
    "=cmd|' /C calc'!A0 <!channel> <@U0|x> <http://a|b> &lt;script&gt; {{7*7}} %s %n ${x}",
    "\u0928\u093f" * 900 + " printer",
    "x" * 39_000,
    "ﷺ" * 3_000 + " password",
    "\t\r\n\x0b\x0c\x1b[31m my screen is black \x7f\x85\u2028\u2029",
    "(" * 2_000 + " why does e-mail not work " + ")" * 2_000,
)


class Odd(Fault):
    name = "odd-texts"
    means = "questions of NUL characters, control signs, 39,000 letters, half emoji, and templates"
    stays = (0.0, 0.0)

    def prepare(self, scene: Scene) -> None:
        # Of a short run as many as there are.
        for question, text in zip(scene.asked[3::2], _ODD * 2, strict=False):
            question.text = f"{question.mark} {text}"

    def inject(self, scene: Scene) -> None:
        return

    def heal(self, scene: Scene) -> None:
        return


ALL = (Question, Search, Job, Odd)
