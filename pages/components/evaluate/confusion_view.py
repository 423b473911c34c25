"""The confusion table at a threshold: a count for every cell, and the recordings of a cell to be heard."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from core.domain.actor import Actor
from core.domain.labels import Label, Split
from core.domain.models import Model
from core.translation import mark
from core.workflows.evaluation import confusion
from core.workflows.evaluation.confusion import CELLS, Cell
from core.workflows.evaluation.threshold_sweep import SweepPoint
from pages.components import formatting, screen_address
from pages.components.evaluate.decided_recordings import PAGE_SIZE, recordings_caption, render_decided_recordings
from pages.components.markdown import bold
from pages.components.pager import go_to, render_address_pager
from pages.components.words import say

FIRST = "accepted_refused"
OUTCOMES = {  # by whether people accept the recording and whether the threshold refuses it
    (True, True): mark("{label}, wrongly refused"),
    (True, False): mark("{label}, rightly accepted"),
    (False, True): mark("{label}, caught"),
    (False, False): mark("{label}, let through"),
}
NONE = {
    Split.TEST: mark("{cell}: none among the test children at this target."),
    Split.VALIDATION: mark("{cell}: none among the validation children at this target."),
}


def confusion_view(model: Model, rung: SweepPoint, totals: Mapping[Label, int], split: Split, actor: Actor) -> None:
    """A button for each cell, the wrong ones first, and the recordings of the one that is open."""
    open_name = screen_address.choice_in_address("cell", CELLS, FIRST)
    screen_address.put_in_address("cell", open_name)
    counts = _counts(rung, totals, split)
    for is_wrong in (True, False):
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.markdown(bold(say("Decided wrongly")) if is_wrong else say("Decided rightly"), width="content")
            for name, cell in CELLS.items():
                if cell.is_wrong is is_wrong:
                    _render_button(name, cell, counts[name], is_open=name == open_name)
    cell, total = CELLS[open_name], counts[open_name]
    if not total:
        st.success(say(NONE[split], cell=describe_cell(cell)))
        return
    st.caption(recordings_caption(total, split))
    begin = render_address_pager(total, size=PAGE_SIZE, key="cell")
    page = confusion.recordings_of_cell(model.id, rung.threshold, cell, split=split, offset=begin, limit=PAGE_SIZE)
    render_decided_recordings(page.items, model_id=model.id, threshold=rung.threshold, key="cell_player", actor=actor)


def open_cell(name: str) -> None:
    """Show a cell from its beginning."""
    screen_address.put_in_address("cell", name)
    go_to(0)


def describe_cell(cell: Cell) -> str:
    """`Noise, let through`."""
    return say(OUTCOMES[not cell.label.is_rejected, cell.is_refused], label=say(cell.label.value))


def _render_button(name: str, cell: Cell, count: int, *, is_open: bool) -> None:
    st.button(
        f"{describe_cell(cell)} · {formatting.grouped(count)}",
        key=f"cell_{name}",
        type="primary" if is_open else "secondary",
        on_click=open_cell,
        args=(name,),
    )


def _counts(rung: SweepPoint, totals: Mapping[Label, int], split: Split) -> dict[str, int]:
    refused = (rung.test if split is Split.TEST else rung.validation).refused
    return {
        name: refused[cell.label] if cell.is_refused else totals[cell.label] - refused[cell.label]
        for name, cell in CELLS.items()
    }
