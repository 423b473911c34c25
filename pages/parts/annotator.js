/**
 * The judge's desk: hear one recording, give one label, next.
 *
 * The player owns sound and keys; no label waits for a page. A label belongs to the recording on screen, goes into the
 * outbox before anything else happens, and the next recording, fetched and decoded ahead, plays at once. A label counts
 * only while a recording is on screen, has stood there for a moment and was heard as far as the rules ask for, so that
 * neither a held key nor a double press reaches the next one.
 *
 * @typedef {{id: number, waveform: boolean, spectrogram: boolean, heard_share: number, heard_s: number}} Rules
 * @typedef {{recording_id: number, round: number, language: string, word: string, duration_s: number}} Item
 * @typedef {{kind: "label"|"skip", item: Item, id: string, at: number, label?: string, flag?: boolean, comment?: string,
 *   state: "waiting"|"saved"|"refused"}} Deed
 */

const LYING_AHEAD = 6;
const FETCHED_AHEAD = 3;
const REFILL_BELOW = 4;
const MOST_AT_ONCE = 20;
const COUNT_LEFT_EVERY = 20;
const RENEW_MS = 4 * 60_000; // claims last longer than this
const LOOK_AGAIN_MS = 20_000;
const SLOW_MS = 800; // saving that takes longer is shown as under way
const SHOWN_LABELS = 5;
const LOOK_AT_THE_CLOCK_MS = 20_000;

