"""Questions that nothing answers, put together by what they are about, with a name each. Pure: values in, values out.

Two questions are near where they share telling words. Groups grow by average linkage: a question joins
where it is like the group on the whole, so that no chain of neighbours makes one great heap of everything. The same
questions make the same gaps, in whichever order they come.
"""

import heapq
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kb.text import clean, is_stop_word, stem, stems, tokens

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# A pair below this counts as not alike at all.
_LEAST_LIKE = 0.18
# Groups whose members are like each other by this much on average become one.
LINKAGE = 0.2
# Of each question's neighbours so many are looked at: enough to hold a group together, and quick for thousands.
_NEIGHBOURS = 30
_AT_ONCE = 256
_WORDS_IN_A_NAME = 3


@dataclass(frozen=True)
class Asked:
    """One question: whose it was, and how many minutes of an agent's work it cost."""

    key: int
    person: int
    text: str
    minutes: float = 0.0


@dataclass(frozen=True)
class Gap:
    """Questions about the same thing. The first key is the one that is most like all the others."""

    name: str
    keys: tuple[int, ...]
    people: int
    minutes: float


def gaps(questions: Iterable[Asked], *, least_people: int = 2, language: str = "en") -> list[Gap]:
    """Groups that at least so many distinct people asked; what cost agents most comes first."""
    asked = {question.key: question for question in sorted(questions, key=lambda one: one.key)}
    texts = {key: clean(question.text) for key, question in asked.items()}
    near = _neighbours(texts, language)
    groups = [group for group in _groups(near) if len({asked[key].person for key in group}) >= least_people]
    told = _Wording(texts, language)
    found = [
        Gap(
            name=told.name(group),
            keys=_central_first(group, near),
            people=len({asked[key].person for key in group}),
            minutes=round(sum(asked[key].minutes for key in group), 1),
        )
        for group in groups
    ]
    return sorted(found, key=lambda gap: (-gap.minutes, -gap.people, -len(gap.keys), min(gap.keys)))


_Near = dict[int, dict[int, float]]


def _neighbours(texts: dict[int, str], language: str) -> _Near:
    """Key → keys that are like it, with how much; the same both ways.

    Likeness is the cosine of two texts' stems, each weighted by how rare it is. All texts are compared with all, so
    they are read once here, unlike in `kb.likeness`, which answers for one text at a time.
    """
    keys = list(texts)
    read = [Counter(stems(text, language)) for text in texts.values()]
    held = Counter(term for counts in read for term in counts)
    numbers = {term: number for number, term in enumerate(held)}
    rare = {term: math.log((1 + len(keys)) / (1 + count)) + 1 for term, count in held.items()}
    weights = _rows(read, numbers, rare)
    near: _Near = {key: {} for key in keys}
    for start in range(0, len(keys), _AT_ONCE):
        likes = (weights[start : start + _AT_ONCE] @ weights.T).tocsr()
        for row in range(likes.shape[0]):
            here = slice(likes.indptr[row], likes.indptr[row + 1])
            for like, other in _nearest(likes.data[here], likes.indices[here], start + row):
                near[keys[start + row]][keys[other]] = near[keys[other]][keys[start + row]] = like
    return near


def _rows(read: Sequence[Counter[str]], numbers: dict[str, int], rare: dict[str, float]) -> "csr_matrix":
    """A row of unit length for each text."""
    from scipy.sparse import csr_matrix  # takes long to load, and only who looks for gaps needs it

    columns = [numbers[term] for counts in read for term in counts]
    weights = [(1 + math.log(count)) * rare[term] for counts in read for term, count in counts.items()]
    starts = np.cumsum([0, *(len(counts) for counts in read)])
    made = csr_matrix((weights, columns, starts), shape=(len(read), len(numbers)), dtype=np.float64)
    lengths = np.sqrt(np.asarray(made.multiply(made).sum(axis=1)).ravel())
    made.data /= np.repeat(np.maximum(lengths, 1e-9), np.diff(starts))
    return made


def _nearest(likes: NDArray[np.float64], others: NDArray[np.int32], me: int) -> list[tuple[float, int]]:
    kept = (likes >= _LEAST_LIKE) & (others != me)
    # Rounded before they are put in order: equal ones must not be told apart by the last bit of a sum.
    found = zip(np.round(likes[kept], 6).tolist(), others[kept].tolist(), strict=True)
    return heapq.nsmallest(_NEIGHBOURS, found, key=lambda one: (-one[0], one[1]))


