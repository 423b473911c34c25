"""Sentences about what a model does elsewhere: the same on Evaluate, on a model's card and in the report."""

from __future__ import annotations

from core.domain.elsewhere import DEVICE_CHAIN, FOLDER, LEFT_OUT, ElsewhereTable, ShiftFigures
from core.number_words import interval, percent, short_percent
from core.translation import DEFAULT_LANGUAGE, grouped, mark, translate

NOT_MEASURED = mark(
    "Nobody has measured what this model does under other microphones, in other rooms or with other tasks: its figures "
    "hold for children recorded like those it was tested on. `make bench-robustness` measures it."
)
KINDS = {
    DEVICE_CHAIN: mark("simulated device"),
    LEFT_OUT: mark("left out of training"),
    FOLDER: mark("recorded elsewhere"),
}
COLUMNS = (
    mark("Condition"),
    mark("Kind"),
    mark("Good readings"),
    mark("Bad recordings"),
    "AM",
    mark("95 %"),
    mark("Noise caught"),
    mark("Speechless caught"),
    "f(0.10)",
)


def elsewhere_sentence(table: ElsewhereTable | None, *, speaks: str = DEFAULT_LANGUAGE) -> str:
    """The two numbers on top, in words; what to do where nothing is measured."""
    worst = table.worst if table else None
    if table is None or worst is None or worst.am is None:
        return translate(speaks, NOT_MEASURED)
    return translate(
        speaks,
        "At a threshold for an AM of {target}, measured on {recordings}: elsewhere AM is {mean} in the mean and "
        "{worst} at worst ({condition}); f(0.10) is {f10} in the mean.",
        target=short_percent(table.am_target, speaks=speaks),
        recordings=table.recordings,
        mean=percent(table.mean_am, speaks=speaks),
        worst=percent(worst.am, speaks=speaks),
        condition=shown_name(worst),
        f10=percent(table.mean_f10, speaks=speaks),
    )


def elsewhere_columns(*, speaks: str = DEFAULT_LANGUAGE) -> tuple[str, ...]:
    """The titles of the table."""
    return tuple(translate(speaks, name) for name in COLUMNS)


def elsewhere_row(row: ShiftFigures, *, speaks: str = DEFAULT_LANGUAGE) -> tuple[str, ...]:
    """A condition as text, in the order of `COLUMNS`."""
    return (
        shown_name(row),
        translate(speaks, KINDS.get(row.kind, row.kind)),
        grouped(row.n_accepted, speaks),
        grouped(row.n_rejected, speaks),
        percent(row.am, speaks=speaks),
        interval(row.am_interval, speaks=speaks) if row.am_interval else "",
        percent(row.rcc_noise, speaks=speaks),
        percent(row.rcc_speechless, speaks=speaks),
        percent(row.f10, speaks=speaks),
    )


def shown_name(row: ShiftFigures) -> str:
    """`hum_50_hz` as people read it."""
    return row.name.replace("_", " ")
