"""Labels that a model contradicts: to be heard, and sent back to two judges where they are doubtful."""

from __future__ import annotations

import streamlit as st

from core.domain.actor import Actor
from core.workflows.evaluation import doubtful_labels, model_evaluation
from core.workflows.evaluation.doubtful_labels import DoubtfulLabel
from pages.components import formatting
from pages.components.annotation.judge_again import (
    THE_MODEL,
    render_judge_again,
    render_open_rounds,
    round_note,
    row_action,
    send_back,
)
from pages.components.empty_state import render_empty_state
from pages.components.playback.playable_rows import Playable, joined_note, judgement_chips, playable, probability_bars
from pages.components.playback.player import render_player
from pages.components.words import say

SHOWN = 30
KEY = "doubts"


def doubtful_labels_view(actor: Actor) -> None:
    """The recordings for which a model is sure of the opposite of their label, the surest first."""
    model = model_evaluation.champion()
    if model is None:
        render_empty_state(
            say("No model is trained yet"),
            say("As soon as one is, the labels that it doubts most are listed here."),
            screen="retrain.py",
            link=say("Train the first model"),
        )
        return
    doubtful = doubtful_labels.doubtful(model.id, limit=SHOWN)
    st.caption(
        say(
            "{model} is sure of the opposite: p(Accepted) is at most {rejected:g} for a recording labelled Accepted, "
            "at least {accepted:g} for one labelled Noise or Speechless. Judges who hear it again do not learn of "
            "this.",
            model=formatting.plain(model.title),
            rejected=doubtful_labels.SURE_OF_REJECTED,
            accepted=doubtful_labels.SURE_OF_ACCEPTED,
        )
    )
    if doubtful:
        render_judge_again([label.judged.recording.id for label in doubtful], key=KEY, actor=actor, reason=THE_MODEL)
        render_player(
            [_playable(label) for label in doubtful],
            key="doubtful",
            actions=[row_action()],
            on_answer=lambda recording_id, _: send_back([recording_id], KEY, actor),
        )
    else:
        render_empty_state(
            say("The model doubts no label"),
            say("No label is the opposite of what it is sure of."),
            icon=":material/check:",
        )
    render_open_rounds(actor)


def _playable(doubtful: DoubtfulLabel) -> Playable:
    return playable(
        doubtful.judged.recording,
        chips=judgement_chips(doubtful.judged, named=False),
        bars=probability_bars(doubtful.probabilities),
        note=joined_note(doubtful.judged, round_note(doubtful.judged)),
    )
