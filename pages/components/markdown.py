"""What people typed, shown as they typed it."""

from __future__ import annotations

MARKS = frozenset("\\`*_{}[]()<>#+-.!|~$:^")


def plain(text: str) -> str:
    """Text that a person typed, or that a file is called, for a place that reads Markdown: nothing in it is a mark."""
    return "".join(f"\\{sign}" if sign in MARKS else sign for sign in " ".join(text.splitlines()))
