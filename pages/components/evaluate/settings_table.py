"""The settings in force, with what is secret left out."""

from __future__ import annotations

from urllib.parse import urlsplit

import pandas as pd
import streamlit as st

from core.config import PREFIX, Settings, settings

SECRETS = frozenset({"secret_key"})
HIDDEN = "••••••"


def settings_in_force() -> None:
    """One line a setting: its variable, its value, whether somebody set it, what it is for."""
    rows = [
        {
            "Variable": f"{PREFIX}{name}".upper(),
            "Value": _shown(name, value),
            "Set": name in settings().model_fields_set,
            "What it is for": Settings.model_fields[name].description or "",
        }
        for name, value in settings().model_dump().items()
    ]
    st.caption("Read from the environment when the server starts. Change a variable and start the server again.")
    st.dataframe(
        pd.DataFrame(rows).astype({"Value": str}),
        hide_index=True,
        height="content",
        alt="The settings in force",
        column_config={"Set": st.column_config.CheckboxColumn(help="Set in the environment; otherwise the default.")},
    )
    st.caption(f"Database in force: `{without_password(settings().database)}`")


def _shown(name: str, value: object) -> str:
    if name in SECRETS:
        return HIDDEN if value else "made at the first start and kept in the storage folder"
    return without_password(str(value))


def without_password(address: str) -> str:
    """An address as it may be shown: `postgresql://me:••••••@host/db`."""
    parts = urlsplit(address)
    if not parts.password:
        return address
    where = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{parts.username or ''}:{HIDDEN}@{where}").geturl()
