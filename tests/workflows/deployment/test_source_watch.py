"""What is scored is counted by source and day, and an unlike source is named."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.audio.sound_profile import MEASURES
from core.domain.sound_differences import SoundDifference
from core.metrics import likeness
from core.metrics.likeness import SoundReference
from core.workflows.deployment import source_watch
from core.workflows.evaluation import sound_likeness, sound_reference
from core.workflows.evaluation.sound_likeness import SoundLikeness
from db import session, source_summaries
from tests.workflows import sourced, trained

N = len(MEASURES)


@pytest.fixture(autouse=True)
def reference(database: Path, monkeypatch: pytest.MonkeyPatch) -> SoundReference | None:
    sourced.deployed_with_source(n=60)
    rng = np.random.default_rng(0)
    learned = likeness.learn_reference(rng.normal(size=(400, N)), rng.random(400), np.arange(400) // 5, seed=0)
    monkeypatch.setattr(sound_reference, "reference_of_model", lambda _model_id: learned)
    return learned


def score(source: str, n: int, *, hum: float = 0.0, seed: int = 1, requests: int = 2) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(requests):
        counting = source_watch.Counting(source, "a")
        for _ in range(n // requests):
            row = rng.normal(size=N)
            row[MEASURES.index("hum_db")] += hum
            counting.add(float(rng.random()), is_accepted=rng.random() < 0.4, sound=SoundLikeness(row, 0.5, False))
        counting.store()


def test_counts_and_sums_of_several_requests_are_one_day() -> None:
    score("school 1", 60, requests=3)
    (watched,) = source_watch.watched_sources()
    assert (watched.source, watched.n, watched.is_known) == ("school 1", 60, False)
    assert 0.4 < watched.share_refused < 0.8
    assert watched.first_day == session.now().date().isoformat()


def test_a_source_with_a_hum_is_named_first_and_one_alike_is_not() -> None:
    score("alike", 200)
    score("humming", 120, hum=3.0)
    first, second = source_watch.watched_sources()
    assert (first.source, first.differences) == ("humming", (SoundDifference.HUM,))
    assert (second.source, second.differences) == ("alike", ())


def test_ninety_nine_recordings_do_not_warn() -> None:
    score("humming", 99, hum=9.0, requests=1)
    assert source_watch.watched_sources()[0].differences == ()


def test_a_model_that_does_not_know_what_it_learned_from_warns_of_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sound_reference, "reference_of_model", lambda _model_id: None)
    score("humming", 120, hum=9.0)
    assert not source_watch.watched_sources()[0].is_known


def test_the_reference_on_a_card_comes_back_as_it_was(reference: SoundReference) -> None:
    stored = sound_likeness.reference_as_json(reference)
    assert stored["measures"] == list(MEASURES)
    again = sound_likeness.reference_from_json(stored)
    assert again is not None
    np.testing.assert_allclose(again.precision, reference.precision, atol=1e-5)
    assert sound_likeness.reference_from_json({"measures": ["loudness"]}) is None


def test_a_recording_beside_the_training_recordings_has_a_distance() -> None:
    rng = np.random.default_rng(3)
    rows = np.array([sound_likeness.compare(0.01 * rng.normal(size=16_000), None).profile for _ in range(120)])
    learned = likeness.learn_reference(rows, np.ones(120), np.arange(120), seed=0)
    usual, far = 0.01 * rng.normal(size=16_000), np.where(np.arange(16_000) % 2000 < 1000, 0.0, 0.5)
    assert (sound_likeness.compare(usual, learned).unlike or 0) < 1
    assert sound_likeness.compare(far, learned).unlike == 1
    assert sound_likeness.compare(far, learned).is_processed is True


def test_counts_of_requests_that_are_stored_soon_are_one_row_and_none_is_missing(database: Path) -> None:
    trained.label_recordings()
    trained.add_model("m")
    row = np.zeros(N)
    for _ in range(5):
        counting = source_watch.Counting("school", "m")
        counting.add(0.5, is_accepted=True, sound=SoundLikeness(row, None, None))
        counting.store_soon()
    source_watch.store_waiting()
    source_watch.store_waiting()
    with session.reading() as tx:
        (day,) = source_summaries.since(tx, "2000-01-01", "m")
    assert (day.n, day.sum_p) == (5, 2.5)
