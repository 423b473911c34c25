"""No query that a judge's work can run returns another judge's label."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path

import pytest
from sqlalchemy import event

from core.domain.actor import COMMAND_LINE
from core.domain.judgements import Assignment
from core.domain.labels import Label
from core.domain.selection import QueueOrder
from core.errors import Conflict
from core.workflows.annotation import judge_desk, protocols
from core.workflows.annotation.protocols import QueueProtocol
from db import engines
from tests.annotation.people import add_recordings, bring_repeats, give, people, tell_opinion
from tests.workflows import trained

ROOT = Path(__file__).parents[3]
JUDGES_ROOMS = {
    "audit",
    "claims",
    "control_answers",
    "desk_evidence",
    "desk_recordings",
    "own_judgements",
    "queue",
    "repeats",
    "session",
}
# besides: numbers of what was drawn, a model's opinion by its order, the settled answer of an item that was answered
ALSO = {
    "judge_desk": set(),
    "save_judgement": set(),
    "preconditions": set(),
    "assignment": set(),
    "desk_candidates": {"class_draws", "source_draws", "unlabelled_predictions"},
    "qualification": {"accounts", "qualification"},
}
OWN = tuple(f"{table}.account_id = " for table in ("judgements", "repeats", "control_answers", "qualification_answers"))


@contextmanager
def statements() -> Iterator[list[tuple[str, dict]]]:
    """Every statement that reaches the database inside the block, with its parameters by name."""
    seen: list[tuple[str, dict]] = []

    def note(_connection, _cursor, statement, parameters, context, _many) -> None:
        named = context.compiled_parameters[0] if context and context.compiled else {}
        seen.append((" ".join(statement.split()), named))

    writing_and_reading = set(engines.engines())
    for engine in writing_and_reading:
        event.listen(engine, "before_cursor_execute", note)
    yield seen
    for engine in writing_and_reading:
        event.remove(engine, "before_cursor_execute", note)


def everything_a_judge_does(judge, recording_ids: list[int]) -> list[object]:
    told: list[object] = [judge_desk.next_assignments(judge, session_id="tab", count=3)]
    for recording_id in recording_ids:
        with suppress(Conflict):
            told.append(give(judge, recording_id, Label.NOISE))
    with suppress(Conflict):
        give(judge, recording_ids[0], Label.NOISE, request="again")
    undone = judge_desk.undo_judgement(judge, session_id="tab")
    told += [undone, judge_desk.undo_judgement(judge, session_id="tab", request_id="unknown")]
    if undone is not None:
        judge_desk.skip_recording(judge, recording_id=undone.recording_id, round=1, session_id="tab")
    return [*told, judge_desk.next_assignments(judge, session_id="other", count=3, take_over=True)]


@pytest.mark.usefixtures("database")
def test_what_a_judge_is_given_holds_no_label_of_others() -> None:
    anna, bert, cleo = people("anna", "bert", "cleo")
    ids = add_recordings(4)
    for recording_id in ids:
        give(bert, recording_id, Label.SPEECHLESS)
    give(cleo, ids[3], Label.SPEECHLESS)
    told = everything_a_judge_does(anna, ids)
    assert "Speechless" not in repr(told)
    assert "Noise" in repr(told)


@pytest.mark.usefixtures("database")
def test_every_statement_that_reads_a_label_asks_for_the_judges_own() -> None:
    anna, bert = people("anna", "bert")
    ids = add_recordings(3)
    for recording_id in ids:
        give(bert, recording_id, Label.SPEECHLESS)
    with statements() as seen:
        everything_a_judge_does(anna, ids)
    reading = [(text, named) for text, named in seen if reads_a_label(text)]
    assert len(reading) > 5
    for text, named in reading:
        assert any(own in text for own in OWN)
        assert {value for name, value in named.items() if name.startswith("account_id")} == {anna.id}


@pytest.mark.usefixtures("database")
def test_a_repeat_looks_like_every_other_recording_and_tells_no_label() -> None:
    (anna,) = people("anna")
    (only,) = add_recordings(1)
    before = judge_desk.next_assignments(anna, session_id="tab").items
    give(anna, only, Label.SPEECHLESS)
    add_recordings(1)
    bring_repeats(after=1)
    give(anna, judge_desk.next_assignments(anna, session_id="tab").items[0])
    desk = judge_desk.next_assignments(anna, session_id="tab")
    assert [item.recording_id for item in desk.items] == [only]
    assert desk.items == before
    told = [desk, give(anna, only, Label.NOISE, request="again"), judge_desk.undo_judgement(anna, session_id="tab")]
    assert "Speechless" not in repr(told)
    assert "repeat" not in repr(told)


@pytest.mark.usefixtures("database")
def test_the_opinion_of_a_model_orders_the_desk_and_is_never_told() -> None:
    (anna,) = people("anna")
    trained.label_recordings(n_children=10)
    ids = add_recordings(4)
    tell_opinion(dict(zip(ids, (0.93, 0.51, 0.07, 0.6), strict=True)))
    protocols.set_queue(QueueProtocol(QueueOrder.UNCERTAINTY, random_share=0.0), actor=COMMAND_LINE)
    told = [
        judge_desk.next_assignments(anna, session_id="tab"),
        give(anna, ids[0]),
        judge_desk.undo_judgement(anna, session_id="tab"),
    ]
    assert set(asdict(told[0])["items"][0]) == set(Assignment.__dataclass_fields__)
    assert not any(word in repr(told) for word in ("0.51", "0.93", "useful", "brought"))


def test_a_judge_may_know_five_things_of_a_recording() -> None:
    assert list(Assignment.__dataclass_fields__) == ["recording_id", "round", "language", "word", "duration_s"]


def test_the_judges_workflow_uses_no_room_of_the_database_that_tells_labels() -> None:
    for workflow, also in ALSO.items():
        assert imported_from_db(f"core/workflows/annotation/{workflow}.py") <= JUDGES_ROOMS | also
    for room in JUDGES_ROOMS | {"unlabelled_predictions", "qualification"}:
        assert "judgements" not in imported_from_db(f"db/{room}.py")


def reads_a_label(statement: str) -> bool:
    columns = re.match(r"SELECT (.*?) FROM", statement)
    return bool(columns and re.search(r"\blabel\b|\bcomment\b", columns.group(1)))


def imported_from_db(file: str) -> set[str]:
    """The rooms of `db` that a file uses; tables of `db.schema` are no rooms."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    found = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    direct = {alias.name for node in found if node.module == "db" for alias in node.names}
    inside = {str(node.module).split(".")[1] for node in found if str(node.module).startswith("db.")}
    return direct | (inside - {"schema"})
