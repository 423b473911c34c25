from __future__ import annotations

import csv
import json
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from core.errors import NotFound, Refused
from core.workflows.evaluation import model_evaluation
from core.workflows.importing.cells import escape_formula, unescape_formula
from core.workflows.maintenance import table_export
from db import audit, session
from tests.workflows import trained

pytestmark = pytest.mark.usefixtures("database")

PREDICTIONS = "model,filename,sha256,child,language,split,label,p_accepted,p_noise,p_speechless"
LABELS = (
    "filename,sha256,child,language,word,source,split,judge,label,round,decided_at,seconds_heard,flag,comment,consensus,"
    "replays,decision_s,brought_by,newest_round,wanted,settled,settled_by,settled_at,settled_why"
)


@pytest.fixture
def model_id() -> str:
    trained.label_recordings(n_children=40)
    return trained.add_model("a").id


def test_rcc_and_am_counted_from_the_csv_by_hand_equal_the_report(model_id: str, tmp_path: Path) -> None:
    table_export.export_predictions(tmp_path / "p.csv", model_id)
    report = model_evaluation.report(model_id, 0.10).as_json()
    with (tmp_path / "p.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    for split in ("validation", "test"):
        below = {True: [], False: []}
        for row in (row for row in rows if row["split"] == split):
            below[row["label"] == "Accepted"].append(float(row["p_accepted"]) < report["threshold"])
        assert sum(below[False]) / len(below[False]) == report[split]["rcc"]
        assert sum(below[True]) / len(below[True]) == report[split]["am"]
        assert (len(below[True]), len(below[False])) == (report[split]["accepted"], report[split]["rejected"])


def test_both_formats_say_the_same_to_the_last_digit(model_id: str, tmp_path: Path) -> None:
    for name in ("p.csv", "p.parquet"):
        assert table_export.export_predictions(tmp_path / name) == 360
    of_csv, of_parquet = pd.read_csv(tmp_path / "p.csv"), pd.read_parquet(tmp_path / "p.parquet")
    assert ",".join(of_csv.columns) == ",".join(of_parquet.columns) == PREDICTIONS
    assert of_csv.p_accepted.tolist() == of_parquet.p_accepted.tolist()
    assert set(of_csv.model) == {model_id}


def test_labels_have_a_row_a_judgement_with_the_consensus(model_id: str, tmp_path: Path) -> None:
    assert table_export.export_labels(tmp_path / "l.csv") == 720
    table = pd.read_csv(tmp_path / "l.csv")
    assert ",".join(table.columns) == LABELS
    assert set(table.judge) == {"judge_1", "judge_2"}
    assert (table.label == table.consensus).all()


def test_another_ending_and_a_folder_that_is_not_there_are_refused(model_id: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"\.csv or \.parquet or \.jsonl or \.json"):
        table_export.export_labels(tmp_path / "labels.xlsx")
    with pytest.raises(NotFound, match="no folder"):
        table_export.export_predictions(tmp_path / "nowhere" / "p.csv", model_id)


def test_exports_are_audited(model_id: str, tmp_path: Path) -> None:
    table_export.export_predictions(tmp_path / "p.csv")
    table_export.export_labels(tmp_path / "l.csv")
    with session.reading() as tx:
        assert audit.actions(tx) == ["export labels", "export predictions"]


def test_parquet_has_one_schema_whatever_the_rows_hold(tmp_path: Path) -> None:
    table_export.export_labels(tmp_path / "empty.parquet", has_history=True)
    trained.label_recordings(n_children=2)
    table_export.export_labels(tmp_path / "full.parquet", has_history=True)
    empty, full = (parquet.read_schema(tmp_path / f"{name}.parquet") for name in ("empty", "full"))
    assert empty.equals(full)
    assert "null" not in {str(field.type) for field in empty}
    assert str(empty.field("decided_at").type) == "timestamp[us, tz=UTC]"


def test_a_csv_begins_with_a_byte_order_mark_when_it_should(model_id: str, tmp_path: Path) -> None:
    table_export.export_labels(tmp_path / "plain.csv")
    table_export.export_labels(tmp_path / "excel.csv", has_byte_order_mark=True)
    plain, excel = ((tmp_path / name).read_bytes() for name in ("plain.csv", "excel.csv"))
    assert excel == b"\xef\xbb\xbf" + plain


def test_json_lines_hold_what_the_table_holds_with_zones(model_id: str, tmp_path: Path) -> None:
    assert table_export.export_labels(tmp_path / "l.jsonl") == 720
    lines = [json.loads(line) for line in (tmp_path / "l.jsonl").read_text().splitlines()]
    assert ",".join(lines[0]) == LABELS
    assert all(line["decided_at"].endswith("+00:00") for line in lines)


@given(st.text(max_size=8))
def test_text_that_a_spreadsheet_would_run_is_neutralised_and_comes_back(text: str) -> None:
    assert unescape_formula(escape_formula(text)) == text
    assert not escape_formula(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_a_formula_in_a_file_name_is_text_in_the_table(tmp_path: Path) -> None:
    row = {"filename": "=cmd()", "label": "Noise"}
    table_export.write_table([row], ("filename", "label"), tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_text() == "filename,label\n'=cmd(),Noise\n"
