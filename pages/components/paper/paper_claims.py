"""The paper's claims with a verdict on each, and what the systems do in each language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import pandas as pd
import streamlit as st

from core.domain.verdicts import ClaimVerdict
from core.translation import mark
from core.workflows.paper import claim_texts
from core.workflows.paper.claim_results import ClaimResult
from core.workflows.paper.paper_rows import ALL_LANGUAGES, LanguageRow
from core.workflows.paper.table_rows import MIN_OF_EACH
from pages.components import formatting
from pages.components.paper import row_names
from pages.components.paper.row_names import language_title
from pages.components.system_names import family_title
from pages.components.words import language, say, say_count

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
        say(
            "Differences of f(0.10) over every pair of systems that a claim is about, with intervals by resampling "
            "children; seconds as ratios, with intervals over the folds. Other children, other classrooms, other "
            "labels."
        )
    )
    speaks = language()
    for result in results:
        icon, colour = SIGNS[result.verdict]
        with st.container(border=True):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(
                    f"**{formatting.plain(claim_texts.claim_text(result.claim, speaks=speaks))}**", width="stretch"
                )
                st.badge(claim_texts.verdict_word(result.verdict, speaks=speaks), icon=icon, color=colour)
            st.markdown(formatting.plain(claim_texts.verdict_text(result, speaks=speaks)))


def render_languages(rows: Sequence[LanguageRow]) -> None:
    """f(0.10) of every row on the recordings of each language, by what it has learned from."""
    if not rows:
        st.info(say("Figures by language stand here once a system is trained."), title=say("Nothing to report yet"))
        return
    enough = [row for row in rows if min(row.accepted, row.recordings - row.accepted) >= MIN_OF_EACH]
    counted = {row.language: row.recordings for row in enough}
    names = sorted(counted, key=lambda name: -counted[name])
    of_each = ", ".join(
        say_count("{n} recording in {name}", "{n} recordings in {name}", counted[name], name=language_title(name))
        for name in names
    )
    few = sorted({row.language for row in rows} - set(names))
    each_alone = mark("f(0.10) in percent and its interval of 95 %, each language by itself: {languages}.")
    about = say(each_alone, languages=of_each) if enough else ""
    left_out = say("Too few of {languages} to say anything.", languages=", ".join(few)) if few else ""
    advice = say(
        "The paper found training on all languages always better than on one: choose a language under How, and "
        "cross-validate, to see it tried here."
    )
    st.caption(" ".join(filter(None, [formatting.plain(about), formatting.plain(left_out), advice])))
    if not enough:
        return
    st.dataframe(
        _language_table(sorted(enough, key=lambda row: names.index(row.language))),
        hide_index=True,
        height="content",
        placeholder=formatting.DASH,
        alt=say("f(0.10) of every system by language"),
        key="languages_table",
    )


def _language_table(rows: Sequence[LanguageRow]) -> pd.DataFrame:
    """A line a system, a column a language; by system where some have learned from one language alone."""
    system, from_column = say("System"), say("Learned from")
    table: dict[tuple[str, str], dict[str, str | None]] = {}
    for row in rows:
        is_all = row.trained_on == ALL_LANGUAGES
        learned = say("all languages") if is_all else say("{name} alone", name=row.trained_on)
        name = f"{family_title(row.features)} · {row_names.system_name(row)}"
        line = table.setdefault((name, learned), {system: name, from_column: learned})
        line[language_title(row.language)] = row_names.with_interval(row.f10, row.f10_interval)
    lines = list(table.values())
    if len({line[from_column] for line in lines}) > 1:
        lines.sort(key=lambda line: str(line[system]))
    return pd.DataFrame(lines)
