/**
 * The desk as its judge wants it: speed, loudness, loop, keys, language. Stored by the server, so it travels along.
 *
 * @typedef {{speed: number, volume_db: number, is_looping: boolean, keys: Record<string, string[]>,
 *   has_keys: boolean}} StoredPreferences
 * @typedef {{slowest: number, fastest: number, quietest_db: number, loudest_db: number}} SoundLimits
 */

import { post } from "./requests.js";

const SPEED_STEP = 0.25;
const VOLUME_STEP_DB = 3;
const SEND_AFTER_MS = 300;

export class Preferences {
  /**
   * @param {import("./view.js").View} view
   * @param {import("./current_recording.js").CurrentRecording} recording
   * @param {import("./keys.js").Keys} keys
   * @param {{stored: StoredPreferences, limits: SoundLimits}} from
   * @param {() => object} identity what every request says
   */
  constructor(view, recording, keys, { stored, limits }, identity) {
    this.view = view;
    this.recording = recording;
    this.keys = keys;
    this.limits = limits;
    this.identity = identity;
    this.speed = stored.speed;
    this.volumeDb = stored.volume_db;
    this.isLooping = stored.is_looping;
    /** @type {ReturnType<typeof setTimeout>|undefined} */
    this.timer = undefined;
    this.#apply();
  }

  /** @param {number} steps */
  changeSpeed(steps) {
    const nearest = Math.round(this.speed / SPEED_STEP);
    this.speed = between(this.limits.slowest, (nearest + steps) * SPEED_STEP, this.limits.fastest);
    this.#changed();
  }

  /** @param {number} steps */
  changeVolume(steps) {
    const { quietest_db, loudest_db } = this.limits;
    this.volumeDb = between(quietest_db, this.volumeDb + steps * VOLUME_STEP_DB, loudest_db);
    this.#changed();
  }

  toggleLoop() {
    this.isLooping = !this.isLooping;
    this.#changed();
  }

  keysChanged() {
    this.#changed();
  }

  /** The page is loaded anew in the other language. @param {string} language */
  async chooseLanguage(language) {
    const { status } = await this.#send({ speaks: language });
    if (status === 200) window.location.reload();
  }

  close() {
    clearTimeout(this.timer);
  }

  #changed() {
    this.#apply();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#send(), SEND_AFTER_MS);
  }

  #apply() {
    const { player } = this.recording;
    if (player.speed !== this.speed) player.setSpeed(this.speed);
    player.setVolume(this.volumeDb);
    this.recording.isLooping = this.isLooping;
    this.view.sound({ speed: this.speed, volumeDb: this.volumeDb, isLooping: this.isLooping });
  }

  #send(more = {}) {
    const { speed, volumeDb, isLooping, keys } = this;
    const all = { speed, volume_db: volumeDb, is_looping: isLooping, keys: keys.chosen, has_keys: keys.areOn };
    return post("preferences", { ...this.identity(), ...all, ...more });
  }
}

/** @param {number} low @param {number} value @param {number} high */
function between(low, value, high) {
  return Math.max(low, Math.min(high, value));
}
