"""Sentences about an operating curve."""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.labels import BinaryLabel


def empty_classes_sentence(empty_classes: Sequence[BinaryLabel]) -> str:
    """Which classes have no recordings; "" where both have some."""
    return f"There are no recordings labelled {' or '.join(empty_classes)}." if empty_classes else ""
