"""The preview of an import: how each table is read, what would come in, what would be refused.

Nothing is decoded and nothing is written; whether a sound can be used is only known when it is imported.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from core.domain.actor import Actor
from core.domain.names import readable
from core.domain.permissions import Permission
from core.messages import Message
from core.workflows.accounts import authorisation
from core.workflows.importing import import_plan, server_paths
from core.workflows.importing.import_options import DEFAULT, ImportOptions
from core.workflows.importing.manifest_file import Refusal
from core.workflows.importing.planned_import import Plan
from core.workflows.importing.table_readings import TableReading


@dataclass(frozen=True)
class ImportPreview:
    """recordings, labels : how many would be tried. has_questions : something can be read in two ways."""

    recordings: int
    without_child: int
    labels: int
    tables: tuple[TableReading, ...]
    refused: tuple[Refusal, ...]
    notes: tuple[Message, ...]

    @property
    def has_questions(self) -> bool:
        return any(table.has_open_dates or table.has_guessed_encoding for table in self.tables)

    def as_json(self) -> dict[str, object]:
        """The JSON for programs."""
        refused = [refusal.as_json() for refusal in self.refused]
        notes = [readable(str(note)) for note in self.notes]
        return asdict(self) | {"refused": refused, "notes": notes, "has_questions": self.has_questions}


def preview_path(path: Path | str, *, actor: Actor, options: ImportOptions = DEFAULT) -> ImportPreview:
    """What importing a folder, an archive, a table or a recording would do; raises what `import_path` raises."""
    authorisation.require_first(actor, Permission.IMPORT)  # it shows what is in files of this machine
    return _preview(import_plan.of_path(server_paths.permitted(path, actor), options))


def preview_uploads(
    files: Iterable[tuple[str, bytes | Path]], *, actor: Actor, options: ImportOptions = DEFAULT
) -> ImportPreview:
    """What importing files that a browser sent would do."""
    authorisation.require_first(actor, Permission.IMPORT)
    return _preview(import_plan.of_uploads(files, options))


def _preview(plan: Plan) -> ImportPreview:
    rows = [item.row for item in plan.items] + [absent.row for absent in plan.absent]
    return ImportPreview(
        recordings=len(rows),
        without_child=sum(not row.child for row in rows),
        labels=len(plan.labels),
        tables=tuple(plan.tables),
        refused=tuple(sorted(plan.refused, key=lambda refusal: refusal.row or 0)),
        notes=tuple(plan.notes.messages()),
    )
