"""Who is asked, level by level: the policies, a form to change them, and what would happen at some moment."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from bot.web.console import typed, words_escalation
from bot.web.console.escalation_form import Draft, changed, choices, draft_from, draft_of, policy_in
from bot.web.console.shell import Console, Visit
from triage.escalation.dry_run import Step, dry_run
from triage.escalation.moments import parse_moment
from triage.escalation.naming import called
from triage.escalation.policies import (
    NoSuchPolicy,
    built_in,
    delete_policy,
    history,
    policies,
    policy_named,
    save_policy,
)
from triage.escalation.values import BUILT_IN, EscalationPolicy, How
from triage.oncall.plans import schedules
from triage.people.access import Permission
from triage.people.models import Person
from triage.tickets import queries
from triage.vocabulary import Role, Urgency

_TYPED_AT_MOST = 40


@dataclass(frozen=True)
class Asked:
    """What somebody wants to know: a ticket like this, at that moment. As typed, with what was wrong about it."""

    urgency: Urgency
    category: str
    at: str
    policy: str
    wrong: str = ""
    steps: tuple[Step, ...] = ()


def add_to(console: Console) -> None:
    @console.screen("/escalation", title="Escalation", permission=Permission.SEE_ONCALL_POLICIES, order=18)
    def escalation(visit: Visit) -> str:
        return _screen(console, visit)

    @console.page("/escalation/policy", permission=Permission.CHANGE_ONCALL_POLICIES)
    def escalation_policy(visit: Visit) -> str:
        name = request.args.get("name", "")
        if not name:
            return _form(console, visit, Draft())
        found = policy_named(visit.session, visit.person.team_id, name, policy=visit.policy)
        if name == BUILT_IN:
            # The desk's own is where most begin; saved, it needs a name.
            return _form(console, visit, draft_of(EscalationPolicy("", found.levels)))
        return _form(console, visit, draft_of(found))

    @console.page("/escalation/draft", permission=Permission.CHANGE_ONCALL_POLICIES, method="POST")
    def escalation_draft(visit: Visit) -> str:
        return _form(console, visit, changed(draft_from(request.form), request.form.get("do", "")))

    def refused(visit: Visit, said: str) -> tuple[str, int]:
        return _form(console, visit, draft_from(request.form), said=said), 409

    @console.action("/escalation/save", permission=Permission.CHANGE_ONCALL_POLICIES, refused=refused)
    def save_escalation(visit: Visit) -> Response:
        draft = draft_from(request.form)
        saved = save_policy(
            visit.session,
            visit.person.team_id,
            policy_in(draft),
            by=visit.person,
            policy=visit.policy,
            now=visit.now,
            seen_version=draft.seen,
        )
        visit.say(words_escalation.SAVED.format(name=saved.name))
        return redirect(url_for("console.escalation"), 303)

    @console.action("/escalation/delete", permission=Permission.CHANGE_ONCALL_POLICIES)
    def delete_escalation(visit: Visit) -> Response:
        name = request.form.get("name", "")
        delete_policy(visit.session, visit.person.team_id, name, by=visit.person, now=visit.now)
        visit.say(words_escalation.DELETED.format(name=name))
        return redirect(url_for("console.escalation"), 303)


def _screen(console: Console, visit: Visit) -> str:
    session, team_id, policy = visit.session, visit.person.team_id, visit.policy
    shown = [*policies(session, team_id), built_in(session, team_id, policy=policy)]
    past = history(session, team_id)
    by = {entry.by_id for entry in past if entry.by_id}
    return render_template(
        "console/escalation.html",
        shown=shown,
        called=lambda target: called(session, team_id, target),
        categories={one.key: one.name for one in queries.categories(session, team_id)},
        urgencies=list(Urgency),
        asked=_rehearsed(console, visit),
        people_in=lambda step: people_in(step, policy.opening.zone),
        zone=policy.opening.zone,
        does=words_escalation.DOES,
        hows=words_escalation.HOWS,
        all_at_once=How.ALL,
        built_in=BUILT_IN,
        past=past,
        people={p.id: p for p in session.scalars(select(Person).where(Person.id.in_(by)))},
        may_change=visit.may(Permission.CHANGE_ONCALL_POLICIES),
    )


def _rehearsed(console: Console, visit: Visit) -> Asked:
    """What would happen, once somebody asks; before that, an example to press."""
    policy, session, team_id = visit.policy, visit.session, visit.person.team_id
    urgency = typed.one_of(Urgency, request.args.get("urgency")) or Urgency.CRITICAL
    category, at = request.args.get("category", ""), request.args.get("at", "")[:_TYPED_AT_MOST]
    asked = Asked(urgency, category, at or "Sunday 03:10", request.args.get("policy", ""))
    if not at:
        return asked
    try:
        moment = parse_moment(at, policy.opening.zone, now=visit.now)
        plan = policy_named(session, team_id, asked.policy, policy=policy) if asked.policy else None
    except ValueError:
        return Asked(urgency, category, at, asked.policy, words_escalation.NO_MOMENT)
    except NoSuchPolicy:
        return Asked(urgency, category, at, "", words_escalation.GONE)
    steps = dry_run(
        session, team_id, urgency=urgency, category=category or None, at=moment, policy=policy, plan=plan
    )
    return Asked(urgency, category, at, asked.policy, steps=tuple(steps))


def people_in(step: Step, zone: ZoneInfo) -> str:
    """Who, and the time on their clock where it is not the desk's."""
    if not step.zones:
        return ", ".join(step.who)
    desk = step.at.astimezone(zone)
    return ", ".join(
        name + _there(here.replace(tzinfo=None), desk.replace(tzinfo=None))
        for name, here in zip(step.who, step.local_times, strict=True)
    )


def _there(here: datetime, desk: datetime) -> str:
    if here == desk:
        return ""
    return f" ({here:%H:%M} there)" if here.date() == desk.date() else f" ({here:%a %H:%M} there)"


def _form(console: Console, visit: Visit, draft: Draft, *, said: str = "") -> str:
    session, team_id = visit.session, visit.person.team_id
    agents = session.scalars(
        select(Person).where(Person.team_id == team_id, Person.role != Role.REQUESTER).order_by(Person.id)
    )
    offered = choices(
        {person.id: person.called for person in agents},
        {schedule.id: schedule.name for schedule in schedules(session, team_id)},
        visit.policy.pagers,
    )
    return render_template(
        "console/escalation_policy.html",
        draft=draft,
        said=said,
        choices=offered,
        known=[word for word, _ in offered],
        categories={one.key: one.name for one in queries.categories(session, team_id)},
        urgencies=list(Urgency),
        hows=words_escalation.HOWS,
    )
