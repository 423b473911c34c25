import assert from "node:assert/strict";
import { test } from "node:test";

import { spectrumOf } from "#components/playback/js/spectrum.js";
import { stretched } from "#components/playback/js/stretch.js";
import { peaksOf } from "#components/playback/js/waveform.js";
import { FakeBuffer, FakeContext, tone } from "../fakes.js";

/** @param {FakeBuffer} buffer @param {number} speed */
function atSpeed(buffer, speed) {
  const context = /** @type {any} */ (new FakeContext());
  return /** @type {FakeBuffer} */ (/** @type {unknown} */ (stretched(context, buffer, speed)));
}

/** @param {number} value @param {number} expected @param {number} tolerance */
function near(value, expected, tolerance) {
  assert.ok(Math.abs(value - expected) <= tolerance, `${value} is not ${expected} ± ${tolerance}`);
}

for (const speed of [0.5, 0.75, 1.25, 2]) {
  test(`at ${speed} times the speed pitch and loudness stay`, () => {
    const sound = atSpeed(tone({ hz: 330, channels: 2 }), speed);
    const samples = sound.getChannelData(1);
    const rises = samples.filter((value, n) => n > 0 && samples[n - 1] < 0 && value >= 0).length;
    const power = samples.reduce((sum, value) => sum + value ** 2, 0) / samples.length;
    near(sound.duration, 1 / speed, 0.001);
    near(rises / sound.duration, 330, 330 * 0.02);
    near(Math.sqrt(power), 0.5 / Math.sqrt(2), 0.02);
  });
}

test("at the recorded speed the recording itself sounds", () => {
  const recorded = tone({ hz: 330 });
  assert.equal(atSpeed(recorded, 1), recorded);
});

test("silence and a single sample survive any speed", () => {
  for (const length of [1, 100, 8000]) {
    const sound = atSpeed(new FakeBuffer([new Float32Array(length)], 8000), 1.5);
    assert.ok(sound.getChannelData(0).every((value) => value === 0));
  }
});

test("peaks are the loudest samples, of all channels", () => {
  const [left, right] = [new Float32Array(960), new Float32Array(960)];
  left[0] = -0.25;
  right[959] = 0.5;
  const peaks = peaksOf(/** @type {any} */ (new FakeBuffer([left, right], 8000)));
  assert.deepEqual([peaks.length, peaks[0], peaks[479]], [480, 0.25, 0.5]);
});

// 1 kHz is 1000 mel; of 64 bands between 60 Hz (93 mel) and 8 kHz (2840 mel) the 21st has its middle nearest
test("the spectrogram has a tone in its band", () => {
  const { columns, bands, levels } = spectrumOf(/** @type {any} */ (tone({ hz: 1000, sampleRate: 48_000 })));
  const middle = Array.from({ length: bands }, (_, row) => levels[row * columns + Math.floor(columns / 2)]);
  assert.equal(columns, 100);
  assert.equal(bands - 1 - middle.indexOf(Math.max(...middle)), 20);
  assert.equal(middle[0], 0);
});
