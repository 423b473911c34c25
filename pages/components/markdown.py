"""What people typed, shown as they typed it."""

from __future__ import annotations

MARKS = frozenset("\\`*_{}[]()<>#+-.!|~$:^")


def plain(text: str) -> str:
    """Text without meaning for Markdown: a name such as `a*b*` is shown with its stars."""
    return "".join(f"\\{letter}" if letter in MARKS else letter for letter in text.replace("\n", " "))
