"""How a recording is heard at the desk: enough of it, as the rules and the judge want it, with what the judge notes."""

from __future__ import annotations

import json

import pytest

from tests.browser.desk import Judge

pytestmark = pytest.mark.browser


def test_an_unheard_label_is_refused_with_a_hint_and_nothing_is_lost(judge: Judge) -> None:
    judge.has_rules("desk", waveform=True, spectrogram=False, heard_share=1.0, heard_s=2.0)
    judge.open()
    nudge = judge.page.locator(".nudge")
    judge.waits_until(lambda: "more, then label" in (judge.page.keyboard.press("Digit2") or nudge.inner_text()))
    word = judge.page.locator(".word").inner_text()
    assert judge.rows() == []
    assert judge.press("Digit2") == word
    judge.has({word: "Noise"})


def test_what_the_server_finds_unheard_comes_again(judge: Judge) -> None:
    judge.open().ready()

    def claim_less(route) -> None:
        route.continue_(post_data=json.dumps(json.loads(route.request.post_data) | {"seconds_heard": 0.1}))

    judge.page.route("**/judging/judgements", claim_less, times=1)
    word = judge.press("Digit2")
    judge.page.get_by_text("You heard 0.1 s of this recording and 0.5 s are needed").wait_for()
    judge.press("k")
    judge.waits_until(lambda: judge.page.locator(".word").inner_text() == word)
    judge.press("Digit3")
    judge.has({word: "Speechless"})


def test_doubt_and_comment_reach_the_database_by_keyboard_alone(judge: Judge) -> None:
    judge.open().ready()
    judge.page.keyboard.press("d")
    judge.page.keyboard.press("c")
    judge.page.keyboard.type("a dog: 1 2 3")
    judge.page.keyboard.press("Enter")
    word = judge.press("Digit1")
    second = judge.press("Digit2")
    judge.has({word: "Accepted", second: "Noise"})
    said = judge.query("SELECT flag, comment FROM judgements ORDER BY id")
    assert said == [(1, "a dog: 1 2 3"), (0, "")]


def test_what_was_noted_comes_back_with_undo(judge: Judge) -> None:
    judge.open().ready()
    judge.page.keyboard.press("c")
    judge.page.keyboard.type("faint")
    judge.page.keyboard.press("Enter")
    judge.press("Digit1")
    judge.ready()
    judge.page.keyboard.press("u")
    judge.ready()
    assert judge.page.get_by_label("Comment", exact=True).input_value() == "faint"


def test_the_rules_in_force_decide_what_is_seen_and_are_stored(judge: Judge) -> None:
    number = judge.has_rules("desk", waveform=False, spectrogram=True, heard_share=0.1, heard_s=2.0)
    judge.open().ready()
    assert not judge.page.locator("canvas.waveform").is_visible()
    assert judge.page.locator("canvas.spectrogram").is_visible()
    painted = "c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(v => v > 0)"
    assert judge.page.locator("canvas.spectrogram").evaluate(painted)
    judge.press("Digit1")
    judge.waits_until(lambda: judge.query("SELECT protocol_id FROM judgements") == [(number,)])


def test_speed_loudness_and_loop_are_remembered_at_the_next_visit(judge: Judge) -> None:
    judge.open().ready()
    with judge.page.expect_response("**/judging/preferences"):
        for key in ("p", "p", "o", "ArrowUp", "l"):
            judge.page.keyboard.press(key)
    judge.open().ready()
    assert judge.page.locator(".speed").inner_text() == "1.25× speed"
    assert judge.page.locator(".volume").inner_text() == "+3 dB"
    judge.page.wait_for_timeout(900)  # two rounds and more of half a second
    judge.press("Digit1")
    judge.waits_until(lambda: len(judge.rows()) == 1)
    _, _, seconds_heard, replays, _, _ = judge.rows()[0]
    assert replays >= 2
    assert seconds_heard == pytest.approx(0.5, abs=0.02)


def test_going_back_by_key_is_no_replay_and_counts_nothing_twice(judge: Judge) -> None:
    judge.open().ready()
    judge.page.keyboard.press("ArrowLeft")
    judge.page.wait_for_timeout(600)
    judge.press("Digit1")
    judge.waits_until(lambda: len(judge.rows()) == 1)
    _, _, seconds_heard, replays, _, _ = judge.rows()[0]
    assert (seconds_heard, replays) == (pytest.approx(0.5, abs=0.02), 0)


def test_a_mistake_in_practice_is_explained_before_the_next_comes_and_no_real_label_is_called_right(
    judge: Judge,
) -> None:
    page = judge.page
    judge.has_rules("qualification", is_required=True, mark=0.5, at_least=2)
    judge.query("INSERT INTO qualification_items SELECT id, 'Noise', '2026-01-01' FROM recordings WHERE id <= 3")
    judge.open()
    word = judge.press("Digit1")
    page.get_by_text("You said Accepted; the answer is Noise.").wait_for()
    assert page.locator(".word").inner_text() == word  # it is heard again, and takes no label meanwhile
    page.keyboard.press("Digit1")
    page.get_by_text("Practice: 1 of 2 answered, 0 right").wait_for()
    page.keyboard.press("Enter")
    page.locator(".explain").wait_for(state="hidden")
    second = judge.press("Digit2")
    assert second != word
    page.get_by_text("The practice is over. From now on your labels count.").wait_for()
    assert judge.rows() == []
    page.get_by_role("button", name="Go on").click()
    real = judge.press("Digit3")
    judge.has({real: "Speechless"})
    assert page.get_by_text("Right:").count() == 0 or not page.get_by_text("Right:").first.is_visible()
    assert not page.locator(".practice").is_visible()
    assert page.locator(".recent li").count() == 1


def test_the_own_labels_are_heard_and_changed(judge: Judge) -> None:
    page = judge.page
    judge.open()
    first, second = judge.press("Digit1"), judge.press("Digit2")
    judge.has({first: "Accepted", second: "Noise"})
    page.get_by_role("button", name="My last labels").click()
    with page.expect_response("**/audio/*"):
        page.get_by_role("button", name=f"Play again: {first}").click()
    page.get_by_role("button", name=f"Change the label of {first}").click()
    assert judge.press("Digit3") == first
    judge.has({first: "Speechless", second: "Noise"})


def test_the_word_comes_when_the_rules_say_so(judge: Judge) -> None:
    judge.has_rules("desk", waveform=True, heard_share=1.0, heard_s=2.0, word_shown="after")
    judge.open()
    assert judge.ready()  # labels unlock, and the word is there
    judge.has_rules("desk", waveform=True, heard_share=1.0, heard_s=2.0, word_shown="never")
    judge.query("DELETE FROM claims")
    with judge.page.expect_response("**/judging/desk") as answer:
        judge.open()
    assert {item["word"] for item in answer.value.json()["items"]} == {""}
