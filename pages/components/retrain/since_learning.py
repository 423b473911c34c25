"""What has changed since the model in force learned, and whether learning anew, or judging more, is likely to pay."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
import streamlit as st

from core.domain.actor import Actor
from core.domain.verdicts import GainVerdict
from core.workflows.deployment import changes_since_training
from core.workflows.jobs import job_status
from core.workflows.retraining import learning_curve as estimating
from pages.components import charts, formatting
from pages.components.action_result import attempt
from pages.components.colours import ACCEPTED
from pages.components.retrain.job_progress import ended, follow

ALT = "Share of bad recordings caught, by the number of labels learned from"
NO_TOOLBAR = {"displayModeBar": False}


def since_learning(found: changes_since_training.ChangesSinceTraining | None, n_labels: int, *, actor: Actor) -> None:
    """The upper part of the Retrain screen.

    Parameters
    ----------
    found : None while there is no model
    n_labels : labels that stand now
    """
    left, right = st.columns([3, 2], gap="large")
    with left:
        if found is None:
            st.markdown(
                f"**{formatting.counted(n_labels, 'recording')}** with a label that stands. No model has learned yet."
            )
        else:
            _what_changed(found)
    with right:
        _worth_it(found, n_labels, actor)


def _what_changed(found: changes_since_training.ChangesSinceTraining) -> None:
    which = "the model in force" if found.is_in_force else "the newest model"
    st.subheader(f"Since {which} learned", anchor=False)
    st.caption(
        f"{formatting.plain(found.model.name)} learned {formatting.when(found.model.created_at)}, when "
        f"{formatting.counted(found.then, 'recording')} had a label; {found.now:,} have one now."
    )
    with st.container(horizontal=True):
        st.metric("New labels", f"{found.new:,}")
        st.metric("Changed labels", f"{found.changed:,}", help=_why_changed(found))
        st.metric("New children", f"{found.new_children:,}")
    told = _news(found)
    st.markdown("\n".join(f"- {one}" for one in told))


def _news(found: changes_since_training.ChangesSinceTraining) -> list[str]:
    if found.is_nothing:
        return ["Nothing has changed: learning anew would make the same models again."]
    told = []
    if found.changed:
        told.append(f"Changed: {_why_changed(found)}")
    if found.gone:
        told.append(
            f"{formatting.counted(found.gone, 'recording')} had a label then and have none now, such as in a new round."
        )
    if found.new_languages:
        told.append(f"A language it has not met: **{formatting.plain(', '.join(found.new_languages))}**.")
    return told + _drift(found)


def _why_changed(found: changes_since_training.ChangesSinceTraining) -> str:
    rest = found.changed - found.settled - found.in_a_round
    parts = [(found.settled, "settled by staff"), (found.in_a_round, "judged anew in a round"), (rest, "otherwise")]
    return ", ".join(f"{n:,} {what}" for n, what in parts if n) + "." if found.changed else "None."


def _drift(found: changes_since_training.ChangesSinceTraining) -> list[str]:
    """How the new recordings differ from those it learned from."""
    if not found.new:
        return []
    if not any(one.is_known for one in found.shifts):
        return ["Too few children are new to tell whether their recordings are different."]
    if not found.clear:
        return ["The new recordings are like the others: no clear difference in classes or loudness."]
    return [_shift(one) for one in found.clear]


def _shift(one: Any) -> str:
    much = "much " if one.is_large else ""
    if one.name in changes_since_training.LEVELS:
        way = "louder" if one.difference > 0 else "softer"
        what = one.name.removeprefix("loudness of the ").removesuffix(", dB")
        low, high = sorted((abs(one.low), abs(one.high)))
        by = f"by {abs(one.difference):.0f} dB ({low:.0f} to {high:.0f})"
        return f"In the new recordings **the {what} is {much}{way}**: {by}."
    way = "more" if one.difference > 0 else "less"
    return (
        f"The new recordings hold **{much}{way} {one.name}**: {formatting.percent(one.new, digits=0)} instead of "
        f"{formatting.percent(one.old, digits=0)}."
    )


def _worth_it(found: changes_since_training.ChangesSinceTraining | None, n_labels: int, actor: Actor) -> None:
    st.subheader("Are more labels worth it?", anchor=False)
    job = job_status.current_job(estimating.KIND)
    if job is not None and job_status.is_live(job):
        follow(job.id, actor=actor)
        return
    if job is not None and job.state != "succeeded":
        ended(job, actor=actor, resume=estimating.resume)
    newest = estimating.newest()
    if newest is None:
        st.markdown("Not estimated yet. A retraining does it by itself, at its end; or now, in some seconds:")
    else:
        for sentence in _promises(newest.curve, found, n_labels):
            st.markdown(sentence)
        st.plotly_chart(figure(newest.curve), key="learning_curve", config=NO_TOOLBAR, alt=ALT)
        st.caption(
            f"A quick learner, tried on training children that it had not met, when {newest.n_labels:,} labels stood. "
            "Models proper are better by some points; how they gain is alike."
        )
    if newest is None or n_labels != newest.n_labels:
        st.button("Estimate it", key="estimate", icon=":material/show_chart:", on_click=_estimate, args=(actor,))


def _promises(curve: Any, found: changes_since_training.ChangesSinceTraining | None, n_labels: int) -> list[str]:
    told = []
    if found is not None and found.now > found.then:
        told.append(f"The labels that came since: {_gain(estimating.gain_since(curve, found.then, found.now))}.")
    more = estimating.gain_beyond(curve, n_labels)
    if more.labels_to > n_labels:
        told.append(_verdict(more, more.labels_to - n_labels))
    return told


def _gain(gain: Any) -> str:
    if not formatting.is_known(gain.value):
        return "what they are worth cannot be said"
    return f"worth about **{_points(gain.value)}** ({_ends(gain)})"


def _verdict(gain: Any, more: int) -> str:
    ends = f"95 %: {_ends(gain)}"
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


def _ends(gain: Any) -> str:
    return f"{formatting.in_hundred(gain.low)} to {formatting.in_hundred(gain.high)}"


def figure(curve: Any) -> go.Figure:
    """The curve with its interval as a band."""
    low, high = curve.interval()
    sizes = [int(one) for one in curve.sizes]
    made = go.Figure()
    band = {"x": [*sizes, *sizes[::-1]], "y": [*high, *low[::-1]], "fill": "toself", "mode": "none"}
    made.add_scatter(**band, fillcolor="rgba(14, 159, 126, 0.18)", hoverinfo="skip", showlegend=False)
    made.add_scatter(
        x=sizes,
        y=[float(one) for one in curve.values],
        mode="lines+markers",
        line={"color": ACCEPTED, "width": 2.5},
        hovertemplate="%{x:,} labels<br>caught %{y:.1%}<extra></extra>",
        showlegend=False,
    )
    made.update_xaxes(title="labels", tickvals=sizes, tickformat=",")
    made.update_yaxes(title="caught at AM 10 %", tickformat=".0%")
    return charts.finished(made, height_px=220)


def _estimate(actor: Actor) -> None:
    def begin() -> None:
        estimating.start(actor=actor)

    attempt(begin)
