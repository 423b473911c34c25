"""Bounds of the numbers in rules and preferences."""

from __future__ import annotations

from core.errors import Refused
from core.messages import Message


def require_between(what: str, value: float, low: float, high: float) -> None:
    """Refuse a number outside of its bounds; `what` begins the message.

    Raises
    ------
    Refused
        It is below `low`, above `high`, or NaN.
    """
    if not low <= value <= high:  # NaN is between nothing
        raise Refused(
            "{what} must be between {low:g} and {high:g}; {value:g} is not.",
            what=Message(what),
            low=low,
            high=high,
            value=value,
        )
