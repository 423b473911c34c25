"""The paper's tables here, as files: CSV for a spreadsheet, LaTeX for a paper (needs the package booktabs).

Shares keep four digits in CSV; LaTeX says percent with one. What is not known is an empty cell, or a dash.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from core.metrics import published_results
from core.number_words import in_hundred

DIGITS = 4
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


def csv_of(paper: Mapping[str, Any]) -> str:
    """A line a row, the columns `COLUMNS`."""
    file = io.StringIO()
    table = csv.DictWriter(file, COLUMNS, lineterminator="\n")
    table.writeheader()
    for row in paper["rows"]:
        table.writerow({name: _rounded(value) for name, value in _flat(row).items() if name in COLUMNS})
    return file.getvalue()


def latex_of(paper: Mapping[str, Any]) -> str:
    """A table a family of features, each row beside the published one; how it was made stands in the captions."""
    families = list(dict.fromkeys(row["features"] for row in paper["rows"]))
    made = how_it_was_made(paper)
    head = "% needs \\usepackage{booktabs}\n"
    return head + "\n".join(
        _table(name, [r for r in paper["rows"] if r["features"] == name], made) for name in families
    )


def how_it_was_made(paper: Mapping[str, Any]) -> str:
    """A sentence that says what the figures are of."""
    made = paper["made"]
    if made["how"] == "folds":
        over = f"{made['recordings']} recordings of {made['children']} children in {made['folds']} folds over children"
        learned = "" if made["trained_on"] == "all" else f", learned from {made['trained_on']} alone"
        return f"Cross-validation: {over}{learned}, seed {made['seed']}; out-of-fold probabilities pooled."
    return "The newest trained model of each system on the test children."


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(row)
    for name in ("f10", "f15", "f_am_m", "am_m"):
        found[f"{name}_low"], found[f"{name}_high"] = row[f"{name}_interval"] or (None, None)
        found[f"published_{name}"] = (row["published"] or {}).get(name)
    return found


def _rounded(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    return round(value, DIGITS) if isinstance(value, float) else value


def _table(features: str, rows: Sequence[Mapping[str, Any]], made: str) -> str:
    lines = [
        "\\begin{table}",
        f"  \\caption{{Features: {escaped(features)} (\\%). {escaped(made)}",
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


def _line(row: Mapping[str, Any]) -> str:
    theirs = row["published"] or {}
    low, high = row["f10_interval"] or (None, None)
    interval = "" if low is None or high is None else f" [{_percent(low)}, {_percent(high)}]"
    merged = "Merged, " if row["system"] in published_results.MERGED else ""
    cells = [
        escaped(f"{merged}{row['system']} ({row['network'].upper()})"),
        f"{_percent(row['f10'])}{interval}",
        _percent(row["f15"]),
        f"{_percent(row['f_am_m'])} / {_percent(row['am_m'])}",
        _percent(theirs.get("f10"), digits=0),
        _percent(theirs.get("f15"), digits=0),
        f"{_percent(theirs.get('f_am_m'), digits=0)} / {_percent(theirs.get('am_m'), digits=0)}",
    ]
    return " & ".join(cells)


def _percent(share: float | None, *, digits: int = 1) -> str:
    return in_hundred(share, digits, unknown=DASH)


def escaped(text: str) -> str:
    """Text as LaTeX prints it."""
    return text.translate(ESCAPED)