def _groups(near: _Near) -> list[list[int]]:
    """Average linkage on what is near; a pair that is not counts as 0."""
    links = {key: dict(others) for key, others in near.items()}
    members = {key: [key] for key in near}
    heap = [(-like, a, b) for a, others in links.items() for b, like in others.items() if a < b]
    heapq.heapify(heap)
    while heap:
        like, a, b = heapq.heappop(heap)
        if -like < LINKAGE:
            break
        if a not in members or b not in members or links[a].get(b) != -like:
            continue  # one of them has grown or gone since
        _merge(links, members, a, b)
        for other, now in links[a].items():
            heapq.heappush(heap, (-now, min(a, other), max(a, other)))
    return [sorted(group) for group in members.values() if len(group) > 1]


def _merge(links: _Near, members: dict[int, list[int]], a: int, b: int) -> None:
    """`b` goes into `a`; their likeness to every other group is the mean over their members."""
    here, there = len(members[a]), len(members[b])
    of_a, of_b = links.pop(a), links.pop(b)
    joined = {
        other: round((here * of_a.get(other, 0.0) + there * of_b.get(other, 0.0)) / (here + there), 6)
        for other in {**of_a, **of_b}
        if other not in (a, b)
    }
    links[a] = joined
    members[a] += members.pop(b)
    for other, like in joined.items():
        links[other].pop(b, None)
        links[other][a] = like


def _central_first(group: Sequence[int], near: _Near) -> tuple[int, ...]:
    inside = set(group)
    how_like = {key: sum(like for other, like in near[key].items() if other in inside) for key in group}
    return tuple(sorted(group, key=lambda key: (-how_like[key], key)))


class _Wording:
    """Which words and phrases tell a group from everything else that was asked."""

    def __init__(self, texts: dict[int, str], language: str) -> None:
        self._phrases = {key: _phrases(text, language) for key, text in texts.items()}
        self._held = Counter(phrase for phrases in self._phrases.values() for phrase in phrases)
        self._texts = len(texts)

    def name(self, group: Sequence[int]) -> str:
        """The two or three most telling phrases, as most people wrote them: “vpn drops · train”."""
        inside = Counter(phrase for key in group for phrase in self._phrases[key])
        ranked = sorted(
            (phrase for phrase, held in inside.items() if held > 1),
            key=lambda phrase: (-self._tells(phrase, inside[phrase], len(group)), phrase),
        )
        chosen: list[tuple[str, ...]] = []
        for phrase in ranked:
            if not any(set(phrase) & set(other) for other in chosen):
                chosen.append(phrase)
            if sum(len(one) for one in chosen) >= _WORDS_IN_A_NAME:
                break
        return " · ".join(self._as_written(phrase, group) for phrase in chosen) or "many different words"

    def _tells(self, phrase: tuple[str, ...], held: int, size: int) -> float:
        """How much of the group says it, and how seldom the others do; a phrase says more than its words."""
        share = held / size
        elsewhere = (self._held[phrase] - held + 0.5) / (self._texts - size + 1)
        return share * math.log(1 + share / elsewhere) * (1 + 0.5 * (len(phrase) - 1))

    def _as_written(self, phrase: tuple[str, ...], group: Sequence[int]) -> str:
        forms = Counter(self._phrases[key][phrase] for key in group if phrase in self._phrases[key])
        return min(forms, key=lambda form: (-forms[form], form))


def _phrases(text: str, language: str) -> dict[tuple[str, ...], str]:
    """Stems of one word or two in a row → as it is written there; two with a short word between count as a row."""
    found: dict[tuple[str, ...], str] = {}
    words = [word for word in tokens(text)]
    telling = [at for at, word in enumerate(words) if _tells_something(word)]
    for place, at in enumerate(telling):
        one = stem(words[at], language)
        found.setdefault((one,), words[at])
        if place + 1 < len(telling) and telling[place + 1] - at <= 2:
            past = telling[place + 1]
            other = stem(words[past], language)
            if other != one:
                found.setdefault((one, other), " ".join(words[at : past + 1]))
    return found


# Of any question; they name nothing.
_TELL_NOTHING = """
    how, what, when, where, why, who, which, not, no, can, cannot, get, got, need, want, help, please, know, use,
    using, work, working, works, make, trying, try, tried, still, since, now, new, like, back, again, keep, keeps,
    anyone, way, does, done, one, two, even, only, up, out, off, into, about, after, before, over, more, all, every,
    here, too, today, morning, minute, minutes
"""
_UNTELLING = frozenset(word.strip() for word in _TELL_NOTHING.split(","))


def _tells_something(word: str) -> bool:
    return len(word) > 1 and not word.isdigit() and not is_stop_word(word) and word not in _UNTELLING
