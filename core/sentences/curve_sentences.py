"""Sentences about an operating curve."""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.labels import BinaryLabel
from core.translation import DEFAULT_LANGUAGE, mark, translate

EMPTY = {
    BinaryLabel.ACCEPTED: mark("There are no recordings labelled Accepted."),
    BinaryLabel.REJECTED: mark("There are no recordings labelled Rejected."),
}


def empty_classes_sentence(empty_classes: Sequence[BinaryLabel], *, speaks: str = DEFAULT_LANGUAGE) -> str:
    """Which classes have no recordings; "" where both have some."""
    if len(empty_classes) > 1:
        return translate(speaks, "There are no recordings labelled Accepted or Rejected.")
    return "".join(translate(speaks, EMPTY[label]) for label in empty_classes)
