"""Which of the files of a folder are tables of its recordings. Opens no database."""

from __future__ import annotations

from pathlib import PurePosixPath

from core.domain.names import file_key
from core.errors import Refused
from core.messages import Message, listed
from core.translation import mark
from core.workflows.importing.import_options import ImportOptions
from core.workflows.importing.import_sources import ImportSource
from core.workflows.importing.label_files import has_label_columns
from core.workflows.importing.manifest_rows import COLUMNS
from core.workflows.importing.notes import Notes
from core.workflows.importing.tables import ENDINGS, OTHER_SPREADSHEETS, ending, read_table
from core.workflows.importing.text_table import TextTable

MANIFEST = "manifest"
SIDE_FILES = ENDINGS | OTHER_SPREADSHEETS | {".htm", ".html", ".json", ".jsonl", ".log", ".md", ".ndjson", ".parquet"}
SIDE_FILES |= {".pdf", ".rtf", ".doc", ".docx", ".xml", ".yaml", ".yml", ".ini", ".textgrid", ".eaf", ".sha256", ".md5"}
SIDE_NAMES = frozenset({"AUTHORS", "COPYING", "LICENCE", "LICENSE", "NOTICE", "README"})

_NOT_A_MANIFEST = frozenset({"p_accepted", "reason"})  # what Earshot writes: predictions, lists of refused files


def is_table(name: str) -> bool:
    return ending(name) in ENDINGS


def is_named_manifest(name: str) -> bool:
    """Whether a file is called manifest, with the ending of a table."""
    last = file_key(name).rsplit("/", 1)[-1]
    return last.split(".")[0] == MANIFEST and ending(name) in ENDINGS | OTHER_SPREADSHEETS


def is_side_file(name: str) -> bool:
    """Whether a file is no recording, by its name."""
    path = PurePosixPath(name)
    return path.suffix.lower() in SIDE_FILES or path.stem.upper() in SIDE_NAMES


def manifests_among(
    source: ImportSource, names: list[str], options: ImportOptions
) -> tuple[list[tuple[str, TextTable]], Notes]:
    """The tables of recordings: all that are called manifest; else those in the topmost folder with a column filename.

    Raises
    ------
    Refused
        A table that is called manifest cannot be read: the recordings would come in without their children.
    """
    notes = Notes()
    named = [name for name in names if is_named_manifest(name)]
    others = sorted((name for name in names if _may_be_a_table(name)), key=lambda name: (name.count("/"), name))
    if named:
        named.sort(key=lambda name: (name.count("/"), name))
        return [(name, read_table(source.shown(name), source.read(name), options, names)) for name in named], notes
    tables: list[tuple[str, TextTable]] = []
    for name in others:
        if tables and name.count("/") > tables[0][0].count("/"):
            break
        table = _table_or_none(source, name, options, names)
        if table is not None and is_manifest_table(table):
            tables.append((name, table))
        elif table is not None and has_label_columns(table.columns):
            words = mark("{name} holds labels: import it by itself, once the recordings are here.")
            notes.add(Message(words, {"name": source.shown(name)}))
    if tables:
        read = listed(source.shown(name) for name, _ in tables)
        notes.add(Message("No table is called manifest.csv; read as one: {names}.", {"names": read}))
    return tables, notes


def is_manifest_table(table: TextTable) -> bool:
    """Whether a table that is not called manifest is one: it names files, and something that is known of recordings."""
    columns = set(table.columns)
    is_other = has_label_columns(columns) or bool(columns & _NOT_A_MANIFEST)
    return "filename" in columns and bool(columns & set(COLUMNS[1:])) and not is_other


def _may_be_a_table(name: str) -> bool:
    is_plain_text = PurePosixPath(name).suffix.lower() == ".txt" and ending(name) == ".txt"
    return is_table(name) and not is_plain_text and not is_named_manifest(name)


def _table_or_none(source: ImportSource, name: str, options: ImportOptions, names: list[str]) -> TextTable | None:
    try:
        return read_table(source.shown(name), source.read(name), options, names)
    except Refused:
        return None  # some other file of the folder; it is named among those that are left out
