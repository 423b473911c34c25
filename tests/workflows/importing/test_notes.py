"""Notes of an import are messages: in English by themselves, in another language whatever the names in them are."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.domain.actor import COMMAND_LINE
from core.messages import Message
from core.translation import translate_message
from core.workflows.importing import import_recordings
from core.workflows.importing.notes import MOST_LINES, Notes
from tests.workflows.recorded import folder_with_manifest


def test_a_note_of_many_rows_is_one_line_that_names_the_first() -> None:
    notes = Notes()
    for row in range(2, 13):
        notes.add(Message("child is {child!r}: taken as not known", {"child": "-"}), row)
    (message,) = notes.messages()
    assert notes.lines() == ["child is '-': taken as not known (rows 2, 3, 4, 5, 6, 7, 8, 9 and 3 more)"]
    assert translate_message("fr", message).endswith("(lignes 2, 3, 4, 5, 6, 7, 8, 9 et 3 autres)")


def test_there_are_never_more_lines_than_can_be_read() -> None:
    notes = Notes(Message("There is no label in this row {n}", {"n": n}) for n in range(MOST_LINES + 5))
    assert (len(notes.lines()), notes.lines()[-1]) == (MOST_LINES + 1, "... and 5 more notes.")


@pytest.mark.parametrize("name", ["{file} of {n}.txt", "a is kept; " * 20 + ".txt", "stands in train.txt"])
def test_a_name_that_no_template_could_recognise_is_no_hindrance(name: str, database: Path, tmp_path: Path) -> None:
    folder_with_manifest(tmp_path, [{"filename": "a.wav"}]).unlink()
    (tmp_path / name).write_text("nothing")
    result = import_recordings.import_path(tmp_path, actor=COMMAND_LINE)
    assert result.notes == [f"Left out, as they are no recordings: {name}."]
    (message,) = result.note_messages
    assert translate_message("fr", message) == f"Laissés de côté, car ce ne sont pas des enregistrements\u00a0: {name}."
