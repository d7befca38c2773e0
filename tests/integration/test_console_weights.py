"""The weights that search ranks with in the console: whose they are, how good, in plain words, and the way back."""

import re

import pytest
import sqlalchemy as sa
from console_desk import NOW, TEAM, ConsoleDesk
from sqlalchemy import select

from bot.web.console.words import SIGN_OF_AN_ANSWER
from kb.own_weights import Judgement, Standing, adopt, keep
from kb.ranker import FEATURES, shipped_rankers
from triage.audit import AuditEntry

GOOD, BETTER = (
    Judgement(mrr=0.61, log_loss=0.67, false_show=0.03),
    Judgement(mrr=0.66, log_loss=0.6, false_show=0.1),
)


@pytest.fixture
def desk(bare_engine: sa.Engine) -> ConsoleDesk:
    return ConsoleDesk(bare_engine)


def adopted(desk: ConsoleDesk, outcomes: int) -> None:
    with desk.database.transaction() as session:
        own = shipped_rankers().lexical
        adopt(session, TEAM, own, by_meaning=False, outcomes=outcomes, before=GOOD, after=BETTER, now=NOW)


def test_the_shipped_weights_are_shown_in_plain_words(desk: ConsoleDesk) -> None:
    page = desk.browser("dee").get("/articles/learned")
    assert "The shipped weights serve." in page.text
    assert "once there are 50 of them" in page.text
    assert "It solves more than other articles do popularity" in page.text
    assert "memory_meaning" not in page.text, "this desk searches by words alone"
    assert "Roll back" not in page.text


def test_own_weights_are_shown_with_figures_and_an_admin_rolls_them_back(desk: ConsoleDesk) -> None:
    adopted(desk, 60)
    ben, dee = desk.browser("ben"), desk.browser("dee")

    page = dee.get("/articles/learned")
    for words in ("The desk’s own weights serve since", "fitted to 60 questions", "0.610", "0.660", "10%"):
        assert words in page.text
    assert "Roll back" not in ben.get("/articles/learned").text
    fitting = re.search(r'name="fitting" value="(\d+)"', page.html)
    assert fitting is not None
    form = {"fitting": fitting[1], "by_meaning": "no"}
    assert ben.post("/articles/learned/weights/roll-back", **form).status == 403

    after = dee.post("/articles/learned/weights/roll-back", follow=True, **form)

    assert "Rolled back." in after.text
    assert "The shipped weights serve." in after.text
    with desk.database.reading() as session:
        assert list(session.scalars(select(AuditEntry.what))) == ["weights.rolled_back"]


def test_of_two_admins_who_roll_back_at_once_one_wins(desk: ConsoleDesk) -> None:
    adopted(desk, 50)
    adopted(desk, 70)
    first, second = desk.browser("dee"), desk.browser("dee")
    seen = re.search(r'name="fitting" value="(\d+)"', first.get("/articles/learned").html)
    assert seen is not None
    second.get("/articles/learned")
    form = {"fitting": seen[1], "by_meaning": "no"}

    assert "Rolled back." in first.post("/articles/learned/weights/roll-back", follow=True, **form).text
    late = second.post("/articles/learned/weights/roll-back", follow=True, **form)

    assert "Somebody was quicker" in late.text
    assert "fitted to 50 questions" in late.text
    for nonsense in ("", "x", "0", "-1"):
        said = second.post("/articles/learned/weights/roll-back", follow=True, fitting=nonsense)
        assert "Somebody was quicker" in said.text


def test_a_refused_fitting_is_shown_with_its_reason(desk: ConsoleDesk) -> None:
    with desk.database.transaction() as session:
        keep(
            session,
            TEAM,
            shipped_rankers().lexical,
            by_meaning=False,
            outcomes=80,
            before=BETTER,
            after=GOOD,
            adopted=False,
            why="the right article would stand lower",
            since=Standing.read(session, TEAM, by_meaning=False),
            now=NOW,
        )
    page = desk.browser("ben").get("/articles/learned")
    assert "was not adopted: the right article would stand lower" in page.text
    assert "The shipped weights serve." in page.text


def test_every_sign_has_plain_words() -> None:
    assert tuple(SIGN_OF_AN_ANSWER) == FEATURES
