"""What a model does elsewhere, as `make bench-robustness` measured it: stored beside the model's card, read by screens.

The card itself never changes; a later measurement takes the place of an earlier one. It is measured by training again
as the model was trained, on the recordings that the table names.
"""

from __future__ import annotations

import json

from core.domain.actor import COMMAND_LINE, Actor
from core.domain.elsewhere import ElsewhereTable
from core.domain.permissions import Permission
from core.errors import NotFound
from core.workflows.accounts import authorisation
from core.workflows.training import model_folders, shared_folders

FILE = "elsewhere.json"


def store_table(model_id: str, table: ElsewhereTable, *, actor: Actor = COMMAND_LINE) -> None:
    """Put the table into the model's folder; NotFound where there is no such folder."""
    authorisation.require_first(actor, Permission.RETRAIN)
    shared_folders.write(model_folders.folder_of(model_id) / FILE, json.dumps(table.as_json(), indent=1) + "\n")
    model_folders.share(model_id)


def table_of(model_id: str) -> ElsewhereTable | None:
    """The table of a model; None where nobody has measured it, or its folder is gone."""
    try:
        stored = (model_folders.folder_of(model_id) / FILE).read_text()
        return ElsewhereTable.from_json(json.loads(stored))
    except (NotFound, FileNotFoundError, ValueError):
        return None
