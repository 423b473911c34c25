"""Values as JSON can hold them: it has no NaN and no infinity. Imports nothing of the project."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping


def finite_or_none(value: float) -> float | None:
    return value if math.isfinite(value) else None


def finite_or_nones(values: Iterable[float]) -> list[float | None]:
    """The same of several, such as both ends of an interval."""
    return [finite_or_none(value) for value in values]


def without_nan(data: object) -> object:
    """Mappings and sequences, however deep, with None for every number that is not finite; tuples become lists."""
    if isinstance(data, Mapping):
        return {key: without_nan(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [without_nan(value) for value in data]
    return None if isinstance(data, float) and not math.isfinite(data) else data
