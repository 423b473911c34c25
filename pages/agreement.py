"""Agreement: how far judging has come, and how reliable its labels are: of all judges, of two, of one."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.workflows.annotation import agreement_report, judging_progress
from core.workflows.annotation.agreement_report import AgreementSlice, JudgePairAgreement, PairedLabels
from core.workflows.annotation.judging_progress import JudgingProgress
from pages.components import charts, formatting
from pages.components.action_result import show_last_result, showing_errors
from pages.components.annotation.agreement_table import Row, agreement_row, render_agreement_table
from pages.components.annotation.judge_detail import render_judge
from pages.components.annotation.judge_trust import render_judge_trust
from pages.components.empty_state import render_empty_state
from pages.components.page_frame import STAFF, begin_page


def render_progress(progress: JudgingProgress) -> None:
    """Counts of recordings, and the share that has a label."""
    counts = [
        ("Judged twice", progress.judged_twice),
        ("Judged once", progress.judged_once),
        ("Not judged", progress.unjudged),
        ("Agreed", progress.agreed),
        ("To settle", progress.disagreed),
        ("Settled", progress.settled),
    ]
    if progress.awaiting_third:
        counts.append(("With a third judge", progress.awaiting_third))
    with st.grid(len(counts), min_column_width=150):
        for name, count in counts:
            st.metric(name, f"{count:,}", border=True)
    labelled = progress.agreed + progress.settled
    share = labelled / progress.recordings if progress.recordings else 0.0
    st.progress(share, text=f"{formatting.percent(share, digits=0)} of {progress.recordings:,} recordings have a label")


def render_overall(pairs: PairedLabels) -> None:
    """All judges together, three ways and as Accepted against rejected."""
    overall = agreement_report.overall(pairs)
    render_agreement_table(
        [
            {"Labels": "Accepted, Noise, Speechless", **agreement_row(overall.three_way)},
            {"Labels": "Accepted against rejected", **agreement_row(overall.two_way)},
        ],
        alt="Agreement of all judges",
    )
    st.caption(
        "In brackets: the 95 % interval, by resampling children. Alpha (Krippendorff) is for any number of judges, "
        "kappa (Cohen) for two; 1 is complete agreement, 0 is chance. "
        "A third judge's labels are left out: they are of hard recordings only."
    )


def choose_pair(pairs: Sequence[JudgePairAgreement]) -> JudgePairAgreement:
    names = [f"{pair.judge_a} and {pair.judge_b}" for pair in pairs]
    if len(pairs) == 1:
        return pairs[0]
    chosen = st.selectbox("Two judges", names, key="pair", bind="query-params")
    return pairs[names.index(chosen)]


def render_pair(pair: JudgePairAgreement) -> None:
    """Kappa and alpha with their intervals, kappa in a word, and the 3 x 3 table of labels."""
    left, right = st.columns([2, 3], gap="large", vertical_alignment="center")
    with left:
        _render_coefficients(pair)
        st.markdown(_pair_text(pair))
    with right:
        chart = charts.judge_table_chart(pair.agreement.table, judge_a=pair.judge_a, judge_b=pair.judge_b)
        alt = f"How often {pair.judge_a} and {pair.judge_b} gave which labels"
        st.plotly_chart(chart, key="two_judges", config=charts.NO_TOOLBAR, alt=alt)


def _render_coefficients(pair: JudgePairAgreement) -> None:
    figures = pair.figures.three_way
    for name, estimate, help_text in (
        ("Cohen's kappa", figures.kappa, "Agreement beyond what two judges with the same habits reach by chance."),
        ("Krippendorff's alpha", figures.alpha, "Agreement beyond chance, with one chance for all judges."),
    ):
        value = formatting.decimal(estimate.value, 2)
        st.metric(name, value, help=f"{help_text} 1 is complete agreement, 0 is chance.")
        st.caption(f"95 %: {formatting.coefficients(estimate.low, estimate.high)}")


def _pair_text(pair: JudgePairAgreement) -> str:
    word = formatting.kappa_word(pair.agreement.kappa).capitalize()
    names = f"{formatting.plain(pair.judge_a)} and {formatting.plain(pair.judge_b)}"
    return (
        f"**{word}**. Of {formatting.counted(pair.agreement.n, 'recording')} that both judged, {names} gave "
        f"{formatting.percent(pair.agreement.observed)} the same label; "
        f"{formatting.percent(pair.figures.two_way.observed.value)} as Accepted against rejected."
    )


def render_every_pair(pairs: Sequence[JudgePairAgreement]) -> None:
    rows: list[Row] = [
        {
            "Judges": f"{pair.judge_a}, {pair.judge_b}",
            **agreement_row(pair.figures.three_way),
            "In a word": formatting.kappa_word(pair.agreement.kappa),
        }
        for pair in pairs
    ]
    render_agreement_table(rows, alt="Agreement of every two judges")


def render_slices(slices: Sequence[AgreementSlice], name: str) -> None:
    """The same figures for each language or source; nothing where there is only one."""
    if len(slices) < 2:
        return
    st.header(f"By {name}", anchor=False)
    rows: list[Row] = [
        {
            name.capitalize(): part.name or "not known",
            **agreement_row(part.three_way),
            "As Accepted or rejected": formatting.estimate_text(part.two_way.alpha),
        }
        for part in slices
    ]
    render_agreement_table(rows, alt=f"Agreement by {name}")


def render_agreement(pairs: PairedLabels) -> None:
    """All sections, where there are two judges of the same recording."""
    st.header("All judges", anchor=False)
    render_overall(pairs)
    st.header("Between two judges", anchor=False)
    by_pair = agreement_report.by_pair(pairs)
    render_pair(choose_pair(by_pair))
    if len(by_pair) > 1:
        render_every_pair(by_pair)
    render_slices(agreement_report.by_language(pairs), "language")
    render_slices(agreement_report.by_source(pairs), "source")
    st.header("One judge", anchor=False)
    render_judge(pairs)


account = begin_page("Agreement", roles=STAFF, subtitle="How far judging has come, and how reliable its labels are.")
show_last_result()
with showing_errors():
    progress = judging_progress.count_progress()
    with st.spinner("Comparing the judges"):
        pairs = agreement_report.paired_labels()
    if not progress.recordings:
        render_empty_state(
            "There are no recordings yet",
            "Import some; then two judges hear every one of them.",
            screen="recordings.py",
            link="Import recordings",
        )
    else:
        render_progress(progress)
        if progress.disagreed:
            count = formatting.counted(progress.disagreed, "disagreement")
            st.page_link("disagreements.py", label=f"Settle {count}", icon=":material/arrow_forward:")
        render_judge_trust(account)
        if pairs:
            render_agreement(pairs)
        else:
            render_empty_state(
                "No two judges have heard the same recording yet",
                "Agreement is shown here as soon as they have.",
                screen="annotate.py",
                link="Judge recordings",
            )
