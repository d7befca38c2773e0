"""All that is stored about whoever is signed in, as a file for them."""

from werkzeug.wrappers import Response

from bot.my_data import as_zip
from bot.web.console.shell import Console, Visit
from triage.audit import record
from triage.people.access import Permission
from triage.privacy.exporting import everything_about


def add_to(console: Console) -> None:
    @console.action("/my-data", permission=Permission.SIGN_IN)
    def my_data(visit: Visit) -> Response:
        found = everything_about(visit.session, visit.person)
        record(visit.session, "person.exported", by=visit.person, team_id=visit.person.team_id, now=visit.now)
        return Response(
            as_zip(found, now=visit.now),
            mimetype="application/zip",
            headers={
                "Content-Disposition": 'attachment; filename="my-data.zip"',
                "Cache-Control": "no-store",
            },
        )
