"""What was done with disagreements: the newest decisions, what is with a third judge, and taking either back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import streamlit as st

from core.domain.actor import Actor
from core.domain.labels import Label
from core.workflows.annotation import adjudication, third_judge
from pages.components import formatting
from pages.components.action_result import attempt

ASIDE = "put_aside"  # the recordings that this visit put aside
DECIDED_SHOWN = 8


def what_was_done(actor: Actor) -> None:
    """What awaits a third judge, and the newest decisions of everybody; one's own last deed can be undone."""
    last = own_last(actor)
    if last is not None:
        recording, what = last
        name = formatting.plain(recording.word or recording.filename)
        st.button(
            f"Undo your last decision: {name}, {what}  `U`",
            key="undo_last",
            icon=":material/undo:",
            on_click=undo_last,
            args=(actor,),
        )
    with_a_third_judge(actor)
    newest = adjudication.adjudicated(DECIDED_SHOWN)
    if not newest:
        return
    with st.expander(f"The last {formatting.counted(len(newest), 'decision')}"):
        st.dataframe(
            [
                {
                    "Word": done.recording.word or done.recording.filename,
                    "Judges said": ", ".join(label.value for label in done.labels),
                    "Decided": done.decision.label.value,
                    "Why": done.decision.reason,
                    "By": done.decision.staff,
                    "When": formatting.when(done.decision.decided_at),
                }
                for done in newest
            ],
            hide_index=True,
            alt="The newest decisions",
        )


def with_a_third_judge(actor: Actor) -> None:
    sent = third_judge.open_requests()
    if not sent:
        return
    with st.expander(f"With a third judge: {formatting.counted(len(sent), 'recording')}", icon=":material/hearing:"):
        for one in sent:
            recording = one.disagreement.recording
            with st.container(horizontal=True, vertical_alignment="center"):
                name = formatting.plain(recording.word or recording.filename)
                asked = f"{formatting.plain(one.by)}, {formatting.when(one.at)}" if one.by else formatting.DASH
                st.markdown(f"**{name}** · {formatting.kind(one.disagreement.labels)} · {asked}", width="content")
                st.button(
                    "Call back",
                    key=f"call_back_{recording.id}",
                    type="tertiary",
                    on_click=take_back,
                    args=(recording.id, actor),
                    kwargs={"is_third": True},
                )


def own_last(actor: Actor) -> tuple[Any, str] | None:
    """What the person who is looking did last and can undo, with its words: a decision, or a third judge asked."""
    decided = [one for one in adjudication.adjudicated(DECIDED_SHOWN) if one.decision.staff == actor.name][:1]
    sent = [one for one in third_judge.open_requests() if one.by == actor.name][:1]
    done = [(one.decision.decided_at, one.recording, str(one.decision.label)) for one in decided]
    done += [(one.at or datetime.min, one.disagreement.recording, "to a third judge") for one in sent]
    if not done:
        return None
    _, recording, what = max(done, key=lambda one: one[0])
    return recording, what


def undo_last(actor: Actor) -> None:
    last = own_last(actor)
    if last is not None:
        take_back(last[0].id, actor, is_third=last[1] not in list(Label))


def take_back(recording_id: int, actor: Actor, *, is_third: bool = False) -> None:
    def undo() -> str:
        (third_judge.withdraw_request if is_third else adjudication.undo_adjudication)(recording_id, actor=actor)
        return "Taken back: it is one to settle again."

    if attempt(undo):
        st.session_state[ASIDE] = [one for one in st.session_state.get(ASIDE, []) if one != recording_id]
