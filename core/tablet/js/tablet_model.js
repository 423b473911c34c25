// The product's model on a device: samples in, the decision of `python -m core score` out. Nothing leaves the device.

import { resample } from "./resampling.js";
import { fused, memberOf } from "./scorers.js";
import { SAMPLE_RATE_HZ } from "./spec.js";
import { steadyDynamics } from "./steady_dynamics.js";

const RATES_HZ = [4000, 192000];
const DIGITS = 6;
const DAY_MS = 86_400_000;

/**
 * What the export knows of the model, besides its numbers.
 * @typedef {object} ModelFacts
 * @property {string} id
 * @property {string} name
 * @property {string} created_at
 * @property {string} exported_on
 * @property {string | null} expires_on the last day on which it decides, UTC
 * @property {number} threshold
 * @property {string} threshold_basis
 * @property {number} am_target
 * @property {number | null} certainty
 * @property {string | null} source
 * @property {number} min_duration_s
 * @property {number} max_duration_s
 * @property {string} features_hash
 */

/** @typedef {Record<string, string>} ByLanguage */
/** @typedef {import("./scorers.js").PackedVectors | import("./scorers.js").PackedTrees} Member */

/**
 * @typedef {object} PackedModel
 * @property {ModelFacts} facts
 * @property {Member[]} members
 * @property {import("./scorers.js").Calibration} fusion
 * @property {{noise: ByLanguage, speechless: ByLanguage}} messages what a child may be told
 */

/**
 * @typedef {object} Decision
 * @property {"accepted" | "rejected"} decision
 * @property {"noise" | "speechless" | null} reason
 * @property {number} p_accepted
 * @property {number} p_noise
 * @property {number} p_speechless
 * @property {number} threshold
 * @property {string} threshold_basis
 * @property {number} am_target
 * @property {number | null} certainty
 * @property {string | null} source
 * @property {string} model
 * @property {number} duration_s
 * @property {ByLanguage | null} for_child
 */

/** A recording that cannot be decided upon; the message says why. */
export class RecordingRefused extends Error {
  /** @override */
  name = "RecordingRefused";
}

/** The model may not decide any more; the message says since when. */
export class ModelExpired extends Error {
  /** @override */
  name = "ModelExpired";
}

/**
 * A model that decides.
 * @param {PackedModel} packed
 * @param {() => number} now milliseconds since 1970
 * @returns {{facts: Readonly<ModelFacts>, decide: (samples: Float32Array, sampleRateHz: number) => Decision}}
 */
export function openModel(packed, now = Date.now) {
  const facts = Object.freeze(packed.facts);
  const members = packed.members.map(memberOf);
  return {
    facts,
    decide(samples, sampleRateHz) {
      checkExpiry(facts, now());
      const waveform = checkedWaveform(samples, sampleRateHz, facts);
      const features = Float32Array.from(Object.values(steadyDynamics(waveform)));
      const p = fused(
        members.map((member) => member(features)),
        packed.fusion,
      ).map(rounded);
      return decisionOf(p, waveform.length / SAMPLE_RATE_HZ, facts, packed.messages);
    },
  };
}

/**
 * @param {ModelFacts} facts
 * @param {number} nowMs
 */
function checkExpiry({ id, exported_on: exportedOn, expires_on: expiresOn }, nowMs) {
  if (expiresOn === null) return;
  if (!(nowMs < Date.parse(expiresOn) + DAY_MS)) {
    throw new ModelExpired(`Model ${id} decides until ${expiresOn} only. Export the model that is in force now.`);
  }
  if (nowMs < Date.parse(exportedOn) - DAY_MS) {
    throw new ModelExpired(
      `The clock of this device stands before ${exportedOn}, when model ${id} was exported. Set it.`,
    );
  }
}

/**
 * The waveform at 16 kHz that Python would decode.
 * @param {Float32Array} samples
 * @param {number} sampleRateHz
 * @param {ModelFacts} facts
 */
function checkedWaveform(samples, sampleRateHz, facts) {
  if (!(samples instanceof Float32Array)) throw new RecordingRefused("the samples are no Float32Array");
  const [least, most] = RATES_HZ;
  if (!Number.isInteger(sampleRateHz) || sampleRateHz < least || sampleRateHz > most) {
    throw new RecordingRefused(`${sampleRateHz} samples a second; whole numbers from ${least} to ${most} are taken`);
  }
  if (!samples.length) throw new RecordingRefused("there is no sound in this recording: 0 samples");
  if (samples.length > (facts.max_duration_s + 1) * sampleRateHz) throw tooLong(facts);
  if (!samples.every(Number.isFinite)) {
    throw new RecordingRefused("the recording holds sample values that are no numbers");
  }
  const waveform = resample(samples, sampleRateHz, SAMPLE_RATE_HZ);
  const durationS = waveform.length / SAMPLE_RATE_HZ;
  if (durationS > facts.max_duration_s) throw tooLong(facts);
  if (!waveform.length || durationS < facts.min_duration_s) {
    throw new RecordingRefused(
      `the recording is ${durationS.toFixed(3)} s long; at least ${facts.min_duration_s} s are needed`,
    );
  }
  return waveform.map((value) => Math.min(1, Math.max(-1, value)));
}

/** @param {ModelFacts} facts */
function tooLong(facts) {
  return new RecordingRefused(`the recording is too long; at most ${facts.max_duration_s} s are taken`);
}

/**
 * To six significant digits, as everywhere a p is decided upon.
 * @param {number} p
 */
function rounded(p) {
  return Number(p.toPrecision(DIGITS));
}

/**
 * @param {number[]} p of Speechless, Noise and Accepted
 * @param {number} durationS
 * @param {ModelFacts} facts
 * @param {PackedModel["messages"]} messages
 * @returns {Decision}
 */
function decisionOf([speechless, noise, accepted], durationS, facts, messages) {
  const isAccepted = accepted >= facts.threshold;
  const reason = noise > speechless ? "noise" : "speechless";
  return {
    decision: isAccepted ? "accepted" : "rejected",
    reason: isAccepted ? null : reason,
    p_accepted: accepted,
    p_noise: noise,
    p_speechless: speechless,
    threshold: facts.threshold,
    threshold_basis: facts.threshold_basis,
    am_target: facts.am_target,
    certainty: facts.certainty,
    source: facts.source,
    model: facts.id,
    duration_s: Math.round(durationS * 1000) / 1000,
    for_child: isAccepted ? null : messages[reason],
  };
}
