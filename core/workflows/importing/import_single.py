"""Bringing one recording in that a program sends, with what the program states of it."""

from __future__ import annotations

from dataclasses import dataclass

from core import languages
from core.audio import store
from core.domain import names
from core.domain.actor import Actor
from core.domain.permissions import Permission
from core.errors import NotFound, Refused
from core.workflows.accounts import authorisation
from core.workflows.importing import import_recordings
from core.workflows.importing.import_sources import UploadSource
from core.workflows.importing.manifest_rows import LONGEST, LONGEST_CHILD, ManifestRow
from core.workflows.importing.planned_import import ImportItem, Plan
from db import recordings, session

UNNAMED = "recording"


@dataclass(frozen=True)
class StatedFacts:
    """What is stated of a recording; what is empty is not known. `language`: BCP 47."""

    source: str = ""
    child: str = ""
    language: str = ""
    word: str = ""


@dataclass(frozen=True)
class ImportedRecording:
    """`is_new` is False for bytes that were here already."""

    id: int
    is_new: bool


def import_recording(filename: str, data: bytes, facts: StatedFacts, *, actor: Actor) -> ImportedRecording:
    """Bring one recording in for judging.

    Raises
    ------
    Refused
        The recording, or something that is stated of it, cannot be used.
    """
    authorisation.require_first(actor, Permission.IMPORT)
    parts = [part.lstrip(".") for part in names.file_name(filename).split("/")]  # no file that is sent is hidden
    filename = "/".join(filter(None, parts)) or UNNAMED
    source = UploadSource([(filename, data)])
    row = row_of(filename, facts)
    plan = Plan([ImportItem(source, name, row) for name in source.names()])
    result = import_recordings.run_plan(plan, f"1 file of {actor.name}", actor)
    if result.refused:
        raise Refused(
            "The recording cannot be used: {reason}",
            reason=result.messages[0] or result.refused[0]["reason"],
        )
    with session.reading() as tx:
        recording_id = recordings.id_of(tx, store.sha256_of(data))
    if recording_id is None:
        raise NotFound("The recording is not here: it was erased meanwhile.")
    return ImportedRecording(recording_id, is_new=result.recordings > 0)


def row_of(filename: str, facts: StatedFacts) -> ManifestRow:
    """What is stated of a recording, as an import takes it.

    Raises
    ------
    Refused
        Something that is stated cannot be used.
    """
    language = languages.standard_tag(facts.language) if facts.language else ""
    if language is None:
        raise Refused("language is no BCP 47 code such as fr or en-GB")  # it may be a name, which nothing repeats
    return ManifestRow(
        filename=filename,
        child=_short("child", names.child_name(facts.child), LONGEST_CHILD),
        source=_short("source", names.normal_form(facts.source), LONGEST["source"]),
        language=_short("language", language, LONGEST["language"]),
        word=_short("word", names.normal_form(facts.word), LONGEST["word"]),
    )


def _short(name: str, text: str, longest: int) -> str:
    if len(text) > longest:
        raise Refused(
            "{name} has {n_text:,} characters; at most {longest:,} are taken",
            name=name,
            n_text=len(text),
            longest=longest,
        )
    return text
