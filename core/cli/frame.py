"""What every command shares: where text and figures go, `--json`, progress, errors and exit codes.

Figures go to stdout, text about them to stderr. Exit codes: 0 done, 1 refused with a message, 2 wrong usage.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.table import Table
from typer.core import TyperCommand

from core.errors import EarshotError
from core.json_values import without_nan
from core.number_words import percent
from core.workflows.maintenance import startup

if TYPE_CHECKING:
    from typer._click.core import Context

REFUSED = 1
WIDE = 240


class PlainCommand(TyperCommand):
    """A command that ends with 1 and one message when something is refused, never with a traceback."""

    needs_database = False

    def invoke(self, ctx: Context) -> object:
        try:
            if self.needs_database:
                startup.prepare()
            return super().invoke(ctx)
        except EarshotError as error:
            refuse(str(error))
        except OSError as error:
            # of a path in the command's arguments; without a file name it is a bug and shown as one
            if error.filename is None:
                raise
            refuse(f"{error.filename}: {error.strerror}")


class Command(PlainCommand):
    """A command that works with the database: its tables are brought to the newest version first."""

    needs_database = True


def refuse(message: str) -> NoReturn:
    """End the command with a message."""
    say(f"[red]Refused:[/red] {escape(message)}")
    raise typer.Exit(REFUSED)


def say(text: str) -> None:
    """A line for people, on stderr."""
    Console(stderr=True, soft_wrap=True, highlight=False).print(text)


def show(table: Table) -> None:
    """A table for people, on stdout."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = WIDE  # into a file or a pipe, a row is a line
    console.print(table)


def table(*columns: str, title: str | None = None) -> Table:
    """A table without rows."""
    empty = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for number, column in enumerate(columns):
        empty.add_column(column, overflow="fold", no_wrap=number == 0)  # ids are copied: they stay in one piece
    return empty


def print_line(text: str) -> None:
    """A line on stdout, unchanged, for programs and people."""
    sys.stdout.write(text + "\n")


def print_json(data: Mapping[str, object] | Sequence[object]) -> None:
    """One line of JSON. NaN, which JSON does not have, becomes null."""
    print_line(json.dumps(without_nan(data), ensure_ascii=False, allow_nan=False, default=str))
    sys.stdout.flush()


def share(value: float | None) -> str:
    """A share between 0 and 1 as people read it."""
    return percent(value, unknown="no data")


@contextmanager
def progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr; call the function it gives with how many are done and how many there are."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def downloading(title: str) -> Iterator[Callable[[int, int | None], None]]:
    """A bar on stderr; call the function it gives with the bytes that have arrived, and how many there are."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def working(title: str) -> Iterator[Callable[[str, float], None]]:
    """A spinner and a bar on stderr; call the function it gives with the step that runs and the share that is done."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:3.0f} %"))
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(title, total=1.0)
        yield lambda step, done: bar.update(task, description=escape(step), completed=done)


@contextmanager
def without_chatter() -> Iterator[None]:
    """Discard what TensorFlow's native code writes to stderr when it starts; our own messages still arrive."""
    if sys.stderr is not sys.__stderr__:
        yield
        return
    stderr_copy = os.dup(2)
    with Path(os.devnull).open("w") as nowhere, os.fdopen(stderr_copy, "w", buffering=1) as own_stderr:
        os.dup2(nowhere.fileno(), 2)
        sys.stderr = own_stderr
        try:
            yield
        finally:
            sys.stderr = sys.__stderr__
            os.dup2(stderr_copy, 2)


def _or_program(ctx: typer.Context, value: bool) -> bool:
    return value or bool(ctx.find_root().params.get("as_json"))


AsJson = Annotated[bool, typer.Option("--json", callback=_or_program, help="One line of JSON on stdout, for programs.")]
