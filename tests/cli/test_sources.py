"""`adapt`: shown, drawn, applied and taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Json, Run
from tests.workflows import sourced


@pytest.fixture(autouse=True)
def source(database: Path) -> None:
    sourced.deployed_with_source()


def test_a_source_is_shown_then_given_a_threshold_then_none(run: Run, said: Json) -> None:
    shown = said("adapt", "--source", sourced.SOURCE)
    assert (shown["basis"], shown["recordings"]) == ("common", 120)
    applied = said("adapt", "--source", sourced.SOURCE, "--apply", "--reason", "new tablets")
    assert (applied["basis"], applied["threshold"]) == ("without labels", shown["unlabelled"]["threshold"])
    assert said("adapt", "--source", sourced.SOURCE, "--draw", "60")["judged"] == 60
    judged = said("adapt", "--source", sourced.SOURCE, "--apply", "--labels")
    assert judged["threshold"] == judged["judged_threshold"]["threshold"]
    assert said("adapt", "--source", sourced.SOURCE, "--common")["threshold"] == shown["threshold_common"]
    assert "60 of 60 drawn recordings are judged" in run("adapt", "--source", sourced.SOURCE).stdout


def test_an_unknown_source_and_two_wishes_at_once_are_refused(run: Run) -> None:
    assert run("adapt", "--source", "nowhere").exit_code == 1
    assert run("adapt", "--source", sourced.SOURCE, "--apply", "--common").exit_code == 1
