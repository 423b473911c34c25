"""Backup and restore."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from core.cli.frame import REFUSED, AsJson, Command, print_json, print_line, progress, say
from core.domain.actor import COMMAND_LINE
from core.domain.backups import BackupProtection
from core.errors import Refused
from core.number_words import counted

if TYPE_CHECKING:
    from core.workflows.maintenance.backup import BackupResult

OPENS_WITH = {
    BackupProtection.NOTHING: "It is not encrypted and holds children's voices; keep it as you keep them.",
    BackupProtection.STORAGE_KEY: "It is encrypted with the key in EARSHOT_ENCRYPTION_KEY and opens with it only.",
    BackupProtection.PASSPHRASE: "It is encrypted and opens with its passphrase only; nobody can restore a lost one.",
}


def add_to(app: typer.Typer) -> None:
    app.command(cls=Command)(backup)
    app.command(cls=Command)(restore)


AskPassphrase = Annotated[
    bool, typer.Option("--passphrase", help="Encrypted with a passphrase, which is asked for at the terminal.")
]
PassphraseFile = Annotated[
    Path | None, typer.Option(help="The same, with the first line of this file as the passphrase.")
]


WithoutLost = Annotated[
    bool, typer.Option("--without-lost", help="Go on, and end with 0, although recordings are lost or damaged.")
]


def backup(
    out: Annotated[Path, typer.Argument(help="The zip to write, or with --verify to read.")],
    verify: Annotated[
        bool, typer.Option("--verify", help="Read a backup through instead: is all of it there?")
    ] = False,
    passphrase: AskPassphrase = False,
    passphrase_file: PassphraseFile = None,
    without_lost: WithoutLost = False,
    since: Annotated[
        Path | None,
        typer.Option("--since", help="An earlier backup in the same folder; its recordings are not written again."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write database, recordings and models into one zip, while people go on working."""
    from core.workflows.maintenance import backup as backup_workflow
    from core.workflows.maintenance import backup_restore

    if verify:
        opens_with = _passphrase_of(out, passphrase, passphrase_file)
        read = backup_restore.verify(out, passphrase=opens_with, actor=COMMAND_LINE)
        _tell(read, out, as_json)
        _end_with_lost(read, without_lost)
        return
    chosen = _read_passphrase(passphrase, passphrase_file, is_new=True)
    with progress("Backing up") as on_progress:
        result = backup_workflow.backup(
            out, since=since, passphrase=chosen, actor=COMMAND_LINE, on_progress=on_progress
        )
    _tell(result, out, as_json)
    say(OPENS_WITH[result.protection])
    _end_with_lost(result, without_lost)


def restore(
    path: Annotated[Path, typer.Argument(help="A zip that `backup` wrote.")],
    replace: Annotated[bool, typer.Option("--replace", help="Give up what is in the database now.")] = False,
    passphrase: AskPassphrase = False,
    passphrase_file: PassphraseFile = None,
    without_lost: WithoutLost = False,
    as_json: AsJson = False,
) -> None:
    """Bring a backup back into an empty storage; an earlier version of Earshot may have made it."""
    from core.workflows.maintenance import backup_restore

    opens_with = _passphrase_of(path, passphrase, passphrase_file)
    with progress("Restoring") as on_progress:
        result = backup_restore.restore(
            path,
            replace=replace,
            without_lost=without_lost,
            passphrase=opens_with,
            actor=COMMAND_LINE,
            on_progress=on_progress,
        )
    _tell(result, path, as_json)
    _end_with_lost(result, without_lost)


def _passphrase_of(path: Path, is_asked: bool, file: Path | None) -> str | None:
    """The passphrase for a backup that is there; asked for where it needs one and nothing else gives it."""
    from core.workflows.maintenance import backup_envelope

    if is_asked or file is not None or not path.is_file():
        return _read_passphrase(is_asked, file, is_new=False)
    is_needed = backup_envelope.needs_passphrase(path)
    return _read_passphrase(is_needed and sys.stdin.isatty(), None, is_new=False)


def _read_passphrase(is_asked: bool, file: Path | None, *, is_new: bool) -> str | None:
    if is_asked and file is not None:
        raise Refused("--passphrase and --passphrase-file are both there; leave one out.")
    if file is not None:
        lines = file.read_text(encoding="utf-8").splitlines()
        if not lines or not lines[0]:
            raise Refused(f"The first line of {file} is empty; expected a passphrase.")
        return lines[0]
    if not is_asked:
        return None
    answer: str = typer.prompt("Passphrase of the backup", hide_input=True, confirmation_prompt=is_new, err=True)
    return answer


def _tell(result: BackupResult, file: Path, as_json: bool) -> None:
    if as_json:
        counts: dict[str, object] = {
            "recordings": result.recordings,
            "models": result.models,
            "rows": result.rows,
            "missing": result.missing,
        }
        counts |= {"damaged": list(result.damaged), "in_earlier_backups": result.n_earlier}
        print_json(
            {"file": str(file)} | counts | {"opens_with": result.protection.value, "made_with": result.made_with}
        )
        return
    print_line(f"{file}: {result.recordings} recordings, {result.models} models, {result.rows} rows")
    if result.made_with is not None:
        say(f"An earlier version of Earshot made it, with tables {result.made_with}: its rows fit those of this one.")
    if result.n_earlier:
        say(f"{counted(result.n_earlier, 'recording')} of these are in earlier backups, which it needs beside it.")
    if result.erased_again:
        say(f"{result.erased_again} recordings were removed again: their children were erased after this backup.")
    if result.withdrawn:
        say(f"Withdrawn, since they had learned from these children: {', '.join(result.withdrawn)}")
    if not result.is_log_empty:
        say("[yellow]Somebody is reading the database:[/yellow] its log holds what was replaced until they finish.")
    for name in result.missing:
        trouble = "damaged, and left out" if name in result.damaged else "missing"
        say(f"[yellow]Its bytes are {trouble}:[/yellow] {escape(name)}")


def _end_with_lost(result: BackupResult, without_lost: bool) -> None:
    """End with 1 where recordings are lost, so that whatever runs backups by itself notices."""
    n_lost = len(result.missing)
    if n_lost and not without_lost:
        say(
            f"{counted(n_lost, 'recording')} lost or damaged; everything else is there. Import these files again, or "
            "restore them from an older backup; --without-lost takes this as it is."
        )
        raise typer.Exit(REFUSED)
