"""The clock of the machine is set back by an hour: what came later stays later, and what ends still ends in time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from core.config import settings
from core.domain.actor import COMMAND_LINE
from core.domain.labels import Role
from core.workflows.accounts import sign_ins
from core.workflows.annotation import judge_desk
from core.workflows.deployment import deployment_control
from db import clock, deployments, schema, session
from tests.annotation.people import add_recordings, person
from tests.whole_app import account_and_token
from tests.workflows import trained

HOUR_S = 3600.0


class SetClock(clock.SteadyClock):
    """A machine whose clock can be set, and whose seconds are counted by the test."""

    def __init__(self) -> None:
        super().__init__()
        self.set_by_s, self.passed_s = 0.0, 0.0

    def _wall(self) -> datetime:
        return datetime(2026, 6, 1, 12) + timedelta(seconds=self.set_by_s + self.passed_s)

    def _monotonic_s(self) -> float:
        return self.passed_s

    def restart(self) -> None:
        """A new process on the same machine."""
        self._at = datetime.min


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, database: Path) -> Iterator[SetClock]:
    machine = SetClock()
    monkeypatch.setattr(clock, "_clock", machine)
    session.now()
    yield machine
    machine.set_by_s = 0.0


def test_time_goes_on_by_the_seconds_that_pass(machine: SetClock) -> None:
    before = session.now()
    machine.set_by_s = -HOUR_S
    machine.passed_s = 60
    assert session.now() == before + timedelta(seconds=60)
    machine.set_by_s = 0
    assert session.now() == before + timedelta(seconds=60)


def test_a_clock_that_is_set_forward_is_followed(machine: SetClock) -> None:
    before = session.now()
    machine.set_by_s = HOUR_S
    assert session.now() == before + timedelta(hours=1)


def test_small_corrections_never_turn_time_back(machine: SetClock) -> None:
    times = [session.now()]
    for step in range(50):
        machine.passed_s += 0.01
        machine.set_by_s -= 0.02 * (step % 3)
        times.append(session.now())
    assert times == sorted(times)


def test_after_a_start_time_begins_where_it_ended(machine: SetClock) -> None:
    machine.passed_s = 600
    account_and_token(Role.STAFF, "sam")
    before = session.now()
    machine.set_by_s = -HOUR_S
    machine.restart()
    session.prepare()
    assert session.now() >= before


def test_a_row_of_a_time_that_cannot_be_is_not_believed(machine: SetClock) -> None:
    person("ada")
    with session.writing() as tx:
        row = {"id": 1, "kind": "retrain", "state": "failed", "parameters": {}, "steps": [], "result": {}, "error": ""}
        row |= {"created_at": datetime(2099, 1, 1), "heartbeat_at": datetime(2099, 1, 1)}
        tx.execute(insert(schema.jobs).values(row))
    session.keep_time()
    assert session.now().year == 2026


def test_the_newest_deployment_stays_the_newest(machine: SetClock) -> None:
    trained.label_recordings(n_children=30)
    for model_id in ("first", "second"):
        trained.add_model(model_id, skill=2.0)
        deployment_control.deploy(model_id, 0.10, anyway=True, reason="it must", actor=COMMAND_LINE)
        machine.set_by_s = -HOUR_S
    with session.reading() as tx:
        newest, before = deployments.newest_first(tx, limit=2)
    assert newest.operating_point.model_id == "second"
    assert newest.deployed_at >= before.deployed_at


def test_a_claim_ends_in_time(machine: SetClock) -> None:
    ada, ben, cat = person("ada"), person("ben"), person("cat")
    add_recordings(1)
    for judge in (ada, ben):
        assert judge_desk.next_assignments(judge, session_id="tab", count=1).items
    machine.set_by_s = -HOUR_S
    assert not judge_desk.next_assignments(cat, session_id="tab", count=1).items
    machine.passed_s += 60 * settings().claim_minutes + 1
    assert judge_desk.next_assignments(cat, session_id="tab", count=1).items


@pytest.mark.parametrize("hours", ["idle_hours", "session_hours"])
def test_a_sign_in_ends_in_time(hours: str, machine: SetClock) -> None:
    _, token = account_and_token(Role.STAFF, "sam")
    machine.set_by_s = -HOUR_S
    assert sign_ins.account_of_token(token) is not None
    machine.passed_s += getattr(settings(), hours) * HOUR_S + 60
    assert sign_ins.account_of_token(token) is None
