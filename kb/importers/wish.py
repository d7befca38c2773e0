"""How somebody wants an import done."""

from dataclasses import dataclass

from kb.models import ArticleStatus


@dataclass(frozen=True)
class Wish:
    author: str
    status: ArticleStatus = ArticleStatus.PUBLISHED  # of new articles whose source does not say
    draft: bool = False  # new articles wait for a look, whatever the source says
    dry_run: bool = False
    restart: bool = False  # do not go on with a run that was cut off
    full: bool = False  # read everything again, also what seems unchanged
    overwrite: bool = False  # the source is right even where somebody edited here
    allow_deletions: bool = False  # also when most of what was imported would be archived
    keep_missing: bool = False  # archive nothing
