"""`/oncall`, the way into the console, and App Home."""

from cast import Actor, Clock, Desk, buttons, reads, shown_text

from bot.playground.cast import BOT_USER
from bot.slack import copy
from bot.slack.views.oncall import help_text
from triage.vocabulary import TicketStatus

VPN = "My VPN drops every ten minutes on the train"


def test_anybody_sees_who_is_on_call(desk: Desk, ada: Actor, ben: Actor, cleo: Actor) -> None:
    said = ada.types("/oncall")
    assert said.index(ben.mention) < said.index(cleo.mention)


def test_an_admin_changes_the_order_and_the_next_ticket_follows_it(
    desk: Desk, ada: Actor, ben: Actor, cleo: Actor, dee: Actor
) -> None:
    assert reads(copy.ONCALL_SET, dee.types("/oncall set @cleo @ben"))

    ada.says(VPN).clicks(copy.BUTTON_PERSON)

    assert cleo.was_paged()
    assert not ben.pages


def test_whoever_is_put_on_call_may_answer(desk: Desk, ada: Actor, eli: Actor, dee: Actor) -> None:
    assert reads(copy.ONCALL_SET, dee.types("/oncall set @eli"))
    question = ada.says(VPN).clicks(copy.BUTTON_PERSON)

    (page,) = eli.pages
    eli.presses(page, buttons(page)[0])

    assert question.status is TicketStatus.CLAIMED


def test_agents_and_requesters_can_not_change_the_list(desk: Desk, ada: Actor, ben: Actor) -> None:
    before = ada.types("/oncall")
    for person in (ada, ben):
        assert person.types("/oncall set @ada") == copy.ONLY_ADMINS
    assert ada.types("/oncall") == before


def test_nobody_named_changes_nothing(desk: Desk, dee: Actor) -> None:
    before = dee.types("/oncall")
    assert dee.types("/oncall set") == copy.ONCALL_SET_NOBODY
    assert dee.types("/oncall set somebody") == copy.ONCALL_SET_NOBODY
    assert dee.types("/oncall") == before


def test_an_empty_list_says_so(desk: Desk, ada: Actor) -> None:
    desk.nobody_on_call()
    assert ada.types("/oncall") == copy.ONCALL_EMPTY


def test_anything_else_says_what_there_is(desk: Desk, ada: Actor) -> None:
    assert ada.types("/oncall please") == help_text()


def test_the_console_link_comes_in_private_and_not_to_requesters(desk: Desk, ada: Actor, ben: Actor) -> None:
    assert ben.types("/oncall console") == copy.CONSOLE_SENT
    (link,) = ben.direct_messages
    assert reads(copy.CONSOLE_LINK, shown_text(link))
    assert "/console/enter/" in shown_text(link)

    assert ada.types("/oncall console") == copy.NOT_ALLOWED
    assert not ada.direct_messages


def test_console_links_are_rationed(desk: Desk, clock: Clock, ben: Actor) -> None:
    said = [ben.types("/oncall console") for _ in range(6)]
    assert said[:5] == [copy.CONSOLE_SENT] * 5
    assert reads(copy.SIGN_IN_TOO_OFTEN, said[5])

    clock.advance(minutes=16)
    assert ben.types("/oncall console") == copy.CONSOLE_SENT


def test_home_shows_each_what_is_theirs(desk: Desk, ada: Actor, eli: Actor, ben: Actor, cleo: Actor) -> None:
    mine = ada.says(VPN).clicks(copy.BUTTON_PERSON)
    eli.says("My headset is silent in meetings").clicks(copy.BUTTON_PERSON)
    ben.claims(mine)

    ada_sees = shown_text(ada.opens_home())
    assert "VPN drops" in ada_sees
    assert "headset" not in ada_sees
    assert copy.HOME_WAITING not in ada_sees, "the queues are the desk's"

    ben_sees = shown_text(ben.opens_home())
    waiting = ben_sees.index(copy.HOME_WAITING)
    assert ben_sees.index("VPN drops") < waiting < ben_sees.index("headset")

    cleo_sees = shown_text(cleo.opens_home())
    assert copy.HOME_QUEUE_NONE in cleo_sees
    assert "headset" in cleo_sees


def test_claiming_in_home_moves_the_ticket_into_the_own_queue(desk: Desk, ada: Actor, cleo: Actor) -> None:
    question = ada.says(VPN).clicks(copy.BUTTON_PERSON)
    cleo.opens_home()

    cleo.presses_in_home(copy.BUTTON_CLAIM)

    assert question.status is TicketStatus.CLAIMED
    home = shown_text(desk.slack.home(cleo.id))
    assert copy.HOME_WAITING_NONE in home
    assert home.index("VPN drops") < home.index(copy.HOME_WAITING)


def test_that_solved_it_in_home_takes_it_off_the_list(desk: Desk, ada: Actor) -> None:
    question = ada.says(VPN)
    ada.opens_home()

    ada.presses_in_home(copy.BUTTON_SOLVED)

    assert question.status is TicketStatus.RESOLVED
    assert copy.HOME_NONE in shown_text(desk.slack.home(ada.id))


def test_a_claim_in_home_that_came_too_late_is_told_in_private(
    desk: Desk, ada: Actor, ben: Actor, cleo: Actor
) -> None:
    question = ada.says(VPN).clicks(copy.BUTTON_PERSON)
    cleo.opens_home()
    ben.claims(question)

    cleo.presses_in_home(copy.BUTTON_CLAIM)

    assert reads(copy.ALREADY_CLAIMED, shown_text(cleo.direct_messages[-1]))
    assert question.story.claimed_by.slack_id == ben.id


def test_the_bot_itself_is_never_on_call(desk: Desk, dee: Actor) -> None:
    assert dee.types(f"/oncall set <@{BOT_USER}|evenhand>") == copy.ONCALL_SET_NOBODY
