"""What is different about the sound of each source, from the counts of everything that was scored."""

from __future__ import annotations

import streamlit as st

from core.domain.accounts import Account
from core.number_words import decimal, percent
from core.sentences.retention_sentences import source_name
from core.sentences.sound_sentences import differences_words
from core.translation import translate
from core.workflows.deployment import source_watch
from pages.components.empty_state import render_empty_state


def render_drift(account: Account) -> None:
    """A row a source: how much was scored in 30 days, what was refused, and whether it sounds as in training."""
    speaks, watched = account.speaks, source_watch.watched_sources()
    if not watched:
        render_empty_state(
            translate(speaks, "Nothing was scored lately"),
            translate(speaks, "What each source sounds like is shown once programs have asked for decisions."),
        )
        return
    st.dataframe(
        [
            {
                translate(speaks, "Source"): source_name(speaks, each.source),
                translate(speaks, "Scored in 30 days"): each.n,
                translate(speaks, "Share refused"): percent(each.share_refused, speaks=speaks),
                translate(speaks, "Mean p"): decimal(each.mean_p, 2, speaks=speaks),
                translate(speaks, "Sound"): _sound(each, speaks),
            }
            for each in watched
        ],
        hide_index=True,
        alt=translate(speaks, "What each source sounds like"),
        key="live-drift",
    )


def _sound(watched: source_watch.WatchedSource, speaks: str) -> str:
    if not watched.is_known:
        return translate(speaks, "too little to tell")
    if not watched.differences:
        return translate(speaks, "like the training recordings")
    named = differences_words(watched.differences, speaks=speaks)
    return translate(speaks, "unlike: {differences}", differences=named)
