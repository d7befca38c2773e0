"""A shift ends: a digest for both, claims taken over in one tap or given back, thanks, and then silence."""

import pytest
from cast import TEAM, Actor, Clock, Desk, Question, buttons, reads, shown_text
from rota import around_the_clock, schedule
from seen import labelled
from stage import TUESDAY

from bot.slack import copy, copy_escalation
from bot.slack import copy_oncall as words
from triage.oncall.signing_off import silent_until
from triage.vocabulary import DutyRole, TicketStatus

VPN = "My VPN drops every ten minutes on the train"
PRINTER = "The printer on floor two prints only blank pages"
CRITICAL = "The whole warehouse can't scan parcels, trucks are waiting"
ALSO_CRITICAL = "Nobody in the whole shop can take card payments, customers are waiting"


@pytest.fixture
def shifts(desk: Desk, ben: Actor, cleo: Actor) -> None:
    """Ben is on from Tuesday 10:00 for a day, then Cleo."""
    with desk.database.transaction() as session:
        rota = around_the_clock([ben.person, cleo.person], starts=TUESDAY)
        schedule(session, TEAM, rota, now=desk.slack.now())


def asked(asker: Actor, text: str) -> Question:
    return asker.says(text).clicks(copy.BUTTON_PERSON)


def about(actor: Actor, sentence: str) -> dict[str, object]:
    """The last message to them that says this."""
    found = [m for m in actor.direct_messages if reads(sentence, shown_text(m))]
    assert found, f"nothing like “{sentence}” in {[shown_text(m) for m in actor.direct_messages]}"
    return found[-1]


def presses(actor: Actor, sentence: str, label: str) -> None:
    message = about(actor, sentence)
    pressed = [button for button in buttons(message) if reads(label, button.label)]
    assert pressed, f"no “{label}” among {[button.label for button in buttons(message)]}"
    actor.presses(message, pressed[0])


def labels(actor: Actor, sentence: str) -> list[str]:
    return [button.label for button in buttons(about(actor, sentence))]


def silent(desk: Desk, actor: Actor) -> bool:
    with desk.database.reading() as session:
        return silent_until(session, actor.person, desk.slack.now()) is not None


def test_both_read_how_things_stand_and_open_claims_go_over_in_one_tap(
    desk: Desk, clock: Clock, shifts: None, ada: Actor, eli: Actor, ben: Actor, cleo: Actor
) -> None:
    one, other = asked(ada, VPN), asked(eli, PRINTER)
    ben.claims(one)
    ben.claims(other)

    clock.advance(hours=24)

    said = shown_text(about(cleo, words.HANDOFF_FOR_YOU))
    assert "VPN drops" in said
    assert "blank pages" in said
    assert ben.mention in said
    assert reads(words.HANDOFF_SILENCE, shown_text(about(ben, words.HANDOFF_GOODBYE)))
    assert reads(words.HANDOFF_LATE, said), "what was promised for earlier is told as late"
    assert words.BUTTON_THANK_NEXT in labels(ben, words.HANDOFF_GOODBYE)
    assert silent(desk, ben)
    assert not silent(desk, cleo)

    before = len(cleo.direct_messages)
    presses(cleo, words.HANDOFF_FOR_YOU, words.BUTTON_TAKE_OVER)

    assert {one.story.claimed_by.slack_id, other.story.claimed_by.slack_id} == {cleo.id}
    assert one.status is TicketStatus.CLAIMED
    assert len(cleo.direct_messages) == before, "who takes them need not be told one by one"
    assert not [label for label in labels(cleo, words.HANDOFF_FOR_YOU) if "Take over" in label]


def test_what_nobody_takes_goes_back_with_the_leavers_notes(
    desk: Desk, clock: Clock, shifts: None, ada: Actor, ben: Actor, cleo: Actor
) -> None:
    question = asked(ada, VPN)
    ben.claims(question)
    clock.advance(hours=24)
    presses(ben, words.HANDOFF_GOODBYE, words.BUTTON_NOTES)
    field = f"ticket:{question.story.ticket.id}"
    assert ben.submits(**{field: "Waits for a new profile", "watch": "The VPN gateway"}) == {}
    digest = shown_text(about(cleo, words.HANDOFF_FOR_YOU))
    assert "Waits for a new profile" in digest
    assert "The VPN gateway" in digest

    clock.advance(minutes=29)
    assert question.status is TicketStatus.CLAIMED
    clock.advance(minutes=2)

    assert question.status is TicketStatus.WAITING
    reasons = [entry.reason for entry in question.story.timeline if entry.what == "release"]
    assert [("Waits for a new profile" in reason) for reason in reasons] == [True]
    clock.advance(hours=1)
    assert len([e for e in question.story.timeline if e.what == "release"]) == 1


def test_on_hold_stays_with_who_waits_for_somebody(
    desk: Desk, clock: Clock, shifts: None, ada: Actor, ben: Actor, cleo: Actor
) -> None:
    question = asked(ada, VPN)
    ben.claims(question)
    ben.holds(question, "the supplier sends a part")
    clock.advance(hours=25)
    assert question.status is TicketStatus.ON_HOLD
    assert "the supplier sends a part" in shown_text(about(cleo, words.HANDOFF_FOR_YOU))


