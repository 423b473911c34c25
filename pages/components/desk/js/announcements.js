/**
 * What is announced around the recording: what was done, how much is left, what is wrong.
 *
 * @typedef {{text: string, isSignIn?: boolean, canClose?: boolean}} Banner
 */

import { Pace } from "./pace.js";
import { counted, t } from "./texts.js";

export const SLOW_MS = 800; // saving that takes longer is shown as under way
const SHOWN_LABELS = 5;
const BRIDGED_MS = 90_000; // without a connection that long, the judge is told

export class Announcements {
  /** @param {import("./desk.js").Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.view = desk.view;
    this.pace = new Pace();
    this.notice = "";
    /** @type {number|null} */
    this.lostAt = null;
  }

  /** A notice that stays until the judge closes it; empty: none. @param {string} text */
  notify(text) {
    this.notice = text;
    this.update();
  }

  rested() {
    this.pace.reminded(Date.now());
    this.update();
  }

  update() {
    const { isStarted, isClosed, queue, outbox, history } = this.desk;
    const phase = queue.items.length ? "working" : queue.isEmpty ? "empty" : "waiting";
    this.view.phase(isStarted ? phase : "intro");
    if (!outbox || isClosed) return;
    this.#showPace();
    this.view.recent(history.labels.slice(-SHOWN_LABELS).reverse());
    this.view.empty(queue.figures.done, queue.figures.elsewhere);
    const entries = outbox.entries();
    this.view.banner(this.#banner(entries.length));
    if (entries.length && (outbox.trouble || Date.now() - entries[0].at > SLOW_MS)) {
      this.view.saved("sending", t("{n} to be saved", { n: entries.length }));
    } else if (!entries.length && this.view.savedState === "sending") {
      this.view.saved("saved", t("all saved"));
    }
  }

  #showPace() {
    const now = Date.now();
    this.pace.follow(this.desk.history.labels.map(({ at }) => at).filter(Boolean));
    this.view.figures(this.desk.queue.figures);
    this.view.pause(this.pace.wantsPause(now) ? Math.round(this.pace.judgedFor(now) / 60_000) : null);
  }

  /** Since when there is no connection; it is said when that lasts. @param {string} trouble */
  #timeTrouble(trouble) {
    if (trouble !== "connection") this.lostAt = null;
    else if (this.lostAt === null) {
      this.lostAt = Date.now();
      setTimeout(() => this.update(), BRIDGED_MS + 50);
    }
  }

  /** Whether what was fetched ahead no longer bridges it. */
  #isLong() {
    const { queue, isStarted } = this.desk;
    return !isStarted || queue.items.length <= 1 || Date.now() - (this.lostAt ?? Date.now()) >= BRIDGED_MS;
  }

  /** @param {number} waiting labels @returns {Banner|null} */
  #banner(waiting) {
    const trouble = this.desk.outbox?.trouble || this.desk.queue.trouble;
    this.#timeTrouble(trouble);
    const wait = waiting
      ? counted(waiting, "{n} label waits here and will be sent.", "{n} labels wait here and will be sent.")
      : "";
    if (trouble === "sign-in") return { text: `${t("Your sign-in has ended.")} ${wait}`, isSignIn: true };
    if (trouble === "connection") {
      if (!this.#isLong()) return null;
      return { text: wait ? t("No connection: {what}", { what: wait }) : t("No connection. Trying again …") };
    }
    if (trouble) return { text: `${trouble} ${wait}` };
    return this.notice ? { text: this.notice, canClose: true } : null;
  }
}
