"""Drawing decisions for judges: the chance of each stands in its record; what is drawn is kept after the answer.

Nobody who asks for a decision waits for it, and nothing that goes wrong here changes an answer: it is logged. A drawn
recording whose keeping failed is like one that nobody has judged.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import threading
import traceback
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace

from core.config import without_secrets
from core.domain import live_sampling
from core.domain.decisions import DecisionRecord
from core.domain.live import LiveSample
from core.domain.live_sampling import SamplingRate
from core.errors import EarshotError
from core.workflows.accounts import server_secret
from core.workflows.deployment import live_keeping, live_plan
from core.workflows.importing.import_single import StatedFacts

PURPOSE = b"draw of decisions for judges"
MOST_WAITING = 200  # recordings in memory; what comes when there are as many is not kept

log = logging.getLogger(__name__)
_lock = threading.Lock()
_waiting: set[Future[None]] = set()
_keeper = ThreadPoolExecutor(1, thread_name_prefix="live")


@dataclass(frozen=True)
class RecordsWithChances:
    """Records with the probability of being drawn, in the order of the files; None for a file without one."""

    records: tuple[DecisionRecord | None, ...]
    rate: SamplingRate | None


def with_chances(records: Sequence[DecisionRecord | None], source: str) -> RecordsWithChances:
    """The same records with the probability with which each is drawn. Only what programs ask is drawn."""
    try:
        is_class = any(record is not None and record.key_id is not None for record in records)
        rate = live_plan.rate_of(source) if is_class else None
        if rate is not None:
            chances = [None if each is None else replace(each, inclusion=_chance(each, rate)) for each in records]
            return RecordsWithChances(tuple(chances), rate)
    except Exception:  # the answer stands
        log.error("Nothing is drawn of %r for judges\n%s", source, without_secrets(traceback.format_exc()))
    return RecordsWithChances(tuple(records), None)


def keep_drawn(decided: RecordsWithChances, files: Sequence[tuple[str, bytes]], facts: StatedFacts) -> None:
    """Keep what is drawn of these, later and in a thread; once their records are stored."""
    if decided.rate is None:
        return
    try:
        secret = hmac.digest(server_secret.server_secret().encode(), PURPOSE, hashlib.sha256)
        for record, (_, data) in zip(decided.records, files, strict=True):
            if record is not None and live_sampling.is_drawn(record.id, record.inclusion or 0.0, secret=secret):
                _keep_later(_sample(record, decided.rate, facts), data, facts)
    except Exception:  # the answer stands
        log.error("Drawing decisions for judges broke\n%s", without_secrets(traceback.format_exc()))


def wait_until_kept(timeout_s: float | None = None) -> None:
    """Wait for what is being kept: before the server ends."""
    with _lock:
        waiting = set(_waiting)
    wait(waiting, timeout_s)


def _chance(record: DecisionRecord, rate: SamplingRate) -> float:
    return rate.probability(record.p_accepted, is_refused=record.is_refused)


def _sample(record: DecisionRecord, rate: SamplingRate, facts: StatedFacts) -> LiveSample:
    return LiveSample(
        decision_id=record.id,
        decided_at=record.decided_at,
        source=record.source,
        model_id=record.model_id,
        verdict=record.verdict,
        p_accepted=record.p_accepted,
        threshold=record.threshold,
        probability=record.inclusion or 0.0,
        floor=rate.floor,
        names_child=bool(facts.child),
    )


def _keep_later(sample: LiveSample, data: bytes, facts: StatedFacts) -> None:
    with _lock:
        if len(_waiting) >= MOST_WAITING:
            log.warning("Decision %s was drawn and is not kept: %s wait already.", sample.decision_id, MOST_WAITING)
            return
        keeping = _keeper.submit(_keep, sample, data, facts)
        _waiting.add(keeping)
    keeping.add_done_callback(_forget)


def _keep(sample: LiveSample, data: bytes, facts: StatedFacts) -> None:
    try:
        live_keeping.keep(sample, data, facts)
    except EarshotError as error:
        log.warning("Decision %s was drawn and is not kept: %s", sample.decision_id, error)
    except Exception:
        log.error("Keeping a drawn recording broke\n%s", without_secrets(traceback.format_exc()))


def _forget(keeping: Future[None]) -> None:
    with _lock:
        _waiting.discard(keeping)
