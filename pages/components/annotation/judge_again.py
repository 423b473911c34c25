"""Sending recordings back to two judges: the reason, one button for all that are shown, one for each row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from core.domain.actor import Actor
from core.domain.labels import JudgingState
from core.workflows.annotation import rounds
from pages.components import formatting
from pages.components.action_result import attempt
from pages.components.playback.player import Action

AGAIN = "again"
ROW_ACTION = Action("Judge again", AGAIN)
THE_MODEL = "A model is sure of the opposite"
A_DECISION = "A model decides otherwise"
DOUBT = "Doubtful when heard again"


def judge_again(ids: Sequence[int], *, key: str, actor: Actor, reason: str = THE_MODEL) -> None:
    """The reason and the button for all. The buttons on the rows take the same reason: `send_back`."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.text_input("Why judge again", value=reason, key=f"{key}_why", max_chars=300, width=320)
        st.button(
            f"Judge {formatting.counted(len(ids), 'recording')} again",
            key=f"{key}_all",
            icon=":material/replay:",
            help="Two judges hear them anew, without knowing. What was said before stays in the history, and no model "
            "learns from them meanwhile.",
            on_click=send_back,
            args=(list(ids), key, actor),
        )


def send_back(ids: list[int], key: str, actor: Actor) -> None:
    """Begin a new round for each, with the reason that stands in the field."""

    def send() -> str:
        done = rounds.begin_rounds(ids, str(st.session_state.get(f"{key}_why", "")), actor=actor)
        left_out = f" {len(done.left_out)} are being judged already." if done.left_out else ""
        return f"{formatting.counted(len(done.sent), 'recording')} sent back to two judges.{left_out}"

    attempt(send)


def round_note(judged: Any, earlier: Sequence[Any] = ()) -> str:
    """What to know of a recording that is not in its first round; "" of one that is."""
    if judged.recording.round == 1:
        return ""
    said = ", ".join(f"{one.judge}: {one.label.value}" for one in earlier)
    is_open = judged.standing in (JudgingState.UNJUDGED, JudgingState.ONE_JUDGEMENT, JudgingState.AWAITING_THIRD)
    now = f"Round {judged.recording.round}{', being judged again' if is_open else ''}."
    return f"{now} Before: {said}." if said else now


def under_way(actor: Actor) -> None:
    """Recordings in a new round that is not over; one that nobody has judged can be taken back."""
    found = rounds.open_rounds()
    if not found:
        return
    with st.expander(f"Being judged again: {formatting.counted(len(found), 'recording')}", icon=":material/replay:"):
        for new in found:
            one = new.judged.recording
            sent = f"sent back by {new.by} {formatting.when(new.at)}: {new.reason}" if new.by else "sent back"
            st.markdown(
                f"**{formatting.plain(one.word or one.filename)}** · {new.judged.standing.value} · "
                f"{formatting.plain(sent)}"
            )
            if new.judged.standing is JudgingState.UNJUDGED:
                st.button("Take back", key=f"back_{one.id}", type="tertiary", on_click=_take_back, args=(one.id, actor))


def _take_back(recording_id: int, actor: Actor) -> None:
    def undo() -> str:
        rounds.cancel_round(recording_id, actor=actor)
        return "Taken back: the earlier judgements count again."

    attempt(undo)
