"""Sending recordings back to two judges: the reason, one button for all that are shown, one for each row."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.domain.actor import Actor
from core.domain.judgements import JudgedRecording, Judgement
from core.domain.labels import JudgingState
from core.domain.rounds import FIRST_ROUND, is_under_way
from core.translation import mark
from core.workflows.annotation import rounds
from core.workflows.annotation.rounds import OpenRound
from pages.components import formatting
from pages.components.action_result import attempt
from pages.components.playback.playable_rows import Action
from pages.components.words import say, say_count

AGAIN = "again"
THE_MODEL = mark("A model is sure of the opposite")
A_DECISION = mark("A model decides otherwise")
DOUBT = mark("Doubtful when heard again")


def row_action() -> Action:
    """The button on every row that sends its recording back."""
    return Action(say("Judge again"), AGAIN)


def render_judge_again(ids: Sequence[int], *, key: str, actor: Actor, reason: str = THE_MODEL) -> None:
    """The reason and the button for all. The buttons on the rows take the same reason: `send_back`."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.text_input(say("Why judge again"), value=say(reason), key=f"{key}_why", max_chars=300, width=320)
        st.button(
            say_count("Judge {n} recording again", "Judge {n} recordings again", len(ids)),
            key=f"{key}_all",
            icon=":material/replay:",
            help=say(
                "Two judges hear them again, without knowing. Earlier judgements stay in the history, and no model "
                "learns from these recordings meanwhile."
            ),
            on_click=send_back,
            args=(list(ids), key, actor),
        )


def send_back(ids: list[int], key: str, actor: Actor) -> None:
    """Begin a new round for each recording, with the reason that stands in the field."""

    def send() -> str:
        written = str(st.session_state.get(f"{key}_why", ""))
        reason = next((known for known in (THE_MODEL, A_DECISION, DOUBT) if say(known) == written), written)
        begun = rounds.begin_rounds(ids, reason, actor=actor)
        sent = say_count(
            "{n} recording sent back to two judges.", "{n} recordings sent back to two judges.", len(begun.sent)
        )
        if not begun.left_out:
            return sent
        left = len(begun.left_out)
        return f"{sent} {say_count('{n} is being judged already.', '{n} are being judged already.', left)}"

    attempt(send)


def round_note(judged: JudgedRecording, earlier: Sequence[Judgement] = ()) -> str:
    """The round of a recording with its earlier judgements; "" in the first round."""
    if judged.recording.round == FIRST_ROUND:
        return ""
    number = judged.recording.round
    is_open = is_under_way(judged.judging_state)
    now = say("Round {n}, being judged again.", n=number) if is_open else say("Round {n}.", n=number)
    before = ", ".join(
        say("{judge}: {label}", judge=judgement.judge, label=say(judgement.label.value)) for judgement in earlier
    )
    return f"{now} {say('Before: {labels}.', labels=before)}" if before else now


def render_open_rounds(actor: Actor) -> None:
    """Recordings in a new round that is not over; where nobody has judged yet, it can be taken back."""
    open_rounds = rounds.open_rounds()
    if not open_rounds:
        return
    title = say_count("Being judged again: {n} recording", "Being judged again: {n} recordings", len(open_rounds))
    with st.expander(title, icon=":material/replay:"):
        for open_round in open_rounds:
            _render_round(open_round, actor)


def _render_round(open_round: OpenRound, actor: Actor) -> None:
    judged = open_round.judged
    title = formatting.plain(formatting.recording_title(judged.recording))
    request = say("sent back")
    if open_round.by:
        request = say(
            "sent back by {who} {time}: {reason}",
            who=open_round.by,
            time=formatting.time_text(open_round.at),
            reason=say(open_round.reason),
        )
    st.markdown(f"**{title}** · {say(judged.judging_state.value)} · {formatting.plain(request)}")
    if judged.judging_state is JudgingState.UNJUDGED:
        number = judged.recording.id
        st.button(say("Take back"), key=f"back_{number}", type="tertiary", on_click=_take_back, args=(number, actor))


def _take_back(recording_id: int, actor: Actor) -> None:
    def undo() -> str:
        rounds.cancel_round(recording_id, actor=actor)
        return say("Taken back: the earlier judgements count again.")

    attempt(undo)
