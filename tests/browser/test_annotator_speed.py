"""Faster and slower at the same pitch."""

from __future__ import annotations

import pytest

from tests.browser.desk import Judge

pytestmark = pytest.mark.browser

# what is given to the loudspeaker, noted
WATCH = """
  window.sounded = [];
  const start = AudioBufferSourceNode.prototype.start;
  AudioBufferSourceNode.prototype.start = function (...when) {
    window.sounded.push({ seconds: this.buffer.duration, rate: this.playbackRate.value });
    return start.apply(this, when);
  };
  const createGain = AudioContext.prototype.createGain;
  AudioContext.prototype.createGain = function () {
    return (window.loudness = createGain.call(this));
  };
"""


def test_at_another_speed_every_second_of_the_recording_counts_as_heard(judge: Judge) -> None:
    judge.page.add_init_script(WATCH)
    judge.open().ready()
    for key in ("p", "p"):
        judge.page.keyboard.press(key)
    judge.press("Digit1")
    judge.press("Digit2")
    judge.waits_until(lambda: len(judge.rows()) == 2)
    last = judge.page.evaluate("window.sounded").pop()
    assert last == {"seconds": pytest.approx(0.5 / 1.5, abs=0.01), "rate": 1}
    assert judge.rows()[1][2] == pytest.approx(0.5, abs=0.05)


def test_louder_is_louder_by_that_much_and_nothing_is_normalised(judge: Judge) -> None:
    judge.page.add_init_script(WATCH)
    judge.open().ready()
    assert judge.page.evaluate("window.loudness.gain.value") == 1
    for key in ("ArrowUp", "ArrowUp", "ArrowDown", "ArrowUp"):
        judge.page.keyboard.press(key)
    assert judge.page.evaluate("window.loudness.gain.value") == pytest.approx(10 ** (6 / 20), rel=1e-5)
