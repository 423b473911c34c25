"""Two models at the same target: what one catches more than the other, how sure that is, and where they differ."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.domain.actor import Actor
from core.workflows.deployment import deployment_control
from core.workflows.evaluation import model_comparison
from pages.components import address, charts, formatting
from pages.components.evaluate.decided_recordings import PAGE, decided_recordings, other_bar, pages, turn_to

ONE, OTHER = "one", "other"
RIGHT = "right"


def model_comparison_view(model: Any, models: list[Any], am: float, actor: Actor) -> None:
    """Choose the other model, then the difference, the curves, and the recordings."""
    by_id = {one.id: one for one in models if one.id != model.id}
    if not by_id:
        st.info("There is one model only. Train another one to hold them against each other.")
        return
    against = _choose(by_id)
    found = model_comparison.compare_models(model.id, against, am)
    _say(found)
    alt = "Caught against asked again, for both models"
    st.plotly_chart(charts.two_models(found), key="two_models", config={"displayModeBar": False}, alt=alt)
    _hear(found, actor)


def _choose(by_id: dict[str, Any]) -> str:
    now = deployment_control.current_deployment()
    usual = now.operating_point.model_id if now and now.operating_point.model_id in by_id else next(iter(by_id))
    ids = list(by_id)
    chosen = st.selectbox(
        "Against",
        ids,
        index=ids.index(address.choice_in_address("against", by_id, usual)),
        format_func=lambda one: f"{by_id[one].name} · {formatting.when(by_id[one].created_at)}",
        key="against",
        on_change=turn_to,
        args=(0,),
    )
    address.put_in_address("against", chosen)
    return str(chosen)


def _say(found: Any) -> None:
    one, other = formatting.plain(found.first.model.name), formatting.plain(found.second.model.name)
    columns = st.columns(2, gap="medium")
    for column, side in zip(columns, (found.first, found.second), strict=True):
        with column.container(border=True):
            st.markdown(f"**{formatting.plain(side.model.name)}**")
            st.markdown(
                f"{formatting.percent(side.rcc)} caught · {formatting.percent(side.am)} asked again · threshold "
                f"{side.threshold:.4f}"
            )
    caught = _difference(found.difference.rcc, one, other, "catches")
    again = _difference(found.difference.am, one, other, "asks again")
    st.markdown(
        f"At a target of {formatting.percent(found.am_target)}, each at the threshold of its own validation "
        f"children, on "
        f"the same {formatting.counted(found.n, 'test recording')}: {caught}; {again}."
    )


def _difference(difference: Any, one: str, other: str, verb: str) -> str:
    """`A catches 3.1 points more (0.4 to 6.0) than B`, or that nobody can tell."""
    if not formatting.is_known(difference.value):
        return f"who {verb} more cannot be said: there are no such recordings"
    low_to_high = formatting.signed_points(difference.low, difference.high)
    points, more = formatting.in_hundred(abs(difference.value)), "more" if difference.value > 0 else "fewer"
    if difference.is_clear:
        return f"**{one} {verb} {points} points {more}** than {other} (95 %: {low_to_high})"
    if float(points) == 0:
        return f"who {verb} more **cannot be told** (no difference; 95 %: {low_to_high})"
    return f"who {verb} more **cannot be told** ({points} points {more} for {one}; 95 %: {low_to_high})"


def _hear(found: Any, actor: Actor) -> None:
    st.markdown("**Where they differ**")
    counts = {ONE: found.n_first_right, OTHER: found.n_second_right}
    right = _choose_side(found, counts)
    if not counts[right]:
        st.success("There is no such recording at this target.")
        return
    begin = pages(counts[right], key="apart")
    apart = model_comparison.differing_decisions(
        found.first.model.id,
        found.second.model.id,
        found.am_target,
        is_first_right=right == ONE,
        offset=begin,
        limit=PAGE,
    )
    st.caption("The furthest apart first. The bar named other is what the other model gives; each line is a threshold.")
    decided_recordings(
        [one.decided for one in apart],
        model_id=found.first.model.id,
        threshold=found.first.threshold,
        key="apart_player",
        actor=actor,
        others={
            one.decided.judged.recording.id: other_bar("other", one.p_second, found.second.threshold) for one in apart
        },
    )


def _choose_side(found: Any, counts: dict[str, int]) -> str:
    names = {ONE: found.first.model.name, OTHER: found.second.model.name}
    right = st.segmented_control(
        "Who is right",
        list(counts),
        default=address.choice_in_address(RIGHT, counts, ONE),
        format_func=lambda side: f"Only {names[side]} is right · {counts[side]}",
        required=True,
        key=RIGHT,
        label_visibility="collapsed",
        on_change=turn_to,
        args=(0,),
    )
    address.put_in_address(RIGHT, str(right))
    return str(right)
