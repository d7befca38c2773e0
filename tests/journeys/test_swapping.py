"""A shift changes hands in Slack: a form, a button, and both are told. Ben has Monday, Cleo Tuesday, Dee Wednesday."""

import re

import pytest
from cast import TEAM, Actor, Clock, Desk, buttons, reads, shown_text
from rota import around_the_clock, day, office, schedule, shift_on
from seen import labelled

from bot.slack import copy_oncall as words
from bot.slack.views.oncall import help_text
from triage.oncall.schedules import on_duty
from triage.oncall.swap_checks import Hindrance
from triage.people.models import Person
from triage.vocabulary import AbsenceKind

SHIFT = "shift"


@pytest.fixture(autouse=True)
def rota(desk: Desk, clock: Clock, ben: Actor, cleo: Actor, dee: Actor) -> None:
    clock.advance(hours=4)  # Tuesday, 14:00: in New York Dee has breakfast, and may be asked something
    people = [actor.person for actor in (ben, cleo, dee)]
    with desk.database.transaction() as session:
        schedule(session, TEAM, office(people), now=desk.slack.now())


def on(desk: Desk, n: int, hour: int = 10) -> str:
    with desk.database.reading() as session:
        found = shift_on(session, TEAM, day(n, hour))
        return session.get_one(Person, found.person_id).slack_id


def options(desk: Desk, actor: Actor, block: str = SHIFT) -> list[dict[str, object]]:
    """What the form in front offers in a menu."""
    view = desk.slack.views(actor.id)[-1]
    element = next(b["element"] for b in view["blocks"] if b.get("block_id") == block)
    return list(element["options"])


def offers(desk: Desk, owner: Actor, *to: Actor, **more: object) -> dict[str, str]:
    """Their next shift, by the form."""
    owner.types("/oncall swap")
    return owner.submits(shift=options(desk, owner)[0], people=[actor.id for actor in to], **more)


def last(actor: Actor) -> str:
    return shown_text(actor.direct_messages[-1])


def told(actor: Actor, sentence: str) -> bool:
    """Beside other things: a shift that ends this way is handed over too, a gap is seen by who looks ahead."""
    return any(reads(sentence, shown_text(message)) for message in actor.direct_messages)


def presses(actor: Actor, label: str) -> None:
    """A button on the last message that has it."""
    for message in reversed(actor.direct_messages):
        if label in [button.label for button in buttons(message)]:
            actor.presses(message, labelled(buttons(message), label))
            return
    raise AssertionError(f"no {label}")


def test_a_form_a_button_and_the_shift_is_somebody_elses(desk: Desk, ben: Actor, dee: Actor) -> None:
    assert offers(desk, ben, dee) == {}
    assert reads(words.OFFERED, last(ben))
    assert reads(words.ASKED, last(dee))
    assert on(desk, 0) == ben.id

    presses(dee, words.BUTTON_TAKE)

    assert on(desk, 0) == dee.id
    assert reads(words.TAKEN, last(ben))
    assert reads(words.YOURS, last(dee))
    assert words.BUTTON_TAKE not in [b.label for m in dee.direct_messages for b in buttons(m)]


def test_two_takers_one_winner_and_a_kind_word(desk: Desk, ben: Actor, cleo: Actor, dee: Actor) -> None:
    ben.types("/oncall swap")
    fourth = options(desk, ben)[1]
    ben.submits(shift=fourth, people=[cleo.id, dee.id])
    offer = cleo.direct_messages[-1]
    take = labelled(buttons(offer), words.BUTTON_TAKE)
    presses(dee, words.BUTTON_TAKE)
    if on(desk, 3) != dee.id:
        pytest.fail("the first taker has it")

    cleo.presses_stale(offer, take)

    assert cleo.was_whispered(words.SWAP_TAKEN)
    assert any(reads(words.SOMEBODY_TOOK_IT, shown_text(m)) for m in cleo.direct_messages)


def test_a_part_by_date_and_time(desk: Desk, ben: Actor, dee: Actor) -> None:
    since, until = int(day(0, 13).timestamp()), int(day(0, 15).timestamp())
    assert offers(desk, ben, dee, since=since, until=until) == {}
    presses(dee, words.BUTTON_TAKE)
    assert [on(desk, 0, hour) for hour in (12, 13, 15)] == [ben.id, dee.id, ben.id]


