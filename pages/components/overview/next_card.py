"""What comes first, with one button; what else there is to do, a line each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from core.domain.next_action import NextAction, WorkFigures
from core.sentences.overview_sentences import action_words
from pages.components.colours import ACCEPTED
from pages.components.job_words import job_name, job_screen
from pages.components.words import language, say

SCREENS = {
    NextAction.IMPORT: "recordings",
    NextAction.LOOK_AT_CLASS: "live",
    NextAction.CHOOSE_POINT: "evaluate",
    NextAction.TRAIN_FIRST: "retrain",
    NextAction.BACK_UP: "administration",
    NextAction.RETRAIN: "retrain",
    NextAction.SETTLE: "disagreements",
    NextAction.JUDGE: "annotate",
}
ICONS = {
    NextAction.IMPORT: "library_music",
    NextAction.LOOK_AT_CLASS: "notification_important",
    NextAction.CHOOSE_POINT: "tune",
    NextAction.GO_ON: "play_arrow",
    NextAction.TRAIN_FIRST: "model_training",
    NextAction.BACK_UP: "backup",
    NextAction.RETRAIN: "model_training",
    NextAction.SETTLE: "balance",
    NextAction.JUDGE: "headphones",
}
KEYS = {NextAction.IMPORT: "bring-in"}
# the line at the side tells it from every other card, in both themes
STYLE = f".st-key-next-card {{ border-left: 4px solid {ACCEPTED}; }}"


def render_next(actions: Sequence[NextAction], work: WorkFigures, *, beside: Callable[[], None] | None = None) -> None:
    """The first of these actions in a card of its own; that all is done where there is none.

    beside : renders what stands beside the button
    """
    st.html(f"<style>{STYLE}</style>")
    with st.container(border=True, key="next-card", gap="small"):
        if not actions:
            st.header(f":material/check_circle: {say('All done for now')}", anchor=False)
            st.markdown(say("Every recording has a label that stands, and the newest model has learned from all."))
            return
        first = actions[0]
        words = action_words(first, work, language())
        st.caption(say("Do this first"))
        st.header(f":material/{ICONS[first]}: {words.title}", anchor=False)
        detail = f" ({job_name(work.stopped_job)})" if first is NextAction.GO_ON else ""
        st.markdown(f"{words.reason}{detail}")
        key = KEYS.get(first, "next-action")
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            is_chosen = st.button(words.button, type="primary", icon=":material/arrow_forward:", key=key)
            if beside is not None:
                beside()
        if is_chosen:
            st.switch_page(f"{_screen(first, work)}.py", query_params=_query(first))


def render_further(actions: Sequence[NextAction], work: WorkFigures) -> None:
    """The other actions, each with its reason and the way there."""
    for action in actions[1:]:
        words = action_words(action, work, language())
        with st.container(border=True, height="stretch"):
            st.markdown(f":material/{ICONS[action]}: **{words.title}**  \n{words.reason}")
            st.page_link(
                f"{_screen(action, work)}.py",
                label=words.button,
                icon=":material/arrow_forward:",
                query_params=_query(action),
            )


def _screen(action: NextAction, work: WorkFigures) -> str:
    return job_screen(work.stopped_job) if action is NextAction.GO_ON else SCREENS[action]


def _query(action: NextAction) -> dict[str, str]:
    return {"part": "backups"} if action is NextAction.BACK_UP else {}
