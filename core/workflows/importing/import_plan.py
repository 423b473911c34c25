"""Planning an import: every recording of one or several sources, in a fixed order, before any is decoded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from core.config import settings
from core.errors import NotFound, Refused
from core.messages import Message, listed
from core.workflows.importing import located_rows, manifest_file
from core.workflows.importing.import_archive import ArchiveSource
from core.workflows.importing.import_options import DEFAULT, ImportOptions
from core.workflows.importing.import_sources import MB, FolderSource, ImportSource, UploadSource
from core.workflows.importing.label_formats import LABEL_ENDINGS, WHICH_EXPORT, recognise
from core.workflows.importing.manifest_file import Refusal
from core.workflows.importing.manifest_rows import ManifestRow
from core.workflows.importing.manifest_tables import is_named_manifest, is_side_file, is_table, manifests_among
from core.workflows.importing.notes import Notes
from core.workflows.importing.planned_import import AbsentRow, ImportItem, Plan
from core.workflows.importing.table_readings import reading_of
from core.workflows.importing.tables import OTHER_SPREADSHEETS, ending, read_table
from core.workflows.importing.text_table import TextTable

Content = bytes | Path


def of_path(path: Path, options: ImportOptions = DEFAULT) -> Plan:
    """Of a folder, a zip archive, a manifest, labels or a single recording on this machine.

    A folder or an archive with a table of recordings in it is read by that table.

    Raises
    ------
    NotFound
        There is nothing at that path.
    Refused
        The archive or the table as a whole cannot be read.
    """
    if path.is_dir():
        return _of_source(FolderSource(path), options)
    if not path.is_file():
        raise NotFound(
            "There is no file or folder {path}.",
            path=path,
        )
    kind = ending(path.name)
    if kind == ".zip":
        return _of_source(ArchiveSource(path), options)
    if kind in OTHER_SPREADSHEETS:
        read_table(path.name, b"", options)  # raises, and names what to save it as
    source = FolderSource(path.parent)
    if kind not in LABEL_ENDINGS and is_side_file(path.name) and kind:
        raise Refused(
            "{name} holds neither recordings nor labels that can be read. {which_export}",
            name=path.name,
            which_export=Message(WHICH_EXPORT),
        )
    if kind not in LABEL_ENDINGS:
        return Plan([ImportItem(source, path.name, ManifestRow(source.shown(path.name)))])
    data = _content(path.name, path)
    table = read_table(path.name, data, options, _siblings(path)) if is_table(path.name) else None
    plan = _labels_plan(path.name, data, table, options)
    if plan is not None:
        return plan
    if table is None or kind == ".txt":
        raise Refused(
            "{name} holds no labels that can be read. {which_export}",
            name=path.name,
            which_export=Message(WHICH_EXPORT),
        )
    return _by_manifests(source, [(path.name, table)], options)


def of_uploads(files: Iterable[tuple[str, Content]], options: ImportOptions = DEFAULT) -> Plan:
    """Of files that a browser sent: recordings, archives, labels, and tables for the recordings.

    What an import is not made for is named and does not stop the rest. Refused is raised for a table that is called
    manifest and cannot be read: the recordings would come in without their children.
    """
    every = list(files)
    plan, loose, manifests, beside = Plan(), list[tuple[str, Content]](), list[tuple[str, TextTable]](), list[str]()
    names = [name for name, _ in every]
    for name, content in every:
        try:
            holds = _of_upload(name, content, options, names)
        except Refused as reason:
            if len(every) == 1 or is_named_manifest(name):
                raise
            holds = Plan(refused=[Refusal.of(reason, name)])
        if isinstance(holds, Plan):
            plan.add(holds)
        elif isinstance(holds, TextTable):
            manifests.append((name.replace("\\", "/"), holds))
        elif is_side_file(name):
            beside.append(name)
        else:
            loose.append((name, content))
    source = UploadSource(loose)
    if beside:
        plan.notes.add(
            Message("Left out, as they hold neither recordings nor labels: {names}.", {"names": listed(beside)})
        )
    plan.add(
        _by_manifests(source, manifests, options, source.names()) if manifests else _by_names(source, source.names())
    )
    return plan


def _of_upload(name: str, content: Content, options: ImportOptions, names: list[str]) -> Plan | TextTable | None:
    """What one file holds: a plan of its own, a table for the recordings sent along; None for a single file."""
    kind = ending(name)
    if kind == ".zip":
        return _of_source(ArchiveSource(content), options)
    if kind in OTHER_SPREADSHEETS:
        read_table(name, b"", options)
    if kind not in LABEL_ENDINGS:
        return None
    data = _content(name, content)
    table = read_table(name, data, options, names) if is_table(name) else None
    plan = _labels_plan(name, data, table, options, is_alone=len(names) == 1)
    if plan is not None or table is None:
        return plan
    if kind == ".txt" and not is_named_manifest(name) and "filename" not in table.columns:
        return None
    if "filename" not in table.columns and len(names) > 1 and not is_named_manifest(name):
        raise Refused("this table is neither one of recordings (it has no column 'filename') nor one of labels")
    manifest_file.check_columns(table.columns)
    return table


def _labels_plan(
    name: str, data: bytes, table: TextTable | None, options: ImportOptions, *, is_alone: bool = True
) -> Plan | None:
    """The labels of a file; None where it holds none."""
    form = recognise(name, data, table)
    if form is None:
        return None
    try:
        rows = form.read(name, data, options)
    except Refused:
        if is_alone or ending(name) != ".json":
            raise
        return None  # what a tablet's app writes beside each recording
    tables = [] if table is None else [reading_of(name, form.title, table, options)]
    refused = [refusal if refusal.file else replace(refusal, file=name) for refusal in rows.refused]
    return Plan([], refused, rows.notes, rows.labels, tables)


def _siblings(path: Path) -> list[str]:
    return [file.name for file in path.parent.iterdir()]


def _content(name: str, content: Content) -> bytes:
    limit_mb = settings().max_archive_mb
    size_bytes = content.stat().st_size if isinstance(content, Path) else len(content)
    if size_bytes > limit_mb * MB:
        raise Refused(
            "{name} is too large: {size_bytes:.1f} MB; at most {limit_mb:g} MB are taken.",
            name=name,
            size_bytes=size_bytes / MB,
            limit_mb=limit_mb,
        )
    return content.read_bytes() if isinstance(content, Path) else content


def _of_source(source: ImportSource, options: ImportOptions) -> Plan:
    names = source.names()
    manifests, notes = manifests_among(source, names, options)
    plan = _by_manifests(source, manifests, options, names) if manifests else _by_names(source, names)
    plan.notes.extend(notes)
    return plan


def _by_manifests(
    source: ImportSource, tables: list[tuple[str, TextTable]], options: ImportOptions, names: Iterable[str] = ()
) -> Plan:
    """The recordings that tables name, each in its own folder; a row that stands in two of them counts once."""
    plan, stated = Plan(), list[tuple[str, ManifestRow]]()
    refused: list[tuple[str, str]] = []
    for name, table in tables:
        manifest = manifest_file.of_table(table, options)
        plan.refused += manifest.refused
        refused += [(name, refusal.file) for refusal in manifest.refused]
        plan.notes.extend(manifest.notes)
        plan.tables.append(reading_of(name, "Manifest", table, options))
        stated += [(name, row) for row in manifest.rows]
    if isinstance(source, ArchiveSource):
        source.use_names_of(row.filename for _, row in stated)
        names = source.names()
    missing: list[AbsentRow] = []
    plan.items = located_rows.locate_rows(source, stated, missing, plan.refused)
    if plan.items:
        plan.refused += [Refusal.of(absent.reason, absent.row.filename, absent.row.row) for absent in missing]
    else:
        plan.absent = missing
    placed = {id(item.row) for item in plan.items}
    refused += [(name, row.filename) for name, row in stated if id(row) not in placed]
    used = {item.path for item in plan.items} | {name for name, _ in tables} | located_rows.named_files(source, refused)
    left_out = [source.shown(name) for name in names if name not in used and not is_side_file(name)]
    if left_out:
        plan.notes.add(
            Message("Left out, because the manifest does not name them: {names}.", {"names": listed(left_out)})
        )
    return plan


def _by_names(source: ImportSource, names: Sequence[str]) -> Plan:
    beside = [name for name in names if is_side_file(name)]
    items = [ImportItem(source, name, ManifestRow(source.shown(name))) for name in names if not is_side_file(name)]
    left_out = Message("Left out, as they are no recordings: {names}.", {"names": listed(beside)})
    return Plan(items, notes=Notes([left_out] if beside else []))
