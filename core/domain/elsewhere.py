"""What a model does elsewhere: AM and RCC at its frozen threshold under other devices, rooms, languages and tasks.

`make bench-robustness` measures it; Evaluate and the model's card show it. Shares between 0 and 1, None where a class
has no recordings.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.json_types import (
    JsonObject,
    JsonValue,
    number_or_none,
    objects_of,
    pair_or_none,
    text_of,
    whole_or_none,
)

Interval = tuple[float, float]

DEVICE_CHAIN, LEFT_OUT, FOLDER = "device chain", "left out", "folder"
AS_RECORDED = "as recorded"


@dataclass(frozen=True)
class ShiftFigures:
    """One condition.

    kind : `DEVICE_CHAIN` (recordings through a simulated device), `LEFT_OUT` (a group that nothing was learnt from) or
        `FOLDER` (recordings from elsewhere)
    rcc_noise, rcc_speechless : RCC of the two apart
    f10 : RCC at the threshold that gives AM 10 % in this very condition, which nobody knows there
    """

    kind: str
    name: str
    n_accepted: int
    n_rejected: int
    am: float | None
    am_interval: Interval | None
    rcc: float | None
    rcc_noise: float | None
    rcc_speechless: float | None
    f10: float | None
    f10_interval: Interval | None

    @staticmethod
    def from_json(stored: JsonObject) -> ShiftFigures:
        shares = ("am", "rcc", "rcc_noise", "rcc_speechless", "f10")
        return ShiftFigures(
            kind=text_of(stored.get("kind")),
            name=text_of(stored.get("name")),
            n_accepted=whole_or_none(stored.get("n_accepted")) or 0,
            n_rejected=whole_or_none(stored.get("n_rejected")) or 0,
            am_interval=pair_or_none(stored.get("am_interval")),
            f10_interval=pair_or_none(stored.get("f10_interval")),
            **{name: number_or_none(stored.get(name)) for name in shares},
        )


@dataclass(frozen=True)
class ElsewhereTable:
    """Every condition of one model.

    am_target : for which the threshold was frozen
    recordings : what was learnt from, in words
    """

    model: str
    am_target: float
    recordings: str
    rows: tuple[ShiftFigures, ...]

    @property
    def shifted(self) -> tuple[ShiftFigures, ...]:
        """The rows but the recordings as they are."""
        return tuple(row for row in self.rows if row.name != AS_RECORDED)

    @property
    def worst(self) -> ShiftFigures | None:
        """The condition with the largest AM."""
        known = [row for row in self.shifted if row.am is not None]
        return max(known, key=lambda row: row.am or 0.0, default=None)

    @property
    def mean_am(self) -> float | None:
        return _mean([row.am for row in self.shifted])

    @property
    def mean_f10(self) -> float | None:
        return _mean([row.f10 for row in self.shifted])

    @staticmethod
    def from_json(stored: JsonObject) -> ElsewhereTable:
        return ElsewhereTable(
            model=text_of(stored.get("model")),
            am_target=number_or_none(stored.get("am_target")) or 0.0,
            recordings=text_of(stored.get("recordings")),
            rows=tuple(ShiftFigures.from_json(row) for row in objects_of(stored.get("rows"))),
        )

    def as_json(self) -> JsonObject:
        rows: list[JsonValue] = [_as_json(row) for row in self.rows]
        return {"model": self.model, "am_target": self.am_target, "recordings": self.recordings, "rows": rows}


def _as_json(row: ShiftFigures) -> JsonObject:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in vars(row).items()}


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
