"""The settings in force, without secrets."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core import addresses, config
from pages.components.words import say


def render_settings() -> None:
    """A line a setting: its variable, its value, whether it is set, what it is for."""
    rows = [
        {
            say("Variable"): row.variable,
            say("Value"): row.value,
            say("Set"): row.is_set,
            say("What it is for"): say(row.description),
        }
        for row in config.effective_settings()
    ]
    st.caption(say("Read from the environment when the server starts. Change a variable and start the server again."))
    st.dataframe(
        pd.DataFrame(rows).astype({say("Value"): str}),
        hide_index=True,
        height="content",
        alt=say("The settings in force"),
        column_config={
            say("Set"): st.column_config.CheckboxColumn(help=say("Set in the environment; otherwise the default."))
        },
    )
    st.caption(say("Database in force: `{address}`", address=addresses.shown(config.settings().database)))
