"""Coming in and going out: the one-time link from Slack, and on one's own machine a choice of who one is."""

from datetime import timedelta

import structlog
from flask import Response, flash, redirect, render_template, request, url_for
from itsdangerous import BadSignature
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from bot.slack.speaking import link_signer
from bot.web.console import typed, visits, words
from bot.web.console.limiter import Limiter
from bot.web.console.shell import Console, back, message
from triage.people.access import TABLE, Permission
from triage.people.models import Person
from triage.people.signin import redeem

log = structlog.get_logger(__name__)

_ASK_AGAIN = (
    "Write /oncall console in Slack, and the bot sends you a fresh link. It works once, for ten minutes."
)
_WHO_MAY = [str(role) for role, permissions in TABLE.items() if Permission.SIGN_IN in permissions]


def ask_who(console: Console) -> Response:
    """Instead of the page that was wanted, for somebody who is not signed in."""
    if not console.local_sign_in:
        return message("Sign in", _ASK_AGAIN, 401)
    if not visits.on_this_machine():
        return message("Sign in", "This demo can only be opened on the machine that it runs on.", 403)
    with console.desk.database.reading() as session:
        people = session.scalars(
            select(Person).where(Person.role.in_(_WHO_MAY)).order_by(Person.role, Person.name)
        ).all()
    wanted = request.full_path.rstrip("?") if request.method == "GET" else ""
    page = render_template("console/who.html", people=people, wanted=wanted)
    return Response(page, 401, mimetype="text/html")


def add_to(console: Console, *, secret_key: str) -> None:
    blueprint, desk = console.blueprint, console.desk
    signer = link_signer(secret_key)
    limiter = Limiter(at_most=10, within=timedelta(minutes=10))

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
        if limiter.wrong(request.remote_addr or "", desk.clock()):
            return message("Too many tries", "Wait ten minutes. " + _ASK_AGAIN, 429)
        return message("This link does not work", "It may have been cut off. " + _ASK_AGAIN, 403)

    @blueprint.get("/enter/<signed>")
    def enter(signed: str) -> Response:
        """Only shows a button: Slack and mail scanners open links too, and would use this one up."""
        if link_id(signed) is None:
            return forged()
        return Response(render_template("console/enter.html", signed=signed), mimetype="text/html")

    @blueprint.post("/enter/<signed>")
    def enter_now(signed: str) -> AnyResponse:
        number = link_id(signed)
        if number is None:
            return forged()
        now = desk.clock()
        with desk.database.transaction() as session:
            person = redeem(session, number, now=now)
        if person is None:
            return message("This link is used up", "It was used before, or it is too old. " + _ASK_AGAIN, 410)
        visits.begin(person, now)
        log.info("console.entered", person_id=person.id)
        return redirect(url_for("console.queue"), 303)

    @blueprint.post("/who")
    def choose_who() -> AnyResponse:
        if not (console.local_sign_in and visits.on_this_machine()):
            return message("Nothing here", _ASK_AGAIN, 404)
        chosen = typed.number(request.form.get("person"))
        with desk.database.reading() as session:
            person = session.get(Person, chosen) if chosen else None
        if person is None or str(person.role) not in _WHO_MAY:
            return redirect(url_for("console.queue"), 303)
        visits.begin(person, desk.clock())
        return back()

    @blueprint.post("/leave")
    def leave() -> AnyResponse:
        visits.end()
        flash(words.SIGNED_OUT)
        return redirect(url_for("console.queue"), 303)
