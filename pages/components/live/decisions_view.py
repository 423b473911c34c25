"""The last decisions, why one was taken, hearing those that were drawn, and all of them as a file."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.domain.accounts import Account
from core.domain.actor import Actor
from core.domain.decisions import RejectionReason
from core.domain.permissions import Permission, may
from core.number_words import decimal
from core.sentences import decision_sentences
from core.sentences.retention_sentences import source_name
from core.translation import mark, translate
from core.workflows.annotation import recording_search
from core.workflows.deployment import decision_log
from core.workflows.deployment.decision_log import LoggedDecision
from pages.components.action_result import showing_errors
from pages.components.colours import ACCEPTED
from pages.components.empty_state import render_empty_state
from pages.components.formatting import time_text
from pages.components.markdown import plain
from pages.components.playback.playable_rows import Bar, label_chip, playable
from pages.components.playback.player import render_player

SHOWN = 50
REASONS = {RejectionReason.NOISE: mark("noise"), RejectionReason.SPEECHLESS: mark("speechless")}


@st.fragment
def render_decisions(account: Account) -> None:
    """Ask for a decision by its id; below, the last ones."""
    speaks, actor = account.speaks, Actor.of(account)
    asked = st.text_input(
        translate(speaks, "Why was this decided? The id of a decision"), key="decision-id", width=420, max_chars=64
    )
    if asked.strip():
        with showing_errors():
            _render_why(decision_log.look_up(asked, actor=actor), speaks)
    logged = decision_log.newest(SHOWN, actor=actor)
    if not logged:
        render_empty_state(
            translate(speaks, "No decisions are recorded"),
            translate(speaks, "Programs that ask at /v1/decisions leave a record of each: figures, no sound."),
        )
        return
    st.dataframe(
        [_as_row(each, speaks) for each in logged],
        hide_index=True,
        alt=translate(speaks, "The last decisions"),
        key="live-decisions",
    )
    _render_sampled([each for each in logged if each.sampled is not None], speaks)
    _render_export(account, actor)


def _render_why(logged: LoggedDecision, speaks: str) -> None:
    with st.container(border=True):
        st.markdown(plain(" ".join(decision_sentences.why(logged.record, speaks))))
        if logged.sampled is None:
            st.caption(translate(speaks, "Its sound is not stored: it was not drawn for judges."))
    if logged.sampled is not None:
        _render_player([logged], key="why-player")


def _as_row(logged: LoggedDecision, speaks: str) -> dict[str, str]:
    record = logged.record
    return {
        translate(speaks, "When"): time_text(record.decided_at),
        translate(speaks, "Source"): source_name(speaks, record.source),
        translate(speaks, "Decision"): decision_sentences.verdict_word(record, speaks),
        translate(speaks, "Reason"): translate(speaks, REASONS[record.reason]) if record.reason else "",
        "p": decimal(record.p_accepted, 3, speaks=speaks),
        translate(speaks, "Threshold"): decimal(record.threshold, 3, speaks=speaks),
        translate(speaks, "Key"): logged.key,
        translate(speaks, "Drawn"): "●" if logged.sampled is not None else "",
        translate(speaks, "Id"): record.id,
    }


def _render_sampled(sampled: list[LoggedDecision], speaks: str) -> None:
    if not sampled:
        return
    st.header(translate(speaks, "Hear those that were drawn for judges"), anchor=False)
    _render_player(sampled, key="live-player")


def _render_player(sampled: list[LoggedDecision], *, key: str) -> None:
    by_recording = {each.sampled.recording_id: each for each in sampled if each.sampled is not None}
    judged = recording_search.recordings_of(list(by_recording))
    items = [
        playable(
            judged[number].recording,
            chips=[label_chip(label)] if (label := judged[number].consensus) else [],
            bars=[Bar("p", each.record.p_accepted, ACCEPTED, each.record.threshold)],
        )
        for number, each in by_recording.items()
        if number in judged
    ]
    render_player(items, key=key, rows=min(6, max(1, len(items))))


def _written(ending: str, actor: Actor) -> str:
    return decision_log.as_text(ending, actor=actor).text


def _render_export(account: Account, actor: Actor) -> None:
    if not may(account.role, Permission.EXPORT):
        return
    with st.container(horizontal=True):
        for ending in (".csv", ".json"):
            st.download_button(
                translate(account.speaks, "All records as {ending}", ending=ending),
                partial(_written, ending, actor),
                file_name=f"decisions{ending}",
                icon=":material/download:",
                key=f"export-decisions{ending}",
                on_click="ignore",
            )
