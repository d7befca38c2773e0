"""A desk played through: the rules that protect people hold in it, and every router meets the same."""

import json
from collections import Counter
from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest
from typer.testing import CliRunner

import bot.cli.everything  # noqa: F401 (registers the commands)
from bot.cli.program import app
from triage.oncall.plan import DutyRole
from triage.oncall.simulation import Compared, Setting, simulate
from triage.oncall.simulation.arrivals import Arrival, arrivals
from triage.oncall.simulation.desk import Run
from triage.oncall.simulation.people import Stretches, agents, schedules
from triage.oncall.simulation.routers import Evenhand, LeastOpen, RoundRobin
from triage.oncall.simulation.setting import BEGINNING, ZONE
from triage.oncall.simulation.state import Carrying
from triage.vocabulary import Urgency

FIGURES = {
    "gini",
    "max_burden",
    "night_pages_per_person",
    "rest_breaches",
    "hostile_third_in_a_row",
    "wait_p50_s",
    "wait_p95_s",
    "unmet",
}
HOUR = timedelta(hours=1)


def small(seed: int = 1, **changes: float) -> Setting:
    return Setting(weeks=2, agents=4, seed=seed, **changes)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def compared() -> Compared:
    return simulate(small())


def incoming(setting: Setting) -> list[Arrival]:
    return arrivals(setting, np.random.default_rng(setting.seed))


@pytest.mark.parametrize("seed", range(1, 6))
def test_nobody_is_asked_while_resting_and_nobody_gets_a_third_harsh_one(seed: int) -> None:
    evenhand = simulate(small(seed)).routers["evenhand"]
    assert evenhand.rest_breaches == 0
    assert evenhand.hostile_third_in_a_row == 0


def test_a_usual_desk_carries_evener_and_waits_no_longer() -> None:
    """Four weeks of eight people: enough for the figures to mean something, and still quick."""
    found = simulate(Setting(weeks=4, agents=8, seed=1)).routers
    ours, others = found["evenhand"], (found["round_robin"], found["least_open"])
    assert ours.rest_breaches == ours.hostile_third_in_a_row == 0
    assert ours.gini < min(other.gini for other in others)
    assert ours.wait_p95_s <= 1.05 * min(other.wait_p95_s for other in others)
    assert sum(other.rest_breaches for other in others) > 0, "else the rules would have had nothing to do"


def test_the_same_seed_gives_the_same_figures(compared: Compared) -> None:
    assert simulate(small()) == compared
    assert simulate(small(seed=2)).routers != compared.routers


def test_every_ticket_is_taken_once_whoever_shares_them_out() -> None:
    setting = small()
    staff, tickets = agents(setting, np.random.default_rng(3)), incoming(setting)
    for router in (Evenhand(setting.rules), RoundRobin(), LeastOpen()):
        story = Run(setting, staff, router).play(tickets)
        assert len(story.waits) + story.untaken == len(tickets)
        assert story.untaken == 0
        assert min(story.waits) >= 0


def test_a_desk_of_two_where_hardly_anybody_is_left_still_ends() -> None:
    found = simulate(Setting(weeks=1, agents=2, seed=4, missed=0.5))
    assert all(figures.wait_p95_s > 0 for figures in found.routers.values())


def test_a_desk_without_a_ticket_has_figures() -> None:
    found = simulate(small(rate=0.0))
    assert found.tickets == 0
    assert all(figures.gini == figures.wait_p95_s == 0 for figures in found.routers.values())


# --- What comes in ------------------------------------------------------------------------------------


def test_tickets_come_with_the_rhythm_of_days_and_weeks() -> None:
    at = [ticket.at.astimezone(ZONE) for ticket in incoming(Setting(weeks=4, agents=8))]
    by_hour = Counter(moment.hour for moment in at)
    weekend = sum(moment.weekday() >= 5 for moment in at)
    assert by_hour[10] > 5 * by_hour[3] > 0
    assert 0.01 < weekend / len(at) < 0.12


def test_they_come_in_order_and_within_the_weeks() -> None:
    setting = small()
    at = [ticket.at for ticket in incoming(setting)]
    assert at == sorted(at)
    assert setting.start <= at[0] <= at[-1] < setting.end


