from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from core.errors import NotFound, Refused
from core.workflows.evaluation import model_evaluation
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
    with pytest.raises(Refused, match=r"\.csv or \.parquet or \.json"):
        table_export.export_labels(tmp_path / "labels.xlsx")
    with pytest.raises(NotFound, match="no folder"):
        table_export.export_predictions(tmp_path / "nowhere" / "p.csv", model_id)


def test_exports_are_audited(model_id: str, tmp_path: Path) -> None:
    table_export.export_predictions(tmp_path / "p.csv")
    table_export.export_labels(tmp_path / "l.csv")
    with session.reading() as tx:
        assert audit.actions(tx) == ["export labels", "export predictions"]
