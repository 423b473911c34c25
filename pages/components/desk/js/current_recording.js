/**
 * The recording on screen: played at once where it was fetched ahead, drawn while it sounds, and how much of it was
 * played.
 */

import { PlaybackError } from "../../playback/js/audio_source.js";
import { Player } from "../../playback/js/player.js";
import { spectrumOf } from "../../playback/js/spectrum.js";
import { t } from "./texts.js";

/**
 * @typedef {import("./queue.js").Item} Item
 * @typedef {import("./queue.js").Rules} Rules
 * @typedef {import("../../playback/js/player.js").PreparedAudio} PreparedAudio
 */

const SETTLE_MS = 250; // a recording takes no label before it has been on screen for this long
const CLOCKS_DIFFER_S = 0.02;
const LOADING_SHOWN_AFTER_MS = 300;
const GESTURE_WANTED_AFTER_MS = 400;
const AT_ONCE = 4; // recordings fetched at the same time: the one on screen and the next ones

export class CurrentRecording {
  /**
   * @param {import("./view.js").View} view
   * @param {Rules} rules in force as the desk opens
   * @param {() => void} onReady called when this recording no longer needs the line to itself
   */
  constructor(view, rules, onReady) {
    this.view = view;
    this.rules = rules; // those of the recording on screen
    this.onReady = onReady;
    this.player = new Player();
    this.player.onEnded = () => this.#ended();
    this.follow(rules);
    /** @type {Item|null} */
    this.item = null;
    this.isLooping = false;
    this.shownAt = 0;
    /** @type {number|null} when it first sounded */
    this.begunAt = null;
    this.replays = 0;
    this.frame = 0;
    this.turn = 0;
  }

  /** Rules that hold from the next recording on. @param {Rules} rules */
  follow(rules) {
    this.player.onDecoded = (buffer) => rules.spectrogram && spectrumOf(buffer);
  }

  /** @param {Item|undefined} item undefined: nothing is on screen @param {Rules} rules of the desk, in force now */
  show(item, rules) {
    this.player.stop();
    this.item = item ?? null;
    this.begunAt = null;
    this.replays = 0;
    this.view.locked(true);
    if (!item) return;
    this.rules = rules;
    this.shownAt = performance.now();
    this.view.item(item, { isWordShown: rules.word_shown === "before" });
    this.view.picture.allow(rules);
    this.view.picture.show(null);
    this.view.hint("");
    this.view.nudge("");
    this.start();
  }

  /** Play it for the first time; again after an error. */
  async start() {
    const { item } = this;
    if (!item || this.begunAt !== null) return;
    const isCurrent = () => this.item === item && this.begunAt === null;
    const ready = this.player.prepared.get(item.recording_id);
    if (ready) this.#begin(ready, isCurrent);
    else await this.#load(item, isCurrent);
    this.onReady();
  }

  replay() {
    if (this.begunAt === null) return this.start();
    this.replays += 1;
    const audio = this.item && this.player.prepared.get(this.item.recording_id);
    if (audio) this.player.play(audio);
    this.#draw();
  }

  /** @param {number} seconds */
  jump(seconds) {
    if (this.begunAt === null) return;
    this.player.jump(seconds);
    this.#draw();
  }

  /** @param {Item[]} ahead the next ones first @param {Item[]} behind for undo; all others are forgotten */
  async fetch(ahead, behind) {
    this.player.keepOnly([...ahead, ...behind].map(({ recording_id }) => recording_id));
    const turn = (this.turn += 1);
    // what fails is shown when its turn comes
    const fetched = (/** @type {Item} */ { recording_id }) => this.player.prepare(recording_id).catch(() => {});
    await Promise.all(ahead.slice(0, AT_ONCE).map(fetched));
    // the others one by one: labels and the next recording must not wait for them
    for (const item of ahead.slice(AT_ONCE)) {
      if (this.turn !== turn) return;
      await fetched(item);
    }
  }

