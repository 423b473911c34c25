"""No label file takes an agreement out of force, unless it shows that the agreement was sent back to judges."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.domain.labels import JudgingState, Label, Role
from core.workflows.annotation import recording_search, rounds
from core.workflows.importing.import_recordings import ImportResult
from core.workflows.maintenance import table_export
from tests.annotation.people import actor, add_recordings, give, people, person
from tests.workflows.importing.test_labels_round_trip import forget_everything, take_in

AGREED = "filename,judge,label\n0.wav,anna,Accepted\n0.wav,bert,Accepted\n"


@pytest.fixture
def recording(database: object) -> int:
    """A recording named 0.wav, which nobody has judged."""
    return add_recordings(1)[0]


def bring(folder: Path, text: str) -> ImportResult:
    (folder / "labels.csv").write_text(text)
    return take_in(folder / "labels.csv")


def stands(recording_id: int) -> tuple[int, JudgingState, Label | None]:
    item = recording_search.get_recording(recording_id)
    return item.recording.round, item.judging_state, item.consensus


LATER = [
    "filename,judge,label,round\n0.wav,cleo,Noise,7\n",
    "filename,judge,label,round\n0.wav,cleo,Noise,2\n",
    "filename,judge,label,round\n0.wav,cleo,Noise,2\n0.wav,dora,Noise,2\n",
    "filename,judge,label,round\n0.wav,anna,Noise,2\n0.wav,bert,Noise,2\n",
    "filename,judge,label,newest_round\n0.wav,cleo,Noise,7\n",
    "filename,judge,label,round,newest_round\n0.wav,anna,Accepted,1,2\n",
    "filename,judge,label,round,newest_round\n0.wav,cleo,Noise,7,1\n",
    "filename,judge,label,round,newest_round\n0.wav,anna,Accepted,1,7\n0.wav,bert,Accepted,1,7\n0.wav,cleo,Noise,7,7\n",
    "filename,judge,label,round\n0.wav,anna,Accepted,1\n0.wav,bert,Noise,1\n0.wav,cleo,Noise,2\n",
    "filename,judge,label,round,wanted\n0.wav,anna,Accepted,1,3\n",
    "filename,judge,label,wanted\n0.wav,anna,Accepted,3\n",
    "filename,judge,label,round,settled,settled_by\n0.wav,anna,Accepted,1,Noise,eve\n",
    "filename,judge,label,round,settled,settled_by\n0.wav,cleo,Noise,2,Noise,eve\n",
    "filename,judge,label,round,kind,decided_at,undone_at\n0.wav,cleo,Noise,3,undone,2026-01-01,2026-01-02\n",
    "filename,judge,label,round,kind,decided_at,undone_at\n0.wav,cleo,Noise,3,undone decision,2026-01-01,2026-01-02\n",
]


@pytest.mark.parametrize("later", LATER)
def test_an_agreement_stays_and_what_was_not_taken_is_named(later: str, recording: int, tmp_path: Path) -> None:
    bring(tmp_path, AGREED)
    result = bring(tmp_path, later)
    assert stands(recording) == (1, JudgingState.AGREED, Label.ACCEPTED)
    assert (result.judgements, len(result.notes) > 0) == (0, True)
    assert "row" in " ".join(result.notes)


@pytest.mark.parametrize("later", LATER[:4])
def test_nor_does_a_single_judgement_go_out_of_force(later: str, recording: int, tmp_path: Path) -> None:
    bring(tmp_path, "filename,judge,label\n0.wav,anna,Accepted\n")
    result = bring(tmp_path, later)
    assert stands(recording) == (1, JudgingState.ONE_JUDGEMENT, None)
    assert "was not taken" in " ".join(result.notes)


def test_nor_does_a_decision_of_staff(recording: int, tmp_path: Path) -> None:
    bring(
        tmp_path,
        "filename,judge,label,settled,settled_by\n0.wav,anna,Accepted,Noise,eve\n0.wav,bert,Speechless,Noise,eve\n",
    )
    both = "0.wav,anna,Accepted,1\n0.wav,bert,Speechless,1\n"
    bring(tmp_path, f"filename,judge,label,round\n{both}0.wav,cleo,Accepted,2\n0.wav,dora,Accepted,2\n")
    assert stands(recording) == (1, JudgingState.SETTLED, Label.NOISE)


def test_a_lone_later_round_does_not_hide_the_agreement_of_its_own_file(recording: int, tmp_path: Path) -> None:
    result = bring(tmp_path, "filename,judge,label,round\n0.wav,anna,Noise,1\n0.wav,bert,Noise,1\n0.wav,cleo,Noise,7\n")
    assert stands(recording) == (1, JudgingState.AGREED, Label.NOISE)
    assert "round 7" in " ".join(result.notes)
    assert "row 4" in " ".join(result.notes)


def test_a_history_that_shows_how_the_round_began_is_followed_and_named(recording: int, tmp_path: Path) -> None:
    anna, bert, cleo = people("anna", "bert", "cleo")
    staff = person("staff", Role.STAFF)
    give(anna, recording, Label.ACCEPTED)
    give(bert, recording, Label.ACCEPTED)
    table_export.export_labels(tmp_path / "before.csv")
    rounds.begin_rounds([recording], "a doubt", actor=actor(staff))
    table_export.export_labels(tmp_path / "sent_back.csv")
    forget_everything()
    take_in(tmp_path / "before.csv")
    result = take_in(tmp_path / "sent_back.csv")
    assert stands(recording) == (2, JudgingState.UNJUDGED, None)
    assert "Accepted" in " ".join(result.notes)
    assert "round 2" in " ".join(result.notes)
    assert take_in(tmp_path / "sent_back.csv").notes == []
    assert cleo.id


def test_rounds_that_follow_each_other_come_in_without_the_newest_one_named(recording: int, tmp_path: Path) -> None:
    first = "0.wav,anna,Accepted,1\n0.wav,bert,Accepted,1\n"
    bring(tmp_path, f"filename,judge,label,round\n{first}0.wav,cleo,Noise,2\n0.wav,dora,Noise,2\n")
    assert stands(recording) == (2, JudgingState.AGREED, Label.NOISE)


def test_a_third_judge_of_a_file_joins_an_agreement_without_ending_it(recording: int, tmp_path: Path) -> None:
    bring(tmp_path, AGREED)
    result = bring(tmp_path, "filename,judge,label,round,wanted\n0.wav,cleo,Noise,1,3\n")
    assert result.judgements == 1
    assert stands(recording) == (1, JudgingState.AGREED, Label.ACCEPTED)


def test_labels_of_an_earlier_round_are_named_as_history(recording: int, tmp_path: Path) -> None:
    bring(tmp_path, "filename,judge,label,round\n0.wav,cleo,Noise,2\n")
    result = bring(tmp_path, "filename,judge,label,round\n0.wav,anna,Noise,1\n0.wav,bert,Noise,1\n")
    assert (result.judgements, stands(recording)) == (2, (2, JudgingState.ONE_JUDGEMENT, None))
    assert "history only" in " ".join(result.notes)
