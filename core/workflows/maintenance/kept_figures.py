"""Kept figures follow the labels while a server runs: nobody who stores a label, or reads a figure, waits for it."""

from __future__ import annotations

from db import session

LEFT_FOR_READERS = 50  # changes: fewer are added by whoever reads


def bring_up_to_date() -> None:
    """Count in what changed, in portions between which others write; nothing where that is little."""
    session.count_changes_in(few=LEFT_FOR_READERS)
