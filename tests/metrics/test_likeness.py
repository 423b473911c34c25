"""Whether a source is unlike what was learned: quiet where it is alike, and awake where it is not."""

from __future__ import annotations

import numpy as np
import pytest

from core.arrays import Float64Array
from core.errors import Refused
from core.metrics import likeness
from core.metrics.likeness import ALARM, MeasureShift, SoundReference

N_MEASURES, EACH = 14, 6


def recordings(n_children: int, *, rng: np.random.Generator) -> tuple[Float64Array, Float64Array, Float64Array]:
    """Measures, p and children: half of a measure's variance is the child's; p is high for a third of them."""
    children = np.repeat(np.arange(n_children), EACH)
    is_reading = rng.random(len(children)) < 0.36
    rows = rng.normal(size=(n_children, N_MEASURES))[children] + rng.normal(size=(len(children), N_MEASURES))
    rows[:, 0] += 2.0 * is_reading
    return rows, np.where(is_reading, rng.beta(8, 2, len(children)), rng.beta(1, 12, len(children))), children


@pytest.fixture(scope="module")
def reference() -> SoundReference:
    learned = likeness.learn_reference(*recordings(100, rng=np.random.default_rng(1)), seed=0)
    assert learned is not None
    return learned


def shifts(rows: Float64Array, p: Float64Array, reference: SoundReference) -> list[MeasureShift]:
    rows, p = rows[: ALARM.least], p[: ALARM.least]
    return likeness.source_shifts(rows.sum(axis=0), p @ rows, len(p), float(p.sum()), reference)


def test_at_most_one_of_a_hundred_alike_sources_is_called_unlike(reference: SoundReference) -> None:
    rng = np.random.default_rng(7)
    alarms = [bool(shifts(*recordings(17, rng=rng)[:2], reference)) for _ in range(2000)]
    assert np.mean(alarms) <= 0.01


def test_a_shift_of_a_deviation_is_seen_nearly_always(reference: SoundReference) -> None:
    rng = np.random.default_rng(8)
    seen = 0
    for _ in range(100):
        rows, p, _ = recordings(17, rng=rng)
        rows[:, 4] += 2.5
        seen += 4 in [shift.measure for shift in shifts(rows, p, reference)]
    assert seen >= 95


def test_a_shift_of_the_readings_alone_is_seen_by_the_readings(reference: SoundReference) -> None:
    rows, p, _ = recordings(17, rng=np.random.default_rng(9))
    rows[p > 0.4, 5] += 3.0
    first = shifts(rows, p, reference)[0]
    assert (first.measure, first.off > 0) == (5, True)


def test_fewer_than_a_hundred_recordings_never_warn(reference: SoundReference) -> None:
    far = np.full((99, N_MEASURES), 50.0)
    assert likeness.source_shifts(far.sum(axis=0), far.sum(axis=0), 99, 99.0, reference) == []


def test_the_distance_is_calibrated_on_the_training_recordings(reference: SoundReference) -> None:
    rows, *_ = recordings(100, rng=np.random.default_rng(1))
    shares = np.array([likeness.unlike_share(row, reference) for row in rows])
    assert np.mean(shares > 0.9) == pytest.approx(0.1, abs=0.01)
    assert likeness.unlike_share(rows[0] + 30, reference) == 1.0


def test_few_children_teach_no_reference() -> None:
    rows, p, _ = recordings(30, rng=np.random.default_rng(2))
    assert likeness.learn_reference(rows, p, np.zeros(len(p)), seed=0) is None


def test_other_measures_than_the_models_are_refused(reference: SoundReference) -> None:
    with pytest.raises(Refused, match="3 measures"):
        likeness.source_shifts([0.0] * 3, [0.0] * 3, 100, 10.0, reference)
