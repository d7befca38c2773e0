"""What follows from a tap: by the table alone, never critical, and never below what a rule found."""

from hypothesis import given
from hypothesis import strategies as st

from triage.classifier.rulebook import PRIORITY, priority_rows
from triage.tickets.impact import MOST_BY_TAP, said_by_rules, weighed
from triage.vocabulary import Impact, Urgency

urgencies = st.sampled_from(list(Urgency))
impacts = st.none() | st.sampled_from(list(Impact))
stucks = st.none() | st.booleans()


@given(heard=urgencies, added=urgencies, impact=impacts, stuck=stucks)
def test_a_tap_stays_between_the_rules_and_high(
    heard: Urgency, added: Urgency, impact: Impact | None, stuck: bool | None
) -> None:
    by_rules, heard = sorted((heard, added), key=lambda urgency: urgency.rank)
    found = weighed(heard, by_rules, impact=impact, stuck=stuck)
    assert found.rank >= by_rules.rank
    assert found.rank <= max(heard.rank, MOST_BY_TAP.rank)
    assert found is heard or found is by_rules or found in PRIORITY.values()


@given(heard=urgencies, impact=impacts, stuck=stucks)
def test_what_only_rules_said_is_never_lowered(
    heard: Urgency, impact: Impact | None, stuck: bool | None
) -> None:
    assert weighed(heard, heard, impact=impact, stuck=stuck).rank >= heard.rank


@given(heard=urgencies, by_rules=urgencies, stuck=stucks)
def test_hitting_more_people_never_makes_it_less_urgent(
    heard: Urgency, by_rules: Urgency, stuck: bool | None
) -> None:
    by_rules = min(by_rules, heard, key=lambda urgency: urgency.rank)
    ranks = [weighed(heard, by_rules, impact=impact, stuck=stuck).rank for impact in Impact]
    assert ranks == sorted(ranks)


def test_saying_nothing_changes_nothing() -> None:
    assert weighed(Urgency.HIGH, Urgency.LOW, impact=None, stuck=None) is Urgency.HIGH


def test_what_the_model_added_can_be_taken_back_by_whoever_can_work() -> None:
    asked = {"heard": Urgency.CRITICAL, "by_rules": Urgency.MEDIUM}
    assert weighed(**asked, impact=Impact.ONE_PERSON, stuck=False) is Urgency.MEDIUM
    assert weighed(**asked, impact=Impact.ONE_PERSON, stuck=True) is Urgency.HIGH
    assert weighed(**asked, impact=Impact.EVERYONE, stuck=True) is Urgency.CRITICAL


def test_no_rush_and_yet_stuck_is_high() -> None:
    assert weighed(Urgency.LOW, Urgency.LOW, impact=None, stuck=True) is Urgency.HIGH


def test_the_rules_are_kept_in_words_that_a_prediction_can_hold() -> None:
    assert said_by_rules("there is smoke in the hall") == {"by_rules": "critical"}


def test_the_table_reads_from_the_most_urgent_line_down() -> None:
    rows = priority_rows()
    assert [row.urgency for row in rows] == [*reversed(Urgency)]
    assert all(PRIORITY[impact, row.urgency] is follows for row in rows for impact, follows in row.follows)
