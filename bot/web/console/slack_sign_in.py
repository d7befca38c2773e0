"""Sign in with Slack: off to Slack, and back with a proof of who it is."""

import hmac
import secrets
from datetime import datetime, timedelta

import structlog
from flask import Response, redirect, request, url_for
from flask import session as cookie
from werkzeug.wrappers import Response as AnyResponse

from bot.slack.desk import Desk
from bot.slack.gateway import RateLimited, SlackProblem, SlackRefused
from bot.slack.openid import NotBelieved, Proven, SlackSignIn
from bot.slack.role_reading import read_role_groups
from bot.web.console import visits
from bot.web.console.door import in_words, with_wait
from bot.web.console.shell import Console, inside, message
from triage.people.access import Permission, may
from triage.people.knocking import use_state
from triage.people.roster import known
from triage.people.visits import SignedInBy
from triage.vocabulary import Role

log = structlog.get_logger(__name__)

_GOOD_FOR = timedelta(minutes=10)
_OTHER_WAY = "Or write /oncall console in Slack, and the bot sends you a link."
_AWAY = (
    f"Slack does not answer just now, so we cannot ask it who you are. Try again in a minute. {_OTHER_WAY}"
)
_STALE = "It was begun in another browser, too long ago, or was used already. Begin again."
_REFUSED = f"What came back does not prove who you are, so nothing was opened. Begin again. {_OTHER_WAY}"
_STRANGER = (
    "Slack knows you, but you are neither agent nor admin on this desk. Ask an admin: they can add you with "
    "/oncall set, or to the desk's user group in Slack."
)


class _Turned(Exception):
    """This sign-in ends here: the page that says why, and whether it was somebody trying their luck."""

    def __init__(self, page: Response, *, wrong: bool = False) -> None:
        super().__init__()
        self.page, self.wrong = page, wrong


def add_to(console: Console, *, secret_key: str) -> None:
    """Nothing is added where the settings hold no client id, or nobody could be sent back."""
    blueprint, desk, door = console.blueprint, console.desk, console.door
    slack = door.slack
    if slack is None or not desk.public_url:
        return

    @blueprint.get("/sign-in")
    def sign_in() -> AnyResponse:
        """Changes nothing here: another site that sends somebody this way only shows them Slack's question."""
        state, nonce = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        wanted = request.args.get("wanted", "")
        # The last one begun in this browser counts; it sits in the signed cookie and nowhere else.
        cookie["signing_in"] = [state, nonce, int(desk.clock().timestamp()), wanted if inside(wanted) else ""]
        return redirect(slack.address(state=state, nonce=nonce, redirect_uri=_back_to(desk)), 303)

    @blueprint.get("/signed-in")
    def signed_in() -> AnyResponse:
        try:
            if wait := door.wait(desk, secret_key):
                raise _Turned(_too_many(wait))
            nonce, wanted = _begun_here(desk, desk.clock())
            proven = _proven(slack, desk, nonce)
            _enter(console, proven)
        except _Turned as turned:
            if turned.wrong and (wait := door.count_wrong(desk, secret_key)):
                return _too_many(wait)
            return turned.page
        return redirect(wanted or url_for("console.queue"), 303)


def _back_to(desk: Desk) -> str:
    """Never from the request's own host: that is the browser's word."""
    return f"{desk.public_url.rstrip('/')}/console/signed-in"


def _begun_here(desk: Desk, now: datetime) -> tuple[str, str]:
    """The nonce, and where to go afterwards. Each state is good once, in one browser, for ten minutes."""
    begun = cookie.pop("signing_in", None)
    given = request.args.get("state", "")
    if not begun or not hmac.compare_digest(begun[0].encode(), given.encode()):
        raise _Turned(message("That sign-in is over", _STALE, 403), wrong=True)
    state, nonce, at, wanted = begun
    with desk.database.transaction() as session:
        first = use_state(session, state, now=now)
    if not first or not 0 <= now.timestamp() - at < _GOOD_FOR.total_seconds():
        raise _Turned(message("That sign-in is over", _STALE, 403), wrong=True)
    if request.args.get("error") == "access_denied":
        raise _Turned(message("You said no", f"Nothing was opened. {_OTHER_WAY}", 200))
    return nonce, wanted


def _proven(slack: SlackSignIn, desk: Desk, nonce: str) -> Proven:
    try:
        return slack.who(request.args.get("code", ""), nonce=nonce, redirect_uri=_back_to(desk))
    except (NotBelieved, SlackRefused) as refused:
        log.warning("console.sign_in_refused", why=str(refused))
        raise _Turned(message("That did not work", _REFUSED, 403), wrong=True) from None
    except RateLimited as busy:
        wait = timedelta(seconds=max(1.0, busy.retry_after))
        raise _Turned(with_wait(message("Slack is busy", _AWAY, 503), wait)) from None
    except SlackProblem as away:
        log.warning("console.sign_in_waits", why=str(away))
        raise _Turned(message("Slack does not answer", _AWAY, 503)) from None


def _enter(console: Console, proven: Proven) -> None:
    desk = console.desk
    _read_roles(desk, proven.team_id)
    now = desk.clock()
    with desk.database.transaction() as session:
        person = known(session, proven.team_id, proven.slack_id)
        # A workspace that took the app off has no desk any more.
        if not desk.workspaces.serves(proven.team_id):
            person = None
        if person is None or not may(Role(person.role), Permission.SIGN_IN):
            log.info("console.stranger", team_id=proven.team_id)
            raise _Turned(message("Not on this desk", _STRANGER, 403))
        visits.begin(session, person, way=SignedInBy.SLACK, now=now)
    log.info("console.entered", person_id=person.id, way="slack")


def _read_roles(desk: Desk, team_id: str) -> None:
    """Who was let into a user group a moment ago need not wait, and who was put out of it does not come in."""
    try:
        read_role_groups(desk, team_id, unless_fresh=True)
    except SlackProblem as problem:
        log.warning("console.roles_as_known", team_id=team_id, why=str(problem))


def _too_many(wait: timedelta) -> Response:
    text = f"Too many sign-ins went wrong. Wait {in_words(wait)}, then begin again. {_OTHER_WAY}"
    return with_wait(message("Too many tries", text, 429), wait)
