"""The whole history of labels leaves and comes back: what was taken back, repeats, known answers, undone decisions."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from core.domain.labels import Label
from core.errors import Refused
from core.workflows.annotation import judge_desk
from core.workflows.maintenance import table_export
from db import schema, session
from tests.annotation.people import add_recordings, give, person
from tests.workflows.importing.test_labels_round_trip import (
    DECIDED,
    FORMATS,
    GIVEN,
    TIMES,
    all_rows,
    forget_everything,
    said,
    take_in,
)

TAKEN_BACK = st.booleans()
PAST = st.lists(st.tuples(GIVEN, st.none() | TIMES, st.lists(st.tuples(GIVEN, TAKEN_BACK), max_size=2)), max_size=3)

ANSWERED = GIVEN.map(lambda one: {key: value for key, value in one.items() if key != "brought_by"})


@pytest.fixture
def two(database: object) -> list[int]:
    """Recordings named 0.wav and 1.wav."""
    return add_recordings(2)


def everything() -> dict[str, list[dict[str, Any]]]:
    """All of `all_rows`, with when it was taken back, and the repeats with the time of what they repeat."""
    first, plain = schema.judgements.alias("first"), {"id", "origin", "sitting", "request_id", "protocol_id"}
    source = schema.repeats.join(first, first.c.id == schema.repeats.c.judgement_id)
    repeats = select(schema.repeats, first.c.decided_at.label("of"), first.c.round.label("round")).select_from(source)
    asked = {"judgements": select(schema.judgements), "repeats": repeats, "adjudications": select(schema.adjudications)}
    asked["control_answers"] = select(schema.control_answers)
    found = {"rounds": all_rows()["rounds"]}
    with session.reading() as tx:
        for name, query in asked.items():
            rows = [dict(row._mapping) for row in tx.execute(query)]
            found[name] = sorted(
                ({key: row[key] for key in row.keys() - plain - {"judgement_id"}} for row in rows), key=str
            )
    for name, rows in found.items():
        found[name] = [dict(sorted(row.items())) for row in rows]
        found[name].sort(key=str)
    return found


def write_past(recording_id: int, judge: int, past: Any, decided: Any, answered: Any) -> None:
    """What a judge said and took back, or left in force in a round of its own; each with repeats. Times are all
    different: nobody gives two labels in the same microsecond."""
    tick = count()
    own = {"recording_id": recording_id, "account_id": judge}

    def now() -> dict[str, datetime]:
        return {"decided_at": datetime(2031, 1, 1) + timedelta(microseconds=7 * next(tick))}

    with session.writing() as tx:
        for number, (given, undone_at, again) in enumerate(past, start=1):
            row = (
                own
                | given
                | now()
                | {"round": 1 if undone_at else number, "origin": "annotate", "undone_at": undone_at}
            )
            first = tx.execute(insert(schema.judgements).values(row)).inserted_primary_key[0]
            is_repeated = False
            for repeated, is_undone in again:
                is_repeated, is_second = True, is_repeated
                values = {key: value for key, value in repeated.items() if key != "brought_by"} | now()
                values |= {"judgement_id": first, "undone_at": datetime(2032, 1, 1) if is_undone or is_second else None}
                tx.execute(insert(schema.repeats).values(own | values))
        for one in decided:
            undone = now() | {"round": 1, "undone_at": datetime(2033, 1, 1)}
            tx.execute(insert(schema.adjudications).values(own | one | undone))
        for number, one in enumerate(answered):
            values = own | one | now() | {"round": 1, "undone_at": datetime(2034, 1, 1) if number else None}
            tx.execute(insert(schema.control_answers).values(values))


@pytest.mark.parametrize("name", FORMATS[:2])
def test_what_was_taken_back_and_the_repeats_come_back_with_the_history(
    name: str, database: object, tmp_path: Path
) -> None:
    judge = person("anna")
    (recording_id,) = add_recordings(1)
    told = DECIDED.filter(bool).map(lambda one: {key: one[key] for key in ("label", "reason")})

    @settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(PAST, st.lists(told, max_size=2), st.lists(ANSWERED, max_size=2))
    def comes_back(past: Any, decided: Any, answered: Any) -> None:
        forget_everything()
        write_past(recording_id, judge.id, past, decided, answered)
        with session.writing() as tx:
            tx.execute(update(schema.recordings).values(round=max(1, len(past))))
        before = everything()
        n_rows = table_export.export_labels(tmp_path / name, has_history=True)
        assert n_rows == sum(
            len(before[table]) for table in ("judgements", "repeats", "adjudications", "control_answers")
        )
        forget_everything()
        result = take_in(tmp_path / name)
        assert (result.refused, result.notes, result.judgements) == ([], [], n_rows)
        if n_rows:
            assert everything() == before | {"rounds": everything()["rounds"]}
        assert take_in(tmp_path / name).judgements == 0

    comes_back()


def test_the_ordinary_export_holds_judgements_in_force_only(two: list[int], tmp_path: Path) -> None:
    anna = person("anna")
    give(anna, two[0], Label.NOISE)
    judge_desk.undo_judgement(anna, session_id="tab")
    give(anna, two[0], Label.ACCEPTED)
    assert table_export.export_labels(tmp_path / "l.csv") == 1
    assert "kind" not in (tmp_path / "l.csv").read_text().splitlines()[0]
    assert table_export.export_labels(tmp_path / "h.csv", has_history=True) == 2
    with (tmp_path / "h.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["kind"], row["label"]) for row in rows] == [("judgement", "Accepted"), ("undone", "Noise")]
    with pytest.raises(Refused, match=r"\.csv or \.parquet"):
        table_export.export_labels(tmp_path / "h.json", has_history=True)


def test_what_was_taken_back_here_does_not_come_back_from_an_older_file(two: list[int], tmp_path: Path) -> None:
    anna = person("anna")
    give(anna, two[0], Label.NOISE)
    table_export.export_labels(tmp_path / "old.csv")
    judge_desk.undo_judgement(anna, session_id="tab")
    result = take_in(tmp_path / "old.csv")
    assert (result.judgements, len(result.notes), said(two[0])) == (0, 1, {})
    assert "taken back here" in result.notes[0]


def test_a_history_that_contradicts_what_is_here_is_noted(two: list[int], tmp_path: Path) -> None:
    anna = person("anna")
    give(anna, two[0], Label.NOISE)
    table_export.export_labels(tmp_path / "now.csv", has_history=True)
    with (tmp_path / "now.csv").open(newline="") as file:
        row = next(csv.DictReader(file))
    taken_back = row | {"kind": "undone", "undone_at": "2030-01-01"}
    strange = row | {"kind": "repeat", "repeat_of": "2020-01-01T00:00:00"}
    bad = [row | {"kind": "repeat"}, row | {"kind": "rumour"}]
    with (tmp_path / "odd.csv").open("w", newline="") as file:
        table = csv.DictWriter(file, list(row))
        table.writeheader()
        table.writerows([taken_back, strange, *bad])
    result = take_in(tmp_path / "odd.csv")
    assert (result.judgements, len(result.notes)) == (0, 2)
    assert ["repeat_of is empty" in one["reason"] or "rumour" in one["reason"] for one in result.refused] == [True] * 2
    assert said(two[0]) == {"anna": Label.NOISE}
