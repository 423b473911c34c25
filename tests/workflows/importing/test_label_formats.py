"""Labels of other tools: each annotation for itself, people kept apart, files found, what cannot be read named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.domain.actor import COMMAND_LINE
from core.domain.labels import Label
from core.errors import Refused
from core.workflows.annotation import recording_search
from core.workflows.importing import import_options, import_recordings
from core.workflows.importing.import_recordings import ImportResult
from core.workflows.maintenance import table_export
from tests.workflows.recorded import recording

pytestmark = pytest.mark.usefixtures("database")
JsonObject = dict[str, object]
NAMES = ("a.wav", "b.wav", "e f.wav", "g+h.wav", "i&j.wav", "été (1).wav", "100%.wav", "k#l.wav")


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """Some recordings are here; a folder for files of labels."""
    sounds = tmp_path / "sounds"
    sounds.mkdir()
    for number, name in enumerate(NAMES):
        (sounds / name).write_bytes(recording(number))
    import_recordings.import_path(sounds, actor=COMMAND_LINE)
    return tmp_path


def take_in(folder: Path, name: str, content: str | list[JsonObject]) -> ImportResult:
    file = folder / name
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return import_recordings.import_path(file, actor=COMMAND_LINE)


def labels() -> dict[str, dict[str, Label]]:
    judged = {item.recording.filename: item.judgements for item in recording_search.search_recordings().items}
    return {name: {one.judge: one.label for one in given} for name, given in judged.items() if given}


def choice(word: str, question: str = "label") -> JsonObject:
    return {"from_name": question, "to_name": "audio", "type": "choices", "value": {"choices": [word]}}


def task(audio: str, *annotations: tuple[object, list[JsonObject]]) -> JsonObject:
    made = [{"completed_by": who, "result": result, "lead_time": 3.2} for who, result in annotations]
    return {"data": {"audio": audio}, "annotations": made}


def test_one_bad_annotation_takes_no_good_one_along(here: Path) -> None:
    comment = {"from_name": "comment", "type": "textarea", "value": {"text": ["no idea"]}}
    export = [
        task("/data/upload/1/0a1b2c3d-a.wav", (1, [choice("Accepted")]), (2, [comment])),
        task("/data/upload/1/0a1b2c3d-b.wav", (1, [choice("Unsure")]), (2, [choice("Noise")])),
    ]
    result = take_in(here, "export.json", export)
    assert labels() == {"a.wav": {"label-studio-1": "Accepted"}, "b.wav": {"label-studio-2": "Noise"}}
    assert len(result.refused) == 2


@pytest.mark.parametrize("question", ["label", "quality"])
def test_a_second_question_of_the_project_does_not_matter(here: Path, question: str) -> None:
    answers = [choice("French", "language"), choice("Accepted", question)]
    take_in(here, "export.json", [task("a.wav", (1, answers))])
    assert labels() == {"a.wav": {"label-studio-1": "Accepted"}}


def test_two_questions_with_our_words_are_told_apart_by_their_name_alone(here: Path) -> None:
    two = [choice("Accepted", "first"), choice("Noise", "second")]
    assert len(take_in(here, "export.json", [task("a.wav", (1, two))]).refused) == 1
    take_in(here, "export.json", [task("a.wav", (1, [*two, choice("Speechless")]))])
    assert labels() == {"a.wav": {"label-studio-1": "Speechless"}}


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/data/upload/1/0a1b2c3d-e_f.wav", "e f.wav"),
        ("/data/upload/1/0a1b2c3d-%C3%A9t%C3%A9_1.wav", "été (1).wav"),
        ("/data/local-files/?d=recs/g+h.wav", "g+h.wav"),
        ("/data/local-files/?d=recs/i&j.wav", "i&j.wav"),
        ("/data/local-files/?d=recs%2Fg%2Bh.wav", "g+h.wav"),
        ("https://example.org/sounds/e%20f.wav?sig=1", "e f.wav"),
        ("s3://bucket/recs/k#l.wav", "k#l.wav"),
        ("100%25.wav", "100%.wav"),
    ],
)
def test_files_are_found_under_the_names_that_label_studio_gives_them(here: Path, address: str, name: str) -> None:
    take_in(here, "export.json", [task(address, (1, [choice("Noise")]))])
    assert list(labels()) == [name]


def test_people_without_a_name_are_two_within_a_task(here: Path) -> None:
    result = take_in(here, "export.json", [task("a.wav", (None, [choice("Accepted")]), (None, [choice("Noise")]))])
    assert sorted(labels()["a.wav"]) == ["label-studio-somebody", "label-studio-somebody-2"]
    assert any("without a name" in note for note in result.notes)


@pytest.mark.parametrize("question", ["label", "quality"])
@pytest.mark.parametrize("who", [(1, 2), ("ann@x.org", "ben@x.org"), (None, None)])
def test_two_judges_of_the_short_json_stay_two(here: Path, question: str, who: tuple[object, object]) -> None:
    rows: list[JsonObject] = [
        {"audio": "a.wav", "id": 1, question: word, "annotator": one, "lead_time": 1.5, "language": "fr"}
        for word, one in zip(("Accepted", "Noise"), who, strict=True)
    ]
    take_in(here, "min.json", rows)
    assert sorted(labels()["a.wav"].values()) == ["Accepted", "Noise"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("ls.csv", "audio,id,label,annotator,annotation_id,lead_time\n/data/upload/1/0a1b2c3d-a.wav,1,Noise,1,1,3.2\n"),
        ("ls.tsv", "audio\tid\tsome question\tannotator\tlead_time\na.wav\t1\tNoise\tann@x.org\t3,2\n"),
        ("labels.tsv", "filename\tjudge\tlabel\na.wav\tanna\tNoise\n"),
        ("labels.csv", "sep=;\nFile name;Judge;Label\na.wav;anna;noise\n"),
        ("labels.txt", "filename;judge;label\na.wav;anna;noise\n"),
        ("labels.jsonl", '{"filename": "a.wav", "judge": "anna", "label": "Noise"}\n'),
        ("labels.json", [{"filename": "a.wav", "judge": "anna", "label": "Noise"}]),
        ("ls.jsonl", json.dumps(task("a.wav", (1, [choice("Noise")]))) + "\n"),
        ("prodigy.jsonl", '{"audio": "x/a.wav", "accept": ["Noise"], "answer": "accept", "_annotator_id": "anna"}\n'),
        ("prodigy.jsonl", '{"path": "a.wav", "audio": "data:x", "label": "Noise", "answer": "accept"}\n'),
        ("a.txt", "0.000000\t1.200000\tNoise\n"),
        ("a.txt", "0,000000\t1,200000\tNoise\n\\\t1200.0\t3000.0\n1,3\t1,4\tcough\n"),
    ],
)
def test_every_format_of_the_table_is_read(here: Path, name: str, content: str | list[JsonObject]) -> None:
    result = take_in(here, name, content)
    assert (result.judgements, result.refused) == (1, [])
    assert list(labels()["a.wav"].values()) == ["Noise"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", "0.0\t1.0\tNoise\n1.0\t2.0\tAccepted\n"),
        ("p.jsonl", '{"text": "no label"}\n'),
        ("p.jsonl", "no json\n"),
    ],
)
def test_what_is_no_label_is_named(here: Path, name: str, content: str) -> None:
    result = take_in(here, name, content)
    assert (result.judgements, len(result.refused)) == (0, 1)


def test_answers_that_were_not_accepted_give_no_label(here: Path) -> None:
    lines = [{"audio": "a.wav", "label": "Noise", "answer": answer} for answer in ("reject", "ignore")]
    result = take_in(here, "p.jsonl", "\n".join(map(json.dumps, lines)))
    assert (result.judgements, result.refused, len(result.notes)) == (0, [], 2)


@pytest.mark.parametrize("name", ["notes.txt", "a.json"])
def test_a_file_without_labels_says_which_export_to_choose(here: Path, name: str) -> None:
    with pytest.raises(Refused, match=r"JSON.*[Pp]rodigy"):
        take_in(here, name, "{}")


def test_who_judged_can_be_named_where_the_file_names_nobody(here: Path) -> None:
    (here / "a.txt").write_text("0.0\t1.0\tNoise\n")
    options = import_options.options(judge="anna")
    import_recordings.import_path(here / "a.txt", actor=COMMAND_LINE, options=options)
    assert labels() == {"a.wav": {"anna": "Noise"}}


def exported(here: Path) -> list[JsonObject]:
    table_export.export_labels(here / "out.json")
    tasks: list[JsonObject] = json.loads((here / "out.json").read_text())
    return tasks


def test_addresses_of_an_export_lead_to_their_files_and_what_nobody_judged_waits(here: Path) -> None:
    from urllib.parse import parse_qs, urlsplit

    take_in(here, "labels.csv", "filename,judge,label\na.wav,anna,Noise\n")
    tasks = exported(here)
    assert len(tasks) == len(NAMES)
    data = [one["data"] for one in tasks if isinstance(one["data"], dict)]
    assert [parse_qs(urlsplit(one["audio"]).query)["d"] for one in data] == [[one["filename"]] for one in data]
    assert [len(one["annotations"]) for one in tasks if isinstance(one["annotations"], list)] == [1] + [0] * 7


def edited(here: Path, word: str) -> list[JsonObject]:
    """What Label Studio's short JSON says of our own export, once somebody changed the first label there."""
    take_in(here, "labels.csv", "filename,judge,label\na.wav,anna,Noise\na.wav,bert,Noise\n")
    data = exported(here)[0]["data"]
    assert isinstance(data, dict)
    times = {"created_at": "2026-02-01T10:00:00.1Z", "updated_at": "2026-02-01T10:00:00.2Z"}
    own = {**data, "id": 1, "annotator": 1, "lead_time": None, **times}
    first = {**own, "label": word, "annotation_id": 1} | {"updated_at": "2026-02-02T10:00:00Z"}
    return [{**own, "label": "Noise", "annotation_id": 2}, first]


