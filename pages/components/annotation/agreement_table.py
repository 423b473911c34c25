"""Tables of figures on agreement, each with its interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from core.workflows.annotation.agreement_report import AgreementEstimates
from pages.components import formatting
from pages.components.words import say

Row = dict[str, str | int]


def agreement_row(estimates: AgreementEstimates) -> Row:
    """Cells of one row: each figure with its 95 % interval, then the counts."""
    same = estimates.observed
    share = formatting.percent(same.value)
    if formatting.is_known(same.value):
        ends = formatting.interval((same.low, same.high), of=same.value)
        share = f"{share} ({ends})"
    return {
        say("Same label"): share,
        say("Kappa"): formatting.estimate_text(estimates.kappa),
        say("Alpha"): formatting.estimate_text(estimates.alpha),
        say("Both judged"): estimates.n,
        say("Children"): estimates.n_children,
    }


def render_agreement_table(rows: Sequence[Mapping[str, str | int]], *, alt: str) -> None:
    """The rows; a column of kappa or alpha that no row has is left out."""
    empty = {name for name in (say("Kappa"), say("Alpha")) if all(row[name] == formatting.DASH for row in rows)}
    shown = [{name: cell for name, cell in row.items() if name not in empty} for row in rows]
    st.table(shown, border="horizontal", alt=alt)  # which cuts no count off
