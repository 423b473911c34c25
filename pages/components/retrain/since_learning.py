"""What has changed since the model in force learned, and whether more labels are likely to improve models."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

from core.domain.actor import Actor
from core.domain.verdicts import GainVerdict
from core.translation import mark
from core.workflows.deployment import changes_since_training
from core.workflows.deployment.changes_since_training import ChangesSinceTraining, FeatureShift
from core.workflows.jobs import job_status
from core.workflows.retraining import learning_curve as estimating
from core.workflows.retraining.learning_curve import ExpectedGain, LearningCurve
from pages.components import charts, formatting
from pages.components.action_result import attempt
from pages.components.colours import ACCEPTED
from pages.components.retrain.job_progress import render_ended_job, render_live_job
from pages.components.words import say, say_count

ALT = mark("Share of bad recordings caught, by the number of labels learned from")


LEVEL_TEXTS = {
    "loudness of the speech, dB": (
        mark("In the new recordings **the speech is louder**: by {n} dB ({low} to {high})."),
        mark("In the new recordings **the speech is softer**: by {n} dB ({low} to {high})."),
    ),
    "loudness of the background, dB": (
        mark("In the new recordings **the background is louder**: by {n} dB ({low} to {high})."),
        mark("In the new recordings **the background is softer**: by {n} dB ({low} to {high})."),
    ),
}
"""By the names of `changes_since_training.LEVELS`: louder, softer."""
MORE = mark("The new recordings hold **more {label}**: {new} instead of {old}.")
MUCH_MORE = mark("The new recordings hold **much more {label}**: {new} instead of {old}.")
LESS = mark("The new recordings hold **less {label}**: {new} instead of {old}.")
MUCH_LESS = mark("The new recordings hold **much less {label}**: {new} instead of {old}.")


def render_since_learning(changes: ChangesSinceTraining | None, n_labels: int, *, actor: Actor) -> None:
    """The upper part of the Retrain screen.

    Parameters
    ----------
    changes : None while there is no model
    n_labels : labels that stand now
    """
    with st.grid(2, min_column_width=320, gap="large"):
        left, right = st.container(), st.container()
    with left:
        if changes is None:
            st.markdown(
                say_count(
                    "**{n} recording** with a label. No model is trained yet.",
                    "**{n} recordings** with a label. No model is trained yet.",
                    n_labels,
                )
            )
        else:
            _render_changes(changes)
    with right:
        _render_gain(changes, n_labels, actor)


def _render_changes(changes: ChangesSinceTraining) -> None:
    is_in_force = changes.is_in_force
    title = say("Since the model in force learned") if is_in_force else say("Since the newest model learned")
    st.header(title, anchor=False)
    st.caption(
        say_count(
            "{model} learned {when}, when {n} recording had a label; {now} have one now.",
            "{model} learned {when}, when {n} recordings had a label; {now} have one now.",
            changes.then,
            model=formatting.plain(changes.model.title),
            when=formatting.time_text(changes.model.created_at),
            now=formatting.grouped(changes.now),
        )
    )
    with st.container(horizontal=True):
        st.metric(say("New labels"), formatting.grouped(changes.new))
        st.metric(say("Changed labels"), formatting.grouped(changes.changed), help=_why_changed(changes))
        st.metric(say("New children"), formatting.grouped(changes.new_children))
    st.markdown("\n".join(f"- {sentence}" for sentence in _change_sentences(changes)))


def _change_sentences(changes: ChangesSinceTraining) -> list[str]:
    if changes.is_nothing:
        return [say("Nothing has changed: a retraining would make the same models again.")]
    sentences = []
    if changes.changed:
        sentences.append(say("Changed: {why}", why=_why_changed(changes)))
    if changes.gone:
        sentences.append(
            say_count(
                "{n} recording had a label then and has none now, for instance in a new round.",
                "{n} recordings had a label then and have none now, for instance in a new round.",
                changes.gone,
            )
        )
    if changes.new_languages:
        languages = formatting.plain(", ".join(changes.new_languages))
        sentences.append(say("A new language: **{languages}**.", languages=languages))
    return sentences + _shift_sentences(changes)


def _why_changed(changes: ChangesSinceTraining) -> str:
    rest = changes.changed - changes.settled - changes.in_a_round
    if not changes.changed:
        return say("None.")
    parts = (
        (changes.settled, mark("{n} settled by staff")),
        (changes.in_a_round, mark("{n} judged anew in a round")),
        (rest, mark("{n} otherwise")),
    )
    return ", ".join(say(what, n=formatting.grouped(n)) for n, what in parts if n) + "."


def _shift_sentences(changes: ChangesSinceTraining) -> list[str]:
    """How the new recordings differ from those it learned from."""
    if not changes.new:
        return []
    if not any(shift.is_known for shift in changes.shifts):
        return [say("Too few children are new to tell whether their recordings are different.")]
    if not changes.clear_shifts:
        return [say("The new recordings are like the others: no clear difference in classes or loudness.")]
    return [_shift_text(shift) for shift in changes.clear_shifts]


def _shift_text(shift: FeatureShift) -> str:
    if shift.name in changes_since_training.LEVELS:
        louder, softer = LEVEL_TEXTS[shift.name]
        low, high = sorted((abs(shift.low), abs(shift.high)))
        return say(
            louder if shift.difference > 0 else softer,
            n=formatting.decimal(abs(shift.difference), 0),
            low=formatting.decimal(low, 0),
            high=formatting.decimal(high, 0),
        )
    more, less = (MUCH_MORE, MUCH_LESS) if shift.is_large else (MORE, LESS)
    return say(
        more if shift.difference > 0 else less,
        label=say(shift.name),
        new=formatting.percent(shift.new, digits=0),
        old=formatting.percent(shift.old, digits=0),
    )


def _render_gain(changes: ChangesSinceTraining | None, n_labels: int, actor: Actor) -> None:
    st.header(say("Are more labels worth it?"), anchor=False)
    job = job_status.current_job(estimating.KIND)
    if job is not None and job_status.is_live(job):
        render_live_job(job.id, actor=actor)
        return
    if job is not None and job.state != "succeeded":
        render_ended_job(job, actor=actor, resume=estimating.resume)
    newest = estimating.newest()
    if newest is None:
        st.markdown(say("Not estimated yet. A retraining does it by itself, at its end; or now, in some seconds:"))
    else:
        for sentence in _gain_sentences(newest.curve, changes, n_labels):
            st.markdown(sentence)
        st.plotly_chart(
            learning_curve_chart(newest.curve), key="learning_curve", config=charts.NO_TOOLBAR, alt=say(ALT)
        )
        st.caption(
            say(
                "A small model, tried on training children that it had not learned from, when there were {n} labels. "
                "Other models are better by some points, and gain alike.",
                n=formatting.grouped(newest.n_labels),
            )
        )
    if newest is None or n_labels != newest.n_labels:
        st.button(say("Estimate it"), key="estimate", icon=":material/show_chart:", on_click=_estimate, args=(actor,))


def _gain_sentences(curve: LearningCurve, changes: ChangesSinceTraining | None, n_labels: int) -> list[str]:
    sentences = []
    if changes is not None and changes.now > changes.then:
        sentences.append(
            say(
                "The labels that came since: {gain}.",
                gain=_gain_text(estimating.gain_since(curve, changes.then, changes.now)),
            )
        )
    more = estimating.gain_beyond(curve, n_labels)
    if more.labels_to > n_labels:
        sentences.append(_verdict_text(more, more.labels_to - n_labels))
    return sentences


def _gain_text(gain: ExpectedGain) -> str:
    if not formatting.is_known(gain.value):
        return say("what they are worth is not known")
    return say("worth about **{points}** ({ends})", points=_points(gain.value), ends=_interval(gain))


def _verdict_text(gain: ExpectedGain, more: int) -> str:
    if not formatting.is_known(gain.value):
        return say("There are too few labels to look ahead.")
    values = {"n": formatting.grouped(more), "most": _points(gain.high), "ends": _interval(gain)}
    if gain.verdict is GainVerdict.PAYS:
        words = say(
            "Likely to gain about **{points}** from {n} more labels (95 %: {ends}).",
            points=_points(gain.value),
            **values,
        )
        return f":material/trending_up: {words}"
    if gain.verdict is GainVerdict.SATURATED:
        words = say("**No longer limited by labels:** {n} more would bring {most} at most.", **values)
        return f":material/trending_flat: {words}"
    words = say("{n} more labels may gain nothing or {most} (95 %: {ends}).", **values)
    return f":material/help: {words}"


def _points(share: float) -> str:
    return say("1 point") if round(100 * share, 1) == 1 else say("{n} points", n=formatting.in_hundred(share))


def _interval(gain: ExpectedGain) -> str:
    return say("{low} to {high}", low=formatting.in_hundred(gain.low), high=formatting.in_hundred(gain.high))


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
        hovertemplate=say("{n} labels<br>caught {share}", n="%{x:,}", share="%{y:.1%}") + "<extra></extra>",
        showlegend=False,
    )
    figure.update_xaxes(title=say("labels"), tickvals=sizes, tickformat=",")
    figure.update_yaxes(title=say("caught at AM 10 %"), tickformat=".0%")
    return charts.with_layout(figure, height_px=220)


def _estimate(actor: Actor) -> None:
    def begin() -> None:
        estimating.start(actor=actor)

    attempt(begin)
