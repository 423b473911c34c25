"""Agreement: how far judging has come, and how well every two judges agree."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.workflows import agreeing
from pages.parts import charts, words
from pages.parts.frame import STAFF, page, said
from pages.parts.nothing_yet import nothing_yet


def how_far(progress: Any) -> None:
    """Counts of recordings, and the share that has a label."""
    figures = (
        ("Judged twice", progress.judged_twice),
        ("Judged once", progress.judged_once),
        ("Not judged", progress.unjudged),
        ("Agreed", progress.agreed),
        ("To settle", progress.disagreed),
        ("Settled", progress.settled),
    )
    with st.grid(len(figures), min_column_width=120):
        for name, count in figures:
            st.metric(name, f"{count:,}", border=True)
    labelled = progress.agreed + progress.settled
    share = labelled / progress.recordings if progress.recordings else 0.0
    st.progress(share, text=f"{words.percent(share, digits=0)} of {progress.recordings:,} recordings have a label")


def choose_pair(pairs: list[Any]) -> Any:
    names = [f"{pair.judge_a} and {pair.judge_b}" for pair in pairs]
    if len(pairs) == 1:
        return pairs[0]
    chosen = st.selectbox("Two judges", names, key="pair", bind="query-params")
    return pairs[names.index(chosen)]


def between(pair: Any) -> None:
    """Kappa in words, and the 3 x 3 table."""
    found = pair.agreement
    left, right = st.columns([2, 3], gap="large", vertical_alignment="center")
    with left:
        st.metric(
            "Cohen's kappa",
            f"{found.kappa:.2f}" if words.is_known(found.kappa) else words.DASH,
            help="Agreement beyond what two judges of the same habits reach by chance. 1 is complete, 0 is chance.",
        )
        st.markdown(
            f"**{words.kappa(found.kappa).capitalize()}**. Of {words.counted(found.n, 'recording')} that both judged, "
            f"{pair.judge_a} and {pair.judge_b} gave {words.percent(found.observed)} the same label."
        )
    with right:
        figure = charts.two_judges(found.table, judge_a=pair.judge_a, judge_b=pair.judge_b)
        alt = f"How often {pair.judge_a} and {pair.judge_b} gave which labels"
        st.plotly_chart(figure, key="two_judges", config={"displayModeBar": False}, alt=alt)


def every_pair(pairs: list[Any]) -> None:
    st.dataframe(
        [
            {
                "Judges": f"{pair.judge_a}, {pair.judge_b}",
                "Both judged": pair.agreement.n,
                "Same label": words.points(pair.agreement.observed),
                "Kappa": pair.agreement.kappa,
                "In a word": words.kappa(pair.agreement.kappa),
            }
            for pair in pairs
        ],
        column_config={
            "Same label": st.column_config.NumberColumn(format="%.1f %%"),
            "Kappa": st.column_config.NumberColumn(format="%.2f"),
        },
        hide_index=True,
        alt="Agreement of every two judges",
    )


page("Agreement", roles=STAFF, subtitle="How far judging has come, and how alike the judges hear.")
with said():
    progress = agreeing.progress()
    with st.spinner("Comparing the judges"):
        pairs = agreeing.pairs()
    if not progress.recordings:
        nothing_yet(
            "There are no recordings yet",
            "Bring some in; then two judges each hear every one of them.",
            screen="recordings.py",
            link="Bring recordings in",
        )
    else:
        how_far(progress)
        if progress.disagreed:
            count = words.counted(progress.disagreed, "disagreement")
            st.page_link("disagreements.py", label=f"Settle {count}", icon=":material/arrow_forward:")
        if not pairs:
            nothing_yet(
                "No two judges have heard the same recording yet",
                "Agreement is shown here as soon as they have.",
                screen="annotate.py",
                link="Judge recordings",
            )
        else:
            st.subheader("Between two judges", anchor=False)
            between(choose_pair(pairs))
            if len(pairs) > 1:
                every_pair(pairs)
