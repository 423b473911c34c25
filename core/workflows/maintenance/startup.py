"""What every start begins with, of the web server and of the command line."""

from __future__ import annotations

from core.config import settings
from db import session


def prepare() -> None:
    """Check the settings and bring the tables to the newest version. Safe to call at every start.

    Raises
    ------
    SettingsError
        An EARSHOT_* variable cannot be used; the message names it.
    Unavailable
        The database does not answer.
    """
    settings()
    session.prepare()
