"""Retraining by itself: off by default, once when it is due, never again and again after a fault."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from core.domain.actor import COMMAND_LINE
from core.errors import Refused
from core.workflows.annotation import protocols
from core.workflows.jobs import cluster, job_status
from core.workflows.retraining import automatic_retraining, retraining
from db import jobs as jobs_table
from db import session
from tests.workflows import trained


@pytest.fixture(autouse=True)
def handed_over(database: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    keys: list[str] = []
    monkeypatch.setattr(cluster, "submit", lambda *_, key: keys.append(key))
    trained.label_recordings()
    trained.add_model("a")
    return keys


def switch_on(after: int) -> None:
    protocols.set_retraining(protocols.RetrainingProtocol(True, after), actor=COMMAND_LINE)


def end(state: str) -> None:
    live = job_status.current_job()
    assert live is not None
    with session.writing() as tx:
        jobs_table.end(tx, live.id, state)


def test_it_is_off_until_staff_switch_it_on() -> None:
    trained.label_recordings(n_children=3, name="later")
    assert automatic_retraining.start_if_due() is None
    assert not automatic_retraining.outlook().is_on


def test_it_begins_once_so_many_labels_are_new_and_only_once(handed_over: list[str]) -> None:
    switch_on(27)
    assert automatic_retraining.start_if_due() is None
    trained.label_recordings(n_children=2, name="later")
    assert automatic_retraining.outlook().missing == 9
    trained.label_recordings(n_children=1, name="last")
    job = automatic_retraining.start_if_due()
    assert job is not None
    assert automatic_retraining.start_if_due() is None
    assert handed_over == [f"retrain-{job.id}"]


def test_labels_that_a_model_has_learned_are_not_new_any_more() -> None:
    switch_on(9)
    trained.label_recordings(n_children=1, name="later")
    assert automatic_retraining.start_if_due() is not None
    trained.add_model("b")
    end("succeeded")
    assert automatic_retraining.start_if_due() is None


def test_after_a_fault_it_waits_for_a_person() -> None:
    switch_on(9)
    trained.label_recordings(n_children=1, name="later")
    assert automatic_retraining.start_if_due() is not None
    end("failed")
    assert automatic_retraining.start_if_due() is None
    assert automatic_retraining.outlook().is_waiting_for_a_person
    retraining.start(actor=COMMAND_LINE)
    end("succeeded")
    assert not automatic_retraining.outlook().is_waiting_for_a_person


def test_a_number_below_one_is_refused() -> None:
    with pytest.raises(Refused, match="number of new labels"):
        protocols.RetrainingProtocol(True, 0)


def test_the_watch_outlives_what_goes_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []

    def broken() -> None:
        looked.append(1)
        raise Refused("no")

    monkeypatch.setattr(automatic_retraining, "LOOK_EVERY_S", 0.001)
    monkeypatch.setattr(automatic_retraining, "start_if_due", broken)

    async def for_a_moment() -> None:
        task = asyncio.create_task(automatic_retraining.watch_labels())
        while len(looked) < 2:
            await asyncio.sleep(0.001)
        task.cancel()

    asyncio.run(for_a_moment())
