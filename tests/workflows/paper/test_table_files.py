from __future__ import annotations

import csv
import io

import pytest

from core.workflows.paper import paper_comparison, table_files
from core.workflows.paper.paper_report import PaperReport
from tests.workflows import trained


@pytest.fixture
def paper(database: object) -> PaperReport:
    trained.label_recordings(n_children=80)
    for number, task in enumerate(("multiclass", "binary", "double binary")):
        trained.add_model(f"m{number}", seed=number, system=("vggish", "rnn", task), is_genuine=False)
    return paper_comparison.report_of_models()


def test_a_spreadsheet_has_every_row_with_four_digits(paper: PaperReport) -> None:
    rows = list(csv.DictReader(io.StringIO(table_files.csv_of(paper))))
    assert len(rows) == len(paper.rows)
    row = next(
        row for row in rows if row["system"] == "mean" and row["features"] == "stand-in for vggish" and row["f10"]
    )
    assert len(row["f10"]) <= 6
    assert float(row["f10_low"]) <= float(row["f10"]) <= float(row["f10_high"])
    assert (row["published_f10"], row["is_stand_in"]) == ("0.64", "1")
    assert rows[0]["f10"] == ""


def test_a_paper_has_a_table_a_family_in_percent_with_one_digit(paper: PaperReport) -> None:
    text = table_files.latex_of(paper)
    assert text.count("\\toprule") == text.count("\\bottomrule") == 2
    assert "Features: stand-in for vggish (\\%)" in text
    row = next(row for row in paper.rows if row.is_trained and row.system == "mean")
    assert f"Merged, mean (RNN) & {100 * (row.figures.f10 or 0):.1f} [" in text
    assert "multiclass (DNN) & -- & -- & -- / -- & 40 & 49 & 77 / 33 \\\\" in text


@pytest.mark.parametrize(
    ("text", "printed"),
    [("a_b & 5 %", r"a\_b \& 5 \%"), ("\\~^", r"\textbackslash{}\textasciitilde{}\textasciicircum{}")],
)
def test_signs_that_latex_reads_are_escaped(text: str, printed: str) -> None:
    assert table_files.escaped(text) == printed
