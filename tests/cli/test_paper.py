"""The paper's tables from a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Json, Run
from tests.workflows import trained
from tests.workflows.paper import crossed_rows


def test_before_any_training_it_says_what_is_missing(run: Run) -> None:
    result = run("paper")
    assert result.exit_code == 0
    assert "20 systems are not trained here" in result.stderr


@pytest.mark.long
def test_folds_train_and_report_and_write_files(
    said: Json, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    said("paper")
    trained.label_recordings(n_children=20)
    crossed_rows.without_training(monkeypatch)
    monkeypatch.setattr("core.workflows.jobs.cluster.submit", lambda function, job_id, key: function(job_id))
    table, text = tmp_path / "paper.csv", tmp_path / "paper.tex"
    found = said("paper", "--folds", "2", "--csv", str(table), "--latex", str(text))
    assert {row["features"] for row in found["rows"]} >= {"mfcc", "stand-in for vggish"}
    assert all(row["f10"] is not None for row in found["rows"])
    assert table.read_text().count("\n") == 1 + len(found["rows"])
    assert "booktabs" in text.read_text()
    assert "3.2 s from a cold process" in run("paper", "--folds", "2").stdout


def test_a_job_that_fails_is_refused_in_words(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.workflows.jobs.cluster.submit", lambda function, job_id, key: function(job_id))
    result = run("paper", "--folds", "2")
    assert result.exit_code == 1
    assert "too few labels to learn from" in result.stderr


def test_options_of_folds_without_folds_are_a_wrong_usage(run: Run) -> None:
    assert run("paper", "--networks", "dnn").exit_code == 2
    assert run("paper", "--folds", "1").exit_code == 2
