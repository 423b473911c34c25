"""What comes first: children first, then what lets work take effect, then what protects it, then more of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.labels import Role
from core.domain.next_action import NEEDS, NextAction, WorkFigures, next_actions
from core.domain.permissions import may

WORK = WorkFigures(1000, to_judge=100, to_settle=10, labels=800, new_labels=0, has_model=True, is_deployed=True)
COUNT = st.integers(0, 5000)
ANY_WORK = st.builds(
    WorkFigures,
    recordings=COUNT,
    to_judge=COUNT,
    to_settle=COUNT,
    labels=COUNT,
    new_labels=st.none() | COUNT,
    has_model=st.booleans(),
    is_deployed=st.booleans(),
    is_alarm_raised=st.booleans(),
    stopped_job=st.sampled_from(["", "retrain", "search"]),
    is_training=st.booleans(),
    is_backup_due=st.booleans(),
)


def first(work: WorkFigures, role: Role = Role.ADMIN) -> NextAction | None:
    return next(iter(next_actions(work, role)), None)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, NextAction.SETTLE),
        ({"to_settle": 0}, NextAction.JUDGE),
        ({"to_settle": 0, "to_judge": 0}, None),
        ({"to_settle": 0, "to_judge": 0, "new_labels": 3}, NextAction.RETRAIN),
        ({"new_labels": 200}, NextAction.RETRAIN),
        ({"new_labels": 99}, NextAction.SETTLE),
        ({"new_labels": 200, "is_training": True}, NextAction.SETTLE),
        ({"new_labels": None, "has_model": False, "is_deployed": False}, NextAction.TRAIN_FIRST),
        ({"new_labels": None, "has_model": False, "is_deployed": False, "labels": 20}, NextAction.SETTLE),
        ({"is_deployed": False}, NextAction.CHOOSE_POINT),
        ({"is_backup_due": True, "new_labels": 200}, NextAction.BACK_UP),
        ({"stopped_job": "retrain", "is_backup_due": True}, NextAction.GO_ON),
        ({"is_alarm_raised": True, "stopped_job": "retrain"}, NextAction.LOOK_AT_CLASS),
        ({"recordings": 0}, NextAction.IMPORT),
    ],
)
def test_what_an_administrator_is_led_to_first(changes: dict[str, object], expected: NextAction | None) -> None:
    assert first(replace(WORK, **changes)) == expected  # type: ignore[arg-type]


def test_a_backup_is_the_administrators_business() -> None:
    due = replace(WORK, is_backup_due=True)
    assert (first(due, Role.ADMIN), first(due, Role.STAFF)) == (NextAction.BACK_UP, NextAction.SETTLE)


@given(ANY_WORK, st.sampled_from(list(Role)))
def test_nothing_is_named_twice_and_nothing_that_the_role_may_not(work: WorkFigures, role: Role) -> None:
    actions = next_actions(work, role)
    assert len(actions) == len(set(actions))
    assert all(may(role, NEEDS[action]) for action in actions)


@given(ANY_WORK)
def test_only_an_empty_house_or_a_finished_one_is_without_further_work(work: WorkFigures) -> None:
    is_idle = not (work.to_judge or work.to_settle)
    assert next_actions(work, Role.ADMIN) or (work.recordings and is_idle)
