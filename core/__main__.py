"""The command line: `python -m core COMMAND`.

Commands stand in `core.cli`; what they do stands in `core.workflows`.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from core.cli import (
    accounts,
    audit,
    backups,
    decisions,
    encryption,
    erasures,
    judges,
    keys,
    live,
    models,
    paper,
    recordings,
    retention,
    retraining,
    search,
    serving,
    sources,
    system,
    webhooks,
)
from core.workflows.jobs import processes

# long work beside a server: whoever judges goes first
IN_BACKGROUND = frozenset({"backup", "restore", "import", "export", "check", "encryption"})

app = typer.Typer(
    name="python -m core",
    help="Earshot: which recordings of children reading aloud are worth sending to speech recognition.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def every_command(
    as_json: Annotated[bool, typer.Option("--json", help="JSON on stdout, for whichever command follows.")] = False,
) -> None:
    pass


recordings.add_to(app)
backups.add_to(app)
erasures.add_to(app)
retraining.add_to(app)
models.add_to(app)
paper.add_to(app)
search.add_to(app)
sources.add_to(app)
app.add_typer(accounts.accounts_app, name="accounts")
app.add_typer(audit.audit_app, name="audit")
app.add_typer(decisions.decisions_app, name="decisions")
app.add_typer(live.live_app, name="live")
app.add_typer(encryption.encryption_app, name="encryption")
app.add_typer(judges.judges_app, name="judges")
app.add_typer(keys.keys_app, name="keys")
app.add_typer(webhooks.webhooks_app, name="webhooks")
app.add_typer(erasures.erasures_app, name="erasures")
app.add_typer(retention.retention_app, name="retention")
app.add_typer(retention.consent_app, name="consent")
system.add_to(app)


def serve_programs(host: str, port: int) -> None:
    from pages.http import programs_server

    programs_server.run(host, port)


serving.add_to(app, serve_programs)

if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in IN_BACKGROUND:
        processes.yield_to_others()
    app(prog_name="python -m core")
