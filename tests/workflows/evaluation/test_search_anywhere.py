"""What is found from every screen, by whom, and in what time."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import update

from core.domain.actor import COMMAND_LINE
from core.domain.labels import Role
from core.errors import NotAllowed
from core.workflows.evaluation import model_evaluation, search_anywhere
from core.workflows.evaluation.search_anywhere import SearchMatches, find_anywhere
from db import schema, session
from tests.annotation.people import actor, add_recordings, person
from tests.workflows import trained


def rename(recording_id: int, **values: object) -> None:
    with session.writing() as tx:
        tx.execute(update(schema.recordings).where(schema.recordings.c.id == recording_id).values(**values))


def numbers(text: str) -> list[int]:
    return [recording.id for recording in find_anywhere(text, actor=COMMAND_LINE).recordings]


@pytest.fixture
def named(any_database: object) -> list[int]:
    ids = add_recordings(4)
    rename(ids[0], word="Maison", filename="class 3/Clip-07.wav")
    rename(ids[1], word="École", filename="class 3/Zoé.wav")
    rename(ids[2], word="mai", filename="class 3/other.wav", sha256="deadbeef" + "0" * 56)
    rename(ids[3], word="50 %", filename="under_score.wav")
    return ids


def test_a_recording_is_found_by_word_file_number_and_hash_in_whatever_case(named: list[int]) -> None:
    assert numbers("maison") == numbers("MAI so".replace(" ", "")) == [named[0]]
    assert numbers("clip-0") == numbers("class 3/CLIP") == [named[0]]
    assert numbers("deadbe") == [named[2]]
    assert numbers(str(named[3]))[0] == named[3]
    assert numbers("mai") == [named[2], named[0]]  # the shorter word first


@pytest.mark.parametrize("text", ["école", "École", "ÉCOLE", "éc"])
def test_accents_are_found_however_they_are_typed(named: list[int], text: str) -> None:
    assert numbers(text) == [named[1]]


@pytest.mark.parametrize("text", ["", "  ", "%", "_", "5%", "x' OR '1'='1", "\\", "/", "\U0010ffff", "9" * 40])
def test_signs_with_a_meaning_elsewhere_are_signs_like_others(named: list[int], text: str) -> None:
    assert numbers(text) == []


def test_a_child_is_found_by_the_beginning_of_its_pseudonym(named: list[int]) -> None:
    assert find_anywhere("CHILD", actor=COMMAND_LINE).children == ("child-1",)
    assert find_anywhere("hild", actor=COMMAND_LINE).children == ()


@pytest.mark.usefixtures("database")
def test_a_model_is_found_by_any_word_of_its_name() -> None:
    trained.label_recordings()
    trained.add_model("m-1")
    title = model_evaluation.title_of("m-1")
    for text in (title, title.split()[-1], title[:3].lower()):
        assert [each.id for each in find_anywhere(text, actor=COMMAND_LINE).models] == ["m-1"]


@pytest.mark.usefixtures("named")
def test_a_judge_finds_nothing_whatever_there_is() -> None:
    with pytest.raises(NotAllowed, match="may not see labels"):
        find_anywhere("maison", actor=actor(person("anna", Role.JUDGE)))


@pytest.mark.usefixtures("named")
def test_there_are_never_more_than_a_few_of_a_kind() -> None:
    add_recordings(30)
    assert len(numbers("word")) == search_anywhere.OF_EACH_KIND
    assert find_anywhere("", actor=COMMAND_LINE) == SearchMatches()


@pytest.mark.usefixtures("database")
def test_a_search_among_many_takes_no_longer_than_a_blink() -> None:
    trained.label_many(20_000)
    find_anywhere("child", actor=COMMAND_LINE)
    begins = time.perf_counter()
    for text in ("1", "199", "child-1", "abc", "nothing"):
        find_anywhere(text, actor=COMMAND_LINE)
    assert time.perf_counter() - begins < 1.0  # 5 searches; a hundredth of that on a quiet machine