class Desk {
  constructor(root, { account, labels, actions, keys, languages, preferences, rules }) {
    this.account = account;
    this.view = new View(root, labels, languages);
    this.keys = new Keys(keys, preferences.keys, new Set(labels.map(({ label }) => label)));
    this.hearing = new Hearing(this.view, () => this.#fetchAhead());
    this.notes = new Notes(this.view);
    this.liking = new Liking(this.view, this.hearing, this.keys, preferences, () => this.#who());
    this.keyList = new KeyList(this.view.find(".keys"), this.keys, actions, () => this.#keysChanged());
    this.view.keys(this.keys);
    this.pace = new Pace();
    this.sitting = new Sitting(account);
    /** @type {Rules} */
    this.rules = rules;
    /** @type {Item[]} the first is on screen */
    this.items = [];
    /** @type {Deed[]} oldest first */
    this.deeds = [];
    this.handled = new Map(); // recording id -> {by: entry id, at: when the server had it}
    this.isStarted = false;
    this.isEmpty = false; // the server said that nothing is left
    this.figures = { done: 0, left: null, elsewhere: 0 };
    this.sinceCounted = 0;
    this.isAsking = false;
    this.trouble = "";
    this.failures = 0;
    this.notice = "";
    this.ends = [];
    this.isClosed = false;
  }

  async open() {
    this.#listen();
    this.view.find(".start").focus({ preventScroll: true });
    await this.sitting.begin();
    if (this.isClosed) return this.sitting.end();
    this.deeds = this.sitting.deeds();
    this.outbox = new Outbox(this.account, this.sitting.id, {
      onDone: (entry, answer) => this.#done(entry, answer),
      onRefused: (entry, words, status) => this.#refused(entry, words, status),
      onChange: () => this.#tell(),
    });
    this.#recallHandled();
    this.outbox.flush();
    const clock = setInterval(() => this.#tell(), LOOK_AT_THE_CLOCK_MS);
    this.ends.push(() => clearInterval(clock));
    await this.#ask();
  }

  close() {
    this.isClosed = true;
    for (const end of this.ends) end();
    clearTimeout(this.timer);
    this.sitting.end();
    this.hearing.close();
    this.liking.close();
    this.view.close();
    this.outbox?.close();
  }

  // what the judge does

  start() {
    if (this.isStarted) return;
    this.hearing.sound.unlock();
    this.isStarted = true;
    this.view.desk.focus({ preventScroll: true }); // no link beside the desk shall take the space bar
    this.#show();
  }

  label(label) {
    if (!this.hearing.takesLabel) return this.#hearFirst();
    const item = this.items[0];
    const noted = this.notes.noted;
    const entry = this.outbox.add("judgements", {
      ...this.#who(),
      request_id: newId(),
      recording_id: item.recording_id,
      round: item.round,
      label,
      ...this.hearing.evidence,
      ...noted,
    });
    this.view.pressed(label);
    this.#count(+1);
    this.#leave({ kind: "label", item, id: entry.id, at: Date.now(), label, ...noted, state: "waiting" });
  }

  /** Too early: say how much is missing. Nothing is lost, the recording stays. */
  #hearFirst() {
    if (!this.hearing.hasSettled || !this.hearing.missing) return;
    const seconds = written(Math.max(0.1, this.hearing.missing), 1);
    this.view.nudge(t("Listen to {seconds} s more, then label.", { seconds }));
  }

  skip() {
    if (!this.hearing.hasSettled) return;
    const item = this.items[0];
    const entry = this.outbox.add("skip", { ...this.#who(), recording_id: item.recording_id, round: item.round });
    this.#leave({ kind: "skip", item, id: entry.id, at: Date.now(), state: "waiting" });
  }

  undo() {
    if (!this.isStarted) return;
    const deed = this.deeds.findLast(({ state }) => state !== "refused");
    if (!deed) return this.#say(t("There is nothing to undo in this visit."));
    this.deeds = this.deeds.filter((one) => one !== deed);
    if (deed.kind === "label") {
      this.outbox.add("undo", { ...this.#who(), request_id: deed.id, recording_id: deed.item.recording_id });
      this.#count(-1);
    }
    this.handled.delete(deed.item.recording_id);
    this.items = [deed.item, ...this.items.filter(({ recording_id }) => recording_id !== deed.item.recording_id)];
    this.#show(deed);
  }

  // from one recording to the next

  /** @param {Deed} deed */
  #leave(deed) {
    this.deeds.push(deed);
    this.handled.set(deed.item.recording_id, { by: deed.id, at: Infinity });
    this.items.shift();
    this.isEmpty = false;
    this.#show();
    if (this.items.length < REFILL_BELOW) this.#ask();
    setTimeout(() => this.#tell(), SLOW_MS + 50);
  }

  /** Show what comes first now, and play it. @param {Deed} [before] what was said of it and taken back */
  #show(before) {
    if (this.items.length) this.view.phase("working"); // the picture needs its place before it is drawn
    this.hearing.show(this.items[0], this.rules);
    this.notes.begin(before);
    if (this.outbox) this.sitting.remember(this.deeds, this.items[0]);
    this.#tell();
  }

  #fetchAhead() {
    if (this.isClosed) return;
    this.hearing.fetch(this.items.slice(0, 1 + FETCHED_AHEAD), this.deeds.slice(-2).map(({ item }) => item));
  }

  // the server

  #who() {
    return { account: this.account, sitting: this.sitting.id };
  }

  /** Ask what lies ahead; the server reserves it, and renews what is reserved. */
  async #ask({ takeOver = false } = {}) {
    if (!this.outbox || this.isAsking) return;
    this.isAsking = true;
    clearTimeout(this.timer);
    const asked = { at: performance.now(), pending: this.#pendingLabels(), done: this.figures.done, had: this.items.length };
    const isQuiet = this.outbox.waiting === 0 && this.sinceCounted >= COUNT_LEFT_EVERY;
    const { status, answer } = await post("desk", {
      ...this.#who(),
      count: Math.min(MOST_AT_ONCE, LYING_AHEAD + this.outbox.waiting),
      with_figures: isQuiet || this.figures.left === null || !this.items.length,
      take_over: takeOver,
      utc_offset_minutes: -new Date().getTimezoneOffset(),
    });
    this.isAsking = false;
    if (this.isClosed) return;
    if (status === 200) this.#lay(answer, asked);
    else this.#notLaid(status, answer);
    const pause = this.trouble ? 500 * 2 ** Math.min(this.failures, 5) : this.isEmpty ? LOOK_AGAIN_MS : RENEW_MS;
    this.timer = setTimeout(() => this.#ask(), this.items.length || this.isEmpty || this.trouble ? pause : 0);
    this.#tell();
  }

  #lay(answer, asked) {
    this.trouble = "";
    this.failures = 0;
    const known = new Set(this.items.map(({ recording_id }) => recording_id));
    this.#follow(answer.protocol);
    // an answer given while this was asked tells how far the judge has come by itself
    if (!asked.pending && this.figures.done === asked.done) this.view.practice(answer.qualification);
    const isNew = ({ recording_id }) => !known.has(recording_id) && !(this.handled.get(recording_id)?.at >= asked.at);
    const wasEmpty = this.items.length === 0;
    const added = answer.items.filter(isNew);
    this.items.push(...(wasEmpty ? this.sitting.asLeft(added) : added));
    this.isEmpty = this.items.length === 0 && asked.had === 0;
    this.figures.elsewhere = answer.elsewhere;
    if (answer.left !== null) {
      // what is under way, and what was done since asking, is not in the server's count
      const more = asked.pending + this.figures.done - asked.done;
      this.sinceCounted = 0;
      this.figures.done = answer.done_today + more;
      this.figures.left = Math.max(0, answer.left - more);
    }
    if (wasEmpty && this.items.length && this.isStarted) this.#show();
    else this.#fetchAhead();
  }

  /** Rules that staff changed hold from the next recording on. */
  #follow(rules) {
    this.rules = rules;
    this.hearing.sound.drawsSpectrum = rules.spectrogram;
  }

  #notLaid(status, answer) {
    this.failures += 1;
    this.trouble = troubleOf(status, answer);
  }

  #done(entry, answer) {
    const deed = this.#mark(entry, "saved");
    if (deed && entry.kind === "judgements") {
      if (answer.qualification) this.view.practice(answer.qualification, answer.feedback, answer.label);
      this.view.saved("saved", t("{label} saved", { label: this.view.nameOf(answer.label) }));
    }
  }

  #refused(entry, words, status) {
    const deed = this.#mark(entry, "refused");
    if (deed && entry.kind === "judgements") this.#count(-1);
    if (deed && entry.kind === "judgements" && status === 400) this.#layAgain(deed.item);
    if (entry.kind === "undo") {
      // the label stays, so its recording is not to be judged again
      this.#count(+1);
      const wasOnScreen = this.items[0]?.recording_id === entry.body.recording_id;
      this.items = this.items.filter(({ recording_id }) => recording_id !== entry.body.recording_id);
      if (wasOnScreen) this.#show();
    }
    this.#say(deed?.item.word ? `${deed.item.word}: ${words}` : words);
  }