def test_thanks_are_private_said_once_and_wait_for_the_next_shift(
    desk: Desk, clock: Clock, shifts: None, ben: Actor, cleo: Actor, dee: Actor
) -> None:
    clock.advance(hours=24)
    presses(cleo, words.HANDOFF_FOR_YOU, words.BUTTON_THANKS)
    assert words.BUTTON_THANKS not in labels(cleo, words.HANDOFF_FOR_YOU)
    clock.advance(minutes=5)
    assert not [m for m in ben.direct_messages if reads(words.THANKS, shown_text(m))], "Ben has signed off"

    clock.advance(hours=24)

    assert len([m for m in ben.direct_messages if reads(words.THANKS, shown_text(m))]) == 1
    assert not dee.direct_messages


def test_a_handoff_happens_once_and_not_for_who_stays_on(
    desk: Desk, clock: Clock, ben: Actor, cleo: Actor
) -> None:
    with desk.database.transaction() as session:
        rota = around_the_clock([ben.person], starts=TUESDAY)
        schedule(session, TEAM, rota, now=desk.slack.now())
    clock.advance(hours=24)
    clock.advance(hours=1)
    assert not ben.direct_messages


def test_by_hand_to_a_colleague_where_there_are_no_schedules(
    desk: Desk, clock: Clock, ada: Actor, ben: Actor, cleo: Actor
) -> None:
    assert ben.types("/oncall handoff") == words.HANDOFF_NOTHING
    question = asked(ada, VPN)
    ben.claims(question)
    ben.types("/oncall handoff")
    assert ben.submits(person=cleo.id) == {}

    presses(cleo, words.HANDOFF_BY_HAND, words.BUTTON_TAKE_OVER)

    assert question.story.claimed_by.slack_id == cleo.id
    assert not silent(desk, ben), "nobody signed off"


def test_by_hand_to_the_queue(desk: Desk, ada: Actor, ben: Actor, cleo: Actor) -> None:
    question = asked(ada, VPN)
    ben.claims(question)
    ben.types("/oncall handoff")
    field = f"ticket:{question.story.ticket.id}"
    assert ben.submits(**{field: "Try the new profile"}) == {}
    assert question.status is TicketStatus.WAITING
    (released,) = [entry for entry in question.story.timeline if entry.what == "release"]
    assert "Try the new profile" in released.reason


def test_nothing_happens_by_itself_without_schedules(
    desk: Desk, clock: Clock, ada: Actor, ben: Actor
) -> None:
    question = asked(ada, VPN)
    ben.claims(question)
    clock.advance(hours=48)
    assert question.story.claimed_by.slack_id == ben.id


def test_nobody_else_writes_the_leavers_notes(
    desk: Desk, clock: Clock, shifts: None, ada: Actor, ben: Actor, cleo: Actor
) -> None:
    question = asked(ada, VPN)
    ben.claims(question)
    clock.advance(hours=24)
    goodbye = about(ben, words.HANDOFF_GOODBYE)
    cleo.presses_stale(goodbye, labelled(buttons(goodbye), words.BUTTON_NOTES))
    assert cleo.window == ""


def test_after_sign_off_nobody_is_asked_until_the_next_shift(
    desk: Desk, clock: Clock, shifts: None, ada: Actor, eli: Actor, ben: Actor, cleo: Actor
) -> None:
    clock.advance(hours=24)
    asked(ada, VPN)
    clock.advance(minutes=20)  # the first round has long gone past Cleo
    assert cleo.pages
    assert not ben.pages

    clock.advance(hours=24)

    assert not silent(desk, ben)
    assert silent(desk, cleo)


def test_who_rests_after_the_night_keeps_their_shift(
    desk: Desk, clock: Clock, shifts: None, ada: Actor, eli: Actor, ben: Actor, cleo: Actor
) -> None:
    with desk.database.transaction() as session:
        backup = around_the_clock([cleo.person], starts=TUESDAY, role=DutyRole.SECONDARY)
        schedule(session, TEAM, backup, now=desk.slack.now(), name="Backup")
    ben.claims(asked(ada, VPN))
    until = ben.types("/oncall")
    clock.advance(hours=16)  # two at night in Stockholm
    eli.says(CRITICAL)
    before = len(cleo.pages)
    page = ben.pages[-1]
    ben.presses(page, labelled(buttons(page), copy_escalation.BUTTON_ACKNOWLEDGE))

    clock.advance(hours=2)

    assert ben.mention in until
    assert ben.types("/oncall") == until
    said = [shown_text(message) for message in (*ben.direct_messages, *cleo.direct_messages)]
    assert not [s for s in said if reads(words.HANDOFF_GOODBYE, s) or reads(words.HANDOFF_FOR_YOU, s)]
    paged = len(ben.pages)
    ada.says(ALSO_CRITICAL)
    assert len(ben.pages) == paged
    assert len(cleo.pages) > before
