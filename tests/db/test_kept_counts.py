"""Kept figures are those of a full count, on random histories of recordings, however far they are behind."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, select, update

from core.domain.labels import JudgingState
from db import count_aggregates, kept_counts, recording_counts, recording_states, schema
from tests.db.test_rules_in_sql import EVENT, HISTORIES, LABEL, RECORDING, Stage, stage_of

MORE_EVENTS = st.one_of(
    EVENT,
    st.tuples(st.just("count in"), st.integers(1, 5)),
    st.tuples(st.just("undo"), RECORDING),
    st.tuples(st.just("another language"), RECORDING, st.sampled_from(["", "de", "en"])),
    st.tuples(st.just("another label"), RECORDING, LABEL),
    st.tuples(st.just("erase"), RECORDING),
    st.tuples(st.just("rebuild")),
)
check = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def play(stage: Stage, event: tuple) -> None:
    """One event; those that `Stage` does not know are changes of the rows, as programs make them."""
    kind, *rest = event
    tx, judgements, recordings = stage.tx, schema.judgements, schema.recordings
    if kind == "count in":
        kept_counts.bring_up_to_date(tx, at_most=rest[0])
    elif kind == "rebuild":
        kept_counts.rebuild(tx)
    elif kind == "undo":
        tx.execute(update(judgements).where(judgements.c.recording_id == stage.ids[rest[0]]).values(undone_at=None))
    elif kind == "another language":
        tx.execute(update(recordings).where(recordings.c.id == stage.ids[rest[0]]).values(language=rest[1]))
    elif kind == "another label":
        tx.execute(update(judgements).where(judgements.c.recording_id == stage.ids[rest[0]]).values(label=rest[1]))
    elif kind == "erase":
        for table in (schema.claims, judgements, schema.adjudications):
            tx.execute(delete(table).where(table.c.recording_id == stage.ids[rest[0]]))
    else:
        stage.play(event)


def counted_in_full(tx: Connection, aggregate: kept_counts.Aggregate) -> dict:
    rows = tx.execute(aggregate.count(recording_states.computed().subquery())).all()
    n_keys = len(aggregate.keys)
    return {tuple(row[:n_keys]): tuple(row[n_keys:]) for row in rows}


def states_of(tx: Connection, query: object) -> dict:
    return {row[0]: tuple(row) for row in tx.execute(query)}


@pytest.mark.usefixtures("any_database")
@check
@given(HISTORIES, st.lists(MORE_EVENTS, max_size=15))
def test_what_is_kept_is_what_a_full_count_gives(played: tuple, more: list) -> None:
    with stage_of(played) as (stage, _):
        for event in more:
            if not (event[0] == "undo" and has_rivals(stage.tx, stage.ids[event[1]])):
                play(stage, event)
        states = recording_states.now(stage.tx)
        assert states_of(stage.tx, select(states)) == states_of(stage.tx, recording_states.computed())
        for aggregate in kept_counts.AGGREGATES:
            read = {key: row for key, row in kept_counts.read(stage.tx, aggregate).items() if any(row)}
            assert read == counted_in_full(stage.tx, aggregate), aggregate.table.name
        assert recording_counts.count_children(stage.tx) == len(counted_in_full(stage.tx, count_aggregates.CHILDREN))
        assert kept_counts.differences(stage.tx) == {}


def has_rivals(tx: Connection, recording_id: int) -> bool:
    """Two judgements of a judge and round, of which only one may be in force."""
    of = schema.judgements.c
    rows = tx.execute(select(of.account_id, of.round).where(of.recording_id == recording_id)).all()
    return len(rows) > len(set(rows))


@pytest.mark.usefixtures("any_database")
@given(HISTORIES)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_recording_that_is_gone_counts_no_more(played: tuple) -> None:
    with stage_of(played) as (stage, _):
        kept_counts.bring_up_to_date(stage.tx)
        for table in (schema.claims, schema.judgements, schema.adjudications):
            stage.tx.execute(delete(table))
        stage.tx.execute(delete(schema.recordings))
        assert stage.tx.execute(select(recording_states.now(stage.tx))).all() == []
        assert kept_counts.differences(stage.tx) == {}
        assert kept_counts.read(stage.tx, count_aggregates.CHILDREN) == {}


@pytest.mark.usefixtures("any_database")
@given(HISTORIES)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_update_at_which_a_label_changed_stands_until_it_changes_again(played: tuple) -> None:
    with stage_of(played) as (stage, _):
        kept_counts.rebuild(stage.tx)
        column = schema.recording_states.c.label_changed
        before = stage.tx.execute(select(column)).scalars().all()
        kept_counts.rebuild(stage.tx)
        assert stage.tx.execute(select(column)).scalars().all() == before


def test_every_state_that_waits_for_a_judge_is_open() -> None:
    decided = {JudgingState.AGREED, JudgingState.DISAGREED, JudgingState.SETTLED}
    assert set(count_aggregates.OPEN_STATES) == set(JudgingState) - decided
