"""The label review: what is asked, worst first, one press each; and for each reader alone, how their labels agree."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bot.web.console import words
from bot.web.console.shell import Console, Visit
from triage.learning.review import NothingToAnswer, answer, listed, skip, to_review
from triage.learning.review_own import own_labels
from triage.learning.review_rounds import last_round
from triage.people.access import Permission
from triage.tickets import queries
from triage.tickets.labels import NO_CATEGORY
from triage.vocabulary import Role

AT_ONCE = 20
_SAY, _OTHER, _SKIP = "say:", "other", "skip"


def add_to(console: Console) -> None:
    @console.screen("/models/review", title="Label review", permission=Permission.RESOLVE, order=35)
    def label_review(visit: Visit) -> str:
        team_id = visit.person.team_id
        latest = last_round(visit.session, team_id) if visit.person.role == Role.ADMIN else None
        return render_template(
            "console/label_review.html",
            asked=listed(visit.session, visit.person, now=visit.now, limit=AT_ONCE),
            total=to_review(visit.session, visit.person, now=visit.now),
            named=_named(visit),
            astray=words.astray(latest.astray) if latest and latest.astray else "",
            # Whoever goes through the list with the keyboard stays on the first button.
            going_on=request.args.get("on") == "1",
        )

    @console.action("/models/review/<int:review_id>", permission=Permission.RESOLVE)
    def answer_review(visit: Visit, review_id: int) -> Response:
        pressed = request.form.get("answer", "")
        if pressed == _SKIP:
            skip(visit.session, review_id, by=visit.person, now=visit.now)
            visit.say(words.REVIEW_SKIPPED)
        else:
            said = _said(review_id, pressed)
            answer(visit.session, review_id, said, by=visit.person, now=visit.now)
            visit.say(words.REVIEWED.format(category=_named(visit).get(said, words.NONE_OF_THE_CATEGORIES)))
        return redirect(url_for("console.label_review", on=1), 303)

    @console.page("/models/review/mine", permission=Permission.RESOLVE)
    def own_label_agreement(visit: Visit) -> str:
        champion = console.desk.classifiers.for_team(visit.session, visit.person.team_id, visit.now)
        mine = own_labels(visit.session, visit.person, champion)
        return render_template("console/label_review_mine.html", mine=mine, named=_named(visit))


def _said(review_id: int, pressed: str) -> str:
    if pressed == _OTHER:
        return request.form.get("category", NO_CATEGORY)
    if not pressed.startswith(_SAY):
        raise NothingToAnswer(review_id)
    return pressed.removeprefix(_SAY)


def _named(visit: Visit) -> dict[str, str]:
    return {one.key: one.name for one in queries.categories(visit.session, visit.person.team_id)}
