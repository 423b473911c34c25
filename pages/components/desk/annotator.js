/**
 * The judge's desk: hear one recording, give one label, next.
 *
 * The player owns sound and keys; no label waits for a page. A label belongs to the recording on screen, goes into the
 * outbox before anything else happens, and the next recording, fetched and decoded ahead, plays at once. A label counts
 * only while a recording is on screen, has stood there for a moment and was heard as far as the rules ask for, so that
 * neither a held key nor a double press reaches the next one.
 *
 * @typedef {{kind: "label"|"skip", item: Item, id: string, at: number, label?: string, flag?: boolean, comment?: string,
 *   state: "waiting"|"saved"|"refused"}} Deed
 */

const FETCHED_AHEAD = 3;
const LOOK_AT_THE_CLOCK_MS = 20_000;

class Desk {
  constructor(root, { account, labels, actions, keys, languages, preferences, rules }) {
    this.account = account;
    this.view = new View(root, labels, languages);
    this.keys = new Keys(keys, preferences.keys, new Set(labels.map(({ label }) => label)));
    this.hearing = new Hearing(this.view, () => this.#fetchAhead());
    this.notes = new Notes(this.view);
    this.sitting = new Sitting(account);
    this.liking = new Liking(this.view, this.hearing, this.keys, preferences, () => this.sitting.who);
    this.keyList = new KeyList(this.view.find(".keys"), this.keys, actions, () => this.#keysChanged());
    this.view.keys(this.keys);
    this.queue = new Queue(this.sitting, {
      onLaid: (wasEmpty) => this.#laid(wasEmpty),
      onRules: (now) => this.#follow(now),
      onPractice: (come) => this.view.practice(come),
      onChange: () => this.telling.tell(),
    });
    this.telling = new Telling(this);
    this.hands = new Hands(this);
    /** @type {Rules} */
    this.rules = rules;
    /** @type {Deed[]} oldest first */
    this.deeds = [];
    this.isStarted = false;
    this.isClosed = false;
  }

  async open() {
    this.hands.listen();
    this.view.find(".start").focus({ preventScroll: true });
    await this.sitting.begin();
    if (this.isClosed) return this.sitting.end();
    this.deeds = this.sitting.deeds();
    this.outbox = new Outbox(this.account, this.sitting.id, {
      onDone: (entry, answer) => this.#done(entry, answer),
      onRefused: (entry, words, status) => this.#refused(entry, words, status),
      onChange: () => this.telling.tell(),
    });
    this.queue.begin(this.outbox);
    this.outbox.flush();
    this.clock = setInterval(() => this.telling.tell(), LOOK_AT_THE_CLOCK_MS);
    await this.queue.ask();
  }

  close() {
    this.isClosed = true;
    this.hands.close();
    clearInterval(this.clock);
    this.queue.close();
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
    const item = this.queue.items[0];
    const noted = this.notes.noted;
    const entry = this.outbox.add("judgements", {
      ...this.sitting.who,
      request_id: newId(),
      recording_id: item.recording_id,
      round: item.round,
      label,
      ...this.hearing.evidence,
      ...noted,
    });
    this.view.pressed(label);
    this.queue.count(+1);
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
    const item = this.queue.items[0];
    const entry = this.outbox.add("skip", { ...this.sitting.who, recording_id: item.recording_id, round: item.round });
    this.#leave({ kind: "skip", item, id: entry.id, at: Date.now(), state: "waiting" });
  }

  undo() {
    if (!this.isStarted) return;
    const deed = this.deeds.findLast(({ state }) => state !== "refused");
    if (!deed) return this.telling.say(t("There is nothing to undo in this visit."));
    this.deeds = this.deeds.filter((one) => one !== deed);
    if (deed.kind === "label") {
      this.outbox.add("undo", { ...this.sitting.who, request_id: deed.id, recording_id: deed.item.recording_id });
      this.queue.count(-1);
    }
    this.queue.putFirst(deed.item);
    this.#show(deed);
  }

  /** The connection is back. */
  again() {
    this.outbox?.flush();
    this.queue.ask();
    this.hearing.listen();
  }

  // from one recording to the next

  /** @param {Deed} deed */
  #leave(deed) {
    this.deeds.push(deed);
    this.queue.leave(deed.id);
    this.#show();
    this.queue.refill();
    setTimeout(() => this.telling.tell(), SLOW_MS + 50);
  }

  /** Show what comes first now, and play it. @param {Deed} [before] what was said of it and taken back */
  #show(before) {
    if (this.queue.items.length) this.view.phase("working"); // the picture needs its place before it is drawn
    this.hearing.show(this.queue.items[0], this.rules);
    this.notes.begin(before);
    if (this.outbox) this.sitting.remember(this.deeds, this.queue.items[0]);
    this.telling.tell();
  }

  #fetchAhead() {
    if (this.isClosed) return;
    this.hearing.fetch(this.queue.items.slice(0, 1 + FETCHED_AHEAD), this.deeds.slice(-2).map(({ item }) => item));
  }

  // what the server says

  #laid(wasEmpty) {
    if (wasEmpty && this.queue.items.length && this.isStarted) this.#show();
    else this.#fetchAhead();
  }

  /** Rules that staff changed hold from the next recording on. */
  #follow(rules) {
    this.rules = rules;
    this.hearing.sound.drawsSpectrum = rules.spectrogram;
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
    if (deed && entry.kind === "judgements") this.queue.count(-1);
    if (deed && entry.kind === "judgements" && status === 400) this.#layAgain(deed.item);
    if (entry.kind === "undo") {
      // the label stays, so its recording is not to be judged again
      this.queue.count(+1);
      const wasOnScreen = this.queue.items[0]?.recording_id === entry.body.recording_id;
      this.queue.drop(entry.body.recording_id);
      if (wasOnScreen) this.#show();
    }
    this.telling.say(deed?.item.word ? `${deed.item.word}: ${words}` : words);
  }

  #layAgain(item) {
    const wasEmpty = this.queue.items.length === 0;
    this.queue.layAgain(item);
    if (wasEmpty) this.#show();
  }

  /** @returns {Deed|undefined} what the entry was, where it was not undone since */
  #mark(entry, state) {
    this.queue.had(entry);
    const deed = this.deeds.find(({ id }) => id === entry.id);
    if (deed) deed.state = state;
    this.sitting.remember(this.deeds, this.queue.items[0]);
    return deed;
  }

  #keysChanged() {
    this.view.keys(this.keys);
    this.liking.keysChanged();
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
