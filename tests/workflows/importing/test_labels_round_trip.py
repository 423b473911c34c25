"""What is exported comes back whole, in every format; and what Label Studio exports comes in."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update

from core.domain.actor import COMMAND_LINE
from core.domain.labels import JudgingState, Label, Role
from core.errors import Refused
from core.workflows.annotation import recording_search
from core.workflows.importing import import_recordings
from core.workflows.importing.import_recordings import ImportResult
from core.workflows.maintenance import table_export
from db import accounts, schema, session
from tests.annotation.people import add_recordings, people, person

NAMES = ("anna", "bert", "cléo; the third")
FORMATS = ("labels.csv", pytest.param("labels.parquet", marks=pytest.mark.long), "labels.json")
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
SECONDS = st.none() | st.floats(0, 1e4, allow_subnormal=False)
TIMES = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1))
GIVEN = st.fixed_dictionaries(
    {
        "label": st.sampled_from([str(label) for label in Label]),
        "decided_at": TIMES,
        "seconds_heard": SECONDS,
        "replays": st.none() | st.integers(0, 50),
        "decision_s": SECONDS,
        "flag": st.booleans(),
        "comment": TEXT,
        "brought_by": st.sampled_from([None, "shuffle", "useful", "random"]),
    }
)
DECIDED = st.none() | st.fixed_dictionaries(
    {"label": st.sampled_from([str(label) for label in Label]), "decided_at": TIMES, "reason": TEXT}
)
ROUND = st.tuples(st.lists(GIVEN, min_size=1, max_size=3), DECIDED)
HISTORY = st.lists(st.tuples(st.lists(ROUND, min_size=1, max_size=2), st.booleans()), min_size=1, max_size=3)


def take_in(path: Path) -> ImportResult:
    return import_recordings.import_path(path, actor=COMMAND_LINE)


def all_rows() -> dict[str, list[dict[str, Any]]]:
    """Everything that people said, without the numbers of rows and without where it came from."""
    left_out = {"id", "origin", "sitting", "request_id", "protocol_id", "undone_at"}
    with session.reading() as tx:
        name_of = dict(tx.execute(select(schema.accounts.c.id, schema.accounts.c.name)).tuples().all())
        found = {}
        for table in (schema.judgements, schema.adjudications):
            rows = [dict(row._mapping) for row in tx.execute(select(table))]
            kept = [{key: row[key] for key in row.keys() - left_out} for row in rows]
            found[table.name] = sorted((row | {"account_id": name_of[row["account_id"]]} for row in kept), key=str)
        rounds = (schema.recordings.c.id, schema.recordings.c.round, schema.recordings.c.wanted)
        found["rounds"] = [dict(row._mapping) for row in tx.execute(select(*rounds))]
    return found


def forget_everything() -> None:
    with session.writing() as tx:
        tx.execute(delete(schema.repeats))
        tx.execute(delete(schema.control_answers))
        tx.execute(delete(schema.judgements))
        tx.execute(delete(schema.adjudications))
        tx.execute(update(schema.recordings).values(round=1, wanted=2))


def write(ids: list[int], judges: list[int], staff: int, history: Any) -> None:
    with session.writing() as tx:
        for recording_id, (rounds, is_next_begun) in zip(ids, history, strict=False):
            for number, (given_ones, decided) in enumerate(rounds, start=1):
                place = {"recording_id": recording_id, "round": number}
                for judge, one in zip(judges, given_ones, strict=False):
                    tx.execute(
                        insert(schema.judgements).values(place | one | {"account_id": judge, "origin": "annotate"})
                    )
                if decided:
                    tx.execute(insert(schema.adjudications).values(place | decided | {"account_id": staff}))
            last = len(rounds[-1][0])
            stands = {"round": len(rounds) + is_next_begun, "wanted": 3 if last == 3 and not is_next_begun else 2}
            chosen = update(schema.recordings).where(schema.recordings.c.id == recording_id)
            tx.execute(chosen.values(**stands))


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_that_people_said_is_lost(name: str, database: object, tmp_path: Path) -> None:
    judges = [judge.id for judge in people(*NAMES)]
    staff = person("staff", Role.STAFF).id
    ids = add_recordings(3)

    @settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(HISTORY)
    def comes_back(history: Any) -> None:
        forget_everything()
        write(ids, judges, staff, history)
        before = all_rows()
        table_export.export_labels(tmp_path / name)
        forget_everything()
        result = take_in(tmp_path / name)
        assert (result.refused, result.notes) == ([], [])
        assert result.judgements == len(before["judgements"])
        assert all_rows() == before
        assert take_in(tmp_path / name).judgements == 0
        assert all_rows() == before

    comes_back()


@pytest.fixture
def two(database: object) -> list[int]:
    """Recordings named 0.wav and 1.wav."""
    return add_recordings(2)


def said(recording_id: int) -> dict[str, Label]:
    return {one.judge: one.label for one in recording_search.get_recording(recording_id).judgements}


def annotation(choice: str, who: Any, **more: Any) -> dict[str, Any]:
    chosen = {"from_name": "quality", "to_name": "audio", "type": "choices", "value": {"choices": [choice]}}
    more = {"was_cancelled": False, "created_at": "2026-02-03T10:11:12.345678Z", "lead_time": 3.25} | more
    return {"id": 7, "completed_by": who, "result": [chosen]} | more


def test_what_label_studio_exports_comes_in(two: list[int], tmp_path: Path) -> None:
    comment = {"type": "textarea", "value": {"text": ["a door", "slams"]}}
    second = annotation("noise", {"id": 4, "email": "ben@school.org"})
    second["result"].append(comment)
    export = [
        {
            "id": 1,
            "data": {"audio": "/data/upload/1/0a1b2c3d-0.wav"},
            "annotations": [annotation("Accepted", 3), second],
        },
        {"id": 2, "data": {"audio": "/data/local-files/?d=1.wav"}, "annotations": [annotation("Noise", 3)]},
    ]
    (tmp_path / "project-1.json").write_text(json.dumps(export))
    result = take_in(tmp_path / "project-1.json")
    assert (result.known, result.judgements, result.refused) == (2, 3, [])
    assert said(two[0]) == {"label-studio-3": Label.ACCEPTED, "ben@school.org": Label.NOISE}
    ben = next(one for one in recording_search.get_recording(two[0]).judgements if one.judge == "ben@school.org")
    assert (ben.comment, ben.decision_s, ben.decided_at) == (
        "a door slams",
        3.25,
        datetime(2026, 2, 3, 10, 11, 12, 345678),
    )
    assert take_in(tmp_path / "project-1.json").judgements == 0


def test_the_short_json_of_label_studio_comes_in_too(two: list[int], tmp_path: Path) -> None:
    row = {"audio": "/data/upload/1/0a1b2c3d-1.wav", "id": 1, "label": "Speechless", "annotator": 2, "lead_time": 1.5}
    (tmp_path / "min.json").write_text(json.dumps([row | {"created_at": "2026-02-03T10:11:12Z"}]))
    assert take_in(tmp_path / "min.json").judgements == 1
    assert said(two[1]) == {"label-studio-2": Label.SPEECHLESS}


def test_skipped_tasks_give_no_label_and_odd_ones_are_refused_by_row(two: list[int], tmp_path: Path) -> None:
    audio = {"audio": "/data/upload/1/0a1b2c3d-0.wav"}
    export = [
        {"data": audio, "annotations": [annotation("Accepted", 3, was_cancelled=True)]},
        {"data": audio, "annotations": [annotation("Music", 3)]},
        {"data": {"audio": "elsewhere.wav"}, "annotations": [annotation("Noise", 3)]},
        {"data": audio, "annotations": ["broken"]},
    ]
    (tmp_path / "odd.json").write_text(json.dumps(export))
    result = take_in(tmp_path / "odd.json")
    assert result.judgements == 0
    reasons = {refusal["row"]: refusal["reason"] for refusal in result.refused}
    assert sorted(reasons) == [2, 3, 4]
    assert "'Music'" in reasons[2]
    assert "bring the recordings in first" in reasons[3]


def test_what_is_here_is_never_overwritten(two: list[int], tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("filename,judge,label\n0.wav,anna,Noise\n0.wav,bert,Noise\n")
    (tmp_path / "b.csv").write_text("filename,judge,label\n0.wav,anna,Accepted\n0.wav,cleo,Accepted\n")
    assert take_in(tmp_path / "a.csv").judgements == 2
    result = take_in(tmp_path / "b.csv")
    assert result.judgements == 0
    assert len(result.notes) == 2
    assert (said(two[0]), recording_search.get_recording(two[0]).judging_state) == (
        {"anna": Label.NOISE, "bert": Label.NOISE},
        JudgingState.AGREED,
    )


def test_staff_of_a_file_get_no_rights(two: list[int], tmp_path: Path) -> None:
    lines = ["filename,judge,label,round,settled,settled_by,settled_why"]
    lines += ["0.wav,anna,Noise,1,Accepted,eve,heard it", "0.wav,bert,Accepted,1,Accepted,eve,heard it"]
    (tmp_path / "settled.csv").write_text("\n".join(lines))
    take_in(tmp_path / "settled.csv")
    assert recording_search.get_recording(two[0]).consensus is Label.ACCEPTED
    with session.reading() as tx:
        eve = accounts.by_name(tx, "eve")
    assert eve is not None
    assert (eve.role, eve.can_sign_in) == (Role.JUDGE, False)


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.json", b"{}"), ("a.json", b"[1"), ("a.json", b"[1]"), ("a.parquet", b"PAR1"), ("a.parquet", b"")],
)
def test_files_that_hold_no_labels_are_refused(two: list[int], tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Refused, match=r"The (JSON|Parquet file)"):
        take_in(tmp_path / name)


def test_bad_cells_are_refused_by_row(two: list[int], tmp_path: Path) -> None:
    rows = ["0.wav,anna,Loud,,", "0.wav,,Noise,,", "0.wav,anna,Noise,,"]
    (tmp_path / "bad.csv").write_text("filename,judge,label,decided_at,seconds_heard\n" + "\n".join(rows))
    result = take_in(tmp_path / "bad.csv")
    assert result.judgements == 1
    assert [refusal["row"] for refusal in result.refused] == [2, 3]


def test_cells_that_a_judgement_does_not_need_are_named_and_left_empty(two: list[int], tmp_path: Path) -> None:
    rows = ["0.wav,anna,Noise,soon,-1,maybe", "1.wav,anna,NA,,,", '0.wav,bert,Noise,31/01/2026,"3,5",FAUX']
    (tmp_path / "odd.csv").write_text("filename,judge,label,decided_at,seconds_heard,flag\n" + "\n".join(rows))
    result = take_in(tmp_path / "odd.csv")
    assert (result.judgements, result.refused) == (2, [])
    assert len(result.notes) == 4
    bert = next(one for one in recording_search.get_recording(two[0]).judgements if one.judge == "bert")
    assert (bert.decided_at, bert.seconds_heard) == (datetime(2026, 1, 31), 3.5)


def test_a_browser_can_send_labels(two: list[int]) -> None:
    sent = import_recordings.import_uploads(
        [("l.csv", b"filename,judge,label\n0.wav,anna,Noise\n")], actor=COMMAND_LINE
    )
    assert sent.judgements == 1
