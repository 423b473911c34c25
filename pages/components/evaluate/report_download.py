"""The report of one model at one target: a page to store, to send and to print."""

from __future__ import annotations

import shlex

import streamlit as st

from core.domain.certainty import Certainty
from core.domain.models import Model
from core.sentences.certainty_sentences import sure_words
from core.translation import DEFAULT_LANGUAGE
from core.workflows.evaluation import report_page
from pages.components import formatting
from pages.components.words import language, say


def render_report_download(model: Model, am: float, certainty: Certainty) -> None:
    """What is in the report, and the button that downloads it."""
    st.markdown(
        say(
            "A report on **{model}** at a target of **{target}**, {sure}: what it does in words and figures with their "
            "intervals, its curve with the judges beside it, what can be promised, how each group is treated, and the "
            "card that says what the model learned from and how.",
            model=formatting.plain(model.title),
            target=formatting.percent(am),
            sure=sure_words(certainty, language()),
        )
    )
    st.caption(say("It names no child and holds no recording. Open it in a browser; print it to have a PDF."))
    speaks = language()  # on this run, not when the file is fetched
    st.download_button(
        say("Download the report"),
        data=lambda: report_page.html(model.id, am, certainty=certainty, speaks=speaks),
        file_name=f"{model.id}-am-{100 * am:g}.html",
        mime="text/html",
        icon=":material/download:",
        type="primary",
        key="download_report",
        on_click="ignore",
    )
    st.caption(say("The same from a terminal:"))
    sure = f" --certainty {certainty.value:.2f}" if certainty.has_margin else ""
    spoken = "" if speaks == DEFAULT_LANGUAGE else f" --language {speaks}"
    named = shlex.quote(model.version_name or model.id)
    st.code(f"python -m core report --model {named} --am {am:g}{sure} --html report.html{spoken}", language="bash")
