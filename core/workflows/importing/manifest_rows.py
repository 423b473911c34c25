"""One row of a manifest: what its cells state.

A cell that cannot be used refuses the row; one that is not needed and cannot be read is named and left empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType

from core import languages
from core.domain import names
from core.domain.labels import Label, Split
from core.domain.recordings import LONGEST_CONSENT
from core.errors import Refused
from core.messages import Message
from core.translation import mark
from core.workflows.importing import dates
from core.workflows.importing.cells import is_blank, label_of, split_of
from core.workflows.importing.import_options import DateOrder
from core.workflows.importing.notes import Notes

JUDGES = ("judge_1", "judge_2")
LONGEST_CHILD = 120
LONGEST = {"language": 20, "source": 120, "word": 1000, "consent": LONGEST_CONSENT}
LONGEST_OTHER = 10_000
NO_LABELS: Mapping[str, Label] = MappingProxyType({})
NOTHING_ELSE: Mapping[str, str] = MappingProxyType({})
COLUMNS = ("filename", "language", "word", "child", "source", "collected_at", "split", "consent", *JUDGES)


@dataclass(frozen=True, slots=True)  # there may be a million
class ManifestRow:
    """One recording that is to come in, and what is stated of it; what is empty is not known."""

    filename: str
    row: int | None = None
    language: str = ""
    word: str = ""
    child: str = ""
    source: str = ""
    collected_at: datetime | None = None
    split: Split | None = None
    consent: str = ""
    labels: Mapping[str, Label] = field(default_factory=lambda: NO_LABELS)
    extra: Mapping[str, str] = field(default_factory=lambda: NOTHING_ELSE)


def read_row(number: int, cells: dict[str, str], order: DateOrder | None, notes: Notes) -> ManifestRow:
    """A row by its cells, each under the name of its column; what is odd about it goes into the notes.

    Raises
    ------
    Refused
        It cannot be used; the message says why.
    """
    _check_filename(cells)
    known = {name: cell for name, cell in cells.items() if name and not is_blank(name, cell)}
    child = names.child_name(known.get("child", ""))
    if len(child) > LONGEST_CHILD:
        raise Refused(
            "child has {n_child} characters; at most {longest_child} are taken",
            n_child=len(child),
            longest_child=LONGEST_CHILD,
        )
    labels = _shared(tuple((judge, label_of(judge, known[judge])) for judge in JUDGES if judge in known))
    split = split_of(known["split"]) if "split" in known else None
    if cells.get("child") and not child:
        notes.add(Message("child is {child!r}: taken as not known", {"child": cells["child"]}), number)
    extra = _others(known, number, notes)
    language = _language(known, extra, number, notes)
    return ManifestRow(
        filename=names.file_name(cells["filename"]),
        row=number,
        language=language,
        word=_short(known, "word", number, notes),
        child=child,
        source=_short(known, "source", number, notes),
        collected_at=_time(known, order, number, notes),
        split=split,
        consent=_short(known, "consent", number, notes),
        labels=labels,
        extra=extra or NOTHING_ELSE,
    )


@lru_cache(maxsize=64)
def _shared(labels: tuple[tuple[str, Label], ...]) -> Mapping[str, Label]:
    return MappingProxyType(dict(labels))


def _check_filename(cells: Mapping[str, str]) -> None:
    filename = cells.get("filename", "")
    if "\0" in filename:
        raise Refused("the file name has a NUL character in it")
    if not names.file_name(filename):
        raise Refused("the cell 'filename' is empty")


def _others(known: Mapping[str, str], number: int, notes: Notes) -> dict[str, str]:
    extra = {}
    for name, cell in known.items():
        if name in COLUMNS:
            continue
        if len(cell) > LONGEST_OTHER:
            words = mark("{name} has {n:,} characters; at most {most:,} are kept, it was left out")
            notes.add(Message(words, {"name": name, "n": len(cell), "most": LONGEST_OTHER}), number)
        else:
            extra[name] = cell.replace("\0", "")
    return extra


def _language(known: Mapping[str, str], extra: dict[str, str], number: int, notes: Notes) -> str:
    written = names.normal_form(known.get("language", ""))
    if not written:
        return ""
    tag = languages.read(written[:100])
    if tag is None or len(tag) > LONGEST["language"]:
        return _language_as_written(written, extra, number, notes)
    if languages.standard_tag(written) is None:
        notes.add(Message("language {written!r} was read as {tag}", {"written": written, "tag": tag}), number)
    return tag


def _language_as_written(written: str, extra: dict[str, str], number: int, notes: Notes) -> str:
    """What is no code stays as it is, so that nothing is lost, and is named."""
    words = mark("language is {written!r}, which is no BCP 47 code such as fr or en-GB")
    message = Message(words, {"written": _excerpt(written)})
    meant = languages.tag_of_country(written)
    if meant:
        message = Message("{words} (the language of that country is {tag})", {"words": message, "tag": meant})
    if len(written) <= LONGEST["language"]:
        notes.add(Message("{words}; kept as it is written", {"words": message}), number)
        return written
    notes.add(Message("{words}; left empty", {"words": message}), number)
    extra["language"] = written[:LONGEST_OTHER]
    return ""


def _short(known: Mapping[str, str], name: str, number: int, notes: Notes) -> str:
    cell = names.normal_form(known.get(name, ""))
    if len(cell) <= LONGEST[name]:
        return cell
    words = mark("{name} has {n:,} characters; at most {most} are taken, it was left out")
    notes.add(Message(words, {"name": name, "n": len(cell), "most": LONGEST[name]}), number)
    return ""


def _time(known: Mapping[str, str], order: DateOrder | None, number: int, notes: Notes) -> datetime | None:
    if "collected_at" not in known:
        return None
    try:
        return dates.read_time(known["collected_at"][:100], order)
    except Refused as reason:
        notes.add(Message("collected_at was left empty: {reason}", {"reason": reason}), number)
        return None


def _excerpt(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}..."
