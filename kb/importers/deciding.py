"""Decides what becomes of one remote article, from what it is there, what it was, and what stands here."""

from dataclasses import dataclass
from enum import StrEnum

from kb.importers.source import Remote
from kb.importers.tidy import folded, tidy_placement
from kb.models import ArticleStatus
from kb.queries import ArticleView


class Step(StrEnum):
    CREATE = "create"
    UPDATE = "update"
    KEEP = "keep"  # nothing to do
    AGREE = "agree"  # both sides say the same, by whatever way
    CONFLICT = "conflict"  # changed here and there: what stands here stays


@dataclass(frozen=True)
class Origin:
    """What we know of an article's origin since it last came."""

    stamp: str
    digest: str
    revision: int
    status: ArticleStatus | None
    gone: bool


def decide(remote: Remote, origin: Origin | None, here: ArticleView | None, *, overwrite: bool) -> Step:
    if here is None:
        return Step.CREATE
    same_place = tidy_placement(here.placement) == tidy_placement(remote.placement)
    if same_place and folded(here.content) == folded(remote.content):
        return Step.AGREE
    if origin is None or overwrite:
        return Step.UPDATE
    if origin.digest == remote.digest:
        return Step.KEEP  # the source did not change; what differs was written here
    if origin.revision != here.revision:
        return Step.CONFLICT
    return Step.UPDATE


def wanted_status(
    remote: Remote, origin: Origin | None, current: ArticleStatus, *, usual: ArticleStatus
) -> ArticleStatus:
    """The source's word counts when it is new; otherwise those who keep the articles here decide."""
    if origin is None:
        # Met for the first time, under the same name: a file may publish it or archive it, not take it back.
        return current if remote.status in (None, ArticleStatus.DRAFT) else remote.status or current
    if origin.gone:
        return remote.status or usual
    if remote.status is None or remote.status == origin.status:
        return current
    archived_here = current is ArticleStatus.ARCHIVED and origin.status is not ArticleStatus.ARCHIVED
    return current if archived_here else remote.status
