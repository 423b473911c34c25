"""Which groups are treated worse: AM and RCC of every group at this threshold, and the wrong decisions in one."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.domain.actor import Actor
from core.domain.labels import Label, Split
from core.domain.models import Model
from core.sentences.slice_sentences import kind_words, name_words, unknown_slice_sentences
from core.translation import mark
from core.workflows.evaluation import slices
from core.workflows.evaluation.slices import LEAST, Slice
from core.workflows.evaluation.threshold_sweep import SweepPoint
from pages.components import charts, formatting, screen_address
from pages.components.evaluate.decided_recordings import PAGE_SIZE, recordings_caption, render_decided_recordings
from pages.components.evaluate.slice_chart import slice_chart
from pages.components.pager import go_to, render_address_pager
from pages.components.words import language, say, say_count

NOT_CHOSEN = ""
MOST_UNKNOWN = 4  # sentences that are read before the figures
REFUSED_MORE = mark(
    "**{group}** is treated worse: {share} of its good readings are wrongly refused, elsewhere {rest}. That is more "
    "than chance (p = {p})."
)
CAUGHT_LESS = mark(
    "**{group}** is treated worse: {share} of its bad recordings are caught, elsewhere {rest}. That is more than "
    "chance (p = {p})."
)
CAUGHT = {Label.NOISE.value: mark("Noise caught"), Label.SPEECHLESS.value: mark("Speechless caught")}


def slices_view(model: Model, rung: SweepPoint, split: Split, actor: Actor) -> None:
    """The groups that are treated worse, then all groups, then the recordings of one."""
    groups = slices.slices_at_threshold(model.id, rung.threshold, split=split)
    if not groups:
        st.info(say("These recordings cannot be grouped: no language, source, word or time is known of them."))
        return
    render_worse_slices(groups)
    figures = rung.test if split is Split.TEST else rung.validation
    chart = slice_chart(groups, am=figures.am, rcc=figures.rcc)
    alt = say("Good readings wrongly refused and bad recordings caught, for every group, with intervals")
    st.plotly_chart(chart, key="slices", config=charts.NO_TOOLBAR, alt=alt)
    st.caption(
        say(
            "AM: of 100 good readings, how many are wrongly refused; fewer is better. RCC: of 100 bad recordings, how "
            "many are caught; more is better. The dotted lines are all recordings; the bars are intervals of 95 %."
        )
    )
    with st.expander(say("The same in numbers"), icon=":material/table_rows:"):
        st.dataframe(
            [_row(group) for group in groups], hide_index=True, height="content", alt=say("Every group in numbers")
        )
    render_wrong_recordings(groups, model, rung, split, actor)


def render_worse_slices(groups: Sequence[Slice]) -> None:
    """What cannot be known, then a warning for each figure by which a group is treated worse, or that there is none."""
    unknown = unknown_slice_sentences(groups, speaks=language())
    if unknown:
        _render_unknown(unknown)
    for group in groups:
        for share, text in ((group.am, REFUSED_MORE), (group.rcc, CAUGHT_LESS)):
            if share.is_worse:
                words = say(
                    text,
                    group=formatting.plain(slice_title(group)),
                    share=formatting.percent(share.value),
                    rest=formatting.percent(share.rest),
                    p=formatting.decimal(share.p, 3),
                )
                st.warning(words, icon=":material/balance:")
    n_compared = sum(formatting.is_known(share.p) for group in groups for share in (group.am, group.rcc))
    about = say_count(
        "{n} comparison made, corrected for their number. Groups of fewer than {least} recordings, faint below, cannot "
        "be compared.",
        "{n} comparisons made, corrected for their number. Groups of fewer than {least} recordings, faint below, "
        "cannot be compared.",
        n_compared,
        least=LEAST,
    )
    if any(group.is_worse for group in groups):
        st.caption(about)
    else:
        words = say("No group is treated so much worse that it cannot be chance. {about}", about=about)
        st.success(words, icon=":material/balance:")


def _render_unknown(sentences: Sequence[str]) -> None:
    """What cannot be known, the first in full; of few children there may be dozens, which must not hide the figures."""
    lines = [f"- {formatting.plain(sentence)}" for sentence in sentences]
    st.info("\n".join(lines[:MOST_UNKNOWN]), icon=":material/help:")
    more = lines[MOST_UNKNOWN:]
    if more:
        title = say_count(
            "{n} more figure that cannot be known yet", "{n} more figures that cannot be known yet", len(more)
        )
        with st.expander(title, icon=":material/help:"):
            st.markdown("\n".join(more))


def slice_title(group: Slice) -> str:
    speaks = language()
    return f"{kind_words(group.kind, speaks=speaks)}: {name_words(group, speaks=speaks)}"


def render_wrong_recordings(
    groups: Sequence[Slice], model: Model, rung: SweepPoint, split: Split, actor: Actor
) -> None:
    """Choose a group; its recordings that the threshold decides wrongly, the worst first."""
    group = _choose_group(groups)
    if group is None:
        return
    total = slices.wrong_recordings(model.id, rung.threshold, group.kind, group.name, split=split, limit=0).total
    if not total:
        title = formatting.plain(slice_title(group))
        st.success(say("{group}: nothing is decided wrongly at this target.", group=title))
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
        say("Hear what is decided wrongly in one group"),
        names,
        index=names.index(screen_address.choice_in_address("slice", by_name, NOT_CHOSEN)),
        format_func=lambda name: slice_title(by_name[name]) if name else say("Choose a group"),
        key="slice",
        on_change=go_to,
        args=(0,),
    )
    screen_address.put_in_address("slice", chosen)
    return by_name.get(chosen)


def _row(group: Slice) -> dict[str, str | int]:
    return {
        say("Group"): slice_title(group),
        say("Good readings"): group.am.n,
        say("Wrongly refused (AM)"): formatting.percent(group.am.value),
        say("AM, 95 %"): formatting.interval_of_few(group.am.interval, group.am.n_children),
        say("p of AM"): formatting.decimal(group.am.p, 3),
        say("Bad recordings"): group.rcc.n,
        say("Caught (RCC)"): formatting.percent(group.rcc.value),
        say("RCC, 95 %"): formatting.interval_of_few(group.rcc.interval, group.rcc.n_children),
        say("p of RCC"): formatting.decimal(group.rcc.p, 3),
        **{say(CAUGHT[label]): formatting.percent(share.rcc) for label, share in group.caught.items()},
    }
