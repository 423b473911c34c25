"""The paper's claims with a verdict on each, and what the systems do in each language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from pages.components import formatting
from pages.components.paper import row_names

ENOUGH = 10  # good readings and bad recordings of a language, to say anything about it
SIGNS = {
    "Holds": (":material/check_circle:", "green", "holds"),
    "Faster": (":material/trending_flat:", "orange", "in part"),
    "The opposite": (":material/cancel:", "red", "opposite"),
    "Not so": (":material/cancel:", "red", "not so"),
    "Cannot tell": (":material/help:", "gray", "cannot tell"),
}
BEFORE = "itself: "


def render_claims(found: Sequence[dict[str, Any]]) -> None:
    """One line a claim: what the paper says, and what the recordings here say to it."""
    st.caption(
        "Differences of f(0.10) over every pair of systems that a claim is about, with intervals by resampling "
        "children; seconds as ratios, with intervals over the folds. Other children, other classrooms, other labels."
    )
    for one in found:
        icon, colour, word = sign(one["verdict"])
        with st.container(border=True):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"**{formatting.plain(one['claim'])}**", width="stretch")
                st.badge(word, icon=icon, color=colour)
            st.markdown(formatting.plain(one["verdict"]))


def sign(verdict: str) -> tuple[str, Any, str]:
    """Icon, colour and word of a verdict, by how it begins."""
    begins = verdict.split(BEFORE)[-1]
    return next((one for start, one in SIGNS.items() if begins.startswith(start)), SIGNS["Cannot tell"])


def render_languages(found: Sequence[dict[str, Any]]) -> None:
    """f(0.10) of every row on the recordings of each language, by what it has learned from."""
    if not found:
        st.info("Figures by language stand here once a system is trained.", title="Nothing to report yet")
        return
    enough = [one for one in found if min(one["accepted"], one["recordings"] - one["accepted"]) >= ENOUGH]
    counted = {one["language"]: one["recordings"] for one in enough}
    names = sorted(counted, key=lambda name: -counted[name])
    of_each = ", ".join(
        f"{formatting.counted(counted[name], 'recording')} in {name or 'no language'}" for name in names
    )
    few = sorted({one["language"] for one in found} - set(names))
    left_out = f" Too few of {', '.join(few)} to say anything." if few else ""
    st.caption(
        f"f(0.10) in percent and its 95 % interval, each language by itself: {formatting.plain(of_each)}."
        f"{formatting.plain(left_out)} The paper found training on all languages always better than on one: choose a "
        "language under How, and cross-validate, to see it tried here."
    )
    table: dict[tuple[str, str], dict[str, Any]] = {}
    for one in sorted(enough, key=lambda one: names.index(one["language"])):
        learned = "all languages" if one["trained_on"] == "all" else f"{one['trained_on']} alone"
        name = f"{row_names.features_name(one['features'])} · {row_names.system_name(one)}"
        row = table.setdefault((name, learned), {"System": name, "Learned from": learned})
        row[one["language"] or "no language"] = row_names.with_interval(one["f10"], one["f10_interval"])
    lines = sorted(table.values(), key=lambda row: row["System"])
    st.dataframe(
        pd.DataFrame(lines if len({row["Learned from"] for row in lines}) > 1 else list(table.values())),
        hide_index=True,
        height="content",
        placeholder=formatting.DASH,
        alt="f(0.10) of every system by language",
        key="languages_table",
    )
