"""`judges`: who is in doubt, labels set aside and counted again."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.domain.labels import Label, Role
from tests.annotation.people import add_recordings, give, people, person
from tests.cli.conftest import Json, Run

A, N = Label.ACCEPTED, Label.NOISE


@pytest.fixture(autouse=True)
def judged(database: Path) -> None:
    person("staff", Role.STAFF)
    ana, ben = people("ana", "ben")
    for number, recording_id in enumerate(add_recordings(20)):
        give(ana, recording_id, A)
        give(ben, recording_id, N if number % 2 else A)


def test_each_judge_has_a_verdict_with_figures_and_words(run: Run, said: Json) -> None:
    ana, ben = said("judges", "check")["judges"]
    assert (ana["judge"], ben["judge"]) == ("ana", "ben")
    assert ana["agreement"]["n"] == 20
    assert ana["agreement"]["same"] == 10
    assert ana["words"] in run("judges", "check").stdout.replace("\n", " ")


def test_labels_are_set_aside_listed_and_counted_again(run: Run, said: Json) -> None:
    aside = said("judges", "set-aside", "ana", "--from", "2020-01-01", "--reason", "clicked")
    assert (aside["labels"], aside["judge"], aside["by"], aside["for_others"]) == (20, "ana", "command line", True)
    assert said("judges", "check")["judges"] == []
    assert "clicked" in run("judges", "list-aside").stdout
    number = aside["number"]
    assert said("judges", "count-again", str(number)) == {"number": number, "again": 20, "left": 0}
    assert said("judges", "list-aside")["set_asides"][0]["counts_again_since"] is not None


def test_what_cannot_be_is_refused_with_its_reason(run: Run) -> None:
    refused = run("judges", "set-aside", "zoe", "--from", "2020-01-01", "--reason", "tired")
    assert (refused.exit_code, "no judge named 'zoe'" in refused.stderr) == (1, True)
    assert run("judges", "count-again", "9").exit_code == 1
    assert run("judges", "set-aside", "ana", "--reason", "tired").exit_code == 2
