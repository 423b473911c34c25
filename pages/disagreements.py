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
from core.workflows.annotation import adjudication, judging_progress, open_disagreements
from core.workflows.annotation.open_disagreements import Disagreement
from pages.components import formatting
from pages.components.action_result import show_last_result, showing_errors
from pages.components.annotation.adjudications import ASIDE, render_adjudications
from pages.components.annotation.doubtful_labels import doubtful_labels_view
from pages.components.annotation.settling import (
    FIRST_REASON_KEY,
    LATER,
    PENDING,
    REASON_CHOICES,
    REASONS,
    THIRD,
    answer_keys,
    decide,
    reason_key,
    settle_with_reason,
)
from pages.components.empty_state import render_empty_state
from pages.components.page_frame import STAFF, begin_page
from pages.components.playback.judge_listening import render_hearings, render_loudness
from pages.components.playback.playable_rows import HeardFirst, label_chip, playable
from pages.components.playback.player import render_player, seconds_heard
from pages.components.screen_address import words_in_address
from pages.components.words import say, say_count

CLOCKS_DIFFER_S = 0.05
BETWEEN_JUDGES, WITH_THE_MODEL = mark("Between judges"), mark("With a model")
ALL_KINDS = mark("All")
KINDS = {" against ".join(labels): labels for labels in (*combinations(Label, 2), tuple(Label))}


def choose_kind() -> tuple[Label, ...]:
    """Which kind of disagreement to hear, with how many there are of each; () for all."""
    counts = open_disagreements.disagreement_kinds()

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
    fresh = open_disagreements.first_disagreement(aside, kind=kind)
    if fresh is None and aside:
        aside.clear()
        return open_disagreements.first_disagreement(kind=kind)
    return fresh


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
