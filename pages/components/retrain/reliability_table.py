"""Rows of figures on agreement, each with its interval."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.components import formatting


def reliability_row(found: Any) -> dict[str, Any]:
    """A `core.annotation.reliability.AgreementEstimates` as cells: each figure with its 95 % interval, then the "
    "counts."""
    same = found.observed
    percent = formatting.percent(same.value)
    return {
        "Same label": f"{percent} ({formatting.interval((same.low, same.high))})"
        if formatting.is_known(same.value)
        else percent,
        "Kappa": formatting.figure_of(found.kappa),
        "Alpha": formatting.figure_of(found.alpha),
        "Both judged": found.n,
        "Children": found.n_children,
    }


def reliability_table(rows: list[dict[str, Any]], *, alt: str) -> None:
    """The rows; a column of figures that no row has is left out."""
    empty = {name for name in ("Kappa", "Alpha") if all(row[name] == formatting.DASH for row in rows)}
    shown = [{name: cell for name, cell in row.items() if name not in empty} for row in rows]
    st.dataframe(shown, hide_index=True, alt=alt)
