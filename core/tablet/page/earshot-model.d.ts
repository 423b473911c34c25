/** What is known of the model: which one, at which threshold, from and until when it decides. */
export interface ModelFacts {
  readonly id: string;
  readonly name: string;
  readonly created_at: string;
  readonly exported_on: string;
  /** The last day on which it decides, UTC; null where none was set. */
  readonly expires_on: string | null;
  readonly threshold: number;
  readonly threshold_basis: string;
  readonly am_target: number;
  readonly certainty: number | null;
  readonly source: string | null;
  readonly min_duration_s: number;
  readonly max_duration_s: number;
  readonly features_hash: string;
}

/** The decision on a recording, with the keys of `python -m core score --json`. */
export interface Decision {
  decision: "accepted" | "rejected";
  /** Why it was rejected. */
  reason: "noise" | "speechless" | null;
  p_accepted: number;
  p_noise: number;
  p_speechless: number;
  threshold: number;
  threshold_basis: string;
  am_target: number;
  certainty: number | null;
  source: string | null;
  model: string;
  duration_s: number;
  /** What the child may be told, by language; null of an accepted recording. */
  for_child: Record<string, string> | null;
}

/** A recording that cannot be decided upon; the message says why. */
export class RecordingRefused extends Error {}

/** The model may not decide any more; the message says since when. */
export class ModelExpired extends Error {}

export const facts: ModelFacts;

/**
 * The decision on one recording.
 * @param samples mono, full scale is 1
 * @param sampleRateHz of the samples: a whole number from 4000 to 192000
 * @throws RecordingRefused, ModelExpired
 */
export function decide(samples: Float32Array, sampleRateHz: number): Decision;
