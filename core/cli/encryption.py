"""Encryption at rest: keys, how far it is, encrypting, rotating, decrypting."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from core.cli.frame import REFUSED, AsJson, Command, PlainCommand, print_json, print_line, progress, say
from core.domain.actor import COMMAND_LINE
from core.number_words import counted

if TYPE_CHECKING:
    from core.workflows.maintenance.encryption import EncryptionResult, EncryptionStatus

SHOWN_FAILURES = 20

encryption_app = typer.Typer(no_args_is_help=True, help="Recordings, copies and features encrypted at rest.")


@encryption_app.command("new-key", cls=PlainCommand)
def print_new_key() -> None:
    """Print a fresh key for EARSHOT_ENCRYPTION_KEY. Keep a copy elsewhere: without it nothing can be heard again."""
    from core.sealing.keys import new_key

    print_line(new_key())


@encryption_app.command("status", cls=PlainCommand)
def show_status(as_json: AsJson = False) -> None:
    """How many files need which key. Ids of keys are no secrets. Ends with 1 where a key is missing."""
    from core.workflows.maintenance import encryption

    state = encryption.status()
    if as_json:
        print_json(asdict(state))
    else:
        _print_status(state)
    if state.unknown_keys:
        raise typer.Exit(REFUSED)


@encryption_app.command("encrypt", cls=Command)
def encrypt_storage(as_json: AsJson = False) -> None:
    """Encrypt what was stored before EARSHOT_ENCRYPTION_KEY was set."""
    from core.workflows.maintenance import encryption

    with progress("Encrypting") as on_progress:
        result = encryption.encrypt(actor=COMMAND_LINE, on_progress=on_progress)
    _tell(result, as_json)


@encryption_app.command("rotate", cls=Command)
def rotate_keys(as_json: AsJson = False) -> None:
    """Bring every file under the first key of EARSHOT_ENCRYPTION_KEY. Stopped half-way, run it again."""
    from core.workflows.maintenance import encryption

    with progress("Bringing files under the first key") as on_progress:
        result = encryption.rotate(actor=COMMAND_LINE, on_progress=on_progress)
    _tell(result, as_json)


@encryption_app.command("decrypt", cls=Command)
def decrypt_storage(
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False, as_json: AsJson = False
) -> None:
    """Write every file in the clear, before EARSHOT_ENCRYPTION_KEY is taken away."""
    from core.workflows.maintenance import encryption

    if not yes:
        typer.confirm("Afterwards whoever reads the disk hears every recording. Go on?", abort=True, err=True)
    with progress("Decrypting") as on_progress:
        result = encryption.decrypt(actor=COMMAND_LINE, on_progress=on_progress)
    _tell(result, as_json)


def _tell(result: EncryptionResult, as_json: bool) -> None:
    if as_json:
        print_json(asdict(result))
    else:
        print_line(f"{counted(result.changed, 'file')} written anew, {result.unchanged} were right already")
        for file in result.failed[:SHOWN_FAILURES]:
            say(f"[red]Left as it is:[/red] {escape(file.reason)}")
        if len(result.failed) > SHOWN_FAILURES:
            say(f"... and {len(result.failed) - SHOWN_FAILURES} more; --json lists all of them.")
        _print_status(result.status)
    if result.failed:
        raise typer.Exit(REFUSED)


def _print_status(state: EncryptionStatus) -> None:
    print_line(f"New files: {f'encrypted with the key {state.first_key}' if state.first_key else 'not encrypted'}")
    print_line(f"Not encrypted: {state.n_plain} files")
    for key_id, count in state.n_by_key.items():
        words = ", which EARSHOT_ENCRYPTION_KEY does not have" if key_id in state.unknown_keys else ""
        print_line(f"Key {key_id}{words}: {count} files")
