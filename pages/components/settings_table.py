"""The settings in force, without secrets."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core import addresses, config


def render_settings() -> None:
    """A line a setting: its variable, its value, whether it is set, what it is for."""
    rows = [
        {"Variable": row.variable, "Value": row.value, "Set": row.is_set, "What it is for": row.description}
        for row in config.effective_settings()
    ]
    st.caption("Read from the environment when the server starts. Change a variable and start the server again.")
    st.dataframe(
        pd.DataFrame(rows).astype({"Value": str}),
        hide_index=True,
        height="content",
        alt="The settings in force",
        column_config={"Set": st.column_config.CheckboxColumn(help="Set in the environment; otherwise the default.")},
    )
    st.caption(f"Database in force: `{addresses.shown(config.settings().database)}`")