def test_a_part_outside_the_shift_is_said_in_the_form(desk: Desk, ben: Actor, dee: Actor) -> None:
    since = int(day(0, 7).timestamp())
    assert offers(desk, ben, dee, since=since) == {"since": words.OUTSIDE_THE_SHIFT}
    assert not dee.direct_messages


def test_i_take_yours_if_you_take_mine(desk: Desk, ben: Actor, dee: Actor) -> None:
    offers(desk, ben, dee)
    presses(dee, words.BUTTON_IN_RETURN)
    dee.submits(shift=options(desk, dee)[0])
    assert reads(words.ASKED_EXCHANGE, last(ben))

    presses(ben, words.BUTTON_TAKE)

    assert (on(desk, 0), on(desk, 2)) == (dee.id, ben.id)
    assert reads(words.TAKEN_EXCHANGE, last(dee))


def test_saying_no_is_told_only_when_all_said_it(desk: Desk, ben: Actor, cleo: Actor, dee: Actor) -> None:
    offers(desk, ben, cleo, dee)
    presses(dee, words.BUTTON_DECLINE)
    assert reads(words.YOU_DECLINED, last(dee))
    assert reads(words.OFFERED, last(ben))
    presses(cleo, words.BUTTON_DECLINE)
    assert reads(words.ALL_DECLINED, last(ben))


def test_withdrawn_is_withdrawn_everywhere(desk: Desk, ben: Actor, dee: Actor) -> None:
    offers(desk, ben, dee)
    presses(ben, words.BUTTON_WITHDRAW)
    assert "withdrawn" in last(dee)
    assert not buttons(dee.direct_messages[-1])


def test_what_stands_in_the_way_is_told_to_the_taker_alone(
    desk: Desk, ben: Actor, cleo: Actor, clock: Clock
) -> None:
    offers(desk, ben, cleo)
    cleo.types("/oncall off")
    cleo.submits(since="2027-03-08", until="2027-03-08")
    presses(cleo, words.BUTTON_TAKE)
    assert cleo.was_whispered(words.HINDERED[Hindrance.AWAY])
    assert on(desk, 0) == ben.id
    assert all("time off" not in shown_text(m).lower() for m in ben.direct_messages)


def test_nobody_takes_it_and_the_owner_hears_so_a_day_before(
    desk: Desk, clock: Clock, ben: Actor, dee: Actor
) -> None:
    offers(desk, ben, dee)
    clock.advance(hours=5 * 24)  # Sunday, 10:00: less than a day to go
    assert reads(words.UNTAKEN, last(ben))
    clock.advance(hours=24)
    assert reads(words.LAPSED, last(ben))
    with desk.database.reading() as session:
        (shift,) = on_duty(session, TEAM, at=clock.now)
        assert session.get_one(Person, shift.person_id).slack_id == ben.id


def test_a_requester_has_no_shifts_to_offer(desk: Desk, ada: Actor) -> None:
    for command in ("swap", "cover", "off", "me", "handoff", "focus", "break"):
        assert ada.types(f"/oncall {command}") == words.ONLY_AGENTS


# --- Emergency --------------------------------------------------------------------------------------


def test_cover_counts_at_once_is_told_and_can_be_undone(
    desk: Desk, clock: Clock, ben: Actor, cleo: Actor, dee: Actor
) -> None:
    clock.advance(hours=6 * 24 - 4)  # Monday, 10:00: Ben is on, and does not answer
    cleo_said = dee.types("/oncall cover")
    assert cleo_said == ""
    dee.submits(shift=options(desk, dee)[0], person=dee.id)

    assert on(desk, 0, 11) == dee.id
    assert told(ben, words.COVER_YOU_ARE_COVERED)
    assert told(dee, words.COVER_YOU_COVER)

    presses(ben, words.BUTTON_UNDO)

    assert on(desk, 0, 11) == ben.id
    assert told(dee, words.COVER_UNDONE)


def test_a_shift_to_cover_is_named_with_its_date_and_not_offered_to_who_is_on_themselves(
    desk: Desk, clock: Clock, ben: Actor, cleo: Actor, dee: Actor
) -> None:
    clock.advance(hours=6 * 24 - 4)  # Monday, 10:00: Ben is on
    with desk.database.transaction() as session:
        beside = office([cleo.person], name="Beside")
        schedule(session, TEAM, beside, now=desk.slack.now(), name="Backup")

    assert cleo.types("/oncall cover") == words.COVER_NOTHING

    dee.types("/oncall cover")
    assert "Mon 08 Mar" in str(options(desk, dee)[0])
    assert "primary" in str(options(desk, dee)[0])


