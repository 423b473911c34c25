/**
 * Where the handle stands, and which targets are on their way to the screen.
 *
 * The page answers later than the hand moves: an answer to an earlier target must not pull the handle back.
 */

import { nearest } from "./numbers.js";

const PENDING_MS = 4000;

export class Handle {
  /** @param {() => number} [now] milliseconds */
  constructor(now = () => performance.now()) {
    this.now = now;
    /** @type {Pick<import("./numbers.js").Rung, "am_target">[]} one a place */
    this.rungs = [];
    /** @type {number|null} */
    this.place = null;
    this.settled = 0; // the place that the page knows of
    this.isDragging = false;
    /** @type {{place: number, at: number}[]} sent, not answered yet */
    this.pending = [];
  }

  get last() {
    return this.rungs.length - 1;
  }

  /** The page has run. @param {Pick<import("./numbers.js").Rung, "am_target">[]} rungs @param {number} am its target */
  answer(rungs, am) {
    this.rungs = rungs;
    this.settled = nearest(rungs, am);
    const answered = this.pending.findIndex(({ place }) => place === this.settled);
    if (answered >= 0) this.pending.splice(0, answered + 1);
    this.pending = this.pending.filter(({ at }) => this.now() - at < PENDING_MS);
    const isBusy = this.isDragging || this.pending.length > 0;
    if (this.place === null || !isBusy) this.place = this.settled;
    this.place = Math.min(this.place, this.last);
  }

  /** @param {number} place */
  moveTo(place) {
    this.place = Math.min(Math.max(place, 0), this.last);
    this.isDragging = true;
  }

  /** @param {number} am */
  moveToTarget(am) {
    this.moveTo(nearest(this.rungs, am));
  }

  /** The hand lets go. @returns {number|null} the AM target to send; null: the page knows it already */
  release() {
    this.isDragging = false;
    if (this.place === null || (this.place === this.settled && !this.pending.length)) return null;
    this.pending.push({ place: this.place, at: this.now() });
    return this.rungs[this.place].am_target;
  }
}
