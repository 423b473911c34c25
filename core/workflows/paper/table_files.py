"""The paper's tables here, as files: CSV for a spreadsheet, LaTeX for a paper (needs the package booktabs).

Shares have four digits in CSV; LaTeX has percent with one. Unknown figures are empty cells, or dashes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict

from core.domain.catalogue import MERGED_SYSTEMS
from core.domain.model_cards import FIGURES
from core.number_words import decimal, in_hundred
from core.translation import DEFAULT_LANGUAGE, mark, translate
from core.workflows.paper.epoch_times import EpochTime
from core.workflows.paper.paper_report import PaperReport, Provenance
from core.workflows.paper.paper_rows import ALL_LANGUAGES, TableRow

DIGITS = 4
Cell = str | int | float | bool | None
DASH = "--"
COLUMNS = (
    "features",
    "network",
    "system",
    "trained_on",
    "is_stand_in",
    "is_product",
    *(f"{name}{end}" for name in ("f10", "f15", "f_am_m", "am_m") for end in ("", "_low", "_high")),
    "f10_exact",
    "seconds_per_epoch",
    "seconds",
    "n_parameters",
    *(f"published_{name}" for name in ("f10", "f15", "f_am_m", "am_m")),
)
ESCAPED = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{sign: f"\\{sign}" for sign in "&%$#_{}"},
    }
)


def csv_of(report: PaperReport) -> str:
    """A line a row, the columns `COLUMNS`."""
    file = io.StringIO()
    table = csv.DictWriter(file, COLUMNS, lineterminator="\n")
    table.writeheader()
    for row in report.rows:
        cells = _cells(row)
        table.writerow({name: _rounded(cells[name]) for name in COLUMNS})
    return file.getvalue()


def latex_of(report: PaperReport) -> str:
    """A table a family of features, each row beside the published one; how it was made stands in the captions."""
    families = list(dict.fromkeys(row.features for row in report.rows))
    caption = provenance_text(report.provenance)
    head = "% needs \\usepackage{booktabs}\n"
    return head + "\n".join(
        _table(name, [row for row in report.rows if row.features == name], caption) for name in families
    )


def epoch_text(time: EpochTime, *, speaks: str = DEFAULT_LANGUAGE) -> str:
    """The time of an epoch with frames averaged, and with all of them."""
    return translate(
        speaks,
        "{thinned} s with frames averaged to {steps} steps, as trained here; {all_frames} s with every frame "
        "({all_steps} steps).",
        thinned=decimal(time.thinned_s, 2, speaks=speaks),
        steps=f"{time.steps}",
        all_frames=decimal(time.all_frames_s, 2, speaks=speaks),
        all_steps=f"{time.all_steps}",
    )


def provenance_text(provenance: Provenance, *, speaks: str = DEFAULT_LANGUAGE) -> str:
    """A sentence on what was evaluated."""
    folds = provenance.folds
    if folds is None:
        return translate(speaks, "The newest trained model of each system on the test children.")
    words = mark(
        "Cross-validation: {recordings} recordings of {children} children in {folds} folds over children, learned from "
        "{name} alone, seed {seed}; out-of-fold probabilities pooled."
    )
    if provenance.trained_on == ALL_LANGUAGES:
        words = mark(
            "Cross-validation: {recordings} recordings of {children} children in {folds} folds over children, seed "
            "{seed}; out-of-fold probabilities pooled."
        )
    values = {"recordings": folds.recordings, "children": folds.children, "folds": folds.folds, "seed": folds.seed}
    return translate(speaks, words, name=provenance.trained_on, **{k: f"{n}" for k, n in values.items()})


def _cells(row: TableRow) -> dict[str, Cell]:
    cells: dict[str, Cell] = {
        "features": row.features,
        "network": row.network,
        "system": row.system,
        "trained_on": row.trained_on,
        "is_stand_in": row.is_stand_in,
        "is_product": row.is_product,
        "seconds_per_epoch": row.seconds_per_epoch,
        "seconds": row.seconds,
        "n_parameters": row.n_parameters,
        "f10_exact": row.figures.f10_exact,
    }
    ours, theirs = asdict(row.figures), asdict(row.published) if row.published else {}
    for name in FIGURES:
        cells[name], cells[f"published_{name}"] = ours[name], theirs.get(name)
        cells[f"{name}_low"], cells[f"{name}_high"] = ours[f"{name}_interval"] or (None, None)
    return cells


def _rounded(value: Cell) -> Cell:
    if isinstance(value, bool):
        return int(value)
    return round(value, DIGITS) if isinstance(value, float) else value


def _table(features: str, rows: Sequence[TableRow], caption: str) -> str:
    lines = [
        "\\begin{table}",
        f"  \\caption{{Features: {escaped(features)} (\\%). {escaped(caption)}",
        "    In brackets: intervals of 95\\,\\% by drawing children.}",
        "  \\begin{tabular}{lrrrrrr}",
        "    \\toprule",
        "    & \\multicolumn{3}{c}{here} & \\multicolumn{3}{c}{published} \\\\",
        "    \\cmidrule(lr){2-4} \\cmidrule(lr){5-7}",
        "    Model & $f(0.10)$ & $f(0.15)$ & $f(AM_m)/AM_m$ & $f(0.10)$ & $f(0.15)$ & $f(AM_m)/AM_m$ \\\\",
        "    \\midrule",
        *(f"    {_line(row)} \\\\" for row in rows),
        "    \\bottomrule",
        "  \\end{tabular}",
        "\\end{table}",
    ]
    return "\n".join(lines) + "\n"


def _line(row: TableRow) -> str:
    ours, theirs = row.figures, row.published_figures
    interval = f" [{_percent(ours.f10_interval[0])}, {_percent(ours.f10_interval[1])}]" if ours.f10_interval else ""
    merged = "Merged, " if row.system in MERGED_SYSTEMS else ""
    cells = [
        escaped(f"{merged}{row.system} ({row.network.upper()})"),
        f"{_percent(ours.f10)}{interval}",
        _percent(ours.f15),
        f"{_percent(ours.f_am_m)} / {_percent(ours.am_m)}",
        _percent(theirs.f10, digits=0),
        _percent(theirs.f15, digits=0),
        f"{_percent(theirs.f_am_m, digits=0)} / {_percent(theirs.am_m, digits=0)}",
    ]
    return " & ".join(cells)


def _percent(share: float | None, *, digits: int = 1) -> str:
    return in_hundred(share, digits, unknown=DASH)


def escaped(text: str) -> str:
    """Text as LaTeX prints it."""
    return text.translate(ESCAPED)
