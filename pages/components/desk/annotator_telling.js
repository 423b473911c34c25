/** What is told around the recording: what was done, how fast, how much is left, what is wrong. */

const SLOW_MS = 800; // saving that takes longer is shown as under way
const SHOWN_LABELS = 5;

class Telling {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.view = desk.view;
    this.pace = new Pace();
    this.notice = "";
  }

  /** A notice that stays until the judge closes it; empty: none. */
  say(words) {
    this.notice = words;
    this.tell();
  }

  rested() {
    this.pace.reminded(Date.now());
    this.tell();
  }

  tell() {
    const { isStarted, isClosed, queue, outbox, deeds } = this.desk;
    this.view.phase(!isStarted ? "intro" : queue.items.length ? "working" : queue.isEmpty ? "empty" : "waiting");
    if (!outbox || isClosed) return;
    const entries = outbox.entries();
    this.#tellPace();
    this.view.recent(deeds.filter(({ kind }) => kind === "label").slice(-SHOWN_LABELS).reverse());
    this.view.empty(queue.figures.done, queue.figures.elsewhere);
    this.view.banner(this.#banner(entries.length));
    if (entries.length && (outbox.trouble || Date.now() - entries[0].at > SLOW_MS)) {
      this.view.saved("sending", t("{n} to be saved", { n: entries.length }));
    } else if (!entries.length && this.view.savedState === "sending") this.view.saved("saved", t("all saved"));
  }

  #tellPace() {
    const { done, left } = this.desk.queue.figures;
    const now = Date.now();
    this.pace.follow(this.desk.deeds.filter(({ kind, at }) => kind === "label" && at).map(({ at }) => at));
    this.view.figures({ done, left, perHour: this.pace.perHour, minutes: this.pace.minutesFor(left ?? 0) });
    this.view.pause(this.pace.wantsPause(now) ? Math.round(this.pace.judgedFor(now) / 60_000) : null);
  }

  #banner(waiting) {
    const trouble = this.desk.outbox.trouble || this.desk.queue.trouble;
    const wait = waiting
      ? counted(waiting, "{n} label waits here and will be sent.", "{n} labels wait here and will be sent.")
      : "";
    if (trouble === "sign-in") return { words: `${t("Your sign-in has ended.")} ${wait}`, isSignIn: true };
    if (trouble === "connection") return { words: wait ? t("No connection: {what}", { what: wait }) : t("No connection. Trying again …") };
    if (trouble) return { words: `${trouble} ${wait}` };
    return this.notice ? { words: this.notice, canClose: true } : null;
  }
}
