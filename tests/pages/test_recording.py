"""The page of one recording: why first, and everything that is known of it; never for a judge."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core.domain.actor import COMMAND_LINE
from core.domain.labels import Label, Role
from core.domain.recording_history import RecordingComment
from core.workflows.annotation import qualification_items, rounds
from core.workflows.deployment import deployment_control, recording_overview
from core.workflows.evaluation import similar_recordings
from core.workflows.evaluation.similar_recordings import SimilarRecording, SimilarRecordings
from tests.pages import seeding
from tests.pages.looking import component_data, components


@pytest.fixture
def ids(signed_in: Callable, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Judged recordings and a model in force, seen by staff; nothing has a sound."""
    signed_in(Role.STAFF, "lea")
    ids = seeding.seed_recordings()
    seeding.seed_judgements(ids)
    seeding.seed_models(ids)
    deployment_control.deploy("model-0", 0.2, actor=COMMAND_LINE)
    monkeypatch.setattr(similar_recordings, "similar_recordings", lambda *_, **__: SimilarRecordings((), 0, 0))
    return ids


def words(test: AppTest) -> str:
    shown = [*test.markdown, *test.caption, *test.subheader, *test.header, *test.info, *test.error]
    return " ".join(str(element.value) for element in shown).replace("\\", "")


def comments(recording_id: int) -> tuple[RecordingComment, ...]:
    return recording_overview.overview_of(recording_id, actor=COMMAND_LINE).comments


def by_decision(ids: list[int], screen: Callable, *, label: Label, why: str) -> AppTest:
    """The page of a recording of a label on which the model decides so."""
    agreed = [number for place, number in enumerate(ids) if place >= 3 and seeding.label_of(place) is label]
    for number in agreed:
        test = screen("recording", id=str(number))
        if any(why in str(element.value) for element in test.subheader):
            return test
    raise AssertionError(f"no {label} with {why!r}")


def test_why_it_is_refused_stands_first_in_plain_words(ids: list[int], screen: Callable) -> None:
    test = by_decision(ids, screen, label=Label.NOISE, why="Why it is refused")
    assert not test.exception
    assert test.subheader[0].value.endswith("Why it is refused")
    assert "other sounds are heard more clearly than one child reading" in words(test)
    assert "People refuse it too, as Noise: caught." in words(test)


def test_why_it_is_accepted_says_whether_people_agree(ids: list[int], screen: Callable) -> None:
    test = by_decision(ids, screen, label=Label.ACCEPTED, why="Why it is accepted")
    assert "sounds like one child reading" in words(test)
    assert "decided rightly" in words(test)


def test_the_sound_has_its_labels_probabilities_and_a_spectrogram(ids: list[int], screen: Callable) -> None:
    data = component_data(screen("recording", id=str(ids[4])), "earshot_player")
    (item,) = data["items"]
    assert data["drawn"] is True
    assert data["linked"] is False
    assert [chip["who"] for chip in item["chips"]] == ["ada", "ben"]
    assert [bar["name"] for bar in item["bars"]] == ["Accepted", "Noise", "Speechless"]
    assert item["bars"][0]["mark"] is not None


def test_labels_and_the_way_of_the_recording_are_there(ids: list[int], screen: Callable) -> None:
    rounds.begin_rounds([ids[4]], "a doubt", actor=COMMAND_LINE)
    test = screen("recording", id=str(ids[4]))
    assert "No judge has heard it yet." in words(test)
    assert "2 labels that do not count" in [expander.label for expander in test.expander]
    happened = [line.replace("\\", "") for line in test.table[0].value["What happened"]]
    assert happened[0] == "command line sent it back to two judges: a doubt"
    assert happened[-1].startswith("Imported as clips/004.wav")


def test_a_comment_is_written_and_removed(ids: list[int], screen: Callable) -> None:
    test = screen("recording", id=str(ids[4]))
    test.text_area(key="new-comment").set_value("A *dog* barks")
    test.button(key="add-comment").click().run()
    assert not test.exception
    (comment,) = comments(ids[4])
    assert (comment.author, comment.text) == ("lea", "A *dog* barks")
    assert test.text_area(key="new-comment").value == ""
    test.button(key=f"remove-comment-{comment.id}").click().run()
    assert comments(ids[4]) == ()


def test_it_goes_back_to_the_judges_and_to_practice(ids: list[int], screen: Callable) -> None:
    test = screen("recording", id=str(ids[4]))
    test.button(key="practice").click().run()
    assert [item.recording.id for item in qualification_items.items()] == [ids[4]]
    assert test.button(key="practice").label == "No longer for practice"
    test.button(key="again_all").click().run()
    assert [each.judged.recording.id for each in rounds.open_rounds()] == [ids[4]]


def test_only_an_administrator_is_offered_to_erase_and_sees_a_preview_first(
    ids: list[int], screen: Callable, signed_in: Callable
) -> None:
    assert not [button for button in screen("recording", id=str(ids[4])).button if button.key == "erase-child"]
    signed_in(Role.ADMIN)
    test = screen("recording", id=str(ids[4]))
    test.button(key="erase-child").click().run()
    assert not test.exception
    assert test.title[0].value == "Administration"


def test_what_it_resembles_is_listed_with_labels(ids: list[int], screen: Callable, monkeypatch) -> None:
    from core.workflows.annotation import recording_search

    near = SimilarRecording(recording_search.get_recording(ids[7]), 0.42)
    monkeypatch.setattr(similar_recordings, "similar_recordings", lambda *_, **__: SimilarRecordings((near,), 119, 0))
    test = screen("recording", id=str(ids[4]))
    assert "The nearest of 119 labelled recordings" in words(test)
    assert len(components(test, "earshot_player")) == 2


@pytest.mark.parametrize("number", ["", "0", "-3", "abc", "99999999", "1e9", "1 OR 1=1"])
def test_a_number_that_is_none_is_no_fault(ids: list[int], screen: Callable, number: str) -> None:
    test = screen("recording", id=number)
    assert not test.exception
    assert "Which recording?" in [info.proto.title for info in test.info] or "perhaps it was erased" in words(test)


def test_a_judge_sees_nothing_of_it(ids: list[int], screen: Callable, signed_in: Callable) -> None:
    signed_in(Role.JUDGE)
    test = screen("recording", id=str(ids[4]))
    assert "This screen is for" in test.error[0].value
    assert not test.subheader
    assert not components(test, "earshot_player")


def test_it_is_french_for_who_speaks_it(ids: list[int], screen: Callable, signed_in: Callable) -> None:
    from core.workflows.accounts import accounts

    account = signed_in(Role.STAFF, "zoé")
    accounts.set_language(account.id, "fr", actor=COMMAND_LINE)
    test = screen("recording", id=str(ids[4]))
    assert test.title[0].value == "Enregistrement"
    assert "Ce qu'en disent les juges" in words(test)
