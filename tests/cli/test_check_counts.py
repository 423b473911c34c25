"""`check counts`: whether the figures that screens show are those of a full count."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, update

from core.workflows.annotation import judging_progress
from db import audit, schema, session
from tests.cli.conftest import Json, Run
from tests.workflows import trained

pytestmark = pytest.mark.usefixtures("database")


def test_figures_that_are_right_are_called_so(said: Json) -> None:
    trained.label_recordings(n_children=2, each=3)
    assert said("check", "counts") == {"differing": {}, "is_rebuilt": False}


def test_what_somebody_changed_by_hand_is_named_and_made_anew(run: Run, said: Json) -> None:
    trained.label_recordings(n_children=2, each=3)
    session.count_changes_in()
    with session.writing() as tx:
        tx.execute(update(schema.facet_counts).values(n=100))
        tx.execute(delete(schema.child_counts))
    damaged = run("check", "counts")
    assert damaged.exit_code == 1
    assert "child_counts: 2 rows not as counted" in damaged.stdout
    assert said("check", "counts", "--rebuild")["is_rebuilt"]
    assert judging_progress.count_progress().agreed == 6
    assert said("check", "counts")["differing"] == {}
    with session.reading() as tx:
        assert audit.count(tx, action="rebuild counts") == 1


def test_only_counts_can_be_made_anew(run: Run) -> None:
    assert run("check", "storage", "--rebuild").exit_code == 2
