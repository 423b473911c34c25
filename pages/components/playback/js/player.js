/**
 * Plays one recording at a time: fetched ahead, decoded by the browser, played as it was recorded; faster at the same
 * pitch, or louder, where that is wanted, never normalised.
 *
 * @typedef {{buffer: AudioBuffer, peaks: Float32Array, stretched: {speed: number, buffer: AudioBuffer}}} PreparedAudio
 *   ready to be played and drawn, with the sound as it is at one speed
 */

import { PlaybackError, fetchAudio } from "./audio_source.js";
import { PlayedSpans } from "./played_spans.js";
import { stretched } from "./stretch.js";
import { peaksOf } from "./waveform.js";

export class Player {
  /** @param {{createContext?: () => AudioContext, fetchBytes?: (id: number) => Promise<ArrayBuffer>}} [parts] */
  constructor({ createContext = newContext, fetchBytes = fetchAudio } = {}) {
    this.createContext = createContext;
    this.fetchBytes = fetchBytes;
    /** @type {AudioContext|null} */
    this.context = null;
    /** @type {GainNode|null} */
    this.gain = null;
    /** @type {Map<number, Promise<ArrayBuffer>>} by recording */
    this.bytes = new Map();
    /** @type {Map<number, PreparedAudio>} by recording */
    this.prepared = new Map();
    /** @type {AudioBufferSourceNode|null} */
    this.source = null;
    /** @type {PreparedAudio|null} */
    this.audio = null;
    this.onEnded = () => {};
    /** @type {(buffer: AudioBuffer) => void} for what else is computed ahead */
    this.onDecoded = () => {};
    this.speed = 1;
    this.volumeDb = 0;
    this.startedAt = 0; // on the context's clock
    this.startedFrom = 0; // seconds into the recording
    this.restsAt = 0;
    this.played = new PlayedSpans();
  }

  /** From now on recordings are decoded; they sound after `unlock`. */
  open() {
    if (this.context) return this.context;
    this.context = this.createContext();
    this.gain = this.context.createGain();
    this.gain.connect(this.context.destination);
    this.setVolume(this.volumeDb);
    return this.context;
  }

  /** Call in a click or a key press: browsers let nothing sound before. */
  unlock() {
    const context = this.open();
    if (context.state !== "running") context.resume().catch(() => {});
    return context;
  }

  /**
   * Fetch and, once the player is open, decode; safe to call again.
   *
   * @param {number} id of the recording
   * @returns {Promise<PreparedAudio|null>} null while the player is not open
   * @throws {PlaybackError}
   */
  async prepare(id) {
    const bytes = await this.#bytesOf(id);
    if (!this.context || this.prepared.has(id)) return this.prepared.get(id) ?? null;
    try {
      const buffer = await this.context.decodeAudioData(bytes.slice(0));
      const audio = { buffer, peaks: peaksOf(buffer), stretched: { speed: 1, buffer } };
      this.#atSpeed(audio);
      this.onDecoded(buffer);
      this.prepared.set(id, audio);
    } catch {
      throw new PlaybackError("undecodable");
    }
    return this.prepared.get(id) ?? null;
  }

  /** Forget one recording, so that it is fetched again. @param {number} id */
  forget(id) {
    this.bytes.delete(id);
    this.prepared.delete(id);
  }

  /** Forget all recordings but these. @param {number[]} ids */
  keepOnly(ids) {
    const wanted = new Set(ids);
    for (const store of [this.bytes, this.prepared]) {
      for (const id of store.keys()) if (!wanted.has(id)) store.delete(id);
    }
  }

  /** Play a recording that was not on before. @param {PreparedAudio} audio */
  begin(audio) {
    this.stop();
    this.played = new PlayedSpans();
    this.play(audio);
  }

  /** @param {PreparedAudio} audio @param {number} from seconds into it */
  play(audio, from = 0) {
    this.stop();
    const context = this.unlock();
    this.audio = audio;
    this.source = context.createBufferSource();
    this.source.buffer = this.#atSpeed(audio);
    this.source.connect(/** @type {GainNode} */ (this.gain));
    this.source.onended = () => {
      this.stop();
      this.onEnded();
    };
    this.startedFrom = from;
    this.startedAt = context.currentTime;
    this.source.start(0, from / this.speed);
  }

  /** Go on from where it stopped; from the beginning after its end. */
  resume() {
    if (this.audio) this.play(this.audio, this.restsAt < this.length ? this.restsAt : 0);
  }

  stop() {
    const { source } = this;
    if (!source) return;
    this.#note();
    this.restsAt = this.position ?? 0;
    source.onended = null;
    source.stop();
    source.disconnect();
    this.source = null;
  }

  /** Some seconds back or on; what has sounded to its end goes on from there. @param {number} seconds */
  jump(seconds) {
    if (!this.audio) return;
    const to = Math.max(0, (this.position ?? this.restsAt) + seconds);
    if (to < this.length) this.play(this.audio, to);
  }

  /** @param {number} speed 2: twice as fast */
  setSpeed(speed) {
    const from = this.position;
    if (from !== null) this.stop();
    this.speed = speed;
    if (from !== null && this.audio) this.play(this.audio, from);
  }

  /** @param {number} volumeDb 0: as it was recorded */
  setVolume(volumeDb) {
    this.volumeDb = volumeDb;
    if (this.gain) this.gain.gain.value = 10 ** (volumeDb / 20);
  }

  /** Seconds of the recording that is on. */
  get length() {
    return this.audio?.buffer.duration ?? 0;
  }

  get isPlaying() {
    return this.source !== null;
  }

  /** Whether the browser lets us sound at all. */
  get isAllowed() {
    return this.context?.state === "running";
  }

  /** Seconds of the recording played at least once, at whatever speed. */
  get secondsPlayed() {
    this.#note();
    return this.played.seconds;
  }

  /** Seconds into the recording, or null when it is silent. */
  get position() {
    if (!this.source || !this.context) return null;
    return Math.min(this.length, this.startedFrom + (this.context.currentTime - this.startedAt) * this.speed);
  }

  close() {
    this.stop();
    this.context?.close();
    this.context = null;
  }

  /** @param {number} id */
  #bytesOf(id) {
    let bytes = this.bytes.get(id);
    if (!bytes) {
      bytes = this.fetchBytes(id);
      this.bytes.set(id, bytes);
      bytes.catch(() => this.bytes.delete(id));
    }
    return bytes;
  }

  /** The recording as it sounds at the speed in force; computed once for each. @param {PreparedAudio} audio */
  #atSpeed(audio) {
    if (audio.stretched.speed !== this.speed) {
      const context = /** @type {AudioContext} */ (this.context);
      audio.stretched = { speed: this.speed, buffer: stretched(context, audio.buffer, this.speed) };
    }
    return audio.stretched.buffer;
  }

  #note() {
    if (this.position !== null) this.played.add(this.startedFrom, this.position);
  }
}

function newContext() {
  return new AudioContext({ latencyHint: "interactive" });
}
