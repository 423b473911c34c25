// The product's own features of a waveform; core/audio/steady_dynamics.py.

import { condition } from "./conditioning.js";
import { levelValues, peakValues, slopeValues, spreadValues } from "./level_values.js";
import { levels, pitch } from "./measures.js";
import { bandValues, modulationValues, shapeValues } from "./spectrum_values.js";
import { voiceValues } from "./voice_values.js";

const ABSOLUTE = ["level_p99_db"]; // the same of every recording, whose loudest frames stand at a fixed level

/**
 * The features by name, in the order in which a model reads them.
 * @param {Float32Array} samples mono, 16 kHz
 * @returns {import("./level_values.js").Values}
 */
export function steadyDynamics(samples) {
  const waveform = condition(samples);
  const { power, levelDb, bands } = levels(waveform);
  const values = {
    ...levelValues(levelDb),
    ...peakValues(levelDb),
    ...spreadValues(power),
    ...voiceValues(pitch(waveform), levelDb),
    ...slopeValues(levelDb),
    ...modulationValues(bands),
    ...bandValues(bands, levelDb),
    ...shapeValues(waveform, bands, levelDb),
  };
  for (const name of ABSOLUTE) delete (/** @type {import("./level_values.js").Values} */ (values)[name]);
  return values;
}