def test_judgements_that_were_exported_are_known_again_in_the_short_json(here: Path) -> None:
    result = take_in(here, "min.json", edited(here, "Noise"))
    assert (result.judgements, result.notes, result.refused) == (0, [], [])
    assert labels() == {"a.wav": {"anna": "Noise", "bert": "Noise"}}


def test_a_label_that_was_changed_there_says_what_to_do(here: Path) -> None:
    result = take_in(here, "min.json", edited(here, "Accepted"))
    assert labels() == {"a.wav": {"anna": "Noise", "bert": "Noise"}}
    (note,) = result.notes
    assert note.startswith("a.wav: the label Noise of anna was changed to Accepted elsewhere.")
    assert "back to its judges" in note


def test_a_third_label_says_how_it_can_count(here: Path) -> None:
    take_in(here, "labels.csv", "filename,judge,label\na.wav,anna,Noise\na.wav,bert,Noise\n")
    (note,) = take_in(here, "more.csv", "filename,judge,label\na.wav,cleo,Accepted\n").notes
    assert note.startswith("a.wav: The label Accepted of cleo was not taken: all judgements are there (2).")


def test_a_plain_table_never_means_a_file_whose_name_only_looks_rewritten(here: Path) -> None:
    result = take_in(here, "labels.csv", "filename,judge,label\ne_f.wav,anna,Noise\n")
    assert (result.judgements, len(result.refused)) == (0, 1)
