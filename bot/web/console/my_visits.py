"""Where one is signed in, and signing out everywhere at once."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from bot.web.console import visits, words_visits
from bot.web.console.shell import Console, Visit
from triage.people.access import Permission
from triage.people.visits import EndedBy, end_all, visits_of


def add_to(console: Console) -> None:
    limits = console.door.visits

    @console.page("/visits", permission=Permission.SIGN_IN)
    def my_visits(visit: Visit) -> str:
        return render_template(
            "console/my_visits.html",
            visits=visits_of(visit.session, visit.person, limits=limits, now=visit.now),
            this_one=visits.this_visit(),
            limits=limits,
            way=words_visits.WAY,
        )

    @console.action("/visits/end", permission=Permission.SIGN_IN)
    def leave_everywhere(visit: Visit) -> Response:
        ended = end_all(visit.session, visit.person, why=EndedBy.EVERYWHERE, now=visit.now)
        visit.afterwards.append(lambda: flash(words_visits.ended(ended), "done"))
        return redirect(url_for("console.queue"), 303)
