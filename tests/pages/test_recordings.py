"""The Recordings screen: find, filter, hear; bring in, and see what was refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.config import settings
from core.domain.labels import Role
from core.workflows.annotation import recording_search, rounds
from tests import audio_files
from tests.pages import seeding
from tests.pages.looking import component_data, components

SOUND = audio_files.encode(audio_files.tone(440, 1.0))


@pytest.fixture
def staff(database, signed_in) -> None:
    signed_in(Role.STAFF)


@pytest.fixture
def judged(staff) -> list[int]:
    ids = seeding.seed_recordings()
    seeding.seed_judgements(ids, differ=3)
    return ids


def titles(test) -> list[str]:
    return [item["title"] for item in component_data(test, "earshot_player")["items"]]


def test_recordings_come_a_page_at_a_time_with_both_judgements(judged, screen):
    test = screen("recordings")
    assert not test.exception
    assert "120 recordings" in " ".join(one.value for one in test.markdown)
    items = component_data(test, "earshot_player")["items"]
    assert [item["id"] for item in items] == judged[:25]
    assert [chip["who"] for chip in items[0]["chips"]] == ["ada", "ben"]
    assert "clips/000.wav" in items[0]["detail"]
    assert not test.dataframe  # each stands in the list alone, not in a table too


def shown(test) -> list[int]:
    return [item["id"] for item in component_data(test, "earshot_player")["items"]]


def test_the_pages_are_turned_to_and_fro(judged, screen):
    test = screen("recordings")
    assert test.button(key="from_first").disabled
    test.button(key="from_next").click().run()
    assert shown(test) == judged[25:50]
    test.button(key="from_last").click().run()
    assert shown(test) == judged[-25:]
    test.button(key="from_previous").click().run()
    assert shown(test) == judged[-50:-25]
    test.button(key="from_first").click().run()
    assert shown(test) == judged[:25]


def test_a_page_begins_at_the_number_that_is_typed_or_stands_in_the_address(judged, screen):
    test = screen("recordings")
    test.number_input(key="from").set_value(judged[30]).run()
    assert shown(test) == judged[30:55]


def test_searching_begins_on_the_first_page_again(judged, screen):
    test = screen("recordings")
    test.button(key="from_last").click().run()
    test.text_input(key="find").set_value("maison").run()
    assert not test.exception
    assert test.number_input(key="from").value is None
    assert set(titles(test)) == {"maison"}
    assert len(titles(test)) == 25


def test_page_and_filters_survive_loading_anew(judged, screen):
    test = screen("recordings", language="fr", **{"from": str(judged[50])})
    assert not test.exception
    items = component_data(test, "earshot_player")["items"]
    assert {item["language"] for item in items} == {"fr"}
    assert [item["id"] for item in items] == [number for place, number in enumerate(judged) if place % 2][25:50]


@pytest.mark.parametrize("page", ["0", "-1", "abc", "999999"])
def test_an_address_of_no_page_shows_one_all_the_same(judged, screen, page):
    test = screen("recordings", **{"from": page})
    assert not test.exception
    assert component_data(test, "earshot_player")["items"]


def test_filters_hold_together(judged, screen):
    test = screen("recordings")
    test.multiselect(key="state").select("to settle").run()
    assert len(titles(test)) == 3
    test.multiselect(key="language").select("fr").run()
    assert len(titles(test)) == 1


def test_a_child_can_be_chosen(judged, screen):
    test = screen("recordings")
    test.selectbox(key="child").select("mia").run()
    details = [item["detail"] for item in component_data(test, "earshot_player")["items"]]
    assert len(details) == seeding.PER_CHILD
    assert all(detail.startswith("mia") for detail in details)


def test_when_nothing_fits_it_says_so(judged, screen):
    test = screen("recordings")
    test.text_input(key="find").set_value("no such word").run()
    assert test.info[0].proto.title == "Nothing fits"


def test_without_recordings_it_says_what_to_do(staff, screen):
    test = screen("recordings")
    assert not test.exception
    assert test.info[0].proto.title == "No recordings yet"


def test_uploaded_files_come_in_and_the_refused_are_listed(staff, screen):
    test = screen("recordings")
    test.file_uploader(key="files").upload("word.wav", SOUND)
    test.file_uploader(key="files").upload("letter.wav", b"Dear child")
    test.form_submit_button[0].click().run()
    assert not test.exception
    assert recording_search.count_recordings().recordings == 1
    assert test.success[0].proto.title == "Imported"
    assert list(test.table[0].value["File"]) == ["letter.wav"]
    assert list(test.table[0].value["Row"]) == ["–"]


def test_an_import_of_which_nothing_came_in_is_no_success(staff, screen):
    test = screen("recordings")
    test.file_uploader(key="files").upload("letter.wav", b"Dear child")
    test.form_submit_button[0].click().run()
    assert not test.success
    assert test.info[0].proto.title == "Nothing new came in"
    assert "The rest was imported" not in test.warning[0].value


def upload_table(test, dates: tuple[str, ...], *, looks_first: bool = False) -> None:
    lines = ["filename,child,collected_at,mood", *(f"word.wav,kim,{date},glad" for date in dates)]
    test.file_uploader(key="files").upload("word.wav", SOUND)
    test.file_uploader(key="files").upload("manifest.csv", "\n".join(lines).encode())
    test.checkbox(key="look_first_files").set_value(looks_first)
    test.form_submit_button[0].click().run()
    assert not test.exception


def test_a_table_that_can_be_read_in_two_ways_is_asked_about_before_anything_comes_in(staff, screen):
    test = screen("recordings")
    upload_table(test, ("03/04/2026",))
    assert recording_search.count_recordings().recordings == 0
    assert any("two ways" in one.value for one in test.warning)
    test.selectbox(key="import_dates").select("mdy").run()
    assert not any("two ways" in one.value for one in test.warning)
    test.button(key="import_these").click().run()
    (found,) = recording_search.search_recordings().items
    assert str(found.recording.collected_at) == "2026-03-04 00:00:00"


def test_what_an_import_would_do_can_be_seen_first_and_given_up(staff, screen):
    test = screen("recordings")
    upload_table(test, ("2026-01-31",), looks_first=True)
    shown = next(one.value for one in test.dataframe if "Taken for" in one.value)
    assert list(shown["Column"]) == ["filename", "child", "collected_at", "mood"]
    assert list(shown["Taken for"])[-1] == "stored, not used"
    test.button(key="import_cancel").click().run()
    assert recording_search.count_recordings().recordings == 0
    assert not any(button.key == "import_these" for button in test.button)


def test_an_encoding_that_cannot_be_told_is_asked_for(staff, screen):
    test = screen("recordings")
    test.file_uploader(key="files").upload("word.wav", SOUND)
    test.file_uploader(key="files").upload("manifest.csv", b"filename,word\nword.wav,x\xf7y\n")
    test.form_submit_button[0].click().run()
    assert "encoding" in test.error[0].value
    test.selectbox(key="import_encoding").select("cp1252").run()
    test.button(key="import_these").click().run()
    assert recording_search.search_recordings().items[0].recording.word == "x\u00f7y"


def test_a_table_that_is_clear_comes_in_at_once(staff, screen):
    test = screen("recordings")
    upload_table(test, ("31/01/2026",))
    assert recording_search.count_recordings().recordings == 1


@pytest.fixture
def import_root(signed_in, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An administrator, and a folder of the server to import from."""
    signed_in(Role.ADMIN)
    monkeypatch.setenv("EARSHOT_IMPORT_ROOT", str(tmp_path / "root"))
    settings.cache_clear()
    return tmp_path / "root"


