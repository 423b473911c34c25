"""Sending recordings back to two judges: the reason, one button for all that are shown, one for each row."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.domain.actor import Actor
from core.domain.judgements import JudgedRecording, Judgement
from core.domain.labels import JudgingState
from core.domain.rounds import FIRST_ROUND, is_under_way
from core.workflows.annotation import rounds
from core.workflows.annotation.rounds import OpenRound
from pages.components import formatting
from pages.components.action_result import attempt
from pages.components.playback.player import Action

AGAIN = "again"
ROW_ACTION = Action("Judge again", AGAIN)
THE_MODEL = "A model is sure of the opposite"
A_DECISION = "A model decides otherwise"
DOUBT = "Doubtful when heard again"


def render_judge_again(ids: Sequence[int], *, key: str, actor: Actor, reason: str = THE_MODEL) -> None:
    """The reason and the button for all. The buttons on the rows take the same reason: `send_back`."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.text_input("Why judge again", value=reason, key=f"{key}_why", max_chars=300, width=320)
        st.button(
            f"Judge {formatting.counted(len(ids), 'recording')} again",
            key=f"{key}_all",
            icon=":material/replay:",
            help="Two judges hear them anew, without knowing. Earlier judgements stay in the history, and no model "
            "learns from these recordings meanwhile.",
            on_click=send_back,
            args=(list(ids), key, actor),
        )


def send_back(ids: list[int], key: str, actor: Actor) -> None:
    """Begin a new round for each recording, with the reason that stands in the field."""

    def send() -> str:
        begun = rounds.begin_rounds(ids, str(st.session_state.get(f"{key}_why", "")), actor=actor)
        left_out = f" {len(begun.left_out)} are being judged already." if begun.left_out else ""
        return f"{formatting.counted(len(begun.sent), 'recording')} sent back to two judges.{left_out}"

    attempt(send)


def round_note(judged: JudgedRecording, earlier: Sequence[Judgement] = ()) -> str:
    """The round of a recording with its earlier judgements; "" in the first round."""
    if judged.recording.round == FIRST_ROUND:
        return ""
    before = ", ".join(f"{judgement.judge}: {judgement.label.value}" for judgement in earlier)
    now = f"Round {judged.recording.round}{', being judged again' if is_under_way(judged.judging_state) else ''}."
    return f"{now} Before: {before}." if before else now


def render_open_rounds(actor: Actor) -> None:
    """Recordings in a new round that is not over; where nobody has judged yet, it can be taken back."""
    open_rounds = rounds.open_rounds()
    if not open_rounds:
        return
    title = f"Being judged again: {formatting.counted(len(open_rounds), 'recording')}"
    with st.expander(title, icon=":material/replay:"):
        for open_round in open_rounds:
            _render_round(open_round, actor)


def _render_round(open_round: OpenRound, actor: Actor) -> None:
    judged = open_round.judged
    title = formatting.plain(formatting.recording_title(judged.recording))
    request = "sent back"
    if open_round.by:
        request = f"sent back by {open_round.by} {formatting.time_text(open_round.at)}: {open_round.reason}"
    st.markdown(f"**{title}** · {judged.judging_state.value} · {formatting.plain(request)}")
    if judged.judging_state is JudgingState.UNJUDGED:
        number = judged.recording.id
        st.button("Take back", key=f"back_{number}", type="tertiary", on_click=_take_back, args=(number, actor))


def _take_back(recording_id: int, actor: Actor) -> None:
    def undo() -> str:
        rounds.cancel_round(recording_id, actor=actor)
        return "Taken back: the earlier judgements count again."

    attempt(undo)
