"""Retrain, report, deploy and score where there is nothing to work with: each says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line.conftest import Json, Run


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
