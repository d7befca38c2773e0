"""How a person's labels agree with those of colleagues and with the champion: to find a hand that went astray.

It is a help to that person and a signal to ask again, never a ranking. So it is built that way: `own` tells one person
their own figures; `astray`, which is for everybody else, counts people and knows no name.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from triage.classifier.outlook import Outlook

# Measured on ticket and question sets: a hand that is wrong half of the time is found with twenty labels in more than
# half of all cases and with forty in nine of ten, at less than one false alarm in a thousand.
FEWEST = 20
_LUCK = 0.002
# Careful people differ from each other this often, and from a champion that much more often than it expects.
_USUAL_AMONG_PEOPLE = 0.1
_SLACK = 1.2


@dataclass(frozen=True)
class Given:
    """One person's label of one message; `message` is its row in the champion's outlook."""

    message: int
    by: int
    said: str


@dataclass(frozen=True)
class Own:
    """For this person's eyes: of `labels` that can be compared, `differing` are unlike what others said."""

    labels: int
    differing: int
    expected: float
    messages: tuple[int, ...]

    @property
    def astray(self) -> bool:
        if self.labels < FEWEST:
            return False
        # The console's words name this module, and a desk that starts takes Slack's events before scipy is loaded.
        from scipy.stats import binom

        usual = min(1.0, _SLACK * self.expected / self.labels)
        return bool(binom.sf(self.differing - 1, self.labels, usual) < _LUCK)

    @property
    def sentence(self) -> str:
        if not self.labels:
            return "None of your labels can be compared yet."
        alike = self.labels - self.differing
        agree = "agrees" if alike == 1 else "agree"
        said = (
            f"{alike} of your {self.labels} labels {agree} with what colleagues said or the model would say."
        )
        if not self.astray:
            return said
        return f"{said} That is fewer than usual, so the review asks about some of them again. You alone see this."


@dataclass(frozen=True)
class Astray:
    """For admins: how many people's labels differ a lot, and the messages to ask about, whoever labelled them."""

    people: int
    messages: tuple[int, ...]

    @property
    def sentence(self) -> str:
        if not self.people:
            return "Nobody's labels differ much from the others'."
        whose = "1 person differ" if self.people == 1 else f"{self.people} people differ"
        return f"The labels of {whose} a lot; the review asks about them first."


def own(person_id: int, champion: Outlook, given: Sequence[Given]) -> Own:
    """`given` are the newest labels of everybody."""
    return _of_each(champion, given).get(person_id, Own(0, 0, 0.0, ()))


def astray(champion: Outlook, given: Sequence[Given]) -> Astray:
    found = [one for one in _of_each(champion, given).values() if one.astray]
    return Astray(len(found), tuple(sorted({message for one in found for message in one.messages})))


def _of_each(champion: Outlook, given: Sequence[Given]) -> Mapping[int, Own]:
    by_message: defaultdict[int, list[Given]] = defaultdict(list)
    for one in given:
        by_message[one.message].append(one)
    best, known = champion.best, set(champion.labels)
    usual: defaultdict[int, list[float]] = defaultdict(list)
    differing: defaultdict[int, list[int]] = defaultdict(list)
    for one in given:
        others = Counter(other.said for other in by_message[one.message] if other.by != one.by)
        if others:
            # A colleague knows better than the model; where colleagues are split, either is fine.
            unlike = others[one.said] * 2 < others.total()
            usual[one.by].append(_USUAL_AMONG_PEOPLE)
        elif one.said in known:
            unlike = best[one.message] != one.said
            usual[one.by].append(1.0 - float(champion.chances[one.message].max()))
        else:
            continue
        if unlike:
            differing[one.by].append(one.message)
    return {
        person: Own(len(often), len(differing[person]), sum(often), tuple(differing[person]))
        for person, often in usual.items()
    }
