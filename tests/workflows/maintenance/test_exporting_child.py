"""The right of access: everything of one child, nothing of another, and nobody's name."""

from __future__ import annotations

import io
import json
import stat
import zipfile
from pathlib import Path

import pytest

from core.domain.actor import COMMAND_LINE
from core.domain.erasure import ModelsChoice
from core.errors import NotFound, Refused
from core.workflows.accounts import audit_log
from core.workflows.importing import import_recordings
from core.workflows.maintenance import exporting_child, retention_rules
from db.erasures import tables_of_recordings
from tests.workflows.recorded import folder_with_manifest, recording


@pytest.fixture
def two_children(database: Path, tmp_path: Path) -> Path:
    rows = [
        {"filename": "a/1.wav", "child": "kim", "consent": "form 17", "source": "A", "judge_1": "Noise"},
        {"filename": "a/2.wav", "child": "other-child", "judge_1": "Accepted"},
    ]
    import_recordings.import_path(folder_with_manifest(tmp_path / "in", rows), actor=COMMAND_LINE)
    audit_log.record_event(COMMAND_LINE, "listened", "recording 1")
    audit_log.record_event(COMMAND_LINE, "listened", "recording 2")
    return tmp_path


def test_all_of_the_child_is_in_it_and_nothing_of_another(two_children: Path) -> None:
    retention_rules.set_rule("A", 30, ModelsChoice.WITHDRAW, actor=COMMAND_LINE)
    out = two_children / "kim.zip"
    result = exporting_child.export_child("kim", out)
    assert (result.recordings, result.missing) == (1, ())
    with zipfile.ZipFile(out) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    assert content["sound/1-1.wav"] == recording(0)
    assert json.loads(content["child.json"]) == {"pseudonym": "kim", "consent": "form 17", "split": None}
    (one,) = json.loads(content["recordings.json"])
    assert (one["file"], one["source"], one["goes_at"][:2]) == ("a/1.wav", "A", "20")
    (judgement,) = json.loads(content["rows/judgements.json"])
    assert (judgement["label"], judgement["person"]) == ("Noise", 1)
    assert [entry["recording"] for entry in json.loads(content["heard.json"])] == ["recording 1"]
    every_byte = b"".join(content.values())
    assert b"other-child" not in every_byte
    assert b"judge_1" not in every_byte


def test_every_table_about_recordings_is_in_it(two_children: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(exporting_child.zip_child("kim", actor=COMMAND_LINE))) as archive:
        names = set(archive.namelist())
    assert {f"rows/{table.name}.json" for table in tables_of_recordings()} | {"rows/recordings.json"} <= names


def test_the_file_is_for_its_owner_only_and_never_overwrites_one(two_children: Path) -> None:
    out = two_children / "kim.zip"
    exporting_child.export_child("kim", out)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    with pytest.raises(Refused, match="exists already"):
        exporting_child.export_child("kim", out)
    with pytest.raises(Refused, match=r"ends in \.zip"):
        exporting_child.export_child("kim", two_children / "kim.tar")
    with pytest.raises(NotFound, match="no child 'nobody'"):
        exporting_child.export_child("nobody", two_children / "nobody.zip")
    assert not (two_children / "nobody.zip").exists()


def test_it_is_audited_without_the_childs_name(two_children: Path) -> None:
    exporting_child.export_child("kim", two_children / "kim.zip")
    (entry,) = audit_log.entries(action="export child").items
    assert (entry.subject, entry.detail) == ("child 1", {"recordings": 1})
