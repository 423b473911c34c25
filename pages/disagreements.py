"""Disagreements: where two judges differ, staff hear the recording and decide, one after the other.

Staff see the labels with how each judge listened, without names. The recording plays by itself, and is settled once it
was heard: by a label and a reason, one key each, in either order. Instead of deciding, a third judge can be asked. The
second view lists labels that a model contradicts.
"""

from __future__ import annotations

from itertools import combinations

import streamlit as st

from core.domain.actor import Actor
from core.domain.labels import Label
from core.translation import mark
from core.workflows.annotation import adjudication, judging_progress, third_judge
from core.workflows.annotation.adjudication import Disagreement
from pages.components import formatting
from pages.components.action_result import attempt, show_last_result, showing_errors
from pages.components.annotation.adjudications import ASIDE, render_adjudications, undo_last_action
from pages.components.annotation.doubtful_labels import doubtful_labels_view
from pages.components.empty_state import render_empty_state
from pages.components.page_frame import STAFF, begin_page
from pages.components.playback.judge_listening import render_hearings, render_loudness
from pages.components.playback.player import HeardFirst, label_chip, playable, render_player, seconds_heard
from pages.components.screen_address import words_in_address
from pages.components.words import say, say_count

CLOCKS_DIFFER_S = 0.05
LATER = "later"
THIRD = "third"
UNDO = "undo"
BETWEEN_JUDGES, WITH_THE_MODEL = mark("Between judges"), mark("With a model")
ALL_KINDS = mark("All")
KINDS = {" against ".join(labels): labels for labels in (*combinations(Label, 2), tuple(Label))}
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


def choose_kind() -> tuple[Label, ...]:
    """Which kind of disagreement to hear, with how many there are of each; () for all."""
    counts = adjudication.disagreement_kinds()

    def name(kind: str) -> str:
        if kind == ALL_KINDS:
            return f"{say(ALL_KINDS)} · {say('{n:,}', n=sum(counts.values()))}"
        return f"{formatting.disagreement_kind(KINDS[kind])} · {say('{n:,}', n=counts.get(KINDS[kind], 0))}"

    chosen = st.pills(
        say("Kind"),
        [ALL_KINDS, *KINDS],
        default=ALL_KINDS,
        required=True,
        format_func=name,
        key="kind",
        label_visibility="collapsed",
    )
    return KINDS.get(chosen or ALL_KINDS, ())


def next_disagreement(kind: tuple[Label, ...]) -> Disagreement | None:
    """The oldest disagreement that was not put aside; after all others, those put aside come again."""
    aside: list[int] = st.session_state.setdefault(ASIDE, [])
    fresh = adjudication.first_disagreement(aside, kind=kind)
    if fresh is None and aside:
        aside.clear()
        return adjudication.first_disagreement(kind=kind)
    return fresh


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


def render_disagreement(disagreement: Disagreement, actor: Actor) -> None:
    """The recording with its figures, and how each judge listened."""
    item = playable(disagreement.recording, chips=[label_chip(label) for label in disagreement.labels])
    render_player(
        [item],
        key="to_settle",
        answers=answer_keys(),
        on_answer=lambda recording_id, choice: decide(recording_id, choice, actor),
        rows=2,
        heard_first=HeardFirst(
            adjudication.needed_s(disagreement.recording.duration_s), tuple(label.value for label in Label)
        ),
        open_answers=tuple(REASON_CHOICES),
    )


def render_answer_buttons(disagreement: Disagreement, actor: Actor) -> None:
    number = disagreement.recording.id
    is_unheard = seconds_heard(number) < adjudication.needed_s(disagreement.recording.duration_s) - CLOCKS_DIFFER_S
    pending, label_waiting = st.session_state.get(PENDING, (0, None))
    with st.container(horizontal=True, gap="small"):
        for k, label in enumerate(Label, start=1):
            is_chosen = pending == number and label is label_waiting
            st.button(
                f"{say(label.value)}  `{k}`",
                key=f"decide_{label.name.lower()}",
                type="primary" if is_chosen else "secondary",
                on_click=decide,
                args=(number, label.value, actor),
                disabled=is_unheard,
            )
        if disagreement.can_go_to_a_third:
            third = f"{say('Ask a third judge')}  `T`"
            st.button(third, key="third", on_click=decide, args=(number, THIRD, actor))
        later = f"{say('Later')}  `→`"
        st.button(later, key="later", type="tertiary", on_click=decide, args=(number, LATER, actor))
    st.caption(_next_step(is_unheard=is_unheard, label=label_waiting if pending == number else None))


def _next_step(*, is_unheard: bool, label: Label | None) -> str:
    """What is still missing; a line that is always there, so that nothing moves."""
    if is_unheard:
        return say("It plays by itself. Once it is heard, choose the label and the reason, in either order.")
    if label is not None:
        return say("**{label}**: now choose why.", label=say(label.value))
    return say("Choose the label and the reason, in either order.")


def render_reason(disagreement: Disagreement, actor: Actor) -> None:
    """The reason, from common ones or in own words. The own words count when there are any."""
    number = disagreement.recording.id
    keys = {reason: FIRST_REASON_KEY + place for place, reason in enumerate(REASONS)}
    st.pills(
        say("Why"),
        REASONS,
        key=reason_key(number),
        format_func=lambda reason: f"{say(reason)}  `{keys[reason]}`",
        on_change=settle_with_reason,
        args=(number, actor),
    )
    st.text_input(
        say("In your own words"),
        key="own_reason",
        placeholder=say("Instead of the above"),
        max_chars=300,
        on_change=settle_with_reason,
        args=(number, actor),
    )


def between_judges_view(actor: Actor) -> None:
    progress = judging_progress.count_progress()
    if not progress.judged_twice:
        render_empty_state(
            say("Nothing is judged twice yet"),
            say("As soon as two judges differ on a recording, it waits here for a decision."),
            screen="annotate.py",
            link=say("Judge recordings"),
        )
        return
    if progress.disagreed:
        counts = [
            say_count("**{n} recording** to settle", "**{n} recordings** to settle", progress.disagreed),
            say("{n:,} settled", n=progress.settled),
        ]
        if progress.awaiting_third:
            counts.append(say("{n:,} with a third judge", n=progress.awaiting_third))
        st.markdown(" · ".join(counts))
        disagreement = next_disagreement(choose_kind())
        if disagreement is None:
            st.info(say("None of this kind waits. Choose another, or all."), icon=":material/check:")
        else:
            render_disagreement(disagreement, actor)
            render_answer_buttons(disagreement, actor)
            render_reason(disagreement, actor)
            render_loudness(disagreement.recording.id)
            render_hearings(disagreement)
    else:
        render_empty_state(
            say("Nothing to settle"), say("No two judges differ on a recording that waits."), icon=":material/check:"
        )
    render_adjudications(actor)


account = begin_page(
    say("Disagreements"),
    roles=STAFF,
    subtitle=say("Two judges gave different labels. Listen, and decide which is right."),
)
actor = Actor.of(account)
show_last_result()
words_in_address("view", (BETWEEN_JUDGES, WITH_THE_MODEL))
view = st.segmented_control(
    say("What differs"),
    [BETWEEN_JUDGES, WITH_THE_MODEL],
    default=BETWEEN_JUDGES,
    required=True,
    format_func=say,
    key="view",
    bind="query-params",
    label_visibility="collapsed",
)
with showing_errors():
    if view == WITH_THE_MODEL:
        doubtful_labels_view(actor)
    else:
        between_judges_view(actor)
