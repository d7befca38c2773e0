"""With the extra `otel`, one trace leads from the event to the answer, through the database; its attributes are ids."""

from collections.abc import Iterator
from typing import Any

import pytest
from cast import Actor, Desk

from bot import tracing

otel = pytest.importorskip("opentelemetry.sdk.trace")
VPN = "My VPN drops every ten minutes on the train"


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    exporter, provider = InMemorySpanExporter(), otel.TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(tracing.trace, "get_tracer", provider.get_tracer)
    monkeypatch.setattr(tracing.trace, "get_tracer_provider", lambda: provider)
    yield exporter.get_finished_spans
    provider.shutdown()


def test_one_trace_from_the_event_to_the_answer(desk: Desk, ada: Actor, spans: Any) -> None:
    ada.says(VPN)

    (began,) = [s for s in spans() if s.name == "receive" and s.attributes.get("evenhand.type") == "message"]
    story = [s for s in spans() if s.context.trace_id == began.context.trace_id]
    assert {"receive", "decide", "handle", "deliver", "slack"} <= {s.name for s in story}
    parents = {s.context.span_id: s.name for s in story}
    (delivered,) = [s for s in story if s.name == "deliver"]
    assert parents[delivered.parent.span_id] == "handle"
    called = [s for s in story if s.attributes.get("evenhand.method") == "chat.postMessage"]
    assert [parents[s.parent.span_id] for s in called] == ["deliver"]


def test_spans_carry_ids_and_kinds_and_nobody_s_words(desk: Desk, ada: Actor, spans: Any) -> None:
    desk.slack.fail_next("chat.postMessage", error="is_archived")
    ada.says(VPN)

    told = repr([(s.name, dict(s.attributes), s.status.description, s.events) for s in spans()])
    assert "SlackApiError" in told
    assert "VPN" not in told
    assert ada.person.slack_id not in told


def test_traces_without_the_extra_are_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracing, "INSTALLED", False)
    tracing.require("")
    with pytest.raises(tracing.OtelMissing, match="evenhand\\[otel\\]"):
        tracing.require("http://collector:4318")
    with tracing.span("receive", event_id="Ev1"):
        assert tracing.carried() is None
