"""How far each judge's labels can be trusted: verdicts with their evidence, and the newest labels to listen to.

Compared are labels in force of the recordings' newest rounds: with the other judge's, with the own first label where a
recording came twice, with what staff settled, and with the label that stands where it came as a known answer. Labels
that are set aside are compared no more. For staff only.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import combinations, groupby, pairwise
from operator import attrgetter

from cachetools import LRUCache

from core.annotation.judge_evidence import Ground as Ground
from core.annotation.judge_verdicts import JudgeStanding as JudgeStanding
from core.annotation.judge_verdicts import JudgeVerdict as JudgeVerdict  # what screens show
from core.annotation.judge_verdicts import judge_verdicts
from core.annotation.sequential_checks import Comparison, ReferenceKind
from core.annotation.sequential_checks import Evidence as Evidence
from core.config import settings
from core.domain.judgements import ComparedLabel, JudgedRecording, LabelReference
from core.errors import EarshotError
from db import judge_comparisons, judged_recordings, session

LISTENED = 5
PACE_LABELS = 50  # the newest of a judge
LEAST_GAPS = 10
LONGEST_GAP = timedelta(minutes=2)  # a longer one is a break
QUICKLY_COMPARED = 50_000  # judgements: so many are compared within a second, while somebody waits
COMPUTED_EVERY_S = 600.0  # more of them
_VERDICTS: LRUCache[str, tuple[tuple[str, ...], tuple[JudgeVerdict, ...]]] = LRUCache(4)
_COMPUTING: dict[str, threading.Thread] = {}
_COMPUTED_AT: dict[str, float] = {}
_LOCK = threading.Lock()

log = logging.getLogger(__name__)


def verdicts() -> list[JudgeVerdict]:
    """A verdict for each judge whose labels can be compared with anything, those in doubt first."""
    with session.reading() as tx:
        key, version = settings().database, judge_comparisons.version(tx)
        with _LOCK:
            entry = _VERDICTS.get(key)
        if entry is None or entry[0] != version:
            labels, references = judge_comparisons.labels(tx), judge_comparisons.references(tx)
            entry = (version, tuple(_verdicts(labels, references)))
            with _LOCK:
                _VERDICTS[key] = entry
    return list(entry[1])


def known_verdicts() -> list[JudgeVerdict]:
    """`verdicts` for a screen that must not wait: of many labels those of the last time, while newer ones are computed.

    Empty until they were computed once.
    """
    with session.reading() as tx:
        is_quick = judge_comparisons.highest_judgement(tx) <= QUICKLY_COMPARED
    if is_quick:
        return verdicts()
    key = settings().database
    with _LOCK:
        entry, running = _VERDICTS.get(key), _COMPUTING.get(key)
        is_due = time.monotonic() - _COMPUTED_AT.get(key, -math.inf) > COMPUTED_EVERY_S
        if is_due and (running is None or not running.is_alive()):
            _COMPUTED_AT[key] = time.monotonic()
            _COMPUTING[key] = threading.Thread(target=_compute, name="judge verdicts", daemon=True)
            _COMPUTING[key].start()
    return list(entry[1]) if entry else []


def _compute() -> None:
    try:
        verdicts()
    except EarshotError as error:
        log.warning("The labels of judges could not be compared: %s", error)


def newest_labels(judge: str, *, limit: int = LISTENED) -> list[JudgedRecording]:
    """The recordings of a judge's newest labels in force, the newest first."""
    with session.reading() as tx:
        ids = judge_comparisons.newest_recordings(tx, judge, limit=limit)
        judged = judged_recordings.by_ids(tx, ids)
    return [judged[recording_id] for recording_id in ids if recording_id in judged]


def pace_of(labels: Sequence[ComparedLabel]) -> float | None:
    """Labels an hour of one judge's newest labels at the desk, breaks left out; None of too few."""
    at_desk = sorted(label.decided_at for label in labels if label.is_from_desk)[-PACE_LABELS:]
    gaps = sorted(later - earlier for earlier, later in pairwise(at_desk) if later - earlier <= LONGEST_GAP)
    if len(gaps) < LEAST_GAPS:
        return None
    middle_s = gaps[len(gaps) // 2].total_seconds()
    return 3600.0 / max(middle_s, 0.1)


def _verdicts(labels: Sequence[ComparedLabel], references: Sequence[LabelReference]) -> list[JudgeVerdict]:
    """`labels` are in the order of their recordings."""
    by_judge: dict[str, list[Comparison]] = {}
    for _, of_recording in groupby(labels, key=attrgetter("recording_id")):
        for judge, comparison in _between_judges(list(of_recording)):
            by_judge.setdefault(judge, []).append(comparison)
    for reference in references:
        by_judge.setdefault(reference.judge, []).append(_with_reference(reference))
    in_time = {judge: sorted(of_judge, key=attrgetter("at", "recording_id")) for judge, of_judge in by_judge.items()}
    of_judges: dict[str, list[ComparedLabel]] = {}
    for label in labels:
        of_judges.setdefault(label.judge, []).append(label)
    paces = {judge: pace for judge, given in of_judges.items() if (pace := pace_of(given)) is not None}
    return judge_verdicts(in_time, paces)


def _between_judges(of_recording: Iterable[ComparedLabel]) -> Iterable[tuple[str, Comparison]]:
    for first, second in combinations(of_recording, 2):
        at, kind = max(first.decided_at, second.decided_at), ReferenceKind.OTHER_JUDGE
        for own, other in ((first, second), (second, first)):
            yield own.judge, Comparison(at, own.recording_id, own.label, other.label, kind, other.judge)


def _with_reference(reference: LabelReference) -> Comparison:
    return Comparison(reference.at, reference.recording_id, reference.label, reference.reference, reference.kind)
