"""Who is treated worse: AM and RCC of every group at this threshold, and what goes wrong in one, to be heard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from core.domain.actor import Actor
from core.domain.labels import Split
from core.workflows.evaluation import slices
from pages.components import address, formatting
from pages.components.evaluate.decided_recordings import PAGE, decided_recordings, how_many, pages, turn_to
from pages.components.evaluate.slice_chart import slice_chart

NONE = ""


def slice_views(model: Any, rung: Any, split: Split, actor: Actor) -> None:
    """What must be said first, then all groups, then the recordings of one."""
    found = slices.slices_at_threshold(model.id, rung.threshold, split=split)
    if not found:
        st.info("Nothing is known by which these recordings could be told apart: no language, source, word or time.")
        return
    say_who_is_treated_worse(found)
    at = rung.test if split is Split.TEST else rung.validation
    alt = "Good readings asked again and bad recordings caught, for every group, with intervals"
    st.plotly_chart(slice_chart(found, am=at.am, rcc=at.rcc), key="slices", config={"displayModeBar": False}, alt=alt)
    st.caption(
        "AM: of 100 good readings, how many are asked again; fewer is better. RCC: of 100 bad recordings, how many are "
        "caught; more is better. The dotted lines are everybody; the bars hold 95 times of 100."
    )
    with st.expander("The same in numbers", icon=":material/table_rows:"):
        st.dataframe([_row(one) for one in found], hide_index=True, height="content", alt="Every group in numbers")
    hear_one(found, model, rung, split, actor)


def say_who_is_treated_worse(found: Sequence[Any]) -> None:
    for one in found:
        for figure, name, verb in ((one.am, "good readings", "asked again"), (one.rcc, "bad recordings", "caught")):
            if figure.is_worse:
                st.warning(
                    f"**{formatting.plain(title(one))}** is treated worse: {formatting.percent(figure.value)} of its "
                    f"{name} are "
                    f"{verb}, elsewhere {formatting.percent(figure.rest)}. That is no chance (p = {figure.p:.3f}).",
                    icon=":material/balance:",
                )
    n_compared = sum(formatting.is_known(figure.p) for one in found for figure in (one.am, one.rcc))
    about = (
        f"{formatting.counted(n_compared, 'comparison')} made, corrected for their number. Groups of fewer than "
        f"{slices.LEAST} "
        "recordings, faint below, cannot be compared."
    )
    if any(one.is_worse for one in found):
        st.caption(about)
    else:
        st.success(f"No group is treated so much worse that it cannot be chance. {about}", icon=":material/balance:")


def title(one: Any) -> str:
    return f"{one.kind}: {one.name}"


def hear_one(found: Sequence[Any], model: Any, rung: Any, split: Split, actor: Actor) -> None:
    by_name = {f"{one.kind}:{one.name}": one for one in found}
    names = [NONE, *by_name]
    chosen = st.selectbox(
        "Hear what is decided wrongly in one group",
        names,
        index=names.index(address.choice_in_address("slice", by_name, NONE)),
        format_func=lambda name: title(by_name[name]) if name else "Choose a group",
        key="slice",
        on_change=turn_to,
        args=(0,),
    )
    address.put_in_address("slice", chosen)
    if not chosen:
        return
    one = by_name[chosen]
    total = slices.wrong_recordings(model.id, rung.threshold, one.kind, one.name, split=split, limit=0).total
    if not total:
        st.success(f"{formatting.plain(title(one))}: nothing is decided wrongly at this target.")
        return
    st.caption(how_many(total, split.value))
    begin = pages(total, key="slice")
    page = slices.wrong_recordings(model.id, rung.threshold, one.kind, one.name, split=split, offset=begin, limit=PAGE)
    decided_recordings(page.items, model_id=model.id, threshold=rung.threshold, key="slice_player", actor=actor)


def _row(one: Any) -> dict[str, Any]:
    return {
        "Group": title(one),
        "Good readings": one.am.n,
        "Asked again (AM)": formatting.percent(one.am.value),
        "95 %": formatting.interval(one.am.interval),
        "p": _p(one.am.p),
        "Bad recordings": one.rcc.n,
        "Caught (RCC)": formatting.percent(one.rcc.value),
        "95 % ": formatting.interval(one.rcc.interval),
        "p ": _p(one.rcc.p),
    }


def _p(p: float) -> str:
    return f"{p:.3f}" if formatting.is_known(p) else formatting.DASH
