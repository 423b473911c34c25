"""What has changed since the model in force learned, and whether more labels are likely to improve models."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

from core.domain.actor import Actor
from core.domain.verdicts import GainVerdict
from core.workflows.deployment import changes_since_training
from core.workflows.deployment.changes_since_training import ChangesSinceTraining, FeatureShift
from core.workflows.jobs import job_status
from core.workflows.retraining import learning_curve as estimating
from core.workflows.retraining.learning_curve import ExpectedGain, LearningCurve
from pages.components import charts, formatting
from pages.components.action_result import attempt
from pages.components.colours import ACCEPTED
from pages.components.retrain.job_progress import render_ended_job, render_live_job

ALT = "Share of bad recordings caught, by the number of labels learned from"


def render_since_learning(changes: ChangesSinceTraining | None, n_labels: int, *, actor: Actor) -> None:
    """The upper part of the Retrain screen.

    Parameters
    ----------
    changes : None while there is no model
    n_labels : labels that stand now
    """
    left, right = st.columns([3, 2], gap="large")
    with left:
        if changes is None:
            st.markdown(f"**{formatting.counted(n_labels, 'recording')}** with a label. No model is trained yet.")
        else:
            _render_changes(changes)
    with right:
        _render_gain(changes, n_labels, actor)


def _render_changes(changes: ChangesSinceTraining) -> None:
    which = "the model in force" if changes.is_in_force else "the newest model"
    st.header(f"Since {which} learned", anchor=False)
    st.caption(
        f"{formatting.plain(changes.model.title)} learned {formatting.time_text(changes.model.created_at)}, when "
        f"{formatting.counted(changes.then, 'recording')} had a label; {changes.now:,} have one now."
    )
    with st.container(horizontal=True):
        st.metric("New labels", f"{changes.new:,}")
        st.metric("Changed labels", f"{changes.changed:,}", help=_why_changed(changes))
        st.metric("New children", f"{changes.new_children:,}")
    st.markdown("\n".join(f"- {sentence}" for sentence in _change_sentences(changes)))


def _change_sentences(changes: ChangesSinceTraining) -> list[str]:
    if changes.is_nothing:
        return ["Nothing has changed: a retraining would make the same models again."]
    sentences = []
    if changes.changed:
        sentences.append(f"Changed: {_why_changed(changes)}")
    if changes.gone:
        sentences.append(
            f"{formatting.counted(changes.gone, 'recording')} had a label then and have none now, "
            "for instance in a new round."
        )
    if changes.new_languages:
        sentences.append(f"A new language: **{formatting.plain(', '.join(changes.new_languages))}**.")
    return sentences + _shift_sentences(changes)


def _why_changed(changes: ChangesSinceTraining) -> str:
    rest = changes.changed - changes.settled - changes.in_a_round
    parts = [(changes.settled, "settled by staff"), (changes.in_a_round, "judged anew in a round"), (rest, "otherwise")]
    return ", ".join(f"{n:,} {what}" for n, what in parts if n) + "." if changes.changed else "None."


def _shift_sentences(changes: ChangesSinceTraining) -> list[str]:
    """How the new recordings differ from those it learned from."""
    if not changes.new:
        return []
    if not any(shift.is_known for shift in changes.shifts):
        return ["Too few children are new to tell whether their recordings are different."]
    if not changes.clear_shifts:
        return ["The new recordings are like the others: no clear difference in classes or loudness."]
    return [_shift_text(shift) for shift in changes.clear_shifts]


def _shift_text(shift: FeatureShift) -> str:
    much = "much " if shift.is_large else ""
    if shift.name in changes_since_training.LEVELS:
        way = "louder" if shift.difference > 0 else "softer"
        what = shift.name.removeprefix("loudness of the ").removesuffix(", dB")
        low, high = sorted((abs(shift.low), abs(shift.high)))
        by = f"by {abs(shift.difference):.0f} dB ({low:.0f} to {high:.0f})"
        return f"In the new recordings **the {what} is {much}{way}**: {by}."
    way = "more" if shift.difference > 0 else "less"
    return (
        f"The new recordings hold **{much}{way} {shift.name}**: {formatting.percent(shift.new, digits=0)} instead of "
        f"{formatting.percent(shift.old, digits=0)}."
    )


def _render_gain(changes: ChangesSinceTraining | None, n_labels: int, actor: Actor) -> None:
    st.header("Are more labels worth it?", anchor=False)
    job = job_status.current_job(estimating.KIND)
    if job is not None and job_status.is_live(job):
        render_live_job(job.id, actor=actor)
        return
    if job is not None and job.state != "succeeded":
        render_ended_job(job, actor=actor, resume=estimating.resume)
    newest = estimating.newest()
    if newest is None:
        st.markdown("Not estimated yet. A retraining does it by itself, at its end; or now, in some seconds:")
    else:
        for sentence in _gain_sentences(newest.curve, changes, n_labels):
            st.markdown(sentence)
        st.plotly_chart(learning_curve_chart(newest.curve), key="learning_curve", config=charts.NO_TOOLBAR, alt=ALT)
        st.caption(
            f"A small model, tried on training children that it had not learned from, when there were "
            f"{newest.n_labels:,} labels. Other models are better by some points, and gain alike."
        )
    if newest is None or n_labels != newest.n_labels:
        st.button("Estimate it", key="estimate", icon=":material/show_chart:", on_click=_estimate, args=(actor,))


def _gain_sentences(curve: LearningCurve, changes: ChangesSinceTraining | None, n_labels: int) -> list[str]:
    sentences = []
    if changes is not None and changes.now > changes.then:
        sentences.append(
            f"The labels that came since: {_gain_text(estimating.gain_since(curve, changes.then, changes.now))}."
        )
    more = estimating.gain_beyond(curve, n_labels)
    if more.labels_to > n_labels:
        sentences.append(_verdict_text(more, more.labels_to - n_labels))
    return sentences


def _gain_text(gain: ExpectedGain) -> str:
    if not formatting.is_known(gain.value):
        return "what they are worth is not known"
    return f"worth about **{_points(gain.value)}** ({_interval(gain)})"


def _verdict_text(gain: ExpectedGain, more: int) -> str:
    ends = f"95 %: {_interval(gain)}"
    if not formatting.is_known(gain.value):
        return "There are too few labels to look ahead."
    if gain.verdict is GainVerdict.PAYS:
        return (
            f":material/trending_up: Likely to gain about **{_points(gain.value)}** from {more:,} more labels ({ends})."
        )
    if gain.verdict is GainVerdict.SATURATED:
        return (
            f":material/trending_flat: **No longer limited by labels:** {more:,} more would bring "
            f"{_points(gain.high)} at most."
        )
    return f":material/help: {more:,} more labels may gain nothing or {_points(gain.high)} ({ends})."


def _points(share: float) -> str:
    return "1 point" if round(100 * share, 1) == 1 else f"{formatting.in_hundred(share)} points"


def _interval(gain: ExpectedGain) -> str:
    return f"{formatting.in_hundred(gain.low)} to {formatting.in_hundred(gain.high)}"


def learning_curve_chart(curve: LearningCurve) -> go.Figure:
    """The curve with its interval as a band."""
    low, high = curve.interval()
    sizes = [int(size) for size in curve.sizes]
    figure = go.Figure()
    band = {"x": [*sizes, *sizes[::-1]], "y": [*high, *low[::-1]], "fill": "toself", "mode": "none"}
    figure.add_scatter(**band, fillcolor="rgba(14, 159, 126, 0.18)", hoverinfo="skip", showlegend=False)
    figure.add_scatter(
        x=sizes,
        y=[float(value) for value in curve.values],
        mode="lines+markers",
        line={"color": ACCEPTED, "width": 2.5},
        hovertemplate="%{x:,} labels<br>caught %{y:.1%}<extra></extra>",
        showlegend=False,
    )
    figure.update_xaxes(title="labels", tickvals=sizes, tickformat=",")
    figure.update_yaxes(title="caught at AM 10 %", tickformat=".0%")
    return charts.with_layout(figure, height_px=220)


def _estimate(actor: Actor) -> None:
    def begin() -> None:
        estimating.start(actor=actor)

    attempt(begin)
