"""The desk fits its judge: language, keys, touch, pace and pauses."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.desk import Judge

pytestmark = pytest.mark.browser

NARROW = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def test_a_french_judge_on_a_narrow_screen_labels_by_touch(judge: Judge, password: str, open_as: Callable) -> None:
    judge.query("UPDATE accounts SET speaks = 'fr' WHERE name = ?", judge.name)
    judge.page = open_as(judge.name, password, **NARROW)
    judge.page.goto("/annotate")
    judge.page.get_by_role("button", name="Commencer").tap()
    word = judge.ready()
    assert judge.page.get_by_role("heading", name="Écouter et juger").is_visible()
    assert "français · 0,5 s" in judge.page.locator(".about").inner_text()
    assert judge.page.evaluate("document.documentElement.scrollWidth") <= 390
    small = "[...document.querySelectorAll('.desk button')].filter(b => b.offsetParent && b.offsetHeight < 43.5).length"
    assert judge.page.evaluate(small) == 0
    assert judge.page.get_by_test_id("stSidebar").count() == 0  # no empty column beside the desk
    for box in (each.bounding_box() for each in judge.page.locator(".label").all()):
        assert box["height"] >= 64
        assert box["y"] > 0.75 * 844  # in the thumb's reach
    judge.page.get_by_role("button", name="Bruit").tap()
    judge.page.get_by_text("Bruit : enregistré").wait_for()
    judge.has({word: "Noise"})


def test_no_english_is_left_on_a_french_desk(judge: Judge) -> None:
    judge.query("UPDATE accounts SET speaks = 'fr' WHERE name = ?", judge.name)
    judge.page.goto("/annotate")
    judge.page.get_by_role("button", name="Commencer").wait_for()
    words = judge.page.locator(".desk").evaluate(
        "d => d.textContent + [...d.querySelectorAll('[aria-label]')].map(e => e.getAttribute('aria-label')).join(' ')"
    )
    for english in ("Skip", "Undo", "Keys", "Loop", "Play", "Not sure", "Accepted", "Speechless", "Recent", "label"):
        assert english not in words, words


def test_a_judge_chooses_the_language_at_the_desk(judge: Judge) -> None:
    judge.page.goto("/annotate")
    judge.page.locator(".intro").get_by_role("button", name="Français").click()
    judge.page.get_by_role("button", name="Commencer").wait_for()
    assert judge.query("SELECT speaks FROM accounts WHERE name = ?", judge.name) == [("fr",)]


def test_changed_keys_are_remembered_and_conflicts_are_named(judge: Judge) -> None:
    judge.open().ready()
    judge.page.keyboard.press("?")
    judge.page.get_by_role("button", name="Change the key for “Noise”").click()
    judge.page.keyboard.press("k")
    judge.page.get_by_text("K already means “skip: it comes again at the end”.").wait_for()
    with judge.page.expect_response("**/judging/preferences"):
        judge.page.keyboard.press("f")
    judge.page.get_by_text("F now means “Noise”.").wait_for()
    word = judge.open().ready()
    judge.page.keyboard.press("Digit2")
    judge.page.wait_for_timeout(200)
    assert judge.rows() == []
    judge.press("f")
    judge.has({word: "Noise"})


def test_all_keys_can_be_put_back(judge: Judge) -> None:
    judge.query("UPDATE accounts SET preferences = ? WHERE name = ?", '{"keys": {"Noise": ["f"]}}', judge.name)
    judge.open().ready()
    judge.page.keyboard.press("?")
    with judge.page.expect_response("**/judging/preferences"):
        judge.page.get_by_role("button", name="All keys as they were made").click()
    judge.page.keyboard.press("Escape")
    word = judge.press("Digit2")
    judge.has({word: "Noise"})


def test_a_pause_that_does_not_push_and_nobodys_pace(judge: Judge) -> None:
    """Twenty-six minutes of labels, remembered by the tab."""
    judge.open().ready()
    judge.press("Digit1")
    judge.page.locator(".recent li[data-state=saved]").wait_for()
    judge.page.evaluate(
        """() => {
          const name = Object.keys(sessionStorage).find(key => key.startsWith('earshot.deeds'));
          const kept = JSON.parse(sessionStorage[name]);
          const [deed] = kept.deeds;
          const ago = (at) => Date.now() - (53 - at) * 30000;
          kept.deeds = Array.from({length: 53}, (_, at) => ({...deed, id: 'r' + at, at: ago(at)}));
          sessionStorage[name] = JSON.stringify(kept);
        }"""
    )
    judge.open().ready()
    judge.page.get_by_text("You have listened for 27 minutes.").wait_for()
    assert "an hour" not in judge.page.locator(".desk").inner_text()
    judge.press("Digit2")
    judge.page.get_by_role("button", name="All right").click()
    judge.page.locator(".pause").wait_for(state="hidden")


def test_nothing_moves_from_one_recording_to_the_next(judge: Judge) -> None:
    def places() -> list[dict]:
        return [judge.page.locator(part).bounding_box() for part in (".card", ".word", ".wave", ".labels", ".actions")]

    judge.open().ready()
    judge.query(
        "UPDATE recordings SET word = 'une phrase entière que l''enfant doit lire à voix haute, ' || id WHERE id % 2"
    )
    before = places()
    judge.page.keyboard.press("u")
    judge.page.get_by_text("There is nothing to undo in this visit.").wait_for()
    assert places() == before
    for key in ("Digit1", "Digit2", "Digit3"):
        judge.press(key)
        judge.ready()
        assert places() == before


def test_a_repeat_comes_unannounced_and_is_no_judgement(judge: Judge) -> None:
    judge.has_rules("queue", order="shuffle", repeat_share=0.5, repeat_after=3)
    judge.open()
    heard: list[str] = []
    while len(set(heard)) == len(heard):
        assert len(heard) < 30, heard
        heard.append(judge.press("Digit1"))
        judge.waits_until(lambda: judge.page.locator(".saved").inner_text() == "Accepted saved")
        assert f"{len(heard)} done today" in judge.page.locator(".done").inner_text()
        judge.page.wait_for_timeout(600)
    judge.waits_until(lambda: judge.query("SELECT count(*) FROM repeats") == [(1,)])
    assert len(judge.rows()) == len(set(heard))


def test_a_screen_reader_has_a_name_for_everything_that_can_be_pressed(judge: Judge) -> None:
    judge.open().ready()
    judge.page.keyboard.press("?")
    names = "d => [...d.querySelectorAll('button')].map(b => (b.getAttribute('aria-label') || b.textContent).trim())"
    assert all(judge.page.locator(".desk").evaluate(names))
    judge.page.keyboard.press("?")
    label = judge.page.get_by_role("button", name="Accepted a child's voice, clear enough")
    assert label.get_attribute("aria-keyshortcuts") == "1"
    assert judge.page.get_by_role("button", name="Play again").first.is_visible()
    assert judge.page.locator(".saved").get_attribute("role") == "status"
