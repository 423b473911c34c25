"""Tables to take away from the screen: the same as the command `export` writes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from core.domain.actor import Actor
from core.domain.permissions import Permission
from core.workflows.accounts import authorisation
from core.workflows.maintenance import table_export


def labels_table(ending: str, *, has_history: bool = False, actor: Actor) -> bytes:
    """Every judgement in force, with `has_history` every one ever given; raises as `table_export.export_labels` does.

    ending : with its point, such as ".csv"; a CSV begins with a byte order mark, by which Excel knows UTF-8.
    """
    authorisation.require_first(actor, Permission.EXPORT)
    is_marked = ending == ".csv"

    def write(file: Path) -> int:
        return table_export.export_labels(file, has_history=has_history, has_byte_order_mark=is_marked, actor=actor)

    return _written(f"labels{ending}", write)


def predictions_table(ending: str, model_id: str | None = None, *, actor: Actor) -> bytes:
    """What one model, or the champion, says of the recordings of its snapshot; raises as `export_predictions` does."""
    authorisation.require_first(actor, Permission.EXPORT)
    is_marked = ending == ".csv"

    def write(file: Path) -> int:
        return table_export.export_predictions(file, model_id, has_byte_order_mark=is_marked, actor=actor)

    return _written(f"predictions{ending}", write)


def _written(name: str, write: Callable[[Path], int]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        write(file)
        return file.read_bytes()
