"""Files and rows that an import refused: each with its whole reason, and the list to take away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest

import pandas as pd
import streamlit as st

from core.messages import Message
from core.stored_messages import translate_text
from core.workflows.importing.cells import escape_formula
from pages.components import formatting
from pages.components.words import language, say, say_count

SHOWN = 50


def render_refusal_table(
    refused: Sequence[Mapping[str, object]], *, key: str, messages: Sequence[Message | None] = ()
) -> None:
    """A table whose reasons wrap; of many refusals the first ones, all in the list to download.

    refused : each with `file`, `row` (None where there is no table) and `reason`
    messages : their reasons as they are translated, as far as they are known
    """
    rows = [
        {
            say("File"): formatting.plain(str(refusal["file"])),
            say("Row"): formatting.DASH if refusal["row"] is None else str(refusal["row"]),
            say("Reason"): formatting.plain(translate_text(language(), message, str(refusal["reason"]))),
        }
        for refusal, message in list(zip_longest(refused, messages[: len(refused)]))[:SHOWN]
    ]
    st.table(rows, border="horizontal", alt=say("What was refused, with the reason"))
    if len(refused) > SHOWN:
        st.caption(say_count("{n} more is in the list.", "{n} more are in the list.", len(refused) - SHOWN))
    st.download_button(
        say("Download this list"),
        _as_csv(refused),
        file_name="refused.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key=key,
    )


def _as_csv(refused: Sequence[Mapping[str, object]]) -> str:
    """For a spreadsheet, which must not run a file name as a formula."""
    table = pd.DataFrame([dict(refusal) for refusal in refused], columns=["file", "row", "reason"])
    safe = table.map(lambda cell: escape_formula(cell) if isinstance(cell, str) else cell)
    return str(safe.to_csv(index=False))
