"""A data set that other programs read: Hugging Face's AudioFolder, described in Croissant."""

from __future__ import annotations

import csv
import warnings
from pathlib import Path

import pytest
import yaml

from core.domain.actor import COMMAND_LINE
from core.errors import Conflict
from core.workflows.importing import import_recordings
from core.workflows.maintenance import exporting_dataset
from tests.workflows.recorded import folder_with_manifest, recording

pytestmark = pytest.mark.usefixtures("database")

ROWS = [
    {"filename": "a.wav", "child": "kim", "split": "test", "judge_1": "Noise", "judge_2": "Noise", "language": "fr"},
    {"filename": "b.wav", "child": "lou", "split": "validation", "judge_1": "Accepted", "judge_2": ""},
    {"filename": "=c.wav", "child": "mia", "word": "=1+1"},
]


@pytest.fixture
def written(tmp_path: Path) -> Path:
    import_recordings.import_path(folder_with_manifest(tmp_path / "in", ROWS), actor=COMMAND_LINE)
    exporting_dataset.dataset(tmp_path / "out")
    return tmp_path / "out"


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_each_split_has_its_sounds_and_their_metadata(written: Path) -> None:
    for number, split in enumerate(("test", "validation", "unassigned")):
        (row,) = rows_of(written / split / "metadata.csv")
        assert (written / split / row["file_name"]).read_bytes() == recording(number)
    (row,) = rows_of(written / "test" / "metadata.csv")
    assert (row["label"], row["child"], row["language"]) == ("Noise", "kim", "fr")
    assert len(rows_of(written / "recordings.csv")) == len(rows_of(written / "labels.csv")) == 3


def test_the_card_names_the_files_of_each_split(written: Path) -> None:
    card = (written / "README.md").read_text(encoding="utf-8")
    front = yaml.safe_load(card.split("---")[1])
    assert front["configs"][0]["data_files"][0] == {"split": "validation", "path": "validation/**"}
    assert front["language"] == ["fr"]
    assert "| test | 1 | 1 | 0 | 1 | 0 | 0 |" in card


def test_words_that_a_spreadsheet_would_run_are_neutralised(written: Path) -> None:
    (row,) = rows_of(written / "unassigned" / "metadata.csv")
    assert row["word"] == "'=1+1"


def test_mlcroissant_reads_the_description(written: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import mlcroissant

        described = mlcroissant.Dataset(jsonld=written / "croissant.json")
        assert not described.metadata.ctx.issues.errors
        records = list(described.records("recordings"))
    assert {record["recordings/label"] for record in records} >= {b"Noise"}
    assert {(written / record["recordings/file_name"].decode()).is_file() for record in records} == {True}


def test_a_folder_that_is_not_empty_is_left_alone(written: Path) -> None:
    with pytest.raises(Conflict, match="not empty"):
        exporting_dataset.dataset(written)


def test_lost_sounds_are_named_by_the_names_that_people_know(tmp_path: Path, storage: Path) -> None:
    import_recordings.import_path(folder_with_manifest(tmp_path / "in", ROWS), actor=COMMAND_LINE)
    next((storage / "recordings").rglob("*.wav")).unlink()
    result = exporting_dataset.dataset(tmp_path / "out")
    assert (result.recordings, len(result.missing)) == (2, 1)
    assert result.missing[0] in {row["filename"] for row in ROWS}
