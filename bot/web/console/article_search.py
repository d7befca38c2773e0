"""The search tester: what the product finds for a question now, for whom, and why nothing where nothing is shown."""

import time
from dataclasses import dataclass

from flask import render_template, request

from bot.web.console import typed, words
from bot.web.console.articles import today
from bot.web.console.decision import Bar, percent
from bot.web.console.shell import Console, Visit
from kb.index import Index
from kb.models import Audience
from kb.review_queue import count_to_review
from kb.search import DESK, EVERYBODY, GUESTS, Match, Search, consider
from triage.people.access import Permission

LONGEST = 4_000
_CONSIDERED = 10
_AUDIENCES = {Audience.PUBLIC: GUESTS, Audience.EVERYONE: EVERYBODY, Audience.AGENTS: DESK}


@dataclass(frozen=True)
class Found:
    """A match, with its chance drawn against the cut-off."""

    match: Match
    chance: Bar


def add_to(console: Console) -> None:
    @console.page("/articles/try", permission=Permission.SEE_ARTICLES)
    def try_search(visit: Visit) -> str:
        session, team_id = visit.session, visit.person.team_id
        question = request.args.get("q", "").strip()[:LONGEST]
        audience = typed.one_of(Audience, request.args.get("audience")) or Audience.EVERYONE
        index = console.desk.indexes.for_team(session, team_id, visit.now)
        started = time.perf_counter()
        search = consider(index, question, limit=_CONSIDERED, audience=_AUDIENCES[audience])
        milliseconds = (time.perf_counter() - started) * 1000
        return render_template(
            "console/article_search.html",
            question=question,
            audience=audience,
            search=search,
            found=[_found(match) for match in search.considered],
            why_nothing=why_nothing(index, search),
            milliseconds=milliseconds,
            index=index,
            percent=percent,
            to_review=count_to_review(session, team_id, today=today(visit)),
        )


def _found(match: Match) -> Found:
    bar = Bar("Chance that it solves this", match.chance, percent(match.chance), chosen=match.shown)
    return Found(match, bar)


def why_nothing(index: Index, search: Search) -> str:
    """In a sentence; empty where something is shown."""
    if search.shown:
        return ""
    if not len(index):
        return words.NOTHING_PUBLISHED
    if search.no_articles_in:
        language = words.LANGUAGES.get(search.no_articles_in, search.no_articles_in)
        return words.NOTHING_IN_LANGUAGE.format(language=language)
    if not search.considered:
        return words.NOTHING_SHARED
    best = search.considered[0]
    return words.NOTHING_SURE.format(
        title=best.title, chance=percent(best.chance), cutoff=percent(search.cutoff)
    )
