"""Overview: the state of the work, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.errors import EarshotError
from core.sentences.certainty_sentences import target_words
from core.sentences.live_sentences import alarm_sentence
from core.sentences.source_sentences import differences_sentence, processing_advice
from core.workflows.annotation import judging_progress
from core.workflows.annotation.judging_progress import JudgingProgress
from core.workflows.deployment import deployment_control, live_alarms, source_watch
from core.workflows.evaluation import model_evaluation
from core.workflows.training import label_counts
from pages.components import formatting
from pages.components.annotation.judge_trust import render_trust_warning
from pages.components.markdown import plain
from pages.components.page_frame import STAFF, begin_page

MOST_UNLIKE = 6  # sources that are named


@dataclass(frozen=True)
class Card:
    """A task: what it is about, how it stands, and the screen where it is done."""

    title: str
    icon: str
    sentence: str
    screen: str
    link: str
    is_due: bool = True


def judging_card(progress: JudgingProgress) -> Card:
    n_open = progress.to_judge
    if not n_open:
        return Card(
            "Judging", "headphones", "Every recording has two judgements.", "annotate", "Annotate", is_due=False
        )
    sentence = (
        f"{formatting.counted(n_open, 'recording')} still {'needs' if n_open == 1 else 'need'} a judge: "
        f"{progress.unjudged:,} without any judgement, {progress.judged_once:,} with one"
        + (f", {progress.awaiting_third:,} sent to a third." if progress.awaiting_third else ".")
    )
    return Card("Judge", "headphones", sentence, "annotate", "Annotate")


def settling_card(progress: JudgingProgress) -> Card:
    if not progress.disagreed:
        sentence = "No two judges differ on a recording that waits."
        return Card("Disagreements", "balance", sentence, "agreement", "See how they agree", is_due=False)
    sentence = (
        f"Two judges differ on {formatting.counted(progress.disagreed, 'recording')}. "
        "No model learns from them until somebody decides."
    )
    return Card("Settle", "balance", sentence, "disagreements", "Settle disagreements")


def training_card() -> Card:
    labels = label_counts.count_labels()
    if labels.since_training is None:
        counted = formatting.counted(labels.now, "recording")
        sentence = f"{counted} with an agreed label; nothing has been learned from them yet."
        return Card("Retrain", "model_training", sentence, "retrain", "Train a first model", is_due=labels.now > 0)
    if not labels.since_training:
        sentence = f"The newest model has learned from all {formatting.counted(labels.now, 'label')} there are."
        return Card("Learning", "model_training", sentence, "retrain", "Retrain", is_due=False)
    sentence = (
        f"{formatting.counted(labels.since_training, 'label')} came or changed since the newest model was trained."
    )
    return Card("Retrain", "model_training", sentence, "retrain", "Retrain")


def deployment_card() -> Card:
    now = deployment_control.current_deployment()
    if now is None:
        if model_evaluation.champion() is None:
            sentence = "No model is trained yet, so nothing decides."
            return Card("Decide", "tune", sentence, "evaluate", "Evaluate", is_due=False)
        sentence = "A model is trained, but none is deployed yet. Hear its mistakes and choose the trade-off."
        return Card("Decide", "tune", sentence, "evaluate", "Choose an operating point")
    point = now.operating_point
    try:
        report = model_evaluation.report(point.model_id, point.am_target)
        figures = f"{formatting.trade_off(report.test.am, report.test.rcc)} Measured on the test children. "
        name = report.name
    except EarshotError:  # its labels or probabilities are gone, for instance after an erasure
        figures, name = "", point.model_id
    sentence = (
        f"**{plain(name)}** decides. {figures}"
        f"Chosen so: {target_words(point.am_target, point.certainty)}. "
        f"In force since {formatting.time_text(now.deployed_at)}, by {plain(now.deployed_by)}."
    )
    return Card("In force", "verified", sentence, "evaluate", "Evaluate", is_due=False)


def render_class_alarm() -> None:
    """A warning that more good readings are refused in class than the target allows, with the way to Live."""
    now = deployment_control.current_deployment()
    for alarm in live_alarms.raised()[:1]:
        if now is not None:
            st.error(
                plain(alarm_sentence(alarm, now.operating_point.am_target)), icon=":material/notification_important:"
            )
            st.page_link("live.py", label="See what happens in class", icon=":material/arrow_forward:")


def render_unlike_sources() -> None:
    """A warning that names each source that sounds unlike what the deployed model learned from, and what differs."""
    unlike = [watched for watched in source_watch.watched_sources() if watched.differences]
    if not unlike:
        return
    lines = [
        f"- {plain(differences_sentence(watched.source, watched.n, watched.differences))} "
        f"{formatting.percent(watched.share_refused, digits=0)} of them are refused, "
        f"{formatting.percent(watched.share_processed, digits=0)} look processed, since {watched.first_day}."
        for watched in unlike[:MOST_UNLIKE]
    ]
    more = len(unlike) - MOST_UNLIKE
    lines += [f"- {formatting.counted(more, 'source')} more."] if more > 0 else []
    advice = processing_advice([each for watched in unlike for each in watched.differences])
    with st.container(border=True):
        st.warning("\n".join(lines) + (f"\n\n{advice}" if advice else ""), icon=":material/hearing:")
        st.page_link(
            "evaluate.py",
            label="Give a source a threshold of its own",
            icon=":material/arrow_forward:",
            query_params={"tab": "sources"},
            help="Import some of its recordings first, with the source in the manifest.",
        )


def render_card(card: Card) -> None:
    with st.container(border=True, height="stretch"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.header(f":material/{card.icon}: {card.title}", anchor=False, width="content")
            if card.is_due:
                st.badge("Next", color="green")
        st.markdown(card.sentence)
        st.page_link(f"{card.screen}.py", label=card.link, icon=":material/arrow_forward:")


def render_counts(progress: JudgingProgress) -> None:
    """Four counts in a row. They add up to the recordings."""
    with st.grid(4, min_column_width=150):
        st.metric("Recordings", progress.recordings, border=True, format="localized")
        st.metric(
            "Agreed or settled",
            progress.agreed + progress.settled,
            border=True,
            format="localized",
            help="Both judges gave the same label, or staff decided. Models learn from these.",
        )
        st.metric("To settle", progress.disagreed, border=True, format="localized")
        st.metric(
            "To judge",
            progress.to_judge,
            border=True,
            format="localized",
            help="Not judged yet, judged once, or sent to a third judge. Each recording goes to two judges.",
        )


def render_no_recordings() -> None:
    with st.container(border=True, horizontal_alignment="center", gap="medium"):
        st.space("small")
        st.header(":material/library_music: No recordings yet", anchor=False, text_alignment="center")
        st.markdown(
            "Import a folder, a zip archive or a manifest. Judges can begin as soon as the first recordings are in.",
            text_alignment="center",
        )
        if st.button("Import recordings", icon=":material/upload:", type="primary", key="bring-in"):
            st.switch_page("recordings.py")
        st.space("small")


account = begin_page("Overview", roles=STAFF, subtitle="The state of the work, and what to do next.")
progress = judging_progress.count_progress()
if not progress.recordings:
    render_no_recordings()
    st.stop()
render_counts(progress)
render_class_alarm()
render_trust_warning(account.speaks)
render_unlike_sources()
cards = [settling_card(progress), judging_card(progress), training_card(), deployment_card()]
with st.grid(2, min_column_width=320):
    for card in sorted(cards, key=lambda card: not card.is_due):
        render_card(card)
