"""Files of other on-call tools as documents of ours."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from triage.oncall.exchange import goalert, grafana, pagerduty
from triage.oncall.exchange.document import Document, FileRefused, Wrong
from triage.oncall.exchange.foreign import Matching, Misfit, loaded
from triage.oncall.exchange.reading import impossible


class Tool(StrEnum):
    EVENHAND = "evenhand"
    GOALERT = "goalert"
    GRAFANA = "grafana"
    PAGERDUTY = "pagerduty"


_READERS = {Tool.GOALERT: goalert.read, Tool.GRAFANA: grafana.read, Tool.PAGERDUTY: pagerduty.read}


def from_tool(
    tool: Tool,
    text: str,
    given: Mapping[str, str],
    known: Mapping[str, int],
    *,
    team_id: str,
    now: datetime,
) -> tuple[Document, tuple[Misfit, ...]]:
    """The document, and what did not fit into it. `given` maps their names to Slack ids, `known` those to our people.

    Raises `FileRefused`, also where a person of theirs is mapped to nobody: a rota with holes helps no one.
    """
    people = Matching(given, known)
    written, misfits = _READERS[tool](loaded(text), people, team_id=team_id, now=now)
    if not written:
        raise FileRefused([Wrong(0, "There is no schedule in this file", "Export it again, whole")])
    document = Document(tuple(written))
    if wrong := [*people.wrong()] or impossible(document):
        raise FileRefused(wrong)
    return document, tuple(misfits)
