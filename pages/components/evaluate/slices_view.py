"""Which groups are treated worse: AM and RCC of every group at this threshold, and the wrong decisions in one."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.domain.actor import Actor
from core.domain.labels import Split
from core.domain.models import Model
from core.sentences.slice_sentences import unknown_slice_sentences
from core.workflows.evaluation import slices
from core.workflows.evaluation.slices import LEAST, Slice
from core.workflows.evaluation.threshold_sweep import SweepPoint
from pages.components import charts, formatting, screen_address
from pages.components.evaluate.decided_recordings import PAGE_SIZE, recordings_caption, render_decided_recordings
from pages.components.evaluate.slice_chart import slice_chart
from pages.components.pager import go_to, render_address_pager

NOT_CHOSEN = ""


def slices_view(model: Model, rung: SweepPoint, split: Split, actor: Actor) -> None:
    """The groups that are treated worse, then all groups, then the recordings of one."""
    groups = slices.slices_at_threshold(model.id, rung.threshold, split=split)
    if not groups:
        st.info("These recordings cannot be grouped: no language, source, word or time is known of them.")
        return
    render_worse_slices(groups)
    figures = rung.test if split is Split.TEST else rung.validation
    chart = slice_chart(groups, am=figures.am, rcc=figures.rcc)
    alt = "Good readings wrongly refused and bad recordings caught, for every group, with intervals"
    st.plotly_chart(chart, key="slices", config=charts.NO_TOOLBAR, alt=alt)
    st.caption(
        "AM: of 100 good readings, how many are wrongly refused; fewer is better. RCC: of 100 bad recordings, how many "
        "are caught; more is better. The dotted lines are all recordings; the bars are 95 % intervals."
    )
    with st.expander("The same in numbers", icon=":material/table_rows:"):
        st.dataframe([_row(group) for group in groups], hide_index=True, height="content", alt="Every group in numbers")
    render_wrong_recordings(groups, model, rung, split, actor)


def render_worse_slices(groups: Sequence[Slice]) -> None:
    """What cannot be known, then a warning for each figure by which a group is treated worse, or that there is none."""
    unknown = unknown_slice_sentences(groups)
    if unknown:
        st.info("\n".join(f"- {formatting.plain(sentence)}" for sentence in unknown), icon=":material/help:")
    for group in groups:
        for share, kind, verb in (
            (group.am, "good readings", "wrongly refused"),
            (group.rcc, "bad recordings", "caught"),
        ):
            if share.is_worse:
                st.warning(
                    f"**{formatting.plain(slice_title(group))}** is treated worse: {formatting.percent(share.value)} "
                    f"of its {kind} are {verb}, elsewhere {formatting.percent(share.rest)}. That is more than chance "
                    f"(p = {share.p:.3f}).",
                    icon=":material/balance:",
                )
    n_compared = sum(formatting.is_known(share.p) for group in groups for share in (group.am, group.rcc))
    about = (
        f"{formatting.counted(n_compared, 'comparison')} made, corrected for their number. Groups of fewer than "
        f"{LEAST} recordings, faint below, cannot be compared."
    )
    if any(group.is_worse for group in groups):
        st.caption(about)
    else:
        st.success(f"No group is treated so much worse that it cannot be chance. {about}", icon=":material/balance:")


def slice_title(group: Slice) -> str:
    return f"{group.kind}: {group.name}"


def render_wrong_recordings(
    groups: Sequence[Slice], model: Model, rung: SweepPoint, split: Split, actor: Actor
) -> None:
    """Choose a group; its recordings that the threshold decides wrongly, the worst first."""
    group = _choose_group(groups)
    if group is None:
        return
    total = slices.wrong_recordings(model.id, rung.threshold, group.kind, group.name, split=split, limit=0).total
    if not total:
        st.success(f"{formatting.plain(slice_title(group))}: nothing is decided wrongly at this target.")
        return
    st.caption(recordings_caption(total, split))
    begin = render_address_pager(total, size=PAGE_SIZE, key="slice")
    page = slices.wrong_recordings(
        model.id, rung.threshold, group.kind, group.name, split=split, offset=begin, limit=PAGE_SIZE
    )
    render_decided_recordings(page.items, model_id=model.id, threshold=rung.threshold, key="slice_player", actor=actor)


def _choose_group(groups: Sequence[Slice]) -> Slice | None:
    by_name = {f"{group.kind}:{group.name}": group for group in groups}
    names = [NOT_CHOSEN, *by_name]
    chosen = st.selectbox(
        "Hear what is decided wrongly in one group",
        names,
        index=names.index(screen_address.choice_in_address("slice", by_name, NOT_CHOSEN)),
        format_func=lambda name: slice_title(by_name[name]) if name else "Choose a group",
        key="slice",
        on_change=go_to,
        args=(0,),
    )
    screen_address.put_in_address("slice", chosen)
    return by_name.get(chosen)


def _row(group: Slice) -> dict[str, str | int]:
    return {
        "Group": slice_title(group),
        "Good readings": group.am.n,
        "Wrongly refused (AM)": formatting.percent(group.am.value),
        "95 %": formatting.interval_of_few(group.am.interval, group.am.n_children),
        "p": formatting.decimal(group.am.p, 3),
        "Bad recordings": group.rcc.n,
        "Caught (RCC)": formatting.percent(group.rcc.value),
        "95 % ": formatting.interval_of_few(group.rcc.interval, group.rcc.n_children),
        "p ": formatting.decimal(group.rcc.p, 3),
        **{f"{label} caught": formatting.percent(share.rcc) for label, share in group.caught.items()},
    }