def test_only_colleagues_can_be_asked_to_take_a_shift(
    desk: Desk, ada: Actor, ben: Actor, cleo: Actor, dee: Actor
) -> None:
    ada.says("Where do I find the printer?")
    ben.types("/oncall swap")
    assert [option["value"] for option in options(desk, ben, "to")] == [cleo.id, dee.id]


def test_nobody_is_asked_to_cover_without_enough_rest(
    desk: Desk, clock: Clock, ben: Actor, cleo: Actor
) -> None:
    clock.advance(hours=5 * 24)
    cleo.types("/oncall cover")
    assert cleo.submits(shift=options(desk, cleo)[0]) == {}
    assert on(desk, 0) == cleo.id, "sixteen hours from Monday's end to Tuesday's start are enough"


# --- Mine -------------------------------------------------------------------------------------------


def test_who_is_on_and_until_when(desk: Desk, clock: Clock, ada: Actor, ben: Actor, cleo: Actor) -> None:
    assert ben.mention in ada.types("/oncall"), "who comes next, where nobody is on"
    clock.advance(hours=6 * 24 - 4)
    said = ada.types("/oncall")
    assert ben.mention in said
    assert "primary" in said
    assert cleo.mention not in said


def test_my_oncall_is_mine(desk: Desk, ben: Actor, dee: Actor) -> None:
    offers(desk, ben, dee)
    said = dee.types("/oncall me")
    assert words.ME_NEXT in said
    assert words.ME_ASKED in said
    dee.types("/oncall off")
    dee.submits(kind=AbsenceKind.SICK.value, since="2027-03-10", until="2027-03-12")
    assert told(dee, words.OFF_SHIFTS), "Wednesday is Dee's, and nobody is on for it now"
    assert words.ABSENCE_NAME[AbsenceKind.SICK] in dee.types("/oncall me")
    assert words.ABSENCE_NAME[AbsenceKind.SICK] not in ben.types("/oncall me")


def test_of_a_long_shift_only_what_lies_in_the_time_off_needs_somebody(
    desk: Desk, clock: Clock, ben: Actor
) -> None:
    with desk.database.transaction() as session:
        week = around_the_clock([ben.person], starts=day(0), every=7)
        schedule(session, TEAM, week, now=desk.slack.now(), name="Weeks")
    ben.types("/oncall off")
    ben.submits(since="2027-03-10", until="2027-03-10")
    said = [text for message in ben.direct_messages if reads(words.OFF_SHIFTS, text := shown_text(message))]
    (line,) = [line for line in said[-1].splitlines() if "Weeks" in line]
    stamps = [int(found) for found in re.findall(r"date\^(\d+)", line)]
    assert stamps[0] == int(day(1, 23).timestamp()), "midnight in Stockholm"
    assert max(stamps) <= int(day(2, 23).timestamp())


def test_time_off_that_ends_before_it_begins_is_said_in_the_form(desk: Desk, ben: Actor) -> None:
    ben.types("/oncall off")
    said = ben.submits(since="2027-03-12", until="2027-03-10")
    assert said == {"until": words.OFF_BACKWARDS}


def test_home_shows_the_next_shift_and_who_asks(desk: Desk, ben: Actor, dee: Actor, ada: Actor) -> None:
    offers(desk, ben, dee)
    home = shown_text(dee.opens_home())
    assert words.HOME_ONCALL in home
    assert words.ME_ASKED in home
    dee.presses_in_home(words.HOME_OFFER)
    assert dee.window == words.SWAP_TITLE
    assert words.HOME_ONCALL not in shown_text(ada.opens_home())


def test_focus_and_break_as_long_as_somebody_else_is_there(desk: Desk, ben: Actor) -> None:
    assert "<!date" in ben.types("/oncall focus 25")
    assert "<!date" in ben.types("/oncall break")
    assert ben.types("/oncall back")
    assert ben.types("/oncall focus soon") == words.FOCUS_HOW


def test_help_says_what_there_is(desk: Desk, ben: Actor) -> None:
    assert ben.types("/oncall help") == help_text()
