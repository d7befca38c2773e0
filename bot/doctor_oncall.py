"""The doctor's look at who is asked: pagers, policies, the rota of the next two weeks, and whether anybody is there."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from bot.finding import Finding, Result
from bot.settings import Settings
from triage.escalation.policies import built_in, policies
from triage.escalation.standing import standings
from triage.escalation.targets import everybody
from triage.escalation.values import BUILT_IN, EscalationPolicy
from triage.oncall.look_ahead import ConcernKind, look_ahead
from triage.oncall.plans import schedules
from triage.oncall.protection import Ask, forbidden
from triage.policy import Policy
from triage.vocabulary import TargetKind, Urgency

_AHEAD_DAYS = 14


def pagers(settings: Settings) -> Iterator[Finding]:
    """Silent where none is meant to be there."""
    if settings.pager_webhook_url and not settings.pager_webhook_secret:
        says = "the webhook has an address and no secret, so it is never called"
        yield Finding("pager", Result.WARNING, says, "Set EVENHAND_PAGER_WEBHOOK_SECRET on both sides.")
    if settings.pagers:
        yield Finding("pagers", Result.GOOD, ", ".join(settings.pagers))


def oncall(session: Session, team_id: str, *, policy: Policy, now: datetime) -> Iterator[Finding]:
    plans = [*policies(session, team_id), built_in(session, team_id, policy=policy)]
    yield from _pagers_named(plans, policy)
    yield from _rota(session, team_id, policy=policy, now=now)
    yield _reach(session, team_id, plans, policy=policy, now=now)


def _pagers_named(plans: list[EscalationPolicy], policy: Policy) -> Iterator[Finding]:
    for plan in plans:
        named = {target.pager for target in plan.targets() if target.kind is TargetKind.PAGER}
        for pager in sorted(named - set(policy.pagers)):
            says = f"“{plan.name}” calls the pager “{pager}”, which is not set up"
            remedy = "Set it up (EVENHAND_PAGER_…), or take it out: console, Escalation."
            yield Finding("policy", Result.WARNING, says, remedy)


def _rota(session: Session, team_id: str, *, policy: Policy, now: datetime) -> Iterator[Finding]:
    if not schedules(session, team_id):
        return
    ahead = look_ahead(session, team_id, now=now, days=_AHEAD_DAYS, rules=policy.care)
    gaps = [concern for concern in ahead if concern.kind is ConcernKind.GAP]
    if not gaps:
        yield Finding("rota", Result.GOOD, f"no gap in the next {_AHEAD_DAYS} days")
        return
    more = f" (and {len(gaps) - 1} more)" if len(gaps) > 1 else ""
    remedy = "See them: evenhand oncall look-ahead. Fill one: evenhand oncall cover"
    yield Finding("rota", Result.WARNING, f"{gaps[0].sentence}{more}", remedy)


def _reach(
    session: Session, team_id: str, plans: list[EscalationPolicy], *, policy: Policy, now: datetime
) -> Finding:
    """Whether a critical ticket would find somebody this minute, by each policy that one could follow."""
    may_be_critical = [plan for plan in plans if not plan.urgencies or Urgency.CRITICAL in plan.urgencies]
    alone = [plan for plan in may_be_critical if not _anybody(session, team_id, plan, policy=policy, now=now)]
    if not alone:
        return Finding("reach", Result.GOOD, "somebody could be asked about a critical ticket now")
    names = ", ".join("the desk's own policy" if one.name == BUILT_IN else f"“{one.name}”" for one in alone)
    says = f"nobody could be asked about a critical ticket now by {names}; only the last resort is left"
    remedy = "See why: evenhand oncall policy dry-run --urgency critical. Name people: /oncall set @name"
    return Finding("reach", Result.WARNING, says, remedy)


def _anybody(
    session: Session, team_id: str, plan: EscalationPolicy, *, policy: Policy, now: datetime
) -> bool:
    targets = list(plan.targets())
    if any(target.kind is TargetKind.PAGER and target.pager in policy.pagers for target in targets):
        return True
    people = everybody(session, team_id, targets, at=now)
    ask = Ask(Urgency.CRITICAL)
    standing = standings(session, people, team_id=team_id, policy=policy, now=now)
    return any(forbidden(ask, one, now=now) is None for one in standing)