def test_harsh_words_come_in_bursts() -> None:
    """An hour with two harsh tickets is far more frequent than it would be if each came by chance alone."""
    tickets = [ticket for ticket in incoming(Setting(weeks=12, agents=8)) if 9 <= ticket.at.hour < 16]
    share = sum(ticket.hostile for ticket in tickets) / len(tickets)
    follows = [later.hostile for first, later in pairwise(tickets) if first.hostile]
    assert sum(follows) / len(follows) > 2 * share


def test_who_writes_at_night_more_often_cannot_wait() -> None:
    tickets = incoming(Setting(weeks=12, agents=8))
    night = [ticket for ticket in tickets if ticket.at.astimezone(ZONE).hour < 6]
    day = [ticket for ticket in tickets if 9 <= ticket.at.astimezone(ZONE).hour < 16]

    def critical(some: list[Arrival]) -> float:
        return sum(ticket.urgency is Urgency.CRITICAL for ticket in some) / len(some)

    assert critical(night) > critical(day)


# --- Who answers --------------------------------------------------------------------------------------


def test_somebody_is_on_shift_at_every_hour_but_where_both_are_away() -> None:
    setting = Setting(weeks=4, agents=8)
    staff = agents(setting, np.random.default_rng(5))
    hours = (setting.end - setting.start) // HOUR
    moments = [BEGINNING + 9 * HOUR + n * HOUR for n in range(hours)]
    covered = sum(any(agent.shifts.until(at) for agent in staff) for at in moments)
    assert covered >= 0.97 * len(moments)


def test_each_team_has_two_on_a_day_shift_and_standby_has_two_of_all() -> None:
    found = schedules(range(1, 9))
    assert [schedule.name for schedule in found] == ["Team 1", "Team 2", "Standby"]
    for schedule in found:
        assert [rotation.role for rotation in schedule.rotations] == [DutyRole.PRIMARY, DutyRole.SECONDARY]
        first, second = (rotation.members for rotation in schedule.rotations)
        assert all(one != other for one, other in zip(first, second, strict=True))


def test_stretches_are_half_open_and_know_how_much_lies_inside() -> None:
    start = BEGINNING
    found = Stretches(
        [(start, start + HOUR), (start + HOUR, start + 2 * HOUR), (start + 5 * HOUR, start + 6 * HOUR)]
    )
    assert found.until(start) == start + 2 * HOUR
    assert found.until(start + 2 * HOUR) is None
    assert found.within(start + HOUR, start + 5.5 * HOUR) == 1.5 * HOUR
    assert found.within(start - HOUR, start) == timedelta(0)


# --- The command --------------------------------------------------------------------------------------


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["oncall", "simulate", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_command_gives_each_router_under_its_name() -> None:
    found = json.loads(run("--weeks", "2", "--agents", "4", "--seed", "1", "--json"))
    assert {"evenhand", "round_robin", "least_open"} <= found.keys()
    for router in ("evenhand", "round_robin", "least_open"):
        assert found[router].keys() == FIGURES
    assert (found["weeks"], found["agents"], found["seed"]) == (2, 4, 1)
    assert found["tickets"] > 0


def test_the_command_shows_a_table_to_people() -> None:
    shown = run("--weeks", "1", "--agents", "4")
    assert "Evenhand" in shown
    assert "asked while resting" in shown


@pytest.mark.parametrize("wrong", [("--weeks", "0"), ("--agents", "1"), ("--seed", "-1")])
def test_what_cannot_be_played_is_refused(wrong: tuple[str, str]) -> None:
    assert CliRunner().invoke(app, ["oncall", "simulate", *wrong]).exit_code == 2


def test_a_harsh_one_that_may_still_be_taken_counts_whatever_was_taken_since() -> None:
    setting = small()
    ann = Carrying(agents(setting, np.random.default_rng(3))[0], setting.rules)
    tickets = incoming(setting)
    first, second = [ticket for ticket in tickets if ticket.hostile][:2]
    calm = next(ticket for ticket in tickets if not ticket.hostile)
    now = setting.start

    def running() -> int:
        return ann.standing(now, at_once=5, sleeps_until=None).hostile_running

    ann.asked(first, after_hours=False, now=now)
    ann.asked(second, after_hours=False, now=now)
    ann.took(calm, after_hours=False, now=now)
    assert running() == 2
    ann.gone(first)  # a colleague took it
    assert running() == 1
    ann.took(second, after_hours=False, now=now)
    assert running() == 1
