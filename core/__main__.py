"""The command line: `python -m core COMMAND`.

Commands stand in `core.command_line`; what they do stands in `core.workflows`.
"""

from __future__ import annotations

from typing import Annotated

import typer

from core.command_line import learning, machine, paper, people, recordings, search

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
learning.add_to(app)
paper.add_to(app)
search.add_to(app)
app.add_typer(people.accounts_app, name="accounts")
machine.add_to(app)

if __name__ == "__main__":
    app(prog_name="python -m core")
