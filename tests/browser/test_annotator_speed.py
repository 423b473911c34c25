"""Faster and slower at the same pitch."""

from __future__ import annotations

from pathlib import Path

import pytest

from pages.components.desk import annotator
from tests.browser.desk import Judge

pytestmark = pytest.mark.browser

STRETCH = (Path(annotator.__file__).parent / "annotator_stretch.js").read_text(encoding="utf-8")
TONE_HZ = 330
# of a tone of one second in two channels: its length, pitch and loudness at a speed
MEASURE = """async (speed) => {
  const context = new OfflineAudioContext(2, 44100, 44100);
  const tone = context.createBuffer(2, 44100, 44100);
  const wave = Float32Array.from({ length: 44100 }, (_, n) => 0.5 * Math.sin((2 * Math.PI * %d * n) / 44100));
  for (const at of [0, 1]) tone.copyToChannel(wave, at);
  const made = stretched(context, tone, speed);
  const samples = made.getChannelData(1);
  let crossings = 0;
  for (let n = 1; n < samples.length; n += 1) crossings += samples[n - 1] < 0 && samples[n] >= 0;
  const power = samples.reduce((sum, value) => sum + value ** 2, 0) / samples.length;
  return { seconds: made.duration, hz: crossings / made.duration, rms: Math.sqrt(power), isSame: made === tone };
}"""
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


@pytest.mark.parametrize("speed", [0.5, 0.75, 1.25, 2])
def test_another_speed_keeps_pitch_and_loudness(judge: Judge, speed: float) -> None:
    judge.page.goto("/annotate")
    judge.page.add_script_tag(content=STRETCH)
    made = judge.page.evaluate(MEASURE % TONE_HZ, speed)
    assert made["seconds"] == pytest.approx(1 / speed, abs=0.001)
    assert made["hz"] == pytest.approx(TONE_HZ, rel=0.02)
    assert made["rms"] == pytest.approx(0.5 / 2**0.5, rel=0.05)


def test_at_the_recorded_speed_the_recording_itself_sounds(judge: Judge) -> None:
    judge.page.goto("/annotate")
    judge.page.add_script_tag(content=STRETCH)
    assert judge.page.evaluate(MEASURE % TONE_HZ, 1)["isSame"]


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
