"""The frame around every screen: who may come in, the navigation, one transaction an action, and the headers.

A later screen is a module with `add_to(console)`: `console.screen` puts it into the navigation, `console.page`
adds a page below it, `console.action` something to press.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial, wraps
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from sqlalchemy import inspect
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from bot.slack import copy
from bot.slack.desk import Desk
from bot.slack.group_faults import group_fault
from bot.web.console import times, visits, words
from bot.web.console.door import Door
from kb.errors import KbError, NoSuchArticle
from triage.audit import record
from triage.errors import TriageError
from triage.people.access import Permission, may, require
from triage.people.models import Person
from triage.people.role_groups import faults
from triage.policy import Policy
from triage.vocabulary import Role


@dataclass(frozen=True)
class Visit:
    """One request of somebody who is signed in, inside its transaction."""

    session: Session
    person: Person
    now: datetime
    # The rules of their workspace.
    policy: Policy
    # What an action does once its transaction is committed.
    afterwards: list[Callable[[], None]] = field(default_factory=list)

    def may(self, permission: Permission, *, own_ticket: bool = False) -> bool:
        return may(Role(self.person.role), permission, own_ticket=own_ticket)

    def say(self, text: str) -> None:
        """A line on the next page, once it is true."""
        self.afterwards.append(partial(flash, text, "done"))

    def noted(self, what: str, **details: Any) -> None:
        """Into the audit, under the name of who is here."""
        record(self.session, what, by=self.person, team_id=self.person.team_id, now=self.now, **details)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.person.time_zone)

    def names(self, *texts: str) -> dict[str, str]:
        return words.mentioned(self.session, self.person.team_id, texts)


@dataclass(frozen=True)
class Screen:
    """A line of the navigation."""

    title: str
    endpoint: str
    permission: Permission
    order: int


Page = Callable[..., str | AnyResponse | tuple[str, int]]


class Console:
    """What every screen is given: the desk, and the ways to register itself."""

    def __init__(self, desk: Desk, door: Door) -> None:
        self.desk, self.door = desk, door
        self.screens: list[Screen] = []
        self.blueprint = Blueprint(
            "console",
            __name__,
            url_prefix="/console",
            template_folder="templates",
            static_folder="static",
        )
        self.blueprint.context_processor(self._at_hand)

    def screen(self, rule: str, *, title: str, permission: Permission, order: int) -> Callable[[Page], Page]:
        """A page with a line in the navigation, for those who have the permission."""

        def register(view: Page) -> Page:
            self.screens.append(Screen(title, f"console.{view.__name__}", permission, order))
            self.screens.sort(key=lambda screen: screen.order)
            return self.page(rule, permission=permission)(view)

        return register

    def page(self, rule: str, *, permission: Permission, method: str = "GET") -> Callable[[Page], Page]:
        """Only reads, whatever the method; runs on a consistent view of the database."""

        def register(view: Page) -> Page:
            @wraps(view)
            def answer(**parts: Any) -> Any:
                with self.desk.database.reading() as session:
                    return view(self._visit(session, permission), **parts)

            self.blueprint.add_url_rule(rule, view.__name__, answer, methods=[method])
            return view

        return register

    def action(
        self, rule: str, *, permission: Permission, refused: Page | None = None
    ) -> Callable[[Page], Page]:
        """Something to press: one transaction, then back to a page. The domain decides; `permission` is for the page.

        What the desk refuses changes nothing. It is said on the page that `refused` makes, else on the one before.
        """

        def register(act: Page) -> Page:
            @wraps(act)
            def answer(**parts: Any) -> Any:
                try:
                    with self.desk.database.transaction() as session:
                        visit = self._visit(session, permission)
                        answered = act(visit, **parts)
                    for step in visit.afterwards:
                        step()
                    return answered
                except NoSuchArticle:
                    raise  # there is no page to say it on but the one for what is missing
                except (TriageError, KbError) as error:
                    return self._refuse(error, permission, refused, parts)

            self.blueprint.add_url_rule(rule, act.__name__, answer, methods=["POST"])
            return act

        return register

    def _visit(self, session: Session, permission: Permission) -> Visit:
        now = self.desk.clock()
        person = visits.visitor(session, self.door.visits, now)
        visit = Visit(session, person, now, self.desk.policy_for(session, person.team_id))
        g.visit, g.reader = visit, _copied(visit.person)
        g.group_faults = _group_faults(visit)
        require(Role(visit.person.role), permission)
        return visit

    def _refuse(
        self, error: TriageError | KbError, permission: Permission, page: Page | None, parts: dict[str, Any]
    ) -> Any:
        with self.desk.database.reading() as session:
            visit = self._visit(session, permission)
            said = words.refused(error, visit.names(_who_was_quicker(error)))
            if page is not None:
                return page(visit, said=said, **parts)
            flash(said, "refused")
            return back()

    def _at_hand(self) -> dict[str, Any]:
        """What every template may use. Times appear in the reader's zone."""
        visit: Visit | None = g.get("visit")
        if visit is not None and inspect(visit.person).expired:
            # A rollback let go of the person whom every page names, and the database may be what broke.
            visit = replace(visit, person=g.reader)
        at_hand: dict[str, Any] = {
            "visit": visit,
            "group_faults": g.get("group_faults", ()),
            "form_token": visits.form_token,
            "here": request.full_path.rstrip("?"),
            "words": words,
            "status_name": copy.STATUS_NAME,
        }
        if visit is not None:
            zone, now = visit.zone, visit.now
            at_hand |= {
                "screens": [screen for screen in self.screens if visit.may(screen.permission)],
                "age": lambda at: times.age(at, now),
                "local": lambda at: times.local(at, now, zone),
                "exact": lambda at: times.exact(at, zone),
            }
        return at_hand


def _group_faults(visit: Visit) -> list[tuple[str, datetime | None]]:
    """What admins have to know on every page: roles that cannot be read from Slack, and since when."""
    groups = visit.policy.role_groups
    if not (groups.by_role() and visit.may(Permission.SET_ROLES)):
        return []
    found = faults(visit.session, visit.person.team_id, groups)
    return [(group_fault(row.fault or "").banner(row.role, row.group_id), row.fault_at) for row in found]


def _copied(person: Person) -> Person:
    """The same person, as no transaction knows them."""
    columns = inspect(Person).column_attrs
    return Person(**{column.key: getattr(person, column.key) for column in columns})


def _who_was_quicker(error: TriageError | KbError) -> str:
    slack_id = getattr(error, "claimed_by", None) or getattr(error, "slack_id", None)
    return f"<@{slack_id}>" if slack_id else ""


def back() -> AnyResponse:
    """To the page that the form stood on, if it is one of ours; else to the queue."""
    wanted = request.form.get("back", "")
    return redirect(wanted if inside(wanted) else url_for("console.queue"), 303)


def inside(path: str) -> bool:
    """Whether it is the path of a page of ours, however a browser might read it."""
    return path.startswith("/console/") and "\\" not in path and not any(c < " " for c in path)


def message(title: str, text: str, status: int, **more: Any) -> Response:
    """A page that says one thing and what to do next."""
    return Response(
        render_template("console/message.html", title=title, text=text, **more), status, mimetype="text/html"
    )
