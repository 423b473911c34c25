"""JSON of other programs, whose shape is checked at every step."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TypeGuard

from core.errors import Refused
from core.workflows.importing.text_encoding import decode_text

JsonObject = dict[str, object]


def is_object(value: object) -> TypeGuard[JsonObject]:
    return isinstance(value, dict)


def objects(value: object) -> list[JsonObject]:
    """Those items of a list that are objects; none of anything else."""
    return [item for item in value if is_object(item)] if isinstance(value, list) else []


def read_json(data: bytes) -> object:
    """The value of a JSON text; Refused for anything else."""
    try:
        value: object = json.loads(decode_text(data).text)
    except (ValueError, RecursionError) as error:
        raise Refused(
            "The JSON cannot be read: {error}.",
            error=error,
        ) from None
    return value


def read_lines(data: bytes) -> Iterator[tuple[int, object]]:
    """(number, value) of every line that is not empty; a line that is no JSON gives None."""
    for number, line in enumerate(decode_text(data).text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value: object = json.loads(line)
        except (ValueError, RecursionError):
            value = None
        yield number, value
