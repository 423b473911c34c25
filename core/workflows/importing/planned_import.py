"""The recordings, labels and tables that an import would take in, before anything is decoded."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.errors import Refused
from core.workflows.importing.import_sources import ImportSource
from core.workflows.importing.label_files import LabelRow
from core.workflows.importing.manifest_file import Refusal
from core.workflows.importing.manifest_rows import ManifestRow
from core.workflows.importing.notes import Notes
from core.workflows.importing.table_readings import TableReading


@dataclass(frozen=True, slots=True)
class ImportItem:
    """One recording to import, and the place of its bytes."""

    source: ImportSource
    path: str
    row: ManifestRow


@dataclass(frozen=True, slots=True)
class AbsentRow:
    """A row of a table that came without recordings: its recording may be known; else it is refused for `reason`."""

    row: ManifestRow
    reason: Refused


@dataclass
class Plan:
    """What an import would take in.

    tables : how every table among the files was read
    absent : rows of tables that came without recordings
    """

    items: list[ImportItem] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    notes: Notes = field(default_factory=Notes)
    labels: list[LabelRow] = field(default_factory=list)
    tables: list[TableReading] = field(default_factory=list)
    absent: list[AbsentRow] = field(default_factory=list)

    def add(self, other: Plan) -> None:
        self.items += other.items
        self.refused += other.refused
        self.notes.extend(other.notes)
        self.labels += other.labels
        self.tables += other.tables
        self.absent += other.absent