  /** A label that could not be taken as it was: its recording comes again, after the one on screen. */
  #layAgain(item) {
    this.handled.delete(item.recording_id);
    if (this.items.some(({ recording_id }) => recording_id === item.recording_id)) return;
    this.items.splice(1, 0, item);
    if (this.items.length === 1) this.#show();
  }

  /** @returns {Deed|undefined} what the entry was, where it was not undone since */
  #mark(entry, state) {
    const handled = this.handled.get(entry.body.recording_id);
    if (handled?.by === entry.id) handled.at = performance.now();
    const deed = this.deeds.find(({ id }) => id === entry.id);
    if (deed) deed.state = state;
    this.sitting.remember(this.deeds, this.items[0]);
    return deed;
  }

  /** After a reload: what still waits in the outbox does not come on screen again. */
  #recallHandled() {
    for (const { id, kind, body } of this.outbox.entries()) {
      if (kind === "undo") this.handled.delete(body.recording_id);
      else this.handled.set(body.recording_id, { by: id, at: Infinity });
    }
  }

  #pendingLabels() {
    const step = { judgements: 1, undo: -1, skip: 0 };
    return this.outbox.entries().reduce((sum, { kind }) => sum + step[kind], 0);
  }

  #count(step) {
    this.sinceCounted += 1;
    this.figures.done = Math.max(0, this.figures.done + step);
    if (this.figures.left !== null) this.figures.left = Math.max(0, this.figures.left - step);
  }

  // what is told

  #say(words) {
    this.notice = words;
    this.#tell();
  }

  #tell() {
    this.view.phase(!this.isStarted ? "intro" : this.items.length ? "working" : this.isEmpty ? "empty" : "waiting");
    if (!this.outbox || this.isClosed) return;
    const entries = this.outbox.entries();
    this.#tellPace();
    this.view.recent(this.deeds.filter(({ kind }) => kind === "label").slice(-SHOWN_LABELS).reverse());
    this.view.empty(this.figures.done, this.figures.elsewhere);
    this.view.banner(this.#banner(entries.length));
    if (entries.length && (this.outbox.trouble || Date.now() - entries[0].at > SLOW_MS)) {
      this.view.saved("sending", t("{n} to be saved", { n: entries.length }));
    } else if (!entries.length && this.view.savedState === "sending") this.view.saved("saved", t("all saved"));
  }

  #tellPace() {
    const { done, left } = this.figures;
    const now = Date.now();
    this.pace.follow(this.deeds.filter(({ kind, at }) => kind === "label" && at).map(({ at }) => at));
    this.view.figures({ done, left, perHour: this.pace.perHour, minutes: this.pace.minutesFor(left ?? 0) });
    this.view.pause(this.pace.wantsPause(now) ? Math.round(this.pace.judgedFor(now) / 60_000) : null);
  }

  #keysChanged() {
    this.view.keys(this.keys);
    this.liking.keysChanged();
  }

  #banner(waiting) {
    const trouble = this.outbox.trouble || this.trouble;
    const wait = waiting
      ? counted(waiting, "{n} label waits here and will be sent.", "{n} labels wait here and will be sent.")
      : "";
    if (trouble === "sign-in") return { words: `${t("Your sign-in has ended.")} ${wait}`, isSignIn: true };
    if (trouble === "connection") return { words: wait ? t("No connection: {what}", { what: wait }) : t("No connection. Trying again …") };
    if (trouble) return { words: `${trouble} ${wait}` };
    return this.notice ? { words: this.notice, canClose: true } : null;
  }

  // eyes and hands

  #listen() {
    const on = (target, type, handler, options) => {
      target.addEventListener(type, handler, options);
      this.ends.push(() => target.removeEventListener(type, handler, options));
    };
    on(this.view.desk, "click", (event) => {
      const button = event.target.closest("[data-do]");
      if (button) this.#do({ act: button.dataset.do, label: button.dataset.label });
    });
    // a click leaves the focus where it was: Space goes on meaning "play again"
    on(this.view.desk, "mousedown", (event) => event.target.closest("button") && event.preventDefault());
    on(document, "keydown", (event) => this.#key(event), { capture: true });
    on(window, "online", () => this.#again());
    on(document, "visibilitychange", () => document.visibilityState === "visible" && this.outbox?.flush());
    on(window, "beforeunload", (event) => this.outbox?.memory.size && event.preventDefault());
  }

  #key(event) {
    if (this.keyList.capturing) return;
    const wanted = this.keys.meaning(event);
    if (!wanted || (this.keyList.isOpen && wanted.act !== "keys")) return;
    event.preventDefault();
    event.stopPropagation();
    if (!event.repeat) this.#do(!this.isStarted && wanted.act === "replay" ? { act: "start" } : wanted);
  }

  #do({ act, label }) {
    const acts = {
      start: () => this.start(),
      label: () => this.label(label),
      replay: () => this.hearing.item && this.hearing.replay(),
      undo: () => this.undo(),
      skip: () => this.skip(),
      flag: () => this.hearing.item && this.notes.toggleUnsure(),
      comment: () => this.hearing.item && this.notes.write(),
      back: () => this.hearing.jump(-JUMP_S),
      forward: () => this.hearing.jump(+JUMP_S),
      slower: () => this.liking.faster(-1),
      faster: () => this.liking.faster(+1),
      quieter: () => this.liking.louder(-1),
      louder: () => this.liking.louder(+1),
      loop: () => this.liking.loop(),
      adjust: () => this.view.adjust(),
      speak: () => this.liking.speak(label),
      rested: () => this.#rested(),
      keys: () => this.keyList.toggle(),
      "take-over": () => this.#ask({ takeOver: true }),
      close: () => this.#say(""),
    };
    acts[act]();
  }

  #rested() {
    this.pace.reminded(Date.now());
    this.#tell();
  }

  #again() {
    this.outbox?.flush();
    this.#ask();
    this.hearing.listen();
  }
}

const DESKS = new WeakMap();

export default function (component) {
  const { data, parentElement } = component;
  if (DESKS.get(parentElement)?.account !== data.account) {
    DESKS.get(parentElement)?.close();
    speak(data.speaks, data.words);
    const desk = new Desk(parentElement, data);
    DESKS.set(parentElement, desk);
    desk.open();
  }
  DESKS.get(parentElement).view.picture.draw(null); // the theme may have changed
  return () => {
    DESKS.get(parentElement)?.close();
    DESKS.delete(parentElement);
  };
}
