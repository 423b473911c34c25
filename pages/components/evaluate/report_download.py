"""The report of one model at one target: a page to keep, to send and to print."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.workflows.evaluation import report_page
from pages.components import formatting


def render_report_download(model: Any, am: float) -> None:
    """What is in it, and the button that makes it."""
    st.markdown(
        f"A page of its own on **{formatting.plain(model.name)}** at a target of **{formatting.percent(am)}**: what "
        f"it does in "
        "words and figures with their intervals, its curve with the judges beside it, what can be promised, who is "
        "treated how, and the card that says what the model learned from and how."
    )
    st.caption("Nothing in it names a child and no recording is in it. Open it in a browser; print it to have a PDF.")
    st.download_button(
        "Download the report",
        data=lambda: report_page.html(model.id, am),
        file_name=f"{model.id}-am-{100 * am:g}.html",
        mime="text/html",
        icon=":material/download:",
        type="primary",
        key="download_report",
        on_click="ignore",
    )
    st.caption("The same from a terminal:")
    st.code(f"python -m core report --model {model.id} --am {am:g} --html report.html", language="bash")
