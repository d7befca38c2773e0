"""The policies that admins made, and the built-in one for a desk that has none."""

from datetime import datetime

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from triage.audit import AuditEntry, record
from triage.effects import insert_once
from triage.errors import TriageError
from triage.escalation.checking import Known, Problem, clash, problems
from triage.escalation.tables import PolicyRow
from triage.escalation.values import BUILT_IN, EscalationPolicy, Level, Target, policy_from
from triage.oncall.plans import schedules
from triage.people.access import Permission, require
from triage.people.models import Person, Team
from triage.policy import Policy
from triage.tickets.models import Category
from triage.vocabulary import DutyRole, TargetKind, Urgency


class PolicyRefused(TriageError):
    """It cannot be followed as it is; nothing was saved."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(problem.what for problem in problems))
        self.problems = problems


class PolicyChanged(TriageError):
    """Somebody saved it meanwhile; nothing was saved."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the policy {name!r} was changed meanwhile")
        self.name = name


class NoSuchPolicy(TriageError):
    def __init__(self, name: str) -> None:
        super().__init__(f"no policy {name!r}")
        self.name = name


def built_in(session: Session, team_id: str, *, policy: Policy) -> EscalationPolicy:
    """Whoever is on shift, then who stands behind them, then the group; without schedules the group alone."""
    wait, levels = policy.page_next_after, []
    if schedules(session, team_id):
        levels = [
            Level((Target(TargetKind.ON_SHIFT, role=role),), wait=wait)
            for role in (DutyRole.PRIMARY, DutyRole.SECONDARY)
        ]
    group = Level((Target(TargetKind.GROUP),), wait=wait)
    return EscalationPolicy(BUILT_IN, (*levels, group), again_after=policy.page_again_after)


def policies(session: Session, team_id: str) -> list[EscalationPolicy]:
    """The most exact first: in the order in which they are looked at for a ticket."""
    rows = session.scalars(_POLICIES, {"team_id": team_id})
    found = [policy_from(row.body, id=row.id, version=row.version) for row in rows]
    return sorted(found, key=lambda one: ([not exact for exact in one.exactness], one.name))


_POLICIES = select(PolicyRow).where(PolicyRow.team_id == bindparam("team_id"))


def policy_named(session: Session, team_id: str, name: str, *, policy: Policy) -> EscalationPolicy:
    """Raises `NoSuchPolicy`."""
    if name == BUILT_IN:
        return built_in(session, team_id, policy=policy)
    for one in policies(session, team_id):
        if one.name == name:
            return one
    raise NoSuchPolicy(name)


def policy_for(
    session: Session, team_id: str, *, urgency: Urgency, category: str | None, policy: Policy
) -> EscalationPolicy:
    """The one that a ticket follows."""
    fitting = (one for one in policies(session, team_id) if one.fits(urgency, category))
    return next(fitting, None) or built_in(session, team_id, policy=policy)


def known(session: Session, team_id: str, *, policy: Policy) -> Known:
    """What a policy may name at this desk."""
    people = session.scalars(select(Person).where(Person.team_id == team_id))
    return Known(
        people=frozenset(person.id for person in people if person.answers),
        schedules=frozenset(schedule.id for schedule in schedules(session, team_id)),
        categories=frozenset(session.scalars(select(Category.key).where(Category.team_id == team_id))),
        pagers=frozenset(policy.pagers),
    )


def save_policy(
    session: Session,
    team_id: str,
    wanted: EscalationPolicy,
    *,
    by: Person | None,
    policy: Policy,
    now: datetime,
    seen_version: int | None = None,
) -> EscalationPolicy:
    """Saves it under its name. What is under way goes on by the policy it began with.

    With `seen_version` (0: there was none) only if nobody saved it meanwhile. Raises `PolicyRefused` and
    `PolicyChanged`; then nothing is changed.
    """
    if by is not None:
        require(by.role, Permission.CHANGE_ONCALL_POLICIES)
    # One after the other, or two saved at once could both be the one for the same tickets.
    session.get(Team, team_id, with_for_update={"key_share": True})
    found = problems(wanted, known(session, team_id, policy=policy))
    others = [one for one in policies(session, team_id) if one.name != wanted.name]
    found += [problem for other in others if (problem := clash(wanted, other))]
    if found:
        raise PolicyRefused(found)
    version = _write(session, team_id, wanted, now=now, seen_version=seen_version)
    record(
        session,
        "escalation.policy",
        by=by,
        team_id=team_id,
        now=now,
        policy=wanted.name,
        version=version,
        body=wanted.as_json() | {"version": version},
    )
    session.flush()
    return next(one for one in policies(session, team_id) if one.name == wanted.name)


def _write(
    session: Session, team_id: str, wanted: EscalationPolicy, *, now: datetime, seen_version: int | None
) -> int:
    this = (PolicyRow.team_id == team_id, PolicyRow.name == wanted.name)
    before = session.scalar(select(PolicyRow.version).where(*this))
    if seen_version not in (None, before or 0):
        raise PolicyChanged(wanted.name)
    version = (before or 0) + 1
    body = wanted.as_json() | {"version": version}
    if before is None:
        values = {"team_id": team_id, "name": wanted.name, "body": body}
        if not insert_once(session, PolicyRow, **values, version=version, changed_at=now):
            raise PolicyChanged(wanted.name)
        return version
    saved = session.execute(
        update(PolicyRow)
        .where(*this, PolicyRow.version == before)
        .values(body=body, version=version, changed_at=now)
        .returning(PolicyRow.id)
        .execution_options(synchronize_session=False)
    ).first()
    if saved is None:
        raise PolicyChanged(wanted.name)
    session.expire_all()
    return version


def delete_policy(session: Session, team_id: str, name: str, *, by: Person | None, now: datetime) -> None:
    """Tickets that come later follow another one. Raises `NoSuchPolicy`."""
    if by is not None:
        require(by.role, Permission.CHANGE_ONCALL_POLICIES)
    this = delete(PolicyRow).where(PolicyRow.team_id == team_id, PolicyRow.name == name)
    if session.execute(this.returning(PolicyRow.id)).first() is None:
        raise NoSuchPolicy(name)
    record(session, "escalation.policy_deleted", by=by, team_id=team_id, now=now, policy=name)


def history(session: Session, team_id: str, *, limit: int = 20) -> list[AuditEntry]:
    """Who saved or deleted which policy, the newest first."""
    rows = session.scalars(
        select(AuditEntry)
        .where(AuditEntry.team_id == team_id, AuditEntry.what.startswith("escalation.policy"))
        .order_by(AuditEntry.id.desc())
        .limit(limit)
    )
    return list(rows)
