"""The tool itself: its settings, the demonstration, the check of a module."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from core import addresses, config
from core.cli.frame import (
    REFUSED,
    AsJson,
    Command,
    PlainCommand,
    downloading,
    print_json,
    print_line,
    progress,
    say,
    show,
    table,
    without_chatter,
)
from core.domain.actor import COMMAND_LINE
from core.domain.catalogue import MODULE_NAMES
from core.number_words import counted


class Checkable(StrEnum):
    VGGISH = "vggish"
    STORAGE = "storage"
    COUNTS = "counts"


class Fetchable(StrEnum):
    VGGISH = "vggish"
    YAMNET = "yamnet"


def add_to(app: typer.Typer) -> None:
    app.command(cls=Command)(demo)
    app.command(cls=PlainCommand)(check)
    app.command(cls=Command)(fetch)
    app.command(cls=PlainCommand)(settings)
    app.command(cls=Command)(worker)


def demo(
    train: Annotated[bool, typer.Option("--train", help="Train and deploy a first model too, about a minute.")] = False,
    as_json: AsJson = False,
) -> None:
    """Fill an empty storage: about 160 synthesised recordings, two judges and their labels, three accounts."""
    from core.workflows.maintenance import demonstration

    result = None
    if not demonstration.demonstration_exists():
        with progress("Bringing the synthesised recordings in") as on_progress:
            result = demonstration.create_demonstration(actor=COMMAND_LINE, on_progress=on_progress)
    if train:
        _train_first_model()
    people = [
        {"name": person.name, "password": person.password, "role": person.role} for person in demonstration.SIGN_INS
    ]
    if as_json:
        new = {"recordings": result.recordings, "judgements": result.judgements} if result else {}
        print_json({"recordings": 0, "judgements": 0} | new | {"accounts": people})
        return
    outcome = f"{result.recordings} recordings, {result.judgements} judgements" if result else "was there already"
    print_line(f"The demonstration in {addresses.shown(config.settings().storage)}: {outcome}.")
    print_line("Sign in as one of these. They are for the demonstration only: their passwords are no secret.")
    shown = table("name", "password", "role")
    for person in demonstration.SIGN_INS:
        shown.add_row(person.name, person.password, person.role)
    show(shown)


def _train_first_model() -> None:
    from core.cli.retraining import follow
    from core.workflows.maintenance import demonstration

    job = demonstration.start_first_model(actor=COMMAND_LINE)
    if job is not None:
        demonstration.deploy_first_model(follow(job.id), actor=COMMAND_LINE)


def check(
    what: Annotated[Checkable, typer.Argument(help="What to check: vggish, storage, or counts.")],
    rebuild: Annotated[bool, typer.Option("--rebuild", help="counts: make the kept figures anew.")] = False,
    as_json: AsJson = False,
) -> None:
    """Whether VGGish is VGGish, and which version; the storage has every recording whole, and nothing else; or the
    figures that screens show are those of a full count.

    Ends with 1 where something is wrong.
    """
    if rebuild and what is not Checkable.COUNTS:
        raise typer.BadParameter("--rebuild is for counts: python -m core check counts --rebuild")
    checks = {
        Checkable.STORAGE: lambda: _check_storage(as_json),
        Checkable.COUNTS: lambda: _check_counts(as_json, rebuild=rebuild),
        Checkable.VGGISH: lambda: _check_vggish(as_json),
    }
    if not checks[what]():
        raise typer.Exit(REFUSED)


def _check_counts(as_json: bool, *, rebuild: bool) -> bool:
    from core.workflows.maintenance import counts_check, startup

    startup.prepare()
    report = counts_check.check_counts(rebuild=rebuild, actor=COMMAND_LINE)
    if as_json:
        print_json(asdict(report))
        return report.is_sound
    for table_name, n_rows in sorted(report.differing.items()):
        print_line(f"{table_name}: {counted(n_rows, 'row')} not as counted")
    if report.is_rebuilt:
        print_line("All kept figures are made anew.")
    elif report.differing:
        say("Make them anew: python -m core check counts --rebuild")
    else:
        print_line("Every kept figure is that of a full count.")
    return report.is_sound


def _check_vggish(as_json: bool) -> bool:
    from core.workflows.maintenance import module_check

    with without_chatter():
        outcome = module_check.vggish()
    if as_json:
        print_json(
            {
                "is_vggish": outcome.is_vggish,
                "version": outcome.version,
                "parameters": outcome.n_parameters,
                "has_published_layers": outcome.has_published_layers,
                "mean": outcome.mean,
                "deviation": outcome.deviation,
                "words": str(outcome.message),
            }
        )
    else:
        print_line(str(outcome.message))
    return outcome.is_vggish


def _check_storage(as_json: bool) -> bool:
    from core.workflows.maintenance import startup, storage_check

    startup.prepare()
    with progress("Reading every recording") as on_progress:
        result = storage_check.check_storage(actor=COMMAND_LINE, on_progress=on_progress)
    if as_json:
        print_json(asdict(result))
        return result.is_sound
    print_line(f"{counted(result.n_whole, 'recording')} whole")
    for words, names in (
        ("Rotted, its bytes are not what they were", result.rotted),
        ("Lost, there are no bytes", result.lost),
        ("Not opened, EARSHOT_ENCRYPTION_KEY lacks its key", result.unopened),
        ("Belongs to no recording", result.strays),
    ):
        for name in names:
            print_line(f"{words}: {name}")
    if result.rotted or result.lost:
        say("Import these files again, or restore them from a backup: the same file takes its place again.")
    return result.is_sound


def fetch(
    module: Annotated[Fetchable, typer.Argument(help="Which module.")],
    path: Annotated[
        Path | None,
        typer.Option("--from", help="A folder, a .tar.gz, or VGGish's original checkpoint, instead of a download."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Bring VGGish or YAMNet in, for every worker: from TensorFlow Hub, else from Kaggle, else by hand."""
    from core.workflows.maintenance import module_fetch
    from core.workflows.training import module_store

    name = module.value
    with without_chatter(), downloading(f"Downloading {MODULE_NAMES[name]}") as on_bytes:
        fetched = module_fetch.fetch(name, path=path, actor=COMMAND_LINE, on_bytes=on_bytes)
    in_force = module_store.configured_address(name)
    is_shadowed = not module_store.is_hub_address(in_force)
    if as_json:
        print_json({**fetched.as_json(), "in_force": in_force if is_shadowed else fetched.sha256})
        return
    print_line(f"{MODULE_NAMES[name]} from {fetched.source}")
    print_line(f"Its files: {fetched.size_bytes / 1e6:.1f} MB, SHA-256 {fetched.sha256}")
    if fetched.archive_bytes:
        print_line(f"Its archive: {fetched.archive_bytes / 1e6:.1f} MB, SHA-256 {fetched.archive_sha256}")
    print_line(fetched.words)
    if is_shadowed:
        say(f"EARSHOT_{name.upper()} names the folder {escape(in_force)}, which stays in force until it is unset.")


