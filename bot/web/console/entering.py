"""Coming in and going out: the one-time link from Slack, and on one's own machine a choice of who one is."""

import structlog
from flask import Response, flash, redirect, render_template, request, url_for
from itsdangerous import BadSignature
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from bot.slack.speaking import link_signer
from bot.web.console import typed, visits, words
from bot.web.console.door import in_words, with_wait
from bot.web.console.shell import Console, back, message
from triage.people.access import TABLE, Permission
from triage.people.models import Person
from triage.people.signin import redeem
from triage.people.visits import SignedInBy

log = structlog.get_logger(__name__)

_ASK_AGAIN = (
    "Write /oncall console in Slack, and the bot sends you a fresh link. It works once, for ten minutes."
)
_WHO_MAY = [str(role) for role, permissions in TABLE.items() if Permission.SIGN_IN in permissions]


def ask_who(console: Console) -> Response:
    """Instead of the page that was wanted, for somebody who is not signed in."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" else ""
    with_slack = console.door.slack is not None and bool(console.desk.public_url)
    if not console.door.local:
        page = render_template(
            "console/sign_in.html", with_slack=with_slack, wanted=wanted, ask_again=_ASK_AGAIN
        )
        return Response(page, 401, mimetype="text/html")
    if not visits.on_this_machine():
        return message("Sign in", "This demo can only be opened on the machine that it runs on.", 403)
    with console.desk.database.reading() as session:
        people = session.scalars(
            select(Person).where(Person.role.in_(_WHO_MAY)).order_by(Person.role, Person.name)
        ).all()
    page = render_template("console/who.html", people=people, wanted=wanted, with_slack=with_slack)
    return Response(page, 401, mimetype="text/html")


def add_to(console: Console, *, secret_key: str) -> None:
    blueprint, desk, door = console.blueprint, console.desk, console.door
    signer = link_signer(secret_key)

    def link_id(signed: str) -> int | None:
        try:
            number = signer.loads(signed)
        except BadSignature:
            return None
        return (
            number
            if isinstance(number, int) and not isinstance(number, bool) and 0 < number <= typed.LARGEST
            else None
        )

    def forged() -> Response:
        """Only what we never signed counts: behind a proxy everybody may share one address."""
        if wait := door.count_wrong(desk, secret_key):
            said = f"Wait {in_words(wait)}. {_ASK_AGAIN}"
            return with_wait(message("Too many tries", said, 429), wait)
        return message("This link does not work", "It may have been cut off. " + _ASK_AGAIN, 403)

    @blueprint.get("/enter/<signed>")
    def enter(signed: str) -> Response:
        """Only shows a button: Slack and mail scanners open links too, and would use this one up."""
        if link_id(signed) is None:
            return forged()
        return Response(
            render_template("console/enter.html", signed=signed, lasts=door.visits.lasts),
            mimetype="text/html",
        )

    @blueprint.post("/enter/<signed>")
    def enter_now(signed: str) -> AnyResponse:
        number = link_id(signed)
        if number is None:
            return forged()
        now = desk.clock()
        with desk.database.transaction() as session:
            person = redeem(session, number, now=now)
            if person is not None:
                visits.begin(session, person, way=SignedInBy.LINK, now=now)
        if person is None:
            return message("This link is used up", "It was used before, or it is too old. " + _ASK_AGAIN, 410)
        log.info("console.entered", person_id=person.id, way="link")
        return redirect(url_for("console.queue"), 303)


def add_demo_s_choice_and_leaving(console: Console) -> None:
    blueprint, desk, door = console.blueprint, console.desk, console.door

    @blueprint.post("/who")
    def choose_who() -> AnyResponse:
        if not (door.local and visits.on_this_machine()):
            return message("Nothing here", _ASK_AGAIN, 404)
        chosen = typed.number(request.form.get("person"))
        now = desk.clock()
        with desk.database.transaction() as session:
            person = session.get(Person, chosen) if chosen else None
            if person is None or str(person.role) not in _WHO_MAY:
                return redirect(url_for("console.queue"), 303)
            visits.begin(session, person, way=SignedInBy.LOCAL, now=now)
        return back()

    @blueprint.post("/leave")
    def leave() -> AnyResponse:
        with desk.database.transaction() as session:
            visits.end(session, desk.clock())
        flash(words.SIGNED_OUT)
        return redirect(url_for("console.queue"), 303)
