"""Disagreements: where two judges differ, staff hear the recording and decide, one after the other.

Both labels are shown, not whose they are. A decision takes one key or one click; its reason is stored with it.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.labels import Label
from core.workflows import adjudicating, agreeing
from core.workflows.actor import Actor
from pages.parts import words
from pages.parts.frame import STAFF, page, said
from pages.parts.nothing_yet import nothing_yet
from pages.parts.outcome import attempt, show_outcome
from pages.parts.player import label_chip, playable, player

ASIDE = "put_aside"
LATER = "later"
UNDO = "undo"
REASONS = (
    "Clear when heard again",
    "The child reads the word",
    "Other voices cover the child",
    "Noise covers the word",
    "Only other children speak",
    "Nobody speaks",
)
KEYS = {
    **{f"{row}{k}": label.value for k, label in enumerate(Label, start=1) for row in ("Digit", "Numpad")},
    **{label.value[0].lower(): label.value for label in Label},
    "ArrowRight": LATER,
    "k": LATER,
    "u": UNDO,
    "Backspace": UNDO,
}
DECIDED_SHOWN = 8


def next_one() -> Any:
    """The oldest disagreement that was not put aside; after all others, those put aside come again."""
    aside: list[int] = st.session_state.setdefault(ASIDE, [])
    waiting = adjudicating.disagreements(limit=len(aside) + 1)
    fresh = [one for one in waiting if one.recording.id not in aside]
    if not fresh and waiting:
        aside.clear()
    return next(iter(fresh or waiting), None)


def decide(recording_id: int, choice: str, actor: Actor) -> None:
    """One answer for one recording, before the screen runs again: a label, later, or undo the one before."""
    if choice == UNDO:
        for last in own_last(actor):
            take_back(last.recording.id, actor)
        return
    if choice == LATER:
        st.session_state.setdefault(ASIDE, []).append(recording_id)
        return
    reason = str(st.session_state.get("own_reason", "")).strip() or st.session_state.get("reason") or REASONS[0]

    def settle() -> str:
        done = adjudicating.decide(recording_id, Label(choice), reason, actor=actor)
        return f"Settled as {done.label}: {words.plain(done.reason)}"

    if attempt(settle):
        st.session_state["own_reason"] = ""


def own_last(actor: Actor) -> list[Any]:
    """The newest decision of the person who is looking, if there is one."""
    own = [done for done in adjudicating.decided(DECIDED_SHOWN) if done.decision.staff == actor.name]
    return own[:1]


def take_back(recording_id: int, actor: Actor) -> None:
    def undo() -> str:
        adjudicating.undo_decision(recording_id, actor=actor)
        return "Taken back: it is one to settle again."

    if attempt(undo):
        st.session_state[ASIDE] = [one for one in st.session_state.get(ASIDE, []) if one != recording_id]


def hear(one: Any, actor: Actor) -> None:
    """The recording, both labels and what the judges added."""
    chips = [label_chip(label) for label in one.labels]
    added = [f"“{comment}”" for comment in one.comments if comment]
    added += ["One judge was not sure."] if any(one.flags) else []
    item = playable(one.recording, chips=chips, note=" ".join(added))
    player([item], key="to_settle", answers=KEYS, on_answer=lambda heard, choice: decide(heard, choice, actor), rows=2)


def answer_buttons(recording_id: int, actor: Actor) -> None:
    with st.container(horizontal=True, gap="small"):
        for k, label in enumerate(Label, start=1):
            st.button(
                f"{label.value}  `{k}`",
                key=f"decide_{label.name.lower()}",
                on_click=decide,
                args=(recording_id, label.value, actor),
            )
        st.button("Later  `→`", key="later", type="tertiary", on_click=decide, args=(recording_id, LATER, actor))


def why() -> None:
    """The reason, from common ones or in own words. The own words count when there are any."""
    st.pills("Why", REASONS, default=REASONS[0], required=True, key="reason")
    st.text_input("In your own words", key="own_reason", placeholder="Instead of the above", max_chars=300)


def what_was_decided(actor: Actor) -> None:
    """The newest decisions of everybody; one's own last one can be taken back."""
    newest = adjudicating.decided(DECIDED_SHOWN)
    if not newest:
        return
    for last in own_last(actor):
        name = words.plain(last.recording.word or last.recording.filename)
        st.button(
            f"Undo your last decision: {name}, {last.decision.label}  `U`",
            key="undo_last",
            icon=":material/undo:",
            on_click=take_back,
            args=(last.recording.id, actor),
        )
    with st.expander(f"The last {len(newest)} decisions"):
        st.dataframe(
            [
                {
                    "Word": done.recording.word or done.recording.filename,
                    "Judges said": ", ".join(label.value for label in done.labels),
                    "Decided": done.decision.label.value,
                    "Why": done.decision.reason,
                    "By": done.decision.staff,
                    "When": words.when(done.decision.decided_at),
                }
                for done in newest
            ],
            hide_index=True,
            alt="The newest decisions",
        )


account = page(
    "Disagreements",
    roles=STAFF,
    subtitle="Two judges heard something different. Listen, and say what it is.",
)
actor = Actor.of(account)
show_outcome()
with said():
    progress = agreeing.progress()
    one = next_one()
    if one is None and not progress.judged_twice:
        nothing_yet(
            "Nothing is judged twice yet",
            "As soon as two judges differ on a recording, it waits here for a decision.",
            screen="annotate.py",
            link="Judge recordings",
        )
    elif one is None:
        nothing_yet("Nothing to settle", "Every recording that was judged twice has a label.", icon=":material/check:")
    else:
        st.markdown(
            f"**{words.counted(progress.disagreed, 'recording')}** to settle · {progress.settled:,} settled",
        )
        hear(one, actor)
        answer_buttons(one.recording.id, actor)
        why()
    what_was_decided(actor)
