"""Retention, consent and the export of one child from a terminal."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from core.domain.actor import COMMAND_LINE
from core.workflows.annotation import recording_search
from core.workflows.importing import import_recordings
from core.workflows.maintenance import retention_rules
from tests.cli.conftest import Json, Run
from tests.workflows.maintenance.test_retention import imported_days_ago
from tests.workflows.recorded import folder_with_manifest


@pytest.fixture
def school(database: Path, tmp_path: Path) -> Path:
    rows = [{"filename": f"{n}.wav", "child": f"kid-{n}", "source": "School A", "consent": "f" * n} for n in range(2)]
    import_recordings.import_path(folder_with_manifest(tmp_path / "in", rows), actor=COMMAND_LINE)
    imported_days_ago(40)
    return tmp_path


def test_a_rule_is_set_shown_applied_and_removed(school: Path, said: Json, run: Run) -> None:
    done = said("retention", "set", "--source", "School A", "--days", "30", "--models", "retrain")
    assert (done["days"], done["models"], done["preview"]["due"]) == (30, "retrain", 2)
    (source,) = said("retention", "show")["sources"]
    assert (source["source"], source["rule"]["days"], source["due"]) == ("School A", 30, 2)
    assert "2 recordings of School A go within 7 days." in run("retention", "show").stdout
    assert said("retention", "run", "--dry-run")["due"] == 2
    assert recording_search.search_recordings().total == 2
    assert said("retention", "run")["recordings"] == 2
    assert "Erased 0 recordings" in run("retention", "run").stdout
    assert said("retention", "remove", "--source", "School A")["rule"] is None


def test_a_dry_run_of_a_rule_sets_nothing(school: Path, run: Run) -> None:
    result = run("retention", "set", "--default", "--days", "45", "--dry-run")
    assert "Due now: 0; within 7 days: 2" in result.stdout
    assert retention_rules.rules().default is None


def test_a_source_that_no_recording_has_is_named(school: Path, run: Run) -> None:
    assert (
        "No recording has the source 'School B' yet" in run("retention", "set", "--source", "School B", "--keep").stderr
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--days", "3"), "--source NAME or --default"),
        (("--default", "--source", "A", "--days", "3"), "--source NAME or --default"),
        (("--default",), "--days N, or --keep"),
        (("--default", "--days", "0"), "1 to 36,500 days"),
    ],
)
def test_what_is_not_clear_is_refused(school: Path, run: Run, words: tuple[str, ...], message: str) -> None:
    result = run("retention", "set", *words)
    assert result.exit_code == 1
    assert message in result.stderr


def test_consent_references_are_listed_set_and_cleared(school: Path, said: Json, run: Run) -> None:
    assert [one["child"] for one in said("consent", "list", "--missing")["children"]] == ["kid-0"]
    assert run("consent", "set", "kid-0", "form 17").exit_code == 0
    assert said("consent", "list", "--missing")["children"] == []
    assert "erase --child kid-0" in run("consent", "clear", "kid-0").stdout
    assert run("consent", "set", "kid-0", " ").exit_code == 1
    assert "form" not in run("consent", "list").stdout


def test_everything_of_one_child_is_exported(school: Path, said: Json, run: Run) -> None:
    out = school / "kid.zip"
    assert said("export", "child", "kid-1", str(out))["recordings"] == 1
    assert "sound/2-1.wav" in zipfile.ZipFile(out).namelist()
    assert "Name the child and the zip" in run("export", "child", "kid-1").stderr
    assert "one name too many" in run("export", "labels", str(school / "a.csv"), "b").stderr
