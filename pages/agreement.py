"""Agreement: how far judging has come, and how far its labels can be trusted: of all, of two, of one."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.workflows.annotation import agreement_report, judging_progress
from pages.components import charts, formatting
from pages.components.action_result import reported
from pages.components.annotation.judge_detail import judge_detail
from pages.components.empty_state import empty_state
from pages.components.page_frame import STAFF, begin_page
from pages.components.retrain.reliability_table import reliability_row, reliability_table


def how_far(progress: Any) -> None:
    """Counts of recordings, and the share that has a label."""
    figures = [
        ("Judged twice", progress.judged_twice),
        ("Judged once", progress.judged_once),
        ("Not judged", progress.unjudged),
        ("Agreed", progress.agreed),
        ("To settle", progress.disagreed),
        ("Settled", progress.settled),
    ]
    if progress.awaiting_third:
        figures.append(("With a third judge", progress.awaiting_third))
    with st.grid(len(figures), min_column_width=120):
        for name, count in figures:
            st.metric(name, f"{count:,}", border=True)
    labelled = progress.agreed + progress.settled
    share = labelled / progress.recordings if progress.recordings else 0.0
    st.progress(share, text=f"{formatting.percent(share, digits=0)} of {progress.recordings:,} recordings have a label")


def everybody(pairs: list[Any]) -> None:
    """All judges together, three ways and as Accepted against rejected."""
    found = agreement_report.overall(pairs)
    reliability_table(
        [
            {"Labels": "Accepted, Noise, Speechless"} | reliability_row(found.three_way),
            {"Labels": "Accepted against rejected"} | reliability_row(found.two_way),
        ],
        alt="Agreement of all judges",
    )
    st.caption(
        "In brackets: the 95 % interval, by resampling children. Alpha (Krippendorff) is for any number of judges, kappa "
        "(Cohen) for two; 1 is complete agreement, 0 is chance. "
        "A third judge's labels are left out: they are of hard recordings only."
    )


def choose_pair(pairs: list[Any]) -> Any:
    names = [f"{pair.judge_a} and {pair.judge_b}" for pair in pairs]
    if len(pairs) == 1:
        return pairs[0]
    chosen = st.selectbox("Two judges", names, key="pair", bind="query-params")
    return pairs[names.index(chosen)]


def between(pair: Any) -> None:
    """Kappa and alpha with their intervals, kappa in words, and the 3 x 3 table."""
    found, figures = pair.agreement, pair.figures.three_way
    left, right = st.columns([2, 3], gap="large", vertical_alignment="center")
    with left:
        for name, figure, words_of_help in (
            ("Cohen's kappa", figures.kappa, "Agreement beyond what two judges of the same habits reach by chance."),
            ("Krippendorff's alpha", figures.alpha, "Agreement beyond chance, with one chance for all judges."),
        ):
            value = formatting.decimal(figure.value, 2)
            st.metric(name, value, help=f"{words_of_help} 1 is complete, 0 is chance.")
            st.caption(f"95 %: {formatting.coefficients(figure.low, figure.high)}")
        st.markdown(
            f"**{formatting.kappa(found.kappa).capitalize()}**. Of {formatting.counted(found.n, 'recording')} that "
            f"both judged, "
            f"{formatting.plain(pair.judge_a)} and {formatting.plain(pair.judge_b)} gave "
            f"{formatting.percent(found.observed)} "
            f"the same label; {formatting.percent(pair.figures.two_way.observed.value)} as Accepted against rejected."
        )
    with right:
        figure = charts.two_judges(found.table, judge_a=pair.judge_a, judge_b=pair.judge_b)
        alt = f"How often {pair.judge_a} and {pair.judge_b} gave which labels"
        st.plotly_chart(figure, key="two_judges", config={"displayModeBar": False}, alt=alt)


def every_pair(pairs: list[Any]) -> None:
    reliability_table(
        [
            {"Judges": f"{pair.judge_a}, {pair.judge_b}"}
            | reliability_row(pair.figures.three_way)
            | {"In a word": formatting.kappa(pair.agreement.kappa)}
            for pair in pairs
        ],
        alt="Agreement of every two judges",
    )


def parts_of(slices: list[Any], name: str) -> None:
    """The same figures for each language or source; nothing where there is only one."""
    if len(slices) < 2:
        return
    st.subheader(f"By {name}", anchor=False)
    rows = [
        {name.capitalize(): one.name or "not known"}
        | reliability_row(one.three_way)
        | {"As Accepted or rejected": formatting.figure_of(one.two_way.alpha)}
        for one in slices
    ]
    reliability_table(rows, alt=f"Agreement by {name}")


def figures_of(pairs: list[Any]) -> None:
    st.subheader("All judges", anchor=False)
    everybody(pairs)
    st.subheader("Between two judges", anchor=False)
    by_pair = agreement_report.by_pair(pairs)
    between(choose_pair(by_pair))
    if len(by_pair) > 1:
        every_pair(by_pair)
    parts_of(agreement_report.by_language(pairs), "language")
    parts_of(agreement_report.by_source(pairs), "source")
    st.subheader("One judge", anchor=False)
    judge_detail(pairs)


begin_page("Agreement", roles=STAFF, subtitle="How far judging has come, and how far its labels can be trusted.")
with reported():
    progress = judging_progress.count_progress()
    with st.spinner("Comparing the judges"):
        pairs = agreement_report.paired_labels()
    if not progress.recordings:
        empty_state(
            "There are no recordings yet",
            "Bring some in; then two judges each hear every one of them.",
            screen="recordings.py",
            link="Bring recordings in",
        )
    else:
        how_far(progress)
        if progress.disagreed:
            count = formatting.counted(progress.disagreed, "disagreement")
            st.page_link("disagreements.py", label=f"Settle {count}", icon=":material/arrow_forward:")
        if pairs:
            figures_of(pairs)
        else:
            empty_state(
                "No two judges have heard the same recording yet",
                "Agreement is shown here as soon as they have.",
                screen="annotate.py",
                link="Judge recordings",
            )
