/** The recording that a list's player holds: fetched once, and what was heard of it reported once. */

import { reportHeard } from "./listening.js";
import { PlayedSpans } from "./played_spans.js";

const REMEMBERED = 50; // recordings

export class LoadedSound {
  /** @param {import("./player.js").Player} player @param {import("./answers.js").Answers} answers */
  constructor(player, answers) {
    this.player = player;
    this.answers = answers;
    /** @type {number|null} the recording that the player holds */
    this.loaded = null;
    /** @type {number[]} newest last */
    this.listened = [];
  }

  /** @param {number} id */
  prepare(id) {
    this.player.open();
    this.listened = [...this.listened.filter((each) => each !== id), id].slice(-REMEMBERED);
    this.player.keepOnly(this.listened);
    return this.player.prepare(id);
  }

  /** @returns {boolean} whether enough was heard just now for what waits for it */
  note() {
    return this.loaded !== null && this.answers.note(this.loaded, this.player.secondsPlayed);
  }

  /** Report what was heard of the recording that is on. @returns {boolean} as `note` */
  report() {
    if (this.loaded === null) return false;
    const isNews = this.note();
    reportHeard(this.loaded, this.player.secondsPlayed);
    this.player.played = new PlayedSpans();
    return isNews;
  }
}
