"""Paper: its tables on these labels, beside what it published, and what becomes of its claims here."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core.workflows import comparing
from pages.parts import charts, words
from pages.parts.frame import STAFF, page, said
from pages.parts.nothing_yet import nothing_yet

TABLES = {"mfcc": "Table 3: MFCC", "vggish": "Table 4: VGGish", "yamnet": "Beyond the paper: YAMNet"}
SHARES = ("f(0.10)", "f(0.15)", "paper f(0.10)", "paper f(0.15)")
COLUMNS: dict[str, Any] = {name: st.column_config.NumberColumn(format="%.1f %%") for name in SHARES}
COLUMNS["95 %"] = st.column_config.TextColumn(width=110)
HOW = {
    "mfcc": "python -m core retrain --features mfcc --networks dnn,rnn --wait",
    "vggish": "python -m core retrain --features vggish --networks dnn,rnn --wait",
}


def as_row(row: dict[str, Any]) -> dict[str, Any]:
    theirs = row["published"] or {}
    return {
        "System": f"{row['system']} ({row['network'].upper()})",
        "f(0.10)": words.points(row["f10"]),
        "95 %": words.interval(row["f10_interval"]) if row["f10"] is not None else None,
        "paper f(0.10)": words.points(theirs.get("f10")),
        "f(0.15)": words.points(row["f15"]),
        "paper f(0.15)": words.points(theirs.get("f15")),
        "f(AMm) / AMm": _pair(row["f_am_m"], row["am_m"]),
        "paper f(AMm) / AMm": _pair(theirs.get("f_am_m"), theirs.get("am_m")),
        "Epoch": f"{row['seconds_per_epoch']:.1f} s" if row["seconds_per_epoch"] else None,
        "Training": words.duration(row["seconds"]) if row["seconds"] else None,
    }


def _pair(f_am_m: float | None, am_m: float | None) -> str | None:
    if f_am_m is None:
        return None
    return f"{words.percent(f_am_m, digits=0)} / {words.percent(am_m, digits=0)}"


def one_table(features: str, rows: list[dict[str, Any]]) -> None:
    """One family of features: figures, chart, and how to train what is missing."""
    st.subheader(TABLES.get(features, f"Beyond the paper: {features}"), anchor=False)
    missing = [row for row in rows if row["f10"] is None]
    if missing and features in HOW:
        one = "one system is" if len(missing) == 1 else f"{len(missing)} systems are"
        st.markdown(f":material/pending: {one.capitalize()} not trained here yet. Choose them on Retrain, or run:")
        st.code(HOW[features], language="bash")
    st.dataframe(
        pd.DataFrame([as_row(row) for row in rows]).dropna(axis="columns", how="all"),
        hide_index=True,
        column_config=COLUMNS,
        placeholder=words.DASH,
        alt=f"Figures of every system on {features}",
    )
    if len(missing) < len(rows):
        rows = [row for row in rows if row["f10"] is not None or row["published"]]
        names = [f"{row['system']} {row['network'].upper()}" for row in rows]
        published = [(row["published"] or {}).get("f10") for row in rows]
        figure = charts.f10_bars(names, [row["f10"] for row in rows], published)
        alt = f"f(0.10) of every system on {features}, here and published"
        st.plotly_chart(figure, key=f"bars_{features}", config={"displayModeBar": False}, alt=alt)


def claims(found: list[dict[str, Any]]) -> None:
    st.subheader("What becomes of its claims here", anchor=False)
    st.table(
        [{"The paper says": one["claim"], "Here": one["verdict"]} for one in found],
        border="horizontal",
        alt="The paper's claims with a verdict on each",
    )


def data(counted: dict[str, Any]) -> None:
    """The paper's Table 1 on the labels here."""
    st.subheader("Table 1: recordings and classes", anchor=False)
    rows = [
        {"Split": split, "Language": language or words.DASH} | labels | {"Together": sum(labels.values())}
        for split, by_language in counted.items()
        for language, labels in by_language.items()
        if sum(labels.values())
    ]
    st.dataframe(rows, hide_index=True, alt="Recordings by split, language and label")


page(
    "Paper",
    roles=STAFF,
    subtitle="Its tables on these labels. Other children and other classrooms: look at the pattern, not at the rank.",
)
with said():
    with st.spinner("Computing the tables"):
        found = comparing.paper_rows()
    rows = found["rows"]
    if all(row["f10"] is None for row in rows):
        nothing_yet(
            "None of the paper's systems is trained here yet",
            "The tables below fill up with every retraining of MFCC or VGGish features.",
            screen="retrain.py",
            link="To Retrain",
        )
    st.download_button(
        "Download as CSV",
        pd.json_normalize(rows).to_csv(index=False),
        file_name="paper.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key="paper_csv",
    )
    if found["data"]:
        data(found["data"])
    for features in dict.fromkeys(row["features"] for row in rows):
        one_table(features, [row for row in rows if row["features"] == features])
    claims(found["claims"])
