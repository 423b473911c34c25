"""The judge's player in a real Chromium: no label is lost, doubled or put on another recording."""

from __future__ import annotations

import re
import sqlite3

import pytest

from tests.browser.desk import Judge

pytestmark = pytest.mark.browser

AHEAD = 20  # recordings that are fetched before they are needed


def test_one_key_a_label_saved_on_the_recording_that_was_on_screen(judge: Judge) -> None:
    judge.open()
    # Playwright's pad has no NumLock: with Shift its keys write digits
    keys = {"Digit1": "Accepted", "n": "Noise", "Shift+Numpad3": "Speechless", "a": "Accepted", "Digit2": "Noise"}
    given = {judge.press(key): label for key, label in keys.items()}
    assert len(given) == 5
    judge.has(given)
    assert judge.page.locator(".recent li").count() == 5
    judge.page.get_by_text("Noise saved").wait_for()


def test_hearing_is_measured_and_stored(judge: Judge) -> None:
    judge.open().ready()
    judge.page.wait_for_timeout(800)
    judge.page.keyboard.press(" ")
    judge.page.wait_for_timeout(100)
    judge.press("Digit1")
    judge.waits_until(lambda: len(judge.rows()) == 1)
    _, _, seconds_heard, replays, decision_s, _ = judge.rows()[0]
    assert seconds_heard == pytest.approx(0.5, abs=0.02)
    assert replays == 1
    assert 0.8 < decision_s < 5


def test_a_french_keyboard_labels_by_the_place_of_the_digit(judge: Judge) -> None:
    word = judge.open().ready()
    judge.page.evaluate("document.dispatchEvent(new KeyboardEvent('keydown', {key: 'é', code: 'Digit2'}))")
    judge.has({word: "Noise"})


def test_a_held_key_labels_one_recording(judge: Judge) -> None:
    word = judge.open().ready()
    for _ in range(12):
        judge.page.keyboard.down("Digit2")
        judge.page.wait_for_timeout(60)
    judge.page.keyboard.up("Digit2")
    judge.has({word: "Noise"})
    assert judge.ready() != word


def test_a_double_press_does_not_reach_the_next_recording(judge: Judge) -> None:
    word = judge.open().ready()
    for _ in range(3):
        judge.page.keyboard.press("Digit3")
    judge.has({word: "Speechless"})
    judge.page.wait_for_timeout(400)
    assert judge.labels() == {word: "Speechless"}


def test_keys_with_modifiers_and_before_the_start_do_nothing(judge: Judge) -> None:
    judge.page.goto("/annotate")
    judge.page.locator(".start").wait_for()
    judge.page.keyboard.press("Digit1")
    judge.page.locator(".start").click()
    judge.ready()
    judge.page.keyboard.press("Control+Digit1")
    judge.page.wait_for_timeout(300)
    assert judge.rows() == []


def test_undo_goes_back_label_by_label_and_takes_new_ones(judge: Judge) -> None:
    judge.open()
    first, second = judge.press("Digit1"), judge.press("Digit2")
    judge.ready()
    for word in (second, first):
        judge.page.keyboard.press("u")
        assert judge.ready() == word
    judge.has({})
    assert judge.press("Digit3") == first
    assert judge.press("Digit3") == second
    judge.has({first: "Speechless", second: "Speechless"})
    assert len(judge.rows()) == 4


def test_undo_reaches_behind_a_reload(judge: Judge) -> None:
    judge.open()
    word = judge.press("Digit1")
    judge.has({word: "Accepted"})
    judge.open().ready()
    judge.page.keyboard.press("u")
    assert judge.ready() == word
    judge.has({})


def test_a_reload_gives_the_same_recording_back(judge: Judge) -> None:
    judge.open()
    judge.press("Digit1")
    word = judge.ready()
    assert judge.open().ready() == word


def test_labels_without_a_connection_wait_through_a_reload_and_are_sent_once(judge: Judge) -> None:
    judge.open().ready()
    judge.page.route("**/judging/judgements", lambda route: route.abort())
    given = {judge.press("Digit1"): "Accepted", judge.press("Digit2"): "Noise"}
    third = judge.ready()
    judge.page.get_by_text("2 to be saved").wait_for()
    assert judge.page.locator(".banner").is_hidden()  # what lies ahead bridges it for a while
    assert judge.open().ready() == third
    judge.page.get_by_text("2 to be saved").wait_for()
    assert judge.rows() == []
    judge.page.unroute("**/judging/judgements")
    judge.has(given)
    judge.page.locator(".banner").wait_for(state="hidden")
    assert len(judge.rows()) == 2


