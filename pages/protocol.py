"""Judging rules, the same for all judges: the desk, the order of recordings, and how a new judge begins."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.domain.actor import Actor
from core.domain.desk_rules import WordShown
from core.domain.selection import QueueOrder
from core.translation import mark
from core.workflows.annotation import protocols, queue_model
from pages.components.action_result import show_last_result, showing_errors
from pages.components.annotation.qualification_editor import render_qualification_items
from pages.components.formatting import plain, time_text
from pages.components.page_frame import STAFF, begin_page
from pages.components.words import say, say_count

WORDS_SHOWN = {
    WordShown.BEFORE: mark("Before listening"),
    WordShown.AFTER: mark("After listening"),
    WordShown.NEVER: mark("Never"),
}
ORDERS = {
    QueueOrder.SHUFFLE: mark("Each judge's own shuffle"),
    QueueOrder.UNCERTAINTY: mark("What the newest model is least sure of first"),
}


def render_desk_form(actor: Actor) -> None:
    """What a desk shows, and how much of a recording must be heard."""
    in_force = protocols.desk()[1]
    with st.form("desk", border=False, width=560):
        chosen = _desk_fields(in_force)
        st.caption(say("Applies from each judge's next recording on, and is stored with every label."))
        if st.form_submit_button(say("Use these rules"), type="primary"):
            _store(lambda: protocols.set_desk(chosen, actor=actor))


def _desk_fields(in_force: protocols.DeskProtocol) -> protocols.DeskProtocol:
    """What is chosen in the form."""
    waveform = st.toggle(say("Show the waveform"), in_force.waveform, key="desk-waveform")
    spectrogram = st.toggle(
        say("Show the spectrogram"),
        in_force.spectrogram,
        key="desk-spectrogram",
        help=say(
            "Loudness by pitch and time. Seeing a sound changes how it is heard: leave pictures out to measure that."
        ),
    )
    word_shown = st.radio(
        say("The word that the child was to read is shown"),
        list(WORDS_SHOWN),
        list(WORDS_SHOWN).index(in_force.word_shown),
        format_func=lambda shown: say(WORDS_SHOWN[shown]),
        horizontal=True,
        key="desk-word-shown",
        help=say(
            "Knowing the word primes the ear: one hears what one expects. Every label names the rules it came under."
        ),
    )
    share = _share_slider(
        say("Share of a recording to be heard before it takes a label"), in_force.heard_share, key="desk-heard-share"
    )
    seconds = st.number_input(
        say("... or as many seconds, whichever is less"),
        0.0,
        protocols.MOST_S,
        in_force.heard_s,
        0.5,
        format="%.1f",
        key="desk-heard-s",
    )
    return protocols.DeskProtocol(waveform, spectrogram, share, seconds, word_shown)


def render_team_form(actor: Actor) -> None:
    """What all judges together aim at in a day."""
    in_force = protocols.team()[1]
    with st.form("team", border=False, width=560):
        target = st.number_input(
            say("Labels a day, of all judges together"),
            0,
            1_000_000,
            in_force.daily_target,
            10,
            key="team-daily-target",
            help=say("Judges see how far the team is, and nobody's pace. 0: no target is shown."),
        )
        if st.form_submit_button(say("Use this target"), type="primary"):
            _store(lambda: protocols.set_team(protocols.TeamProtocol(target), actor=actor))


def render_queue_form(actor: Actor) -> None:
    """Which recording comes next."""
    in_force = protocols.queue()[1]
    with st.form("queue", border=False, width=560):
        order, random_share = _order_fields(in_force)
        repeat_share, repeat_after = _repeat_fields(in_force)
        control_share, controls_a_day = _control_fields(in_force)
        if st.form_submit_button(say("Use these rules"), type="primary"):
            value = protocols.QueueProtocol(
                order, random_share, repeat_share, repeat_after, control_share, controls_a_day
            )
            _store(lambda: protocols.set_queue(value, actor=actor))
    _render_useful_order(protocols.queue()[1].order is QueueOrder.UNCERTAINTY)


def _order_fields(in_force: protocols.QueueProtocol) -> tuple[QueueOrder, float]:
    """The order, and the share of recordings that are shuffled in any order."""
    order = st.radio(
        say("Order"),
        list(ORDERS),
        list(ORDERS).index(in_force.order),
        format_func=lambda each: say(ORDERS[each]),
        key="queue-order",
    )
    random_share = _share_slider(
        say("Of these, shuffled all the same"),
        in_force.random_share,
        key="queue-random-share",
        explanation=say("With “least sure first” only. Keeps the labels representative of all recordings."),
    )
    return order, random_share


def _repeat_fields(in_force: protocols.QueueProtocol) -> tuple[float, int]:
    """The share of repeats, and after how many other labels they come."""
    share = _share_slider(
        say("Recordings that come to the same judge once more, unannounced"),
        in_force.repeat_share,
        most=50,
        key="queue-repeat-share",
        explanation=say("Shows how far a judge agrees with themselves. A repeat never counts as a judgement."),
    )
    after = st.number_input(
        say("... after at least so many other labels"), 1, 10_000, in_force.repeat_after, key="queue-repeat-after"
    )
    return share, int(after)


def _control_fields(in_force: protocols.QueueProtocol) -> tuple[float, int]:
    """The share of known answers, and how many a day at most."""
    share = _share_slider(
        say("Known answers: recordings whose label stands, unannounced"),
        in_force.control_share,
        most=20,
        key="queue-control-share",
        explanation=say(
            "Shows whether a judge listens, also where nobody else judges. Taken are recordings on which others agree, "
            "and those that new judges begin with. Such a label never counts as a judgement."
        ),
    )
    most = st.number_input(
        say("... at most so many a day to a judge"), 1, 200, in_force.controls_a_day, key="queue-controls-a-day"
    )
    return share, int(most)


def _render_useful_order(is_in_force: bool) -> None:
    """Which model the order comes from, and how to bring it up to date."""
    model = queue_model.newest_queue_model()
    with st.container(border=True, width=560, key="queue-opinion"):
        state = (
            say("**Least sure first** is in force.") if is_in_force else say("**Least sure first** is not in force.")
        )
        st.markdown(f"{state} {_order_text(model)}")
        if not is_in_force:
            st.caption(say("Use this order before you retrain: only then does the new model order the recordings."))
        elif model is None or model.n_newer:
            st.page_link("retrain.py", label=say("Retrain now"), icon=":material/model_training:")


def _order_text(model: queue_model.QueueModel | None) -> str:
    if model is None:
        return say(
            "No model has been asked about the recordings without a label yet, so they come shuffled until a "
            "retraining ends and asks its best model."
        )
    order = say_count(
        "The order comes from {model} ({time}), which was asked about {n} recording.",
        "The order comes from {model} ({time}), which was asked about {n} recordings.",
        model.n_predicted,
        model=plain(model.model),
        time=time_text(model.trained_at),
    )
    if not model.n_newer:
        return f"{order} {say('No recording came in since.')}"
    newer = say_count(
        "{n} recording came in since and comes shuffled, until the next retraining asks its best model.",
        "{n} recordings came in since and come shuffled, until the next retraining asks its best model.",
        model.n_newer,
    )
    return f"{order} {newer}"


def render_qualification_form(actor: Actor) -> None:
    """How a new judge begins."""
    in_force = protocols.qualification()[1]
    with st.form("qualification", border=False, width=560):
        is_required = st.toggle(
            say("New judges begin with recordings whose answer is settled"),
            in_force.is_required,
            key="qualification-required",
            help=say("After each label they see whether it was right. These labels never count as judgements."),
        )
        mark = _share_slider(say("Right answers that open the real queue"), in_force.mark, key="qualification-mark")
        at_least = st.number_input(
            say("... out of the newest"), 1, 1_000, in_force.at_least, key="qualification-at-least"
        )
        if st.form_submit_button(say("Use these rules"), type="primary"):
            value = protocols.QualificationProtocol(is_required, mark, at_least)
            _store(lambda: protocols.set_qualification(value, actor=actor))
    render_qualification_items(actor)


def _share_slider(label: str, in_force: float, *, key: str, most: int = 100, explanation: str | None = None) -> float:
    """A share that is chosen in whole percent."""
    return st.slider(label, 0, most, round(100 * in_force), format="%d %%", key=key, help=explanation) / 100


def _store(store: Callable[[], int]) -> None:
    with showing_errors():
        store()
        st.toast(say("In force"), icon=":material/check:")


account = begin_page(
    say("Judging rules"),
    roles=STAFF,
    subtitle=say(
        "The same for all judges. Rules are never overwritten: every label names the rules that it came under."
    ),
)
show_last_result()
forms = {
    say("The desk"): render_desk_form,
    say("What comes next"): render_queue_form,
    say("New judges"): render_qualification_form,
    say("The day"): render_team_form,
}
for tab, render_form in zip(st.tabs(list(forms), key="protocol-part"), forms.values(), strict=True):
    with tab:
        render_form(Actor.of(account))
