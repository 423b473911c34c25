"""Figures of the scorers for Prometheus: the queue, latency, restarts. Nothing of anybody's data."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

BUCKETS_S = (0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.4, 1.0, 2.0, 5.0, 20.0)

_registry = CollectorRegistry()
WAITING = Gauge("earshot_scorer_queue", "Requests that wait for a scorer or are with one.", registry=_registry)
PROCESSES = Gauge("earshot_scorer_processes", "Scorers that are alive, with the model in force.", registry=_registry)
RESIDENT_MB = Gauge("earshot_scorer_resident_megabytes", "Memory of the largest scorer.", registry=_registry)
WAIT_S = Histogram(
    "earshot_scorer_wait_seconds",
    "From a recording's arrival to a free scorer.",
    buckets=BUCKETS_S,
    registry=_registry,
)
WORK_S = Histogram(
    "earshot_scorer_work_seconds",
    "Work of a scorer on a recording: decoding, features, model.",
    buckets=BUCKETS_S,
    registry=_registry,
)
RESTARTS = Counter("earshot_scorer_restarts", "Scorers that were replaced, by why.", ["reason"], registry=_registry)
REFUSALS = Counter("earshot_scorer_refusals", "Requests that were turned away, by why.", ["reason"], registry=_registry)
SWAPS = Counter("earshot_scorer_swaps", "Times that another model took over.", registry=_registry)


def as_text() -> bytes:
    """Everything in Prometheus' text format."""
    return generate_latest(_registry)
