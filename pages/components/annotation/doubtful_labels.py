"""Where people and a model differ strongly: hear it, and send what is doubtful back to two judges."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.domain.actor import Actor
from core.workflows.evaluation import doubtful_labels, model_evaluation
from pages.components import formatting
from pages.components.annotation.judge_again import ROW_ACTION, THE_MODEL, judge_again, round_note, send_back, under_way
from pages.components.empty_state import empty_state
from pages.components.playback.player import judgement_chips, playable, player, probability_bars

SHOWN = 30
KEY = "doubts"


def doubtful_labels_view(actor: Actor) -> None:
    """The recordings on which a model is sure of the opposite of their label, the surest first."""
    model = model_evaluation.champion()
    if model is None:
        empty_state(
            "No model is trained yet",
            "As soon as one is, the labels that it doubts most are listed here.",
            screen="retrain.py",
            link="Train the first model",
        )
        return
    found = doubtful_labels.doubtful(model.id, limit=SHOWN)
    st.caption(
        f"{formatting.plain(model.name)} is sure of the opposite: p of Accepted at most "
        f"{doubtful_labels.SURE_OF_REJECTED:g} for one labelled Accepted, at least "
        f"{doubtful_labels.SURE_OF_ACCEPTED:g} for one labelled Noise or Speechless. "
        "Judges hear it anew and are not told."
    )
    if found:
        judge_again([one.judged.recording.id for one in found], key=KEY, actor=actor, reason=THE_MODEL)
        player(
            [_playable(one) for one in found],
            key="doubtful",
            actions=[ROW_ACTION],
            on_answer=lambda recording_id, _: send_back([recording_id], KEY, actor),
        )
    else:
        empty_state(
            "The model doubts no label", "No label is the opposite of what it is sure of.", icon=":material/check:"
        )
    under_way(actor)


def _playable(one: Any) -> Any:
    comments = [given.comment for given in one.judged.judgements if given.comment]
    return playable(
        one.judged.recording,
        chips=judgement_chips(one.judged, named=False),
        bars=probability_bars(one.probabilities),
        note=" · ".join([*comments, *filter(None, [round_note(one.judged)])]),
    )
