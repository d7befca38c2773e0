"""OpenTelemetry spans, where the extra `otel` is installed and told where to send them; nothing at all otherwise.

A trace goes from event to answer through several processes: its context (W3C `traceparent`) is kept beside the
request id in the rows that one process leaves for the next. Attributes are ids and kinds, never texts or people.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

try:
    from opentelemetry import trace
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
except ModuleNotFoundError:
    INSTALLED = False
else:
    INSTALLED = True

_PARENT = "traceparent"


class OtelMissing(Exception):
    """Traces are asked for, and the extra that makes them is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "OTEL_EXPORTER_OTLP_ENDPOINT is set, but nothing here can send traces. "
            "Install the extra: pip install 'evenhand[otel]', or leave the setting out."
        )


@contextmanager
def span(name: str, *, under: str | None = None, **ids: str | int | None) -> Iterator[None]:
    """`under` is the context of a trace that began elsewhere; else it goes on here, or begins."""
    if not INSTALLED or (under is None and not _recording()):
        yield
        return
    given: Any = {f"evenhand.{key}": value for key, value in ids.items() if value is not None}
    context = TraceContextTextMapPropagator().extract({_PARENT: under}) if under else None
    # What failed is told by its name: a message may quote what somebody wrote.
    with trace.get_tracer("evenhand").start_as_current_span(
        name, context, attributes=given, record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield
        except BaseException as fault:
            current.set_status(trace.StatusCode.ERROR, type(fault).__name__)
            raise


def _recording() -> bool:
    """Whether anybody was set up who keeps spans: without one, beginning a trace is work for nothing."""
    return not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)


def require(endpoint: str) -> None:
    """Raises `OtelMissing` where somebody wants traces and the extra is not installed."""
    if endpoint and not (INSTALLED and find_spec("opentelemetry.sdk")):
        raise OtelMissing


def send_to(endpoint: str, process: str) -> None:
    """From now on this process sends its spans to a collector (OTLP over HTTP), the last ones when it ends. Called
    after a fork, whose threads would not come along; without an address nothing happens."""
    require(endpoint)
    if not endpoint:
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": f"evenhand-{process}"}))
    # As the specification has it, the path of traces is put behind the general address.
    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces", timeout=5)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)


def carried() -> str | None:
    """The context of the span that is open here, for a row; None where nobody records it."""
    if not INSTALLED or not trace.get_current_span().get_span_context().is_valid:
        return None
    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    return carrier.get(_PARENT)
