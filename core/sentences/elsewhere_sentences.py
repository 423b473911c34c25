"""Sentences about what a model does elsewhere: the same on Evaluate, on a model's card and in the report."""

from __future__ import annotations

from core.domain.elsewhere import DEVICE_CHAIN, FOLDER, LEFT_OUT, ElsewhereTable, ShiftFigures
from core.number_words import interval, percent, short_percent

NOT_MEASURED = (
    "Nobody has measured what this model does under other microphones, in other rooms or with other tasks: its figures "
    "hold for children recorded like those it was tested on. `make bench-robustness` measures it."
)
KINDS = {DEVICE_CHAIN: "simulated device", LEFT_OUT: "nothing of it learnt", FOLDER: "recorded elsewhere"}
COLUMNS = ("heard", "kind", "good", "bad", "AM", "95 %", "Noise caught", "Speechless caught", "f(0.10)")


def elsewhere_sentence(table: ElsewhereTable | None) -> str:
    """The two numbers on top, in words; what to do where nothing is measured."""
    worst = table.worst if table else None
    if table is None or worst is None or worst.am is None:
        return NOT_MEASURED
    return (
        f"At a threshold for an AM of {short_percent(table.am_target)}, measured on {table.recordings}: elsewhere AM "
        f"is {percent(table.mean_am)} in the mean and {percent(worst.am)} at worst ({shown_name(worst)}); f(0.10) is "
        f"{percent(table.mean_f10)} in the mean."
    )


def elsewhere_row(row: ShiftFigures) -> tuple[str, ...]:
    """A condition as text, in the order of `COLUMNS`."""
    return (
        shown_name(row),
        KINDS.get(row.kind, row.kind),
        f"{row.n_accepted:,}",
        f"{row.n_rejected:,}",
        percent(row.am),
        interval(row.am_interval) if row.am_interval else "",
        percent(row.rcc_noise),
        percent(row.rcc_speechless),
        percent(row.f10),
    )


def shown_name(row: ShiftFigures) -> str:
    """`hum_50_hz` as people read it."""
    return row.name.replace("_", " ")
