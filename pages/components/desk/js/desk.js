/**
 * The judge's desk: hear one recording, give one label, next.
 *
 * The player owns sound and keys; no label waits for a page. A label belongs to the recording on screen, goes into the
 * outbox before anything else happens, and the next recording, fetched and decoded ahead, plays at once. A label counts
 * only while a recording is on screen, has stood there for a moment and was played as far as the rules ask for, so that
 * neither a held key nor a double press reaches the next one.
 *
 * @typedef {import("./queue.js").Item} Item
 * @typedef {import("./queue.js").Rules} Rules
 * @typedef {import("./outbox.js").Entry} Entry
 * @typedef {import("./session.js").HistoryEntry} HistoryEntry
 * @typedef {{
 *   account: number,
 *   labels: import("./view.js").LabelLook[],
 *   actions: [string, string][],
 *   keys: Record<string, string[]>,
 *   languages: Record<string, string>,
 *   preferences: import("./preferences.js").StoredPreferences,
 *   limits: import("./preferences.js").SoundLimits & {most_at_once: number},
 *   rules: Rules,
 * }} DeskData
 */

import { findOf } from "../../js/dom.js";
import { Announcements, SLOW_MS } from "./announcements.js";
import { CurrentRecording } from "./current_recording.js";
import { History } from "./history.js";
import { Input } from "./input.js";
import { KeyList } from "./key_list.js";
import { Keys } from "./keys.js";
import { Notes } from "./notes.js";
import { Outbox } from "./outbox.js";
import { Preferences } from "./preferences.js";
import { Queue } from "./queue.js";
import { newId } from "./requests.js";
import { Session } from "./session.js";
import { t, written } from "./texts.js";
import { View } from "./view.js";

const FETCHED_AHEAD = 3;
const FETCHED_BEHIND = 2; // for undo
const LOOK_AT_THE_CLOCK_MS = 20_000;

export class Desk {
  /** @param {ParentNode} root @param {DeskData} data */
  constructor(root, { account, labels, actions, keys, languages, preferences, limits, rules }) {
    this.account = account;
    this.view = new View(root, labels, languages);
    this.keys = new Keys(keys, preferences.keys, new Set(labels.map(({ label }) => label)));
    this.recording = new CurrentRecording(this.view, rules, () => this.#fetchAhead());
    this.notes = new Notes(this.view.desk);
    this.session = new Session(account);
    const from = { stored: preferences, limits };
    this.preferences = new Preferences(this.view, this.recording, this.keys, from, () => this.session.identity);
    const dialog = findOf(this.view.desk, ".keys", HTMLDialogElement);
    this.keyList = new KeyList(dialog, this.keys, actions, () => this.#keysChanged());
    this.view.keys(this.keys);
    this.queue = new Queue(this.session, limits.most_at_once, {
      onItems: (wasEmpty) => this.#itemsCame(wasEmpty),
      onRules: (now) => this.#follow(now),
      onPractice: (practice) => this.view.practice(practice),
      onChange: () => this.announcements.update(),
    });
    this.rules = rules;
    this.history = new History(this.session);
    /** @type {Outbox|null} */
    this.outbox = null;
    /** @type {ReturnType<typeof setInterval>|undefined} */
    this.clock = undefined;
    this.isStarted = false;
    this.isClosed = false;
    this.announcements = new Announcements(this);
    this.input = new Input(this);
  }

  async open() {
    this.input.listen();
    this.view.desk.inert = false; // until now a press would have been lost
    this.view.find(".start").focus({ preventScroll: true });
    await this.session.begin();
    if (this.isClosed) return this.session.end();
    this.history.load();
    this.outbox = new Outbox(this.account, this.session.id, {
      onDone: (entry, answer) => this.#done(entry, answer),
      onRefused: (entry, reason, status) => this.#refused(entry, reason, status),
      onChange: () => this.announcements.update(),
    });
    this.queue.begin(this.outbox);
    this.outbox.flush();
    this.clock = setInterval(() => this.announcements.update(), LOOK_AT_THE_CLOCK_MS);
    await this.queue.fetch();
  }

  close() {
    this.isClosed = true;
    this.input.close();
    clearInterval(this.clock);
    this.queue.close();
    this.session.end();
    this.recording.close();
    this.preferences.close();
    this.view.close();
    this.outbox?.close();
  }

  start() {
    if (this.isStarted) return;
    this.recording.player.unlock();
    this.isStarted = true;
    this.view.desk.focus({ preventScroll: true }); // no link beside the desk shall take the space bar
    this.#show();
  }

  /** @param {string} label */
  label(label) {
    const [item] = this.queue.items;
    if (!this.outbox || !item || !this.recording.takesLabel) return this.#hearFirst();
    const { noted } = this.notes;
    const entry = this.outbox.add("judgements", {
      ...this.session.identity,
      request_id: newId(),
      recording_id: item.recording_id,
      round: item.round,
      label,
      ...this.recording.evidence,
      ...noted,
    });
    this.view.pressed(label);
    this.queue.count(+1);
    this.#leave({ kind: "label", item, id: entry.id, at: Date.now(), label, ...noted, state: "waiting" });
  }

  skip() {
    const [item] = this.queue.items;
    if (!this.outbox || !item || !this.recording.hasSettled) return;
    const { recording_id, round } = item;
    const seconds_heard = this.recording.secondsHeard;
    const entry = this.outbox.add("skip", { ...this.session.identity, recording_id, round, seconds_heard });
    this.#leave({ kind: "skip", item, id: entry.id, at: Date.now(), state: "waiting" });
  }

  undo() {
    if (!this.isStarted || !this.outbox) return;
    const last = this.history.takeBack();
    if (!last) return this.announcements.notify(t("There is nothing to undo in this visit."));
    if (last.kind === "label") {
      const { recording_id } = last.item;
      this.outbox.add("undo", { ...this.session.identity, request_id: last.id, recording_id });
      this.queue.count(-1);
    }
    this.queue.putFirst(last.item);
    this.#show(last);
  }

  /** The connection is back. */
  reconnect() {
    this.outbox?.flush();
    this.queue.fetch();
    this.recording.start();
  }

  /** Too early: show how much is missing. Nothing is lost, the recording stays. */
  #hearFirst() {
    if (!this.recording.hasSettled || !this.recording.missing) return;
    const seconds = written(Math.max(0.1, this.recording.missing), 1);
    this.view.nudge(t("Listen to {seconds} s more, then label.", { seconds }));
  }

  /** @param {HistoryEntry} entry */
  #leave(entry) {
    this.history.add(entry);
    this.queue.leave(entry.id);
    this.#show();
    this.queue.refill();
    setTimeout(() => this.announcements.update(), SLOW_MS + 50);
  }

