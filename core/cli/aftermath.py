"""What an erasure means for models and files, in words for the terminal: by hand and after a run of retention."""

from __future__ import annotations

from rich.markup import escape

from core.cli.frame import say
from core.domain.erasure import ErasureAftermath


def print_aftermath(erased: ErasureAftermath) -> None:
    """The lines below what was erased; none where nothing learned from it and nothing is left of it."""
    if erased.models:
        say(f"These models learned from them and were withdrawn: {', '.join(erased.models)}")
    if erased.was_deployed:
        say(f"In force now: {erased.next_in_force or 'no model; deploy another one'}")
    if erased.retraining:
        say(f"Job {erased.retraining} trains them again on what is left; deploy when it is done.")
    if erased.retraining_error:
        say(f"[yellow]They could not be trained again:[/yellow] {escape(erased.retraining_error)}")
    if not erased.is_log_empty:
        say(
            "[yellow]Not finished:[/yellow] somebody is reading the database, whose log still holds the rows. "
            "`python -m core erasures finish`, or the next start, removes them."
        )
    for file in erased.traces:
        say(f"[yellow]Still names what was erased:[/yellow] {escape(file)}")
