"""`python -m core live ...` and `python -m core decisions ...`."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from core.workflows.deployment import live_plan
from core.workflows.importing.import_single import StatedFacts
from tests.cli.conftest import Json, Run
from tests.workflows.in_class import agreed, decide, decided, nothing_waits, program

__all__ = ["agreed", "decided", "nothing_waits", "program"]
pytestmark = pytest.mark.usefixtures("nothing_waits")


def test_without_a_deployment_the_status_says_so(database, run: Run) -> None:
    result = run("live", "status")
    assert result.exit_code == 1
    assert "No model is deployed" in result.stderr


def test_the_status_has_figures_for_programs_and_words_for_people(agreed, program, run: Run, said: Json) -> None:
    decide(program, "good", "bad")
    figures = said("live", "status")
    assert (figures["am_target"], figures["drawn"], figures["judged"]) == (0.10, 2, 0)
    assert figures["alarms"] == []
    assert "nobody knows what AM is in class" in run("live", "status").stdout


def test_a_plan_and_a_consent_are_set_and_shown(decided, run: Run, said: Json) -> None:
    assert said("live", "plan", "--judgements", "120")["judgements"] == 120
    assert live_plan.current_plan().judgements_a_week == 120
    (source,) = said("live", "consent", "--source", "school", "--reference", "contract 7")["sources"]
    assert (source["consent"], source["obstacle"]) == ("contract 7", "no retention")
    assert run("live", "consent", "--source", "school").exit_code == 1
    assert run("live", "plan", "--false-alarms", "0.5").exit_code == 1


def test_decisions_are_listed_explained_and_exported(agreed, program, run: Run, said: Json, tmp_path: Path) -> None:
    first, second = decide(program, "good", "bad")
    assert {each["id"] for each in said("decisions", "list")["decisions"]} == {first, second}
    assert "a été refusé par le modèle m-1" in run("decisions", "why", second, "--language", "fr").stdout
    assert run("decisions", "why", "nothing").exit_code == 1
    for name in ("out.csv", "out.json", "out.jsonl"):
        assert run("decisions", "export", str(tmp_path / name)).exit_code == 0
    with (tmp_path / "out.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["id"], row["decision"], row["inclusion"]) for row in rows] == [
        (first, "accepted", "1.0"),
        (second, "rejected", "1.0"),
    ]
    assert [row["id"] for row in json.loads((tmp_path / "out.json").read_text())] == [first, second]
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == 2
    assert run("decisions", "export", str(tmp_path / "out.xlsx")).exit_code == 1


def test_a_source_that_is_a_formula_is_none_in_a_spreadsheet(decided, program, run: Run, tmp_path: Path) -> None:
    decide(program, "good", facts=StatedFacts(source="=1+1"))
    out = tmp_path / "out.csv"
    run("decisions", "export", str(out))
    assert ",'=1+1," in out.read_text()
