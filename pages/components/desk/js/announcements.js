/**
 * What is announced around the recording: what was done, how fast, how much is left, what is wrong.
 *
 * @typedef {{text: string, isSignIn?: boolean, canClose?: boolean}} Banner
 */

import { Pace } from "./pace.js";
import { counted, t } from "./texts.js";

export const SLOW_MS = 800; // saving that takes longer is shown as under way
const SHOWN_LABELS = 5;

export class Announcements {
  /** @param {import("./desk.js").Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.view = desk.view;
    this.pace = new Pace();
    this.notice = "";
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
    const { done, left } = this.desk.queue.figures;
    const now = Date.now();
    this.pace.follow(this.desk.history.labels.map(({ at }) => at).filter(Boolean));
    this.view.figures({ done, left, perHour: this.pace.perHour, minutes: this.pace.minutesFor(left ?? 0) });
    this.view.pause(this.pace.wantsPause(now) ? Math.round(this.pace.judgedFor(now) / 60_000) : null);
  }

  /** @param {number} waiting labels @returns {Banner|null} */
  #banner(waiting) {
    const trouble = this.desk.outbox?.trouble || this.desk.queue.trouble;
    const wait = waiting
      ? counted(waiting, "{n} label waits here and will be sent.", "{n} labels wait here and will be sent.")
      : "";
    if (trouble === "sign-in") return { text: `${t("Your sign-in has ended.")} ${wait}`, isSignIn: true };
    if (trouble === "connection") {
      return { text: wait ? t("No connection: {what}", { what: wait }) : t("No connection. Trying again …") };
    }
    if (trouble) return { text: `${trouble} ${wait}` };
    return this.notice ? { text: this.notice, canClose: true } : null;
  }
}
