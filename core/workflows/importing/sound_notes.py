"""Irregularities that decoding noted in imported recordings: one line a kind, with the number of recordings."""

from __future__ import annotations

from collections.abc import Iterable

from core.audio.notes import NoteKind, SoundNote
from core.messages import Message, listed
from core.workflows.importing.notes import Notes


class SoundNotes:
    """Oddities by kind, each with the first of its files in full and the names of the others."""

    def __init__(self) -> None:
        self._files: dict[NoteKind, list[str]] = {}
        self._first: dict[NoteKind, SoundNote] = {}

    def add(self, filename: str, notes: Iterable[SoundNote]) -> None:
        for note in notes:
            self._first.setdefault(note.kind, note)
            self._files.setdefault(note.kind, []).append(filename)

    def as_notes(self) -> Notes:
        return Notes(self._line(kind) for kind in self._files)

    def _line(self, kind: NoteKind) -> Message:
        first, *others = self._files[kind]
        line = Message("{file}: {note}", {"file": first, "note": self._first[kind].message})
        if not others:
            return line
        return Message("{words}. The same kind of note holds for {others}", {"words": line, "others": listed(others)})
