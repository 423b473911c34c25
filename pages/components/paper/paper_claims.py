"""The paper's claims with a verdict on each, and what the systems do in each language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import pandas as pd
import streamlit as st

from core.domain import catalogue
from core.domain.verdicts import ClaimVerdict
from core.workflows.paper import claim_texts
from core.workflows.paper.claim_results import ClaimResult
from core.workflows.paper.paper_rows import ALL_LANGUAGES, LanguageRow
from core.workflows.paper.table_rows import MIN_OF_EACH
from pages.components import formatting
from pages.components.paper import row_names

Colour = Literal["green", "orange", "red", "gray"]
SIGNS: dict[ClaimVerdict, tuple[str, Colour]] = {
    ClaimVerdict.HOLDS: (":material/check_circle:", "green"),
    ClaimVerdict.IN_PART: (":material/trending_flat:", "orange"),
    ClaimVerdict.OPPOSITE: (":material/cancel:", "red"),
    ClaimVerdict.NOT_SO: (":material/cancel:", "red"),
    ClaimVerdict.CANNOT_TELL: (":material/help:", "gray"),
}


def render_claims(results: Sequence[ClaimResult]) -> None:
    """One line a claim: the paper's statement, and the verdict on these recordings."""
    st.caption(
        "Differences of f(0.10) over every pair of systems that a claim is about, with intervals by resampling "
        "children; seconds as ratios, with intervals over the folds. Other children, other classrooms, other labels."
    )
    for result in results:
        icon, colour = SIGNS[result.verdict]
        with st.container(border=True):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"**{formatting.plain(claim_texts.claim_text(result.claim))}**", width="stretch")
                st.badge(result.verdict.value, icon=icon, color=colour)
            st.markdown(formatting.plain(claim_texts.verdict_text(result)))


def render_languages(rows: Sequence[LanguageRow]) -> None:
    """f(0.10) of every row on the recordings of each language, by what it has learned from."""
    if not rows:
        st.info("Figures by language stand here once a system is trained.", title="Nothing to report yet")
        return
    enough = [row for row in rows if min(row.accepted, row.recordings - row.accepted) >= MIN_OF_EACH]
    counted = {row.language: row.recordings for row in enough}
    names = sorted(counted, key=lambda name: -counted[name])
    of_each = ", ".join(
        f"{formatting.counted(counted[name], 'recording')} in {name or 'no language'}" for name in names
    )
    few = sorted({row.language for row in rows} - set(names))
    left_out = f" Too few of {', '.join(few)} to say anything." if few else ""
    st.caption(
        f"f(0.10) in percent and its 95 % interval, each language by itself: {formatting.plain(of_each)}."
        f"{formatting.plain(left_out)} The paper found training on all languages always better than on one: choose a "
        "language under How, and cross-validate, to see it tried here."
    )
    if not enough:
        return
    st.dataframe(
        _language_table(sorted(enough, key=lambda row: names.index(row.language))),
        hide_index=True,
        height="content",
        placeholder=formatting.DASH,
        alt="f(0.10) of every system by language",
        key="languages_table",
    )


def _language_table(rows: Sequence[LanguageRow]) -> pd.DataFrame:
    """A line a system, a column a language; by system where some have learned from one language alone."""
    table: dict[tuple[str, str], dict[str, str | None]] = {}
    for row in rows:
        learned = "all languages" if row.trained_on == ALL_LANGUAGES else f"{row.trained_on} alone"
        name = f"{catalogue.family_name(row.features)} · {row_names.system_name(row)}"
        line = table.setdefault((name, learned), {"System": name, "Learned from": learned})
        line[row.language or "no language"] = row_names.with_interval(row.f10, row.f10_interval)
    lines = list(table.values())
    if len({line["Learned from"] for line in lines}) > 1:
        lines.sort(key=lambda line: str(line["System"]))
    return pd.DataFrame(lines)
