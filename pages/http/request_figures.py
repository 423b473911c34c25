"""Counts and latencies of this process for Prometheus. Labels have few values and none of anybody's data."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest

from core.domain.decisions import Verdict
from core.workflows.serving import scorer_figures

BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0)

_registry = CollectorRegistry()
_process = ProcessCollector(registry=_registry)
_requests = Counter(
    "earshot_requests",
    "Answered requests, by the rule that they fall under.",
    ["route", "method", "status"],
    registry=_registry,
)
_seconds = Histogram(
    "earshot_request_seconds",
    "From a request to the end of its answer.",
    ["route", "method"],
    buckets=BUCKETS_S,
    registry=_registry,
)
_decisions = Counter("earshot_decisions", "Decisions for programs.", ["decision"], registry=_registry)


def count_request(route: str, method: str, status: int, seconds: float) -> None:
    _requests.labels(route, method, str(status)).inc()
    _seconds.labels(route, method).observe(seconds)


def count_decisions(verdicts: Iterable[Verdict]) -> None:
    for verdict in verdicts:
        _decisions.labels(verdict.value).inc()


def as_text() -> bytes:
    """Everything in Prometheus' text format."""
    return generate_latest(_registry) + scorer_figures.as_text()
