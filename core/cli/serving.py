"""The web server for programs: `serve`."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Annotated

import typer

from core import config
from core.cli.frame import PlainCommand

Run = Callable[[str, int], None]


def add_to(app: typer.Typer, run: Run) -> None:
    """run : serves on a host and a port until it is stopped; screens and endpoints lie above the command line"""

    def serve(
        host: Annotated[str | None, typer.Option(help="Address to listen on; default: EARSHOT_HOST.")] = None,
        port: Annotated[
            int | None, typer.Option(min=1, max=65535, help="Port to listen on; default: EARSHOT_PORT.")
        ] = None,
        scorers: Annotated[
            int | None, typer.Option(min=1, max=64, help="Processes that decide; default: EARSHOT_SCORERS.")
        ] = None,
    ) -> None:
        """Answer programs, without screens: /v1, /api/score, /livez, /readyz and /metrics. Ends well on SIGTERM."""
        if scorers is not None:
            os.environ["EARSHOT_SCORERS"] = str(scorers)
            config.settings.cache_clear()
        where = config.settings()
        run(where.host if host is None else host, port or where.port)

    app.command(cls=PlainCommand)(serve)
