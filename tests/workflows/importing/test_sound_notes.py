"""What decoding noted of recordings stands among the notes of their import, one line for each kind."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.audio.notes import NoteKind, SoundNote
from core.domain.actor import COMMAND_LINE
from core.workflows.importing import import_recordings
from core.workflows.importing.sound_notes import SoundNotes
from tests.audio_files import encode_channels, tone


def test_one_kind_of_oddity_is_one_line_however_many_files_have_it() -> None:
    notes = SoundNotes()
    for number in range(30):
        notes.add(f"{number}.wav", [SoundNote(NoteKind.SIZE_PROMISED, 100.0 + number, 90.0)])
    notes.add("odd.ogg", [SoundNote(NoteKind.END_MARK_MISSING)])
    sizes, mark = notes.as_notes().lines()
    assert sizes.startswith("0.wav: its header promises 100 bytes of sound, 90 are there; it is whole. The same kind")
    assert sizes.endswith("1.wav, 2.wav, 3.wav, 4.wav, 5.wav and 24 more")
    assert mark == "odd.ogg: it has no mark of its end; perhaps the last part is missing"


@pytest.mark.usefixtures("database")
def test_an_import_names_what_is_odd_about_a_recording_that_it_took(tmp_path: Path) -> None:
    voice = tone(300, 0.5)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "upside-down.wav").write_bytes(encode_channels(np.stack([voice, -voice], axis=1)))
    result = import_recordings.import_path(tmp_path / "in", actor=COMMAND_LINE)
    assert result.recordings == 1
    assert "upside-down.wav: one channel is the other upside down; the stronger of 2 is taken" in result.notes
    assert import_recordings.import_path(tmp_path / "in", actor=COMMAND_LINE).known == 1
