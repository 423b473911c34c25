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
from pages.components.words import say, say_count


def render_progress(progress: JudgingProgress) -> None:
    """Counts of recordings, and the share that has a label."""
    counts = [
        (say("Judged twice"), progress.judged_twice),
        (say("Judged once"), progress.judged_once),
        (say("Not judged"), progress.unjudged),
        (say("Agreed"), progress.agreed),
        (say("To settle"), progress.disagreed),
        (say("Settled"), progress.settled),
    ]
    if progress.awaiting_third:
        counts.append((say("With a third judge"), progress.awaiting_third))
    with st.grid(len(counts), min_column_width=116):
        for name, count in counts:
            st.metric(name, say("{n:,}", n=count), border=True)
    labelled = progress.agreed + progress.settled
    share = labelled / progress.recordings if progress.recordings else 0.0
    text = say(
        "{share} of {n:,} recordings have a label", share=formatting.percent(share, digits=0), n=progress.recordings
    )
    st.progress(share, text=text)


def render_overall(pairs: PairedLabels) -> None:
    """All judges together, three ways and as Accepted against rejected."""
    overall = agreement_report.overall(pairs)
    render_agreement_table(
        [
            {say("Labels"): say("Accepted, Noise, Speechless"), **agreement_row(overall.three_way)},
            {say("Labels"): say("Accepted against rejected"), **agreement_row(overall.two_way)},
        ],
        alt=say("Agreement of all judges"),
    )
    st.caption(
        say(
            "In brackets: the interval (95 %), by resampling children. Alpha (Krippendorff) is for any number of "
            "judges, kappa (Cohen) for two; 1 is complete agreement, 0 is chance. "
            "A third judge's labels are left out: they are of hard recordings only."
        )
    )


def choose_pair(pairs: Sequence[JudgePairAgreement]) -> JudgePairAgreement:
    names = [say("{first} and {second}", first=pair.judge_a, second=pair.judge_b) for pair in pairs]
    if len(pairs) == 1:
        return pairs[0]
    chosen = st.selectbox(say("Two judges"), names, key="pair", bind="query-params")
    return pairs[names.index(chosen)]


def render_pair(pair: JudgePairAgreement) -> None:
    """Kappa and alpha with their intervals, kappa in a word, and the 3 x 3 table of labels."""
    with st.grid(2, min_column_width=300, gap="medium", vertical_alignment="center"):
        left, right = st.container(), st.container()
    with left:
        _render_coefficients(pair)
        st.markdown(_pair_text(pair))
    with right:
        chart = charts.judge_table_chart(pair.agreement.table, judge_a=pair.judge_a, judge_b=pair.judge_b)
        alt = say("How often {first} and {second} gave which labels", first=pair.judge_a, second=pair.judge_b)
        st.plotly_chart(chart, key="two_judges", config=charts.NO_TOOLBAR, alt=alt)


def _render_coefficients(pair: JudgePairAgreement) -> None:
    figures = pair.figures.three_way
    for name, estimate, help_text in (
        (
            say("Cohen's kappa"),
            figures.kappa,
            say(
                "Agreement beyond what two judges with the same habits reach by chance. 1 is complete agreement, 0 is "
                "chance."
            ),
        ),
        (
            say("Krippendorff's alpha"),
            figures.alpha,
            say("Agreement beyond chance, with one chance for all judges. 1 is complete agreement, 0 is chance."),
        ),
    ):
        value = formatting.decimal(estimate.value, 2)
        st.metric(name, value, help=help_text)
        st.caption(say("95 %: {interval}", interval=formatting.coefficients(estimate.low, estimate.high)))


def _pair_text(pair: JudgePairAgreement) -> str:
    word = formatting.kappa_word(pair.agreement.kappa).capitalize()
    return say_count(
        "**{word}**. Of {n} recording that both judged, {first} and {second} gave {same} the same label; "
        "{same_two_way} as Accepted against rejected.",
        "**{word}**. Of {n} recordings that both judged, {first} and {second} gave {same} the same label; "
        "{same_two_way} as Accepted against rejected.",
        pair.agreement.n,
        word=word,
        first=formatting.plain(pair.judge_a),
        second=formatting.plain(pair.judge_b),
        same=formatting.percent(pair.agreement.observed),
        same_two_way=formatting.percent(pair.figures.two_way.observed.value),
    )


def render_every_pair(pairs: Sequence[JudgePairAgreement]) -> None:
    rows: list[Row] = [
        {
            say("Judges"): f"{pair.judge_a}, {pair.judge_b}",
            **agreement_row(pair.figures.three_way),
            say("In a word"): formatting.kappa_word(pair.agreement.kappa),
        }
        for pair in pairs
    ]
    render_agreement_table(rows, alt=say("Agreement of every two judges"))


def render_slices(slices: Sequence[AgreementSlice], *, title: str, column: str) -> None:
    """The same figures for each language or source; nothing where there is only one."""
    if len(slices) < 2:
        return
    st.header(title, anchor=False)
    rows: list[Row] = [
        {
            column: part.name or say("not known"),
            **agreement_row(part.three_way),
            say("As Accepted or rejected"): formatting.estimate_text(part.two_way.alpha),
        }
        for part in slices
    ]
    render_agreement_table(rows, alt=say("Agreement: {how}", how=title))


def render_agreement(pairs: PairedLabels) -> None:
    """All sections, where there are two judges of the same recording."""
    st.header(say("All judges"), anchor=False)
    render_overall(pairs)
    st.header(say("Between two judges"), anchor=False)
    by_pair = agreement_report.by_pair(pairs)
    render_pair(choose_pair(by_pair))
    if len(by_pair) > 1:
        render_every_pair(by_pair)
    render_slices(agreement_report.by_language(pairs), title=say("By language"), column=say("Language"))
    render_slices(agreement_report.by_source(pairs), title=say("By source"), column=say("Source"))
    st.header(say("One judge"), anchor=False)
    render_judge(pairs)


account = begin_page(
    say("Agreement"), roles=STAFF, subtitle=say("How far judging has come, and how reliable its labels are.")
)
show_last_result()
with showing_errors():
    progress = judging_progress.count_progress()
    with st.spinner(say("Comparing the judges")):
        pairs = agreement_report.paired_labels()
    if not progress.recordings:
        render_empty_state(
            say("There are no recordings yet"),
            say("Import some; then two judges hear every one of them."),
            screen="recordings.py",
            link=say("Import recordings"),
        )
    else:
        render_progress(progress)
        if progress.disagreed:
            label = say_count("Settle {n} disagreement", "Settle {n} disagreements", progress.disagreed)
            st.page_link("disagreements.py", label=label, icon=":material/arrow_forward:")
        render_judge_trust(account)
        if pairs:
            render_agreement(pairs)
        else:
            render_empty_state(
                say("No two judges have heard the same recording yet"),
                say("Agreement is shown here as soon as they have."),
                screen="annotate.py",
                link=say("Judge recordings"),
            )
