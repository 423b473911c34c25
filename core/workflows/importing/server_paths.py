"""Folders of the server: which of them an administrator may import from in the browser.

Only what lies below EARSHOT_IMPORT_ROOT, links followed: a path from a browser must not read another file of the
machine, not even its first row for a message. The command line belongs to the owner of the machine and reads anything.
"""

from __future__ import annotations

from pathlib import Path

from core.config import settings
from core.domain.actor import Actor
from core.domain.permissions import Permission
from core.errors import NotAllowed, NotFound, Refused
from core.workflows.accounts import authorisation


def are_offered(actor: Actor) -> bool:
    """Whether a screen offers this person to import from folders of the server."""
    if not settings().import_root:
        return False
    try:
        authorisation.require_first(actor, Permission.IMPORT_FROM_SERVER)
    except NotAllowed:
        return False
    return True


def permitted(path: Path | str, actor: Actor) -> Path:
    """The path itself for the command line; else the real path below the root of imports, to which it is relative.

    Raises
    ------
    NotAllowed
        The actor is no administrator, or no root is set.
    Refused
        The path, or a link in the folder that it names, leads out of the root. Nothing outside was looked at.
    NotFound
        There is nothing at this path.
    """
    if actor.is_command_line:
        return Path(path)
    authorisation.require_first(actor, Permission.IMPORT_FROM_SERVER)
    if not settings().import_root:
        raise NotAllowed("Folders of the server are not offered here: EARSHOT_IMPORT_ROOT names none.")
    root = Path(settings().import_root).resolve()
    try:
        real = (root / path).resolve()
    except (OSError, RuntimeError, ValueError):  # links in a circle, NUL
        raise Refused(
            "{path} is no path of a file.",
            path=path,
        ) from None
    if not real.is_relative_to(root):
        raise Refused(
            "{path} is not below the folder {root}, from which recordings may be imported.",
            path=path,
            root=root,
        )
    if not real.exists():
        raise NotFound(
            "There is no file or folder {path} below {root}.",
            path=path,
            root=root,
        )
    _refuse_links_out(real if real.is_dir() else real.parent, root)
    return real


def _refuse_links_out(folder: Path, root: Path) -> None:
    for entry in folder.rglob("*"):
        if entry.is_symlink() and not entry.resolve().is_relative_to(root):
            raise Refused(
                "{relative_to} is a link that leads out of {root}; remove it first.",
                relative_to=entry.relative_to(root),
                root=root,
            )