def test_folders_of_the_server_are_offered_to_administrators_only_and_below_a_root_only(staff, screen, monkeypatch):
    assert "server_path_text" not in [field.key for field in screen("recordings").text_input]
    monkeypatch.setenv("EARSHOT_IMPORT_ROOT", "/data")
    settings.cache_clear()
    assert "server_path_text" not in [field.key for field in screen("recordings").text_input]


def test_a_folder_of_the_server_comes_in(import_root, screen):
    seeding.put_file(import_root / "class", SOUND)
    test = screen("recordings")
    test.text_input(key="server_path_text").set_value("class")
    test.form_submit_button[1].click().run()
    assert recording_search.count_recordings().recordings == 1


def test_a_folder_that_is_not_there_is_said(import_root, screen):
    test = screen("recordings")
    test.text_input(key="server_path_text").set_value("no/such/folder")
    test.form_submit_button[1].click().run()
    assert "no/such/folder" in test.error[0].value


def test_a_judge_may_not_see_it(judged, signed_in, screen):
    signed_in(Role.JUDGE)
    test = screen("recordings")
    assert "This screen is for" in test.error[0].value
    assert not components(test, "earshot_player")
    assert not test.dataframe


def test_what_is_listed_is_sent_back_to_two_judges_and_keeps_its_history(judged, screen):
    test = screen("recordings", find="maison")
    listed = [item["id"] for item in component_data(test, "earshot_player")["items"]]
    test.text_input(key="listed_why").set_value("All of these sound alike").run()
    test.button(key="listed_all").click().run()
    assert not test.exception
    # two judges differ on one of them: that is judged already, and begins anew all the same
    assert sorted(one.judged.recording.id for one in rounds.open_rounds()) == sorted(listed)
    notes = [item["note"] for item in component_data(test, "earshot_player")["items"] if item["note"]]
    assert notes[0] == "Round 2, being judged again. Before: ada: Noise, ben: Speechless."


def test_every_row_leads_to_the_recordings_page_and_back_to_the_judges(judged, screen):
    data = component_data(screen("recordings"), "earshot_player")
    assert data["linked"] is True
    assert [action["choice"] for action in data["actions"]] == ["again"]
