"""What can be done with a recording: back to the judges, for practice, erase. The verbs ask who may."""

from __future__ import annotations

import streamlit as st

from core.domain.accounts import Account
from core.domain.actor import Actor
from core.domain.permissions import Permission, may
from core.domain.rounds import is_under_way
from core.workflows.annotation import qualification_items
from core.workflows.deployment.recording_overview import RecordingOverview
from pages.components.action_result import attempt
from pages.components.annotation.judge_again import DOUBT, render_judge_again
from pages.components.erasure import open_preview
from pages.components.words import say


def render_actions(seen: RecordingOverview, account: Account) -> None:
    """The buttons, in a row."""
    actor, number = Actor.of(account), seen.judged.recording.id
    wants_erasure = False
    with st.container(horizontal=True, gap="small", key="actions"):
        if may(account.role, Permission.BEGIN_ROUNDS):
            is_waiting = is_under_way(seen.judged.judging_state)
            with st.popover(say("Back to the judges"), icon=":material/replay:", disabled=is_waiting):
                render_judge_again([number], key="again", actor=actor, reason=DOUBT)
        if may(account.role, Permission.CHOOSE_QUALIFICATION_ITEMS):
            _render_practice(seen, actor)
        if may(account.role, Permission.ERASE):
            wants_erasure = st.button(
                say("Erase the child…"),
                key="erase-child",
                icon=":material/delete_forever:",
                help=say("Shows first what would go. A recording goes with all others of its child."),
            )
    if wants_erasure:
        open_preview(seen.judged.recording.child)


def _render_practice(seen: RecordingOverview, actor: Actor) -> None:
    number = seen.judged.recording.id
    if seen.is_for_practice:
        st.button(
            say("No longer for practice"),
            key="practice",
            icon=":material/school:",
            on_click=_leave_practice,
            args=(number, actor),
        )
        return
    st.button(
        say("Use for practice"),
        key="practice",
        icon=":material/school:",
        on_click=_use_for_practice,
        args=(number, actor),
        disabled=seen.judged.consensus is None,
        help=say("New judges hear it when they begin."),
    )


def _use_for_practice(recording_id: int, actor: Actor) -> None:
    def add() -> str:
        qualification_items.add(recording_id, actor=actor)
        return say("Added: new judges hear it when they begin.")

    attempt(add)


def _leave_practice(recording_id: int, actor: Actor) -> None:
    def remove() -> str:
        qualification_items.remove(recording_id, actor=actor)
        return say("New judges do not hear it any more.")

    attempt(remove)
