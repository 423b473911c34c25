"""Tables to take away: labels, with all that was ever given or without, and what a model says of each recording."""

from __future__ import annotations

import streamlit as st

from core.domain.accounts import Account
from core.domain.actor import Actor
from core.workflows.evaluation import model_evaluation
from core.workflows.maintenance import screen_exports
from pages.components.words import say

FORMATS = {".csv": "CSV", ".parquet": "Parquet", ".jsonl": "JSON Lines"}


def render_exports(account: Account) -> None:
    """A choice of format, and a button for each table. A table is written when it is downloaded, and audited."""
    actor = Actor.of(account)
    st.markdown(say("Each table is written when you download it, and the audit log says who did."))
    ending = st.segmented_control(
        say("Format"),
        list(FORMATS),
        default=".csv",
        format_func=FORMATS.__getitem__,
        required=True,
        key="export-format",
    )
    ending = ending or ".csv"
    with st.container(horizontal=True):
        st.download_button(
            say("Labels"),
            lambda: screen_exports.labels_table(ending, actor=actor),
            file_name=f"labels{ending}",
            icon=":material/download:",
            on_click="ignore",
            key="export-labels",
            help=say("Every judgement in force, with its recording and the label that stands."),
        )
        st.download_button(
            say("Labels with their history"),
            lambda: screen_exports.labels_table(ending, has_history=True, actor=actor),
            file_name=f"labels-history{ending}",
            icon=":material/download:",
            on_click="ignore",
            key="export-history",
            help=say("What was taken back and what came twice as well."),
        )
        champion = model_evaluation.champion()
        if champion is not None:
            st.download_button(
                say("Predictions of {model}", model=champion.title),
                lambda: screen_exports.predictions_table(ending, champion.id, actor=actor),
                file_name=f"predictions{ending}",
                icon=":material/download:",
                on_click="ignore",
                key="export-predictions",
                help=say("The model's probabilities for each recording of its labels."),
            )
    st.caption(say("Sound and labels together, as a data set, are written at a terminal: `python -m core export`."))
