"""Retrain, report, deploy and score where there is nothing to work with: each says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.domain.actor import COMMAND_LINE
from core.workflows.deployment import deployment_control
from core.workflows.evaluation import model_evaluation
from tests.cli.conftest import Json, Run
from tests.workflows import trained


def test_before_any_model_a_report_says_how_to_get_one(run: Run) -> None:
    result = run("report")
    assert result.exit_code == 1
    assert "retrain" in result.stderr


@pytest.mark.parametrize("words", [("deploy", "no-such-model", "--am", "0.1"), ("report", "--model", "no-such-model")])
def test_a_model_that_there_is_not_is_named(run: Run, words: tuple[str, ...]) -> None:
    result = run(*words)
    assert result.exit_code == 1
    assert "no-such-model" in result.stderr


def test_nothing_is_scored_before_a_model_is_deployed(run: Run, tmp_path: Path) -> None:
    result = run("score", str(tmp_path / "reading.wav"), "--json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "deploy" in result.stderr


def test_an_unknown_family_is_refused_before_anything_starts(run: Run, said: Json) -> None:
    result = run("retrain", "--features", "mfcc,crystal-ball")
    assert result.exit_code == 1
    assert "crystal-ball" in result.stderr
    assert said("models") == {"models": [], "deployed": None}


def test_deploying_needs_an_am_target(run: Run) -> None:
    assert run("deploy", "some-model").exit_code == 2


def test_a_model_that_lost_is_deployed_only_with_a_reason(database: Path, run: Run, said: Json) -> None:
    trained.label_many(400)
    trained.add_model("good", skill=2.5)
    trained.add_model("worse", skill=0.3, seed=1)
    deployment_control.deploy("good", 0.10, actor=COMMAND_LINE)
    refused = run("deploy", "worse", "--am", "0.10")
    assert refused.exit_code == 1
    assert "--anyway --reason" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert run("deploy", "worse", "--am", "0.10", "--anyway").exit_code == 1
    done = said("deploy", "worse", "--am", "0.10", "--anyway", "--reason", "to hear it fail")
    assert (done["model"], done["am_target"]) == ("worse", 0.1)


def test_a_report_is_written_as_a_page(database: Path, run: Run, said: Json, tmp_path: Path) -> None:
    trained.label_recordings(n_children=30)
    trained.add_model("a")
    page = tmp_path / "report.html"
    assert said("report", "--model", "a", "--am", "0.15", "--html", str(page)) == {"file": str(page)}
    assert "At most 15.0 % of the good readings" in page.read_text(encoding="utf-8")
    named = model_evaluation.model("a").version_name
    assert said("report", "--model", named, "--html", str(page), "--language", "fr") == {"file": str(page)}
    assert '<html lang="fr">' in page.read_text(encoding="utf-8")
    assert run("report", "--html", str(page), "--language", "xx").exit_code == 1
    assert run("report", "--html", str(tmp_path / "nowhere" / "report.html")).exit_code == 1


def test_a_certainty_is_deployed_reported_and_named_where_it_cannot_be_chosen(
    database: Path, run: Run, said: Json
) -> None:
    trained.label_many(6000)
    trained.add_model("good", skill=2.5)
    even = said("deploy", "good", "--am", "0.10")
    sure = said("deploy", "good", "--am", "0.10", "--certainty", "0.95")
    assert (even["certainty"], sure["certainty"]) == (0.5, 0.95)
    assert sure["threshold"] < even["threshold"]
    report = said("report")  # without a certainty: the one in force
    assert (report["certainty"], report["threshold"], report["needed"]) == (0.95, sure["threshold"], None)
    refused = run("deploy", "good", "--am", "0.10", "--certainty", "0.97")
    assert refused.exit_code == 1
    assert "0.97" in refused.stderr
