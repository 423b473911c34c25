"""Values as JSON can hold them: it has no NaN and no infinity. Imports `number_words` alone of the project."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from core.number_words import TOO_FEW, is_too_few


def finite_or_none(value: float) -> float | None:
    return value if math.isfinite(value) else None


def finite_or_nones(values: Iterable[float]) -> list[float | None]:
    """The same of several, such as both ends of an interval."""
    return [finite_or_none(value) for value in values]


def known_interval(name: str, ends: Sequence[float], *, of: float) -> dict[str, list[float | None] | str | None]:
    """An interval of a share under its name, and beside it why its ends are not known.

    Examples
    --------
    >>> known_interval("am_interval", (0.0, 1.0), of=0.1)
    {'am_interval': [None, None], 'am_interval_reason': 'too few children'}
    >>> known_interval("am_interval", (0.05, 0.2), of=0.1)
    {'am_interval': [0.05, 0.2], 'am_interval_reason': None}
    """
    if is_too_few(ends, of=of):
        return {name: [None, None], f"{name}_reason": TOO_FEW}
    reason = None if math.isfinite(of) else "no recordings"
    return {name: finite_or_nones(ends), f"{name}_reason": reason}


def without_nan(data: object) -> object:
    """Mappings and sequences, however deep, with None for every number that is not finite; tuples become lists."""
    if isinstance(data, Mapping):
        return {key: without_nan(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [without_nan(value) for value in data]
    return None if isinstance(data, float) and not math.isfinite(data) else data