  /** Whether it has been on screen for long enough that a key means it and not the one before. */
  get hasSettled() {
    return this.item !== null && performance.now() - this.shownAt >= SETTLE_MS;
  }

  /** Seconds still to be played before a label is taken. */
  get missing() {
    const isBegun = this.begunAt !== null;
    const duration = this.item?.duration_s ?? 0;
    const length = isBegun ? Math.min(duration, this.player.length) : duration;
    const needed = Math.min(this.rules.heard_share * length, this.rules.heard_s);
    const missing = needed - (isBegun ? this.player.secondsPlayed : 0);
    return missing > CLOCKS_DIFFER_S ? missing : 0;
  }

  get takesLabel() {
    return this.hasSettled && this.begunAt !== null && this.missing === 0;
  }

  /** What is stored with a label. */
  get evidence() {
    const decisionMs = performance.now() - (this.begunAt ?? performance.now());
    return {
      seconds_heard: rounded(this.player.secondsPlayed),
      replays: this.replays,
      decision_s: rounded(decisionMs / 1000),
      protocol_id: this.rules.id,
    };
  }

  /** Seconds heard of what is on screen. */
  get secondsHeard() {
    return this.begunAt === null ? 0 : rounded(this.player.secondsPlayed);
  }

  close() {
    this.item = null;
    this.player.close();
  }

  /** @param {Item} item @param {() => boolean} isCurrent */
  async #load(item, isCurrent) {
    const slow = setTimeout(() => isCurrent() && this.view.hint(t("Loading the sound …")), LOADING_SHOWN_AFTER_MS);
    try {
      const audio = await this.player.prepare(item.recording_id);
      if (isCurrent() && audio) this.#begin(audio, isCurrent);
    } catch (error) {
      if (isCurrent()) this.view.hint(explained(error));
    }
    clearTimeout(slow);
  }

  /** @param {PreparedAudio} audio @param {() => boolean} isCurrent */
  #begin(audio, isCurrent) {
    this.view.hint("");
    this.view.picture.show(audio);
    this.player.begin(audio);
    if (this.player.isAllowed) return this.#begun();
    // the browser holds the sound back until it sees a gesture; what was begun then plays from its beginning
    this.player.context?.resume().then(() => isCurrent() && this.#begun());
    setTimeout(
      () => isCurrent() && this.view.hint(t("Press a key, or touch here, to hear it.")),
      GESTURE_WANTED_AFTER_MS,
    );
  }

  #begun() {
    const { item } = this;
    const settlesIn = Math.max(0, SETTLE_MS - (performance.now() - this.shownAt));
    this.view.hint("");
    this.begunAt = performance.now();
    setTimeout(() => this.item === item && this.#unlock(), settlesIn);
    this.#draw();
  }

  #unlock() {
    if (!this.item || !this.view.isLocked || !this.takesLabel) return;
    this.view.locked(false);
    if (this.rules.word_shown === "after") this.view.item(this.item, { isWordShown: true });
    this.view.nudge("");
  }

  #ended() {
    this.view.picture.draw(null);
    this.#unlock();
    if (this.isLooping && this.item) this.replay();
  }

  /** Let the picture follow the sound. */
  #draw() {
    const draw = () => {
      const { position, length } = this.player;
      this.view.picture.draw(position === null ? null : position / length);
      this.#unlock();
      if (position !== null) this.frame = requestAnimationFrame(draw);
    };
    cancelAnimationFrame(this.frame);
    draw();
  }
}

/** @param {unknown} error */
function explained(error) {
  switch (error instanceof PlaybackError ? error.fault : "") {
    case "undecodable":
      return t("This browser cannot play this recording. Skip it and tell the staff.");
    case "gone":
      return t("This recording is no longer there. Skip it.");
    case "signed-out":
      return t("Your sign-in has ended.");
    case "unreachable":
      return t("The recording cannot be fetched just now. Play it to try again.");
    default:
      return t("This recording cannot be played here.");
  }
}

/** @param {number} seconds */
function rounded(seconds) {
  return Math.round(seconds * 1000) / 1000;
}
