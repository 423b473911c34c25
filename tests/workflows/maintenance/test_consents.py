"""Consent references: from tables, by hand, and never in a log."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.domain.actor import COMMAND_LINE
from core.errors import NotFound, Refused
from core.workflows.accounts import audit_log
from core.workflows.annotation import recording_search
from core.workflows.annotation.recording_search import RecordingFilter
from core.workflows.importing import import_recordings
from core.workflows.maintenance import consents, erasure, retention_outlook
from tests.workflows.recorded import folder_with_manifest, write_manifest

pytestmark = pytest.mark.usefixtures("database")


def references() -> dict[str, str]:
    return {one.child: one.consent for one in retention_outlook.by_child()}


@pytest.fixture
def table(tmp_path: Path) -> Path:
    rows = [
        {"filename": "1.wav", "child": "kim", "consent": " form 17 "},
        {"filename": "2.wav", "child": "lou", "consent": "-"},
    ]
    manifest = folder_with_manifest(tmp_path / "in", rows)
    import_recordings.import_path(manifest, actor=COMMAND_LINE)
    return manifest


def test_a_table_brings_references_and_a_later_one_fills_in(table: Path) -> None:
    assert references() == {"kim": "form 17", "lou": ""}
    rows = [{"filename": "1.wav", "consent": "form 99"}, {"filename": "2.wav", "consent": "form 18"}]
    again = import_recordings.import_path(write_manifest(table, rows), actor=COMMAND_LINE)
    assert references() == {"kim": "form 17", "lou": "form 18"}
    assert again.filled == {"consent": 1}
    assert any("consent of the child 'kim' is known and stays" in note for note in again.notes)


def test_recordings_of_children_without_a_reference_can_be_filtered(table: Path) -> None:
    for has_consent, child in ((False, "lou"), (True, "kim")):
        (only,) = recording_search.search_recordings(RecordingFilter(has_consent=has_consent)).items
        assert only.recording.child == child


def test_a_reference_is_set_and_taken_away_and_the_log_tells_neither_child_nor_reference(table: Path) -> None:
    consents.set_consent("lou", "Mrs. Example agreed", actor=COMMAND_LINE)
    assert references()["lou"] == "Mrs. Example agreed"
    consents.set_consent("lou", "", actor=COMMAND_LINE)
    assert references()["lou"] == ""
    removed, recorded = audit_log.entries(limit=2).items
    assert (removed.action, recorded.action) == ("remove consent", "record consent")
    assert "lou" not in str(removed) + str(recorded)
    assert "Example" not in str(recorded)


def test_a_reference_goes_with_its_child(table: Path, storage: Path) -> None:
    consents.set_consent("kim", "signed-by-somebody", actor=COMMAND_LINE)
    erasure.erase_child("kim", actor=COMMAND_LINE)
    stored = b"".join(file.read_bytes() for file in storage.glob("earshot.db*"))
    assert b"signed-by-somebody" not in stored


def test_an_unknown_child_and_a_long_reference_are_refused_in_words(table: Path) -> None:
    with pytest.raises(NotFound, match="no child 'nobody'"):
        consents.set_consent("nobody", "form", actor=COMMAND_LINE)
    with pytest.raises(Refused, match="at most 200 characters; this has 201"):
        consents.set_consent("kim", "x" * 201, actor=COMMAND_LINE)
