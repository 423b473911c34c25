"""Settled disagreements: the newest decisions, what is with a third judge, and taking either back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from core.domain.actor import Actor
from core.domain.recordings import Recording
from core.workflows.annotation import adjudication, third_judge
from core.workflows.annotation.adjudication import AdjudicatedRecording
from pages.components import formatting
from pages.components.action_result import attempt
from pages.components.words import say, say_count

ASIDE = "put_aside"  # the recordings that this visit put aside
DECIDED_SHOWN = 8


@dataclass(frozen=True)
class OwnAction:
    """A decision of the person who is looking, or their request of a third judge; `name` describes it."""

    at: datetime
    recording: Recording
    name: str
    is_request: bool


def render_adjudications(actor: Actor) -> None:
    """What awaits a third judge, and the newest decisions of all staff; the own last action can be undone."""
    last = own_last_action(actor)
    if last is not None:
        title = formatting.plain(formatting.recording_title(last.recording))
        st.button(
            say("Undo your last decision: {title}, {decision}  `U`", title=title, decision=last.name),
            key="undo_last",
            icon=":material/undo:",
            on_click=undo_last_action,
            args=(actor,),
        )
    render_third_judge_requests(actor)
    decisions = adjudication.adjudicated(DECIDED_SHOWN)
    if not decisions:
        return
    with st.expander(say_count("The last decision", "The last {n} decisions", len(decisions))):
        for decided in decisions:
            _render_row(decided)


def render_third_judge_requests(actor: Actor) -> None:
    """The recordings that await a third judge; each can be called back."""
    requests = third_judge.open_requests()
    if not requests:
        return
    title = say_count("With a third judge: {n} recording", "With a third judge: {n} recordings", len(requests))
    with st.expander(title, icon=":material/hearing:"):
        for request in requests:
            recording = request.disagreement.recording
            name = formatting.plain(formatting.recording_title(recording))
            kind = formatting.disagreement_kind(request.disagreement.labels)
            by = (
                f"{formatting.plain(request.by)}, {formatting.time_text(request.at)}" if request.by else formatting.DASH
            )
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"**{name}** · {kind} · {by}", width="content")
                st.button(
                    say("Call back"),
                    key=f"call_back_{recording.id}",
                    type="tertiary",
                    on_click=take_back,
                    args=(recording.id, actor),
                    kwargs={"is_request": True},
                )


def own_last_action(actor: Actor) -> OwnAction | None:
    """The newest decision or request of a third judge by this person that can be undone."""
    actions = [
        OwnAction(decided.decision.decided_at, decided.recording, say(decided.decision.label.value), is_request=False)
        for decided in adjudication.adjudicated(DECIDED_SHOWN)
        if decided.decision.staff == actor.name
    ]
    actions += [
        OwnAction(request.at or datetime.min, request.disagreement.recording, say("to a third judge"), is_request=True)
        for request in third_judge.open_requests()
        if request.by == actor.name
    ]
    return max(actions, key=lambda action: action.at, default=None)


def undo_last_action(actor: Actor) -> None:
    """Take back the own last decision or request, where there is one."""
    last = own_last_action(actor)
    if last is not None:
        take_back(last.recording.id, actor, is_request=last.is_request)


def take_back(recording_id: int, actor: Actor, *, is_request: bool = False) -> None:
    """Undo a decision, or a request of a third judge, and show the recording again."""

    def undo() -> str:
        (third_judge.withdraw_request if is_request else adjudication.undo_adjudication)(recording_id, actor=actor)
        return say("Taken back: the recording is to be settled again.")

    if attempt(undo):
        st.session_state[ASIDE] = [number for number in st.session_state.get(ASIDE, []) if number != recording_id]


def _render_row(decided: AdjudicatedRecording) -> None:
    """What was decided and why, with the way to the recording."""
    recording, decision = decided.recording, decided.decision
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        query = {"id": str(recording.id)}
        st.page_link("recording.py", label=formatting.plain(formatting.recording_title(recording)), query_params=query)
        words = say(
            "{labels}: decided {label} by {staff}, {at}. {reason}",
            labels=formatting.disagreement_kind(decided.labels),
            label=say(decision.label.value),
            staff=decision.staff,
            at=formatting.time_text(decision.decided_at),
            reason=say(decision.reason),
        )
        st.markdown(formatting.plain(words), width="content")