def worker(
    n_processes: Annotated[
        int, typer.Option("--processes", min=1, max=64, help="How many work here, of one thread each.")
    ] = 1,
) -> None:
    """Work for the scheduler of EARSHOT_DASK_SCHEDULER, on a machine that computes, until it is ended."""
    from core.workflows.jobs import cluster_worker

    where = addresses.shown(config.settings().dask_scheduler)
    cluster_worker.run(n_processes, on_ready=lambda: say(f"Working for {where}."))


def settings(
    markdown: Annotated[bool, typer.Option("--markdown", help="The page docs/settings.md.")] = False,
    as_json: AsJson = False,
) -> None:
    """Every setting: its environment variable, the value in force and what it means."""
    if markdown:
        print_line(settings_page())
        return
    rows = config.effective_settings()
    if as_json:
        print_json({row.variable: row.value for row in rows})
        return
    shown = table("variable", "value in force", "what it means")
    for row in rows:
        shown.add_row(row.variable, escape(row.value), escape(row.description))
    show(shown)


def settings_page() -> str:
    """Markdown of every setting with its default."""
    lines = [
        "# Settings",
        "",
        "Every setting is an environment variable, and every one has a default that works on one machine with nothing",
        "prepared. A wrong value is named at the start, with what was expected. `python -m core settings` shows the",
        "values in force. This page is written by `python -m core settings --markdown > docs/settings.md`.",
        "",
        "| variable | default | what it means |",
        "|---|---|---|",
    ]
    for row in config.effective_settings(config.Settings.model_construct()):
        default = f"`{row.value}`" if row.value else "empty"
        lines.append(f"| `{row.variable}` | {default} | {row.description} |")
    return "\n".join(lines)
