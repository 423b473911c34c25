// Answers lines of JSON about waveforms by the modules below core/tablet/js, or by an exported module.
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

import { condition } from "#tablet/js/conditioning.js";
import { resample } from "#tablet/js/resampling.js";
import { STEADY } from "#tablet/js/spec.js";
import { steadyDynamics } from "#tablet/js/steady_dynamics.js";

const exported = process.argv[2] ? await import(pathToFileURL(process.argv[2]).href) : null;

const ANSWERS = {
  spec: () => STEADY,
  condition: (samples) => Array.from(condition(samples)),
  features: (samples) => steadyDynamics(samples),
  resample: (samples, rateHz) => Array.from(resample(samples, rateHz, 16000)),
  decide: (samples, rateHz) => exported.decide(samples, rateHz),
  names: () => Object.keys(exported).sort(),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { ask, base64 = "", rate_hz: rateHz = 16000 } = JSON.parse(line);
  const samples = new Float32Array(Uint8Array.from(Buffer.from(base64, "base64")).buffer);
  try {
    console.log(JSON.stringify({ answer: ANSWERS[ask](samples, rateHz) }));
  } catch (error) {
    console.log(JSON.stringify({ error: error.name, message: error.message }));
  }
}