  /** Show what comes first now, and play it. @param {HistoryEntry} [before] what was taken back of it */
  #show(before) {
    if (this.queue.items.length) this.view.phase("working"); // the picture needs its place before it is drawn
    this.recording.show(this.queue.items[0], this.rules);
    this.notes.begin(before);
    if (this.outbox) this.history.remember(this.queue.items[0]);
    this.announcements.update();
  }

  #fetchAhead() {
    if (this.isClosed) return;
    this.recording.fetch(this.queue.items.slice(0, 1 + FETCHED_AHEAD), this.history.lastItems(FETCHED_BEHIND));
  }

  /** @param {boolean} wasEmpty */
  #itemsCame(wasEmpty) {
    if (wasEmpty && this.queue.items.length && this.isStarted) this.#show();
    else this.#fetchAhead();
  }

  /** Rules that staff changed hold from the next recording on. @param {Rules} rules */
  #follow(rules) {
    this.rules = rules;
    this.recording.follow(rules);
  }

  /** @param {Entry} entry @param {any} answer */
  #done(entry, answer) {
    const recorded = this.#mark(entry, "saved");
    if (!recorded || entry.kind !== "judgements") return;
    if (answer.qualification) this.view.practice(answer.qualification, answer.feedback, answer.label);
    this.view.saved("saved", t("{label} saved", { label: this.view.nameOf(answer.label) }));
  }

  /** @param {Entry} entry @param {string} reason @param {number} status */
  #refused(entry, reason, status) {
    const recorded = this.#mark(entry, "refused");
    if (recorded && entry.kind === "judgements") {
      this.queue.count(-1);
      if (status === 400) this.#judgeAgain(recorded.item);
    }
    if (entry.kind === "undo") this.#keepLabelled(entry.body.recording_id);
    this.announcements.notify(recorded?.item.word ? `${recorded.item.word}: ${reason}` : reason);
  }

  /** @param {Item} item */
  #judgeAgain(item) {
    const wasEmpty = this.queue.items.length === 0;
    this.recording.player.forget(item.recording_id); // the server counts what it has sent
    this.queue.putSecond(item);
    if (wasEmpty) this.#show();
    else this.#fetchAhead();
  }

  /** The label stays, so its recording is not to be judged again. @param {number} recordingId */
  #keepLabelled(recordingId) {
    this.queue.count(+1);
    const wasOnScreen = this.queue.items[0]?.recording_id === recordingId;
    this.queue.drop(recordingId);
    if (wasOnScreen) this.#show();
  }

  /**
   * @param {Entry} entry
   * @param {"saved"|"refused"} state
   * @returns {HistoryEntry|undefined} what the entry was, where it was not undone since
   */
  #mark(entry, state) {
    this.queue.confirm(entry);
    const recorded = this.history.mark(entry.id, state);
    this.history.remember(this.queue.items[0]);
    return recorded;
  }

  #keysChanged() {
    this.view.keys(this.keys);
    this.preferences.keysChanged();
  }
}
