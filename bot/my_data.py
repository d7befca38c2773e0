"""What is stored about one person as a file for them: JSON for programs, and a page to read."""

import io
import json
import zipfile
from collections.abc import Mapping
from datetime import datetime

from markupsafe import Markup, escape

from triage.privacy.exporting import Rows

# What people would call it; the rest is shown by the name of its table.
_TITLES = {
    "person": "Who you are to the desk",
    "ticket": "Questions you asked, and tickets you worked on",
    "ticket_message": "Messages that belong to your questions",
    "timeline": "What happened to them",
    "prediction": "How your questions were understood",
    "suggestion": "Articles that were considered for you",
    "say": "What the desk said to you",
    "satisfaction": "How you rated the help",
    "label": "What questions were about, as people confirmed it",
    "remembered_question": "What the desk learned from your questions",
    "article_vote": "Your votes on articles",
    "agent_profile": "How you want to work",
    "agent_skill": "What you know well",
    "burden_entry": "Your load, which nobody else sees",
    "rest_credit": "Time to make up for nights",
    "pause": "Focus time and breaks",
    "absence": "When you are away",
    "shift_record": "When you were on call",
    "handoff": "What you handed over",
    "thanks": "Thanks between you and colleagues",
    "audit": "Changes you made to the desk",
    "console_visit": "Your visits to the console",
}
_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%;margin:.5rem 0 2rem}"
    "td,th{border:1px solid #8884;padding:4px 8px;text-align:left;vertical-align:top;overflow-wrap:anywhere}"
)
_ABOUT = (
    "All that this help desk stores about you, as of {at}. The same stands in data.json. Other people appear as "
    "“somebody else”. Messages in Slack itself are not in it: Slack keeps these. To have it erased, ask an admin of "
    "the desk."
)


def as_zip(found: Mapping[str, Rows], *, now: datetime) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("README.html", page(found, now=now))
        package.writestr("data.json", json.dumps(found, ensure_ascii=False, indent=1))
    return content.getvalue()


def page(found: Mapping[str, Rows], *, now: datetime) -> str:
    parts = [
        Markup(
            "<!doctype html><html lang=en><meta charset=utf-8><title>What is stored about you</title><style>{}</style>"
        ).format(Markup(_STYLE)),
        Markup("<h1>What is stored about you</h1><p>{}</p>").format(
            _ABOUT.format(at=f"{now:%d %B %Y, %H:%M %Z}")
        ),
    ]
    ordered = sorted(
        found, key=lambda name: (name not in _TITLES, list(_TITLES).index(name) if name in _TITLES else 0)
    )
    parts += [_table(_TITLES.get(name, name.replace("_", " ").capitalize()), found[name]) for name in ordered]
    return str(Markup("\n").join(parts))


def _table(title: str, rows: Rows) -> Markup:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    head = Markup("").join(Markup("<th>{}</th>").format(name.replace("_", " ")) for name in columns)
    body = Markup("").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join(Markup("<td>{}</td>").format(_cell(row.get(name))) for name in columns)
        )
        for row in rows
    )
    return Markup("<h2>{} ({})</h2><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(
        title, len(rows), head, body
    )


def _cell(value: object) -> Markup:
    if value is None:
        return Markup("")
    return escape(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
