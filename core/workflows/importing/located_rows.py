"""Where the files of a table's rows lie in a source."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import PurePosixPath

from core.domain.names import file_key
from core.errors import Refused
from core.workflows.importing.import_sources import ImportSource, inside
from core.workflows.importing.manifest_file import Refusal
from core.workflows.importing.manifest_rows import ManifestRow
from core.workflows.importing.planned_import import AbsentRow, ImportItem


def locate_rows(
    source: ImportSource,
    stated: list[tuple[str, ManifestRow]],
    missing: list[AbsentRow],
    refused: list[Refusal],
) -> list[ImportItem]:
    """Where the bytes of each row lie; `stated` : each row with the name of its table.

    Rows with different names never share a file: where none names it exactly, none of them has it.
    """
    items: list[ImportItem] = []
    first_claims: dict[str, str] = {}
    claims: dict[str, set[str]] = {}  # of the files that several names could mean
    tables_of: dict[tuple[str, str], str] = {}
    has_several_tables = len({table for table, _ in stated}) > 1
    for table, row in stated:
        try:
            wanted = str(PurePosixPath(table).parent / inside(row.filename))
            item = ImportItem(source, source.find(wanted), row)
        except Refused as reason:
            missing.append(AbsentRow(row, reason))
            continue
        if has_several_tables:
            content = (item.path, repr(replace(row, row=None)))
            if tables_of.setdefault(content, table) != table:
                continue
        claim = file_key(wanted)
        first = first_claims.setdefault(item.path, claim)
        if first != claim:
            claims.setdefault(item.path, {first}).add(claim)
        items.append(item)
    return [item for item in items if not _is_contested(item, claims.get(item.path, set()), refused)]


def named_files(source: ImportSource, rows: Iterable[tuple[str, str]]) -> set[str]:
    """The files that rows name, each with the name of its table; a refused one says itself why."""
    paths = set()
    for table, filename in rows:
        with suppress(Refused):
            paths.add(source.find(str(PurePosixPath(table).parent / inside(filename))))
    return paths


def _is_contested(item: ImportItem, claims: set[str], refused: list[Refusal]) -> bool:
    shown = item.source.shown(item.path)
    if not claims or (file_key(shown) in claims and file_key(item.row.filename) == file_key(shown)):
        return False
    reason = Refused("several rows could mean the file {file}: send a zip of the folder instead", file=repr(shown))
    refused.append(Refusal.of(reason, item.row.filename, item.row.row))
    return True
