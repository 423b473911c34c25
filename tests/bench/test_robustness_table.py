"""The table that puts models side by side."""

from __future__ import annotations

from bench import robustness_table
from core.domain.elsewhere import DEVICE_CHAIN, LEFT_OUT, ElsewhereTable, ShiftFigures


def table(model: str, **ams: float) -> ElsewhereTable:
    rows = [_row(name, am, LEFT_OUT if name.startswith("without") else DEVICE_CHAIN) for name, am in ams.items()]
    return ElsewhereTable(model, 0.10, "recordings", tuple(rows))


def _row(name: str, am: float, kind: str) -> ShiftFigures:
    return ShiftFigures(kind, name, 50, 50, am, None, 0.9, 0.9, 0.9, 0.8, None)


def test_the_worst_am_is_of_conditions_that_every_model_was_measured_under() -> None:
    before, now = table("before", hiss=0.3), table("now", hiss=0.2, gate=0.9)
    first, second, *_ = robustness_table.side_by_side([before, now]).splitlines()
    assert "worst AM 30 % (hiss)" in first
    assert "worst AM 20 % (hiss)" in second


def test_each_kind_of_condition_has_its_own_worst_am() -> None:
    shown = robustness_table.side_by_side([table("now", hiss=0.2, without_french=0.4)])
    assert [line.split("%")[0] for line in shown.splitlines() if line.startswith("now")] == [
        "now: worst AM 40 ",
        "now: worst AM 20 ",
        "now: worst AM 40 ",
    ]
