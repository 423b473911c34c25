"""The table of what a model does elsewhere: what stands on top of it, and its way through JSON."""

from __future__ import annotations

from core.domain.elsewhere import AS_RECORDED, DEVICE_CHAIN, FOLDER, ElsewhereTable, ShiftFigures


def row(name: str, am: float | None, f10: float | None, kind: str = DEVICE_CHAIN) -> ShiftFigures:
    return ShiftFigures(kind, name, 20, 30, am, (0.0, 0.4), 0.9, 0.8, 0.95, f10, None)


TABLE = ElsewhereTable(
    "now",
    0.10,
    "50 recordings",
    (row(AS_RECORDED, 0.9, 0.1), row("hiss", 0.1, 0.9), row("hum", 0.3, 0.7), row("far", None, None, FOLDER)),
)


def test_on_top_stand_the_worst_and_the_means_without_the_recordings_as_they_are() -> None:
    assert TABLE.worst is not None
    assert TABLE.worst.name == "hum"
    assert TABLE.mean_am == 0.2
    assert TABLE.mean_f10 == 0.8


def test_a_table_without_a_known_condition_has_nothing_on_top() -> None:
    empty = ElsewhereTable("now", 0.10, "", (row("far", None, None),))

    assert (empty.worst, empty.mean_am, empty.mean_f10) == (None, None, None)


def test_a_table_comes_back_from_json_as_it_was() -> None:
    assert ElsewhereTable.from_json(TABLE.as_json()) == TABLE
