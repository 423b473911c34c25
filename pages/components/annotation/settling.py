"""Settling a disagreement: its keys, a label and a reason in either order, a third judge, later, undo."""

from __future__ import annotations

import streamlit as st

from core.domain.actor import Actor
from core.domain.labels import Label
from core.translation import mark
from core.workflows.annotation import adjudication, third_judge
from pages.components.action_result import attempt
from pages.components.annotation.adjudications import ASIDE, undo_last_action
from pages.components.playback.player import seconds_heard
from pages.components.words import say

LATER = "later"
THIRD = "third"
UNDO = "undo"
REASONS = (
    mark("Clear when heard again"),
    mark("The child reads the word"),
    mark("Other voices cover the child"),
    mark("Noise covers the word"),
    mark("Only other children speak"),
    mark("Nobody speaks"),
)
REASON = "reason"  # and the recording's number: the session's key of the chosen reason
PENDING = "label_without_reason"  # the session's key: (recording, label) that waits for its reason
REASON_CHOICES = {f"reason {place}": reason for place, reason in enumerate(REASONS)}
FIRST_REASON_KEY = len(Label) + 1
KEYS = {
    **{f"{row}{k}": label.value for k, label in enumerate(Label, start=1) for row in ("Digit", "Numpad")},
    **{
        f"{row}{FIRST_REASON_KEY + k}": choice for k, choice in enumerate(REASON_CHOICES) for row in ("Digit", "Numpad")
    },
    "t": THIRD,
    "ArrowRight": LATER,
    "k": LATER,
    "u": UNDO,
    "Backspace": UNDO,
}


def answer_keys() -> dict[str, str]:
    """The keys of this screen; a label's first letter in English and in the language of whoever looks."""
    letters = {word[0].lower(): label.value for label in Label for word in (label.value, say(label.value))}
    return letters | KEYS


def decide(recording_id: int, choice: str, actor: Actor) -> None:
    """An answer for a recording, before the screen runs again: a label, a reason, a third judge, later, or undo."""
    if choice == UNDO:
        undo_last_action(actor)
    elif choice == LATER:
        st.session_state.setdefault(ASIDE, []).append(recording_id)
    elif choice == THIRD:
        attempt(lambda: ask_third_judge(recording_id, actor))
    elif choice in REASON_CHOICES:
        st.session_state[reason_key(recording_id)] = REASON_CHOICES[choice]
        settle_with_reason(recording_id, actor)
    else:
        st.session_state[PENDING] = (recording_id, Label(choice))
        settle_with_reason(recording_id, actor)


def settle_with_reason(recording_id: int, actor: Actor) -> None:
    """Settle it where both the label and the reason are there; the other one may still come."""
    pending, label = st.session_state.get(PENDING, (0, None))
    reason = str(st.session_state.get("own_reason", "")).strip() or st.session_state.get(reason_key(recording_id))
    if pending != recording_id or label is None or not reason:
        return

    def settle() -> str:
        heard_s = seconds_heard(recording_id)
        decision = adjudication.adjudicate(recording_id, label, reason, seconds_heard=heard_s, actor=actor)
        return say("Settled as {label}: {reason}", label=say(decision.label.value), reason=say(decision.reason))

    st.session_state.pop(PENDING)
    if attempt(settle):
        st.session_state["own_reason"] = ""


def reason_key(recording_id: int) -> str:
    """Of the reasons' widget: a new recording begins without one."""
    return f"{REASON}_{recording_id}"


def ask_third_judge(recording_id: int, actor: Actor) -> str:
    third_judge.request_third_judge(recording_id, actor=actor)
    return say("Sent to a third judge; the majority of the three will count.")
