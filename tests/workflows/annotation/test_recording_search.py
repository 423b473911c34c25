from __future__ import annotations

from pathlib import Path

import pytest

from core.domain.actor import COMMAND_LINE, Actor
from core.domain.labels import JudgingState, Label, Role
from core.domain.list_pages import BEHIND_ALL
from core.errors import NotFound
from core.workflows.accounts import accounts
from core.workflows.annotation import recording_search
from core.workflows.annotation.recording_search import RecordingFilter
from core.workflows.importing import import_recordings
from tests.annotation.hearing import settle
from tests.workflows.recorded import folder_with_manifest

TABLE = [
    {"filename": "agreed.wav", "language": "en", "child": "c1", "source": "a", "judge_1": "Noise", "judge_2": "Noise"},
    {
        "filename": "differ.wav",
        "language": "fr",
        "child": "c1",
        "word": "Éclair",
        "judge_1": "Noise",
        "judge_2": "Accepted",
    },
    {"filename": "once_100%.wav", "language": "fr", "child": "c2", "source": "b", "judge_1": "Speechless"},
    {"filename": "none.wav", "child": "c3"},
]


@pytest.fixture
def four(database: Path, tmp_path: Path) -> None:
    """Four recordings: agreed, to settle, judged once, unjudged."""
    import_recordings.import_path(folder_with_manifest(tmp_path / "in", TABLE), actor=COMMAND_LINE)


@pytest.fixture
def four_anywhere(any_database: object, tmp_path: Path) -> None:
    """The same, on either database."""
    import_recordings.import_path(folder_with_manifest(tmp_path / "in", TABLE), actor=COMMAND_LINE)


def names(**wanted: object) -> list[str]:
    page = recording_search.search_recordings(RecordingFilter(**wanted))  # type: ignore[arg-type]
    assert page.total == len(page.items)
    return [found.recording.filename.removesuffix(".wav") for found in page.items]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, ["agreed", "differ", "once_100%", "none"]),
        ({"text": "AGREE"}, ["agreed"]),
        ({"text": "clair"}, ["differ"]),
        ({"text": "c2"}, ["once_100%"]),
        ({"text": "0%"}, ["once_100%"]),
        ({"text": "_"}, ["once_100%"]),
        ({"languages": ("fr",)}, ["differ", "once_100%"]),
        ({"sources": ("a", "b")}, ["agreed", "once_100%"]),
        ({"child": "c1"}, ["agreed", "differ"]),
        ({"standings": (JudgingState.UNJUDGED, JudgingState.DISAGREED)}, ["differ", "none"]),
        ({"labels": (Label.NOISE,)}, ["agreed", "differ"]),
        ({"labels": (Label.SPEECHLESS,)}, ["once_100%"]),
        ({"languages": ("fr",), "standings": (JudgingState.ONE_JUDGEMENT,), "text": "wav"}, ["once_100%"]),
        ({"child": "nobody"}, []),
    ],
)
@pytest.mark.usefixtures("four")
def test_recordings_are_found_by(wanted: dict[str, object], expected: list[str]) -> None:
    assert names(**wanted) == expected


@pytest.mark.usefixtures("four_anywhere")
def test_pages_follow_each_other_without_gap_and_lead_back() -> None:
    first = recording_search.search_recordings(limit=3)
    second = recording_search.search_recordings(begin=first.bounds.after, limit=3)
    assert [page.total for page in (first, second)] == [4, 4]
    assert [len(page.items) for page in (first, second)] == [3, 1]
    assert len({found.recording.id for page in (first, second) for found in page.items}) == 4
    assert (first.bounds.before, second.bounds.after) == (None, None)
    assert recording_search.search_recordings(begin=second.bounds.before, limit=3) == first


@pytest.mark.usefixtures("four_anywhere")
def test_a_page_begins_at_the_next_that_fits_and_is_the_last_behind_all() -> None:
    noise = RecordingFilter(labels=(Label.NOISE,))
    first, second = (item.recording.id for item in recording_search.search_recordings(noise).items)
    between = recording_search.search_recordings(noise, begin=first + 1, limit=1)
    assert (between.bounds.begin, between.bounds.before) == (second, first)
    behind = recording_search.search_recordings(noise, begin=BEHIND_ALL, limit=1)
    assert [item.recording.id for item in behind.items] == [second]


@pytest.mark.usefixtures("four")
def test_a_settled_recording_is_found_by_its_consensus_only() -> None:
    staff = Actor.of(accounts.create("staff", None, Role.STAFF, actor=COMMAND_LINE))
    (differ,) = recording_search.search_recordings(RecordingFilter(text="differ")).items
    settle(differ.recording.id, Label.ACCEPTED, "clear enough", actor=staff)
    assert names(labels=(Label.ACCEPTED,)) == ["differ"]
    assert names(labels=(Label.NOISE,)) == ["agreed"]
    settled = recording_search.get_recording(differ.recording.id)
    assert (settled.judging_state, settled.consensus) == (JudgingState.SETTLED, Label.ACCEPTED)
    assert settled.adjudication is not None
    assert settled.adjudication.staff == "staff"


@pytest.mark.usefixtures("four")
def test_the_choices_are_what_occurs() -> None:
    assert recording_search.filter_choices() == recording_search.FilterChoices(
        ["en", "fr"], ["a", "b"], ["c1", "c2", "c3"]
    )


@pytest.mark.usefixtures("four")
def test_the_counts_add_up() -> None:
    counts = recording_search.count_recordings()
    assert (counts.recordings, counts.children) == (4, 3)
    assert counts.duration_s == pytest.approx(4 * 0.3)
    assert counts.by_standing[JudgingState.DISAGREED] == 1
    assert sum(counts.by_standing.values()) == 4
    assert counts.by_label == {Label.ACCEPTED: 0, Label.NOISE: 1, Label.SPEECHLESS: 0}
    assert counts.by_language == {"fr": 2, "": 1, "en": 1}


@pytest.mark.usefixtures("database")
def test_an_empty_house_counts_nothing_and_an_unknown_number_is_named() -> None:
    assert recording_search.count_recordings().duration_s == 0.0
    assert recording_search.search_recordings().total == 0
    for ask in (recording_search.get_recording, recording_search.original_audio):
        with pytest.raises(NotFound, match="number 7"):
            ask(7)
