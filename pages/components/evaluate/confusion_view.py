"""Every cell of what people said x what the threshold does, with its recordings to be heard."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.domain.actor import Actor
from core.domain.labels import Label, Split
from core.workflows.evaluation import confusion
from core.workflows.evaluation.confusion import CELLS, Cell
from pages.components import screen_address
from pages.components.evaluate.decided_recordings import (
    PAGE_SIZE,
    go_to_offset,
    recordings_caption,
    render_decided_recordings,
    render_pager,
)

FIRST = "accepted_refused"
IN_WORDS = {
    (True, True): "asked again",
    (True, False): "kept",
    (False, True): "caught",
    (False, False): "let through",
}


def confusion_view(model: Any, rung: Any, totals: dict[Label, int], split: Split, actor: Actor) -> None:
    """A button for each cell, the wrong ones first, and the recordings of the one that is open."""
    is_open = screen_address.choice_in_address("cell", CELLS, FIRST)
    screen_address.put_in_address("cell", is_open)
    counts = _counts(rung, totals, split)
    for is_wrong in (True, False):
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.markdown("**Decided wrongly**" if is_wrong else "Decided rightly", width="content")
            for name, cell in CELLS.items():
                if cell.is_wrong is is_wrong:
                    _button(name, cell, counts[name], is_open=name == is_open)
    cell = CELLS[is_open]
    if not counts[is_open]:
        st.success(f"{describe_cell(cell)}: none among the {split.value} children at this target.")
        return
    st.caption(recordings_caption(counts[is_open], split.value))
    begin = render_pager(counts[is_open], key="cell")
    found = confusion.recordings_of_cell(model.id, rung.threshold, cell, split=split, offset=begin, limit=PAGE_SIZE)
    render_decided_recordings(found.items, model_id=model.id, threshold=rung.threshold, key="cell_player", actor=actor)


def open_cell(name: str) -> None:
    """Show a cell from its beginning."""
    screen_address.put_in_address("cell", name)
    go_to_offset(0)


def describe_cell(cell: Cell) -> str:
    return f"{cell.label.value}, {IN_WORDS[not cell.label.is_rejected, cell.is_refused]}"


def _button(name: str, cell: Cell, count: int, *, is_open: bool) -> None:
    st.button(
        f"{describe_cell(cell)} · {count:,}",
        key=f"cell_{name}",
        type="primary" if is_open else "secondary",
        on_click=open_cell,
        args=(name,),
    )


def _counts(rung: Any, totals: dict[Label, int], split: Split) -> dict[str, int]:
    refused = (rung.test if split is Split.TEST else rung.validation).refused
    return {
        name: refused[cell.label] if cell.is_refused else totals[cell.label] - refused[cell.label]
        for name, cell in CELLS.items()
    }
