"""The table of `bench.robustness`: models side by side, two numbers on top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.domain.elsewhere import ElsewhereTable, Interval, ShiftFigures

HEAD = f"{'':44}{'n':>9}   {'AM':>3} {'':9} {'RCC':>4} {'Noise':>6} {'Sp.less':>7}   {'f(0.10)':>7} {'':9}"


def side_by_side(tables: Sequence[ElsewhereTable]) -> str:
    """On top the worst AM at the target and the mean f(0.10) of each model; below, every condition, model by model.

    The two numbers are of the conditions that every model was measured under; those of one kind alone follow.
    """
    common = [_common_rows(table, tables) for table in tables]
    lines = [_summary(table) for table in common]
    for kind in dict.fromkeys(row.kind for table in common for row in table.shifted):
        lines += ["", f"{kind}:"]
        lines += [
            _summary(replace(table, rows=tuple(row for row in table.rows if row.kind == kind))) for table in common
        ]
    names = list(dict.fromkeys(row.name for table in tables for row in table.rows))
    lines += ["", HEAD]
    for name in names:
        for table in tables:
            lines += [f"{line(row)}   {table.model}" for row in table.rows if row.name == name]
    return "\n".join(lines)


def line(row: ShiftFigures) -> str:
    """One condition; shares in per cent."""
    counts = f"{row.n_accepted}+{row.n_rejected}"
    shares = f"{_percent(row.rcc):>4} {_percent(row.rcc_noise):>6} {_percent(row.rcc_speechless):>7}"
    am, f10 = f"{_percent(row.am):>3} {_ends(row.am_interval):9}", f"{_percent(row.f10):>7} {_ends(row.f10_interval):9}"
    return f"{row.name:44}{counts:>9}   {am} {shares}   {f10}"


def _common_rows(table: ElsewhereTable, tables: Sequence[ElsewhereTable]) -> ElsewhereTable:
    """The table with only those conditions that all tables have."""
    names = set.intersection(*({row.name for row in each.rows} for each in tables))
    return replace(table, rows=tuple(row for row in table.rows if row.name in names))


def _summary(table: ElsewhereTable) -> str:
    worst = table.worst
    name = f" ({worst.name})" if worst else ""
    return (
        f"{table.model}: worst AM {_percent(worst.am if worst else None)} %{name} and mean f(0.10) "
        f"{_percent(table.mean_f10)} % elsewhere, mean AM {_percent(table.mean_am)} %, "
        f"at an AM target of {100 * table.am_target:g} %"
    )


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.0f}"


def _ends(interval: Interval | None) -> str:
    return "" if interval is None else f"({100 * interval[0]:.0f}-{100 * interval[1]:.0f})"
