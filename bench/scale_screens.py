"""The screens of `bench.scale`: seconds of the functions that each page calls, on the database in force."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from bench import scale_data
from core.domain.labels import JudgingState, Label
from core.domain.list_pages import BEHIND_ALL
from core.workflows.annotation import (
    adjudication,
    agreement_report,
    judging_progress,
    open_disagreements,
    recording_search,
)
from core.workflows.annotation.recording_search import RecordingFilter
from core.workflows.deployment import changes_since_training, deployment_control
from core.workflows.evaluation import model_evaluation
from core.workflows.paper import paper_comparison
from core.workflows.training import label_counts

FILTERS = {
    "none": RecordingFilter(),
    "state": RecordingFilter(standings=(JudgingState.ONE_JUDGEMENT,)),
    "label": RecordingFilter(labels=(Label.NOISE,)),
    "language and state": RecordingFilter(languages=("fr",), standings=(JudgingState.DISAGREED,)),
    "source": RecordingFilter(sources=("school-03",)),
    "child": RecordingFilter(child="child-000007"),
    "rare text": RecordingFilter(text="0000123.wav"),
    "text of all": RecordingFilter(text="wav"),
    "no text": RecordingFilter(text="nothing of the kind"),
    "word and label": RecordingFilter(text="word17", labels=(Label.ACCEPTED,)),
    "consent": RecordingFilter(has_consent=False),
    "judged anew": RecordingFilter(is_judged_anew=True),
}
PAGE = 25  # rows of a page


def screens() -> dict[str, float]:
    """Seconds of the functions that each screen calls, after a label came in."""
    figures: dict[str, float] = {}
    for name, act in SCREENS.items():
        figures |= _timed(name, act)
    by_filter = {name: _timed(f"Recordings by {name}", partial(_recordings, each)) for name, each in FILTERS.items()}
    for of_filter in by_filter.values():
        figures |= of_filter
    slowest = max(of_filter[f"Recordings by {name}, s"] for name, of_filter in by_filter.items())
    return figures | {"Recordings, any filter, s": slowest}


def _timed(name: str, act: Callable[[], object]) -> dict[str, float]:
    """Seconds, and of this process's processors, of the second time, which a label lies before; and of the first."""
    first_start = time.process_time()
    act()
    first_cpu = time.process_time() - first_start
    scale_data.judge_more(1)
    start, cpu_start = time.perf_counter(), time.process_time()
    act()
    return {
        f"{name}, s": time.perf_counter() - start,
        f"{name}, CPU s": time.process_time() - cpu_start,
        f"{name}, first look, CPU s": first_cpu,
    }


def _overview() -> None:
    judging_progress.count_progress()
    label_counts.count_labels()
    now = deployment_control.current_deployment()
    assert now is not None
    model_evaluation.report(now.operating_point.model_id, now.operating_point.am_target)


def _recordings(wanted: RecordingFilter) -> None:
    recording_search.count_recordings()
    recording_search.filter_choices()
    page = recording_search.search_recordings(wanted, limit=PAGE)
    if page.bounds.after is not None:
        recording_search.search_recordings(wanted, begin=BEHIND_ALL, limit=PAGE)


def _agreement() -> None:
    judging_progress.count_progress()
    pairs = agreement_report.paired_labels()
    agreement_report.overall(pairs)
    agreement_report.by_pair(pairs)
    agreement_report.by_language(pairs)
    agreement_report.by_source(pairs)
    judge = agreement_report.judges(pairs)[0]
    agreement_report.over_time(pairs, judge)
    agreement_report.intra_judge_agreement()
    agreement_report.differing_recordings(pairs, judge, limit=30)


def _disagreements() -> None:
    judging_progress.count_progress()
    open_disagreements.disagreement_kinds()
    open_disagreements.disagreements(limit=1)
    adjudication.adjudicated(20)


def _retrain() -> None:
    label_counts.count_labels()
    changes_since_training.changes_since_training()


SCREENS: dict[str, Callable[[], object]] = {
    "Overview": _overview,
    "Agreement": _agreement,
    "Disagreements": _disagreements,
    "Retrain, what changed": _retrain,
    "Paper": paper_comparison.report_of_models,
}