def test_a_minute_and_a_half_without_a_connection_is_bridged_and_then_said(judge: Judge) -> None:
    page = judge.page
    fetched: list[str] = []
    page.on("response", lambda answer: fetched.append(answer.url) if "/audio/" in answer.url else None)
    page.clock.install()
    judge.open().ready()
    judge.waits_until(lambda: len(fetched) >= AHEAD)
    page.route(re.compile("/(judging|audio)/"), lambda route: route.abort())
    given = [judge.press(f"Digit{1 + number % 3}") for number in range(6)]
    assert len(set(given)) == 6
    assert page.locator(".banner").is_hidden()
    page.clock.fast_forward("02:00")
    page.get_by_text(re.compile("No connection: [67] labels wait here")).wait_for()
    page.unroute(re.compile("/(judging|audio)/"))
    page.clock.fast_forward("01:00")
    judge.waits_until(lambda: len(judge.labels()) == 6)


def test_a_lost_answer_does_not_double_the_label(judge: Judge) -> None:
    judge.open().ready()
    lost = []

    def lose_the_first_answer(route) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch().status)
            route.abort()

    judge.page.route("**/judging/judgements", lose_the_first_answer)
    word = judge.press("Digit1")
    judge.page.locator(".recent li[data-state=saved]").wait_for()
    assert lost == [200]
    assert [row[:2] for row in judge.rows()] == [(word, "Accepted")]


def test_a_second_tab_gets_other_recordings_and_both_labels_are_kept(judge: Judge) -> None:
    first = judge.open().ready()
    other = Judge(judge.page.context.new_page(), judge.server, judge.name)
    second = other.open().ready()
    assert second != first
    other.press("Digit2")
    judge.press("Digit1")
    judge.has({first: "Accepted", second: "Noise"})


def test_a_label_that_another_tab_gave_stands_and_the_judge_is_told(judge: Judge) -> None:
    word = judge.open().ready()
    database = sqlite3.connect(judge.server.storage / "earshot.db")
    with database:
        database.execute(
            "INSERT INTO judgements (recording_id, account_id, round, label, decided_at, origin, flag, comment)"
            " SELECT recordings.id, accounts.id, 1, 'Noise', '2026-01-01 00:00:00', 'annotate', 0, ''"
            " FROM recordings, accounts WHERE word = ? AND name = ?",
            [word, judge.name],
        )
    database.close()
    judge.press("Digit1")
    judge.page.get_by_text("You judged this recording in another tab: Noise stands.").wait_for()
    assert judge.labels() == {word: "Noise"}


def test_skipped_recordings_go_and_the_next_one_comes(judge: Judge) -> None:
    word = judge.open().ready()
    judge.page.keyboard.press("k")
    judge.waits_until(lambda: judge.page.locator(".word").inner_text() != word)
    judge.ready()
    judge.page.keyboard.press("u")
    assert judge.ready() == word
    judge.press("Digit1")
    judge.has({word: "Accepted"})


def test_an_ended_sign_in_keeps_the_label_until_the_judge_signs_in_again(judge: Judge, password: str) -> None:
    judge.open().ready()
    origin = judge.page.evaluate("location.origin")
    # in the server itself, which knows it at once: what another program changed it would know a second later
    answer = judge.page.context.request.post("/sign-out", headers={"Origin": origin}, max_redirects=0)
    assert answer.status == 303
    word = judge.press("Digit1")
    judge.page.get_by_role("link", name="Sign in again").first.wait_for()
    assert judge.rows() == []
    judge.page.goto("/sign-in?next=%2Fannotate")
    judge.page.get_by_label("Name").fill(judge.name)
    judge.page.get_by_label("Password").fill(password)
    judge.page.get_by_role("button", name="Sign in").click()
    judge.has({word: "Accepted"})


def test_the_end_is_a_thank_you_and_what_another_tab_kept_can_be_taken_over(judge: Judge) -> None:
    judge.open().ready()
    with sqlite3.connect(judge.server.storage / "earshot.db") as database:
        database.execute("UPDATE recordings SET round = 1 + (id > 1)")
        database.execute(
            "INSERT INTO adjudications (recording_id, account_id, round, label, reason, decided_at)"
            " SELECT recordings.id, accounts.id, recordings.round, 'Noise', '', '2026-01-01' FROM recordings, accounts"
            " WHERE recordings.id > 1 AND name = ?",
            [judge.name],
        )
        database.execute("DELETE FROM claims WHERE id != (SELECT min(id) FROM claims)")
        database.execute("UPDATE claims SET sitting = 'closed', recording_id = 1, round = 1")
    judge.open()
    judge.page.get_by_text("The rest lies in another tab").wait_for()
    judge.page.get_by_role("button", name="Take them over here").click()
    word = judge.press("Digit1")
    judge.page.get_by_text("Nothing left to judge: thank you").wait_for()
    judge.has({word: "Accepted"})
