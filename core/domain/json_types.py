"""JSON as it comes from outside or goes there. Inside, it is parsed into dataclasses.

The readers are lenient: of stored JSON that an older version wrote, a value that is missing, or of another type, reads
as empty, so that old models, jobs and cards stay readable.
"""

from __future__ import annotations

import math
from typing import TypeAlias

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"
JsonObject: TypeAlias = dict[str, JsonValue]


def object_of(value: JsonValue) -> JsonObject:
    """The object; {} for anything else."""
    return value if isinstance(value, dict) else {}


def list_of(value: JsonValue) -> list[JsonValue]:
    """The list; [] for anything else."""
    return value if isinstance(value, list) else []


def objects_of(value: JsonValue) -> list[JsonObject]:
    """The objects of a list; [] for anything else."""
    return [item for item in list_of(value) if isinstance(item, dict)]


def text_of(value: JsonValue, default: str = "") -> str:
    """The string, or the default for null and for what is missing."""
    return default if value is None else str(value)


def number_or_none(value: JsonValue) -> float | None:
    """The number as it is, whole or not; None for anything else, and for NaN."""
    if not isinstance(value, int | float) or isinstance(value, bool) or math.isnan(value):
        return None
    return value


def number_of(value: JsonValue, default: float) -> float:
    """The number as it is, or the default."""
    number = number_or_none(value)
    return default if number is None else number


def whole_or_none(value: JsonValue) -> int | None:
    """The number as an integer; None for anything else."""
    number = number_or_none(value)
    return None if number is None else int(number)


def pair_or_none(value: JsonValue) -> tuple[float, float] | None:
    """The two numbers of a list; None where one of them is missing."""
    low, high = ([number_or_none(item) for item in list_of(value)] + [None, None])[:2]
    return None if low is None or high is None else (low, high)


def json_of(value: object) -> JsonValue:
    """Tuples, mappings and numbers of dataclasses as JSON; NaN and infinity, which JSON lacks, as null.

    Raises
    ------
    TypeError
        The value holds something that JSON has no form for.
    """
    if isinstance(value, dict):
        return {str(name): json_of(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [json_of(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, bool | int | str):
        return value
    raise TypeError(f"{type(value).__name__} has no form in JSON.")
