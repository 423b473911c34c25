"""What a recording resembles: labelled neighbours, soon, of many, and never of an erased child."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.audio import feature_cache, feature_table, features
from core.config import settings
from core.domain.actor import COMMAND_LINE
from core.domain.erasure import ModelsChoice
from core.domain.labels import Label, Role
from core.errors import NotAllowed, NotFound
from core.workflows.annotation import recording_search
from core.workflows.evaluation import similar_recordings as module
from core.workflows.evaluation.similar_recordings import SimilarRecordings, similar_recordings
from core.workflows.maintenance import erasure
from core.workflows.training import feature_extraction
from db import kept_counts, recording_states, session
from tests.annotation.people import actor, person
from tests.workflows import labelled_sounds, trained

FAMILY = features.FAMILIES["steady"]


@pytest.fixture(autouse=True)
def nothing_read() -> Iterator[None]:
    module._TABLES.clear()
    module._ABSENT.clear()
    yield
    module._TABLES.clear()
    module._ABSENT.clear()


@pytest.fixture
def heard(database: Path) -> list[int]:
    """A few labelled sounds whose features are computed, as a training does; their numbers."""
    labelled_sounds.label_sounds(4)
    items = recording_search.search_recordings(limit=100).items
    feature_extraction.extract_chunk("steady", [(item.recording.sha256, item.recording.extension) for item in items])
    return [item.recording.id for item in items]


def near(recording_id: int, **more: float) -> SimilarRecordings:
    return similar_recordings(recording_id, actor=COMMAND_LINE, **more)  # type: ignore[arg-type]


def stored() -> tuple[str, ...]:
    return feature_table.load_table(FAMILY, settings().storage).sha256s


def test_the_nearest_have_the_same_kind_of_sound_and_are_others(heard: list[int]) -> None:
    for number in heard[:3]:
        answer = near(number)
        is_rejected = recording_search.get_recording(number).consensus in (Label.NOISE, Label.SPEECHLESS)
        # the two kinds of hiss differ in loudness alone, which these features do not look at
        assert [item.judged.consensus is not Label.ACCEPTED for item in answer.items[:3]] == [is_rejected] * 3
        assert number not in [item.judged.recording.id for item in answer.items]
        assert [item.distance for item in answer.items] == sorted(item.distance for item in answer.items)
        assert (answer.n_compared, answer.n_unread) == (len(heard) - 1, 0)


def test_the_table_is_stored_once_and_read_by_the_next_process(heard: list[int], monkeypatch) -> None:
    before = near(heard[0])
    module._TABLES.clear()
    assert len(stored()) == len(heard) - 1
    real, read = feature_cache.load_cached, list[str]()
    monkeypatch.setattr(feature_cache, "load_cached", lambda *where: read.append(where[2]) or real(*where))
    assert near(heard[0]).items == before.items
    assert read == [recording_search.get_recording(heard[0]).recording.sha256]


def test_without_time_nothing_is_read_and_the_next_call_goes_on(heard: list[int]) -> None:
    answer = near(heard[0], budget_s=0.0)
    assert (answer.items, answer.n_compared, answer.n_unread) == ((), 0, len(heard) - 1)
    assert near(heard[0]).n_unread == 0


def test_what_no_training_has_heard_is_not_waited_for(database: Path) -> None:
    labelled_sounds.label_sounds(2)
    (first, *_) = recording_search.search_recordings(limit=1).items
    assert near(first.recording.id) == SimilarRecordings((), 0, 0)


def test_an_erased_child_is_nobodys_neighbour_and_leaves_no_row(heard: list[int]) -> None:
    near(heard[0])
    child = recording_search.get_recording(heard[-1]).recording.child
    gone = {item.sha256 for item in _recordings_of(child)}
    erasure.erase_child(child, models=ModelsChoice.WITHDRAW, actor=COMMAND_LINE)
    assert stored() == ()
    answer = near(heard[0])
    assert not gone & set(stored())
    assert child not in {item.judged.recording.child for item in answer.items}


def test_a_row_that_was_read_before_an_erasure_does_not_come_back_after_it(heard: list[int], monkeypatch) -> None:
    child = recording_search.get_recording(heard[-1]).recording.child
    real = feature_table.store_table

    def erase_first(*table: object) -> None:
        erasure.erase_child(child, models=ModelsChoice.WITHDRAW, actor=COMMAND_LINE)
        real(*table)  # type: ignore[arg-type]

    monkeypatch.setattr(feature_table, "store_table", erase_first)
    near(heard[0])
    assert stored() == ()


def _recordings_of(child: str) -> list:
    items = recording_search.search_recordings(recording_search.RecordingFilter(child=child), limit=100).items
    return [item.recording for item in items]


@pytest.mark.usefixtures("database")
def test_it_shows_labels_so_judges_may_not_ask_and_what_is_not_there_is_named() -> None:
    with pytest.raises(NotAllowed):
        similar_recordings(1, actor=actor(person("anna", Role.JUDGE)))
    with pytest.raises(NotFound, match="no recording with the number 7"):
        near(7)


def test_among_twenty_thousand_it_takes_less_than_a_second(database: Path, monkeypatch) -> None:
    trained.label_many(20_000)
    with session.writing() as tx:
        kept_counts.count_everything_in(tx)
    with session.reading() as tx:
        hashes = [sha256 for _, sha256 in recording_states.newest_labelled(tx, limit=20_000)]
    rows = np.random.default_rng(1).normal(size=(len(hashes), FAMILY.n_values)).astype(np.float32)
    feature_table.store_table(feature_table.FeatureTable(tuple(hashes), rows), FAMILY, settings().storage)
    monkeypatch.setattr(feature_cache, "load_cached", lambda *_: rows[0])
    begins = time.perf_counter()
    answer = near(77)
    assert answer.n_compared == 20_000 - 1
    assert {item.judged.consensus for item in answer.items} <= set(Label)
    assert time.perf_counter() - begins < 1.0
