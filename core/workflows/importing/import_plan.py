"""What an import would take in: every recording of one or several places, in a fixed order, before any is read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from core.config import settings
from core.errors import NotFound, Refused
from core.workflows.importing import label_files, label_studio, manifest_file
from core.workflows.importing.import_sources import MB, Archive, Folder, Place, Uploads, inside
from core.workflows.importing.label_files import ToldLabel
from core.workflows.importing.manifest_file import Refusal, Wanted

MANIFEST = "manifest.csv"
SIDE_FILES = frozenset(
    {".csv", ".htm", ".html", ".json", ".log", ".md", ".pdf", ".tsv", ".txt", ".xlsx", ".xml", ".yaml"}
)
SIDE_NAMES = frozenset({"AUTHORS", "COPYING", "LICENCE", "LICENSE", "NOTICE", "README"})
NAMED_IN_A_NOTE = 5
LABEL_READERS = {
    ".csv": label_files.of_csv,
    ".parquet": label_files.of_parquet,
    ".json": label_studio.of_json,
}
LONGEST_HEADER = 20_000


@dataclass(frozen=True)
class Item:
    """One recording that is to come in, and where its bytes lie."""

    place: Place
    path: str
    wanted: Wanted


@dataclass(frozen=True)
class Plan:
    items: list[Item]
    refused: list[Refusal]
    notes: list[str]
    labels: list[ToldLabel] = field(default_factory=list)

    def __add__(self, other: Plan) -> Plan:
        return Plan(
            self.items + other.items,
            self.refused + other.refused,
            self.notes + other.notes,
            self.labels + other.labels,
        )


def of_path(path: Path) -> Plan:
    """Of a folder, a zip archive, a manifest, labels or a single recording on this machine.

    A folder or an archive with a manifest.csv in it is read by its manifest.

    Raises
    ------
    NotFound
        There is nothing at that path.
    Refused
        The archive or the manifest as a whole cannot be read.
    """
    if path.is_dir():
        return _of_place(Folder(path))
    if not path.is_file():
        raise NotFound(f"There is no file or folder {path}.")
    if path.suffix.lower() == ".zip":
        return _of_place(Archive(path))
    if _holds_labels(path.name, path):
        return _of_labels(path.name, path)
    folder = Folder(path.parent)
    if path.suffix.lower() == ".csv":
        return _by_manifest(folder, path.name)
    return Plan([Item(folder, path.name, Wanted(path.name))], [], [])


def of_uploads(files: Iterable[tuple[str, bytes | Path]]) -> Plan:
    """Of files that a browser sent: recordings, archives, labels, and perhaps a manifest for the recordings."""
    plan, loose = Plan([], [], []), {}
    for name, content in files:
        if _holds_labels(name, content):
            plan += _of_labels(name, content)
            continue
        if not name.lower().endswith(".zip"):
            loose[name.replace("\\", "/")] = content
            continue
        try:
            plan += _of_place(Archive(content))
        except Refused as reason:
            plan += Plan([], [Refusal(name, None, str(reason))], [])
    manifests = [name for name in loose if name.lower().endswith(".csv")]
    if len(manifests) > 1:
        raise Refused(f"Send one manifest at a time, not {len(manifests)}: {', '.join(sorted(manifests))}.")
    uploads = Uploads(loose)
    return plan + (_by_manifest(uploads, manifests[0], uploads.names()) if manifests else _by_names(uploads))


def _holds_labels(name: str, content: bytes | Path) -> bool:
    """Whether a file is one of labels: by its ending, and for a CSV by its first line."""
    ending = PurePosixPath(name.lower()).suffix
    if ending != ".csv":
        return ending in LABEL_READERS
    if isinstance(content, Path):
        with content.open("rb") as file:
            content = file.read(LONGEST_HEADER)
    return label_files.is_table(content[:LONGEST_HEADER].decode("utf-8", "replace").split("\n", 1)[0])


def _of_labels(name: str, content: bytes | Path) -> Plan:
    limit_mb = settings().max_archive_mb
    size_bytes = content.stat().st_size if isinstance(content, Path) else len(content)
    if size_bytes > limit_mb * MB:
        raise Refused(f"{name} is too large: {size_bytes / MB:.1f} MB; at most {limit_mb:g} MB are taken.")
    read = LABEL_READERS[PurePosixPath(name.lower()).suffix]
    told = read(content.read_bytes() if isinstance(content, Path) else content)
    return Plan([], list(told.refused), [], told.labels)


def _of_place(place: Place) -> Plan:
    names = place.names()
    manifest = _manifest_among(names)
    return _by_manifest(place, manifest, names) if manifest else _by_names(place)


def _manifest_among(names: list[str]) -> str | None:
    """The manifest.csv that lies highest: an archive often has one folder with everything in it."""
    found = [name for name in names if PurePosixPath(name).name.lower() == MANIFEST]
    return min(found, key=lambda name: (name.count("/"), name), default=None)


def _by_manifest(place: Place, manifest: str, names: Iterable[str] = ()) -> Plan:
    read = manifest_file.read(place.read(manifest))
    folder = PurePosixPath(manifest).parent
    items, refused = [], list(read.refused)
    for wanted in read.rows:
        try:
            items.append(Item(place, str(folder / inside(wanted.filename)), wanted))
        except Refused as reason:
            refused.append(Refusal(wanted.filename, wanted.row, str(reason)))
    in_manifest = {item.path for item in items} | {manifest}
    left_out = [name for name in names if name not in in_manifest and not _is_side_file(name)]
    notes = [f"Left out, because the manifest does not name them: {_listed(left_out)}."] if left_out else []
    return Plan(items, refused, read.notes + notes)


def _by_names(place: Place) -> Plan:
    names = place.names()
    beside = [name for name in names if _is_side_file(name)]
    items = [Item(place, name, Wanted(name)) for name in names if not _is_side_file(name)]
    return Plan(items, [], [f"Left out, as they are no recordings: {_listed(beside)}."] if beside else [])


def _is_side_file(name: str) -> bool:
    path = PurePosixPath(name)
    return path.suffix.lower() in SIDE_FILES or path.stem.upper() in SIDE_NAMES


def _listed(names: list[str]) -> str:
    more = len(names) - NAMED_IN_A_NOTE
    return ", ".join(names[:NAMED_IN_A_NOTE]) + (f" and {more} more" if more > 0 else "")
