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
import { OwnLabels } from "./own_labels.js";
import { PracticeRun } from "./practice.js";
import { PracticeView } from "./practice_view.js";
import { Preferences } from "./preferences.js";
import { Queue } from "./queue.js";
import { Replies } from "./replies.js";
import { newId } from "./requests.js";
import { Session } from "./session.js";
import { t, written } from "./texts.js";
import { View } from "./view.js";

const FETCHED_AHEAD = 19; // with the one on screen, as many as lie ahead
const FETCHED_BEHIND = 2; // for undo
const PRACTISED = "practised"; // what the queue is told an item was handled by
const LOOK_AT_THE_CLOCK_MS = 20_000;

export class Desk {
  /** @param {ParentNode} root @param {DeskData} data */
  constructor(root, { account, labels, actions, keys, languages, preferences, limits, rules }) {
    this.account = account;
    this.view = new View(root, labels, languages);
    this.keys = new Keys(keys, preferences.keys, new Set(labels.map(({ label }) => label)));
    this.keys.areOn = preferences.has_keys;
    this.recording = new CurrentRecording(this.view, rules, () => this.fetchAhead());
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
      onPractice: (progress) => this.practice.follow(progress),
      onChange: () => this.announcements.update(),
    });
    this.rules = rules;
    this.replies = new Replies(this);
    this.practice = new PracticeRun(new PracticeView(this.view), {
      replay: () => this.recording.replay(),
      goOn: () => this.#leavePractised(),
    });
    this.ownLabels = new OwnLabels(this);
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
      onDone: (entry, answer) => this.replies.done(entry, answer),
      onRefused: (entry, reason, status) => this.replies.refused(entry, reason, status),
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
    this.ownLabels.close();
  }

  start() {
    if (this.isStarted) return;
    this.recording.player.unlock();
    this.isStarted = true;
    this.view.desk.focus({ preventScroll: true }); // no link beside the desk shall take the space bar
    this.show();
  }

  /** @param {string} label */
  label(label) {
    const [item] = this.queue.items;
    if (this.practice.isBusy) return;
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
    if (item.isPractice) return this.#practise(entry.id);
    this.queue.count(+1);
    this.#leave({ kind: "label", item, id: entry.id, at: Date.now(), label, ...noted, state: "waiting" });
  }

  skip() {
    const [item] = this.queue.items;
    if (!this.outbox || !item || !this.recording.hasSettled || this.practice.isBusy) return;
    const { recording_id, round } = item;
    const seconds_heard = this.recording.secondsHeard;
    const entry = this.outbox.add("skip", { ...this.session.identity, recording_id, round, seconds_heard });
    this.#leave({ kind: "skip", item, id: entry.id, at: Date.now(), state: "waiting" });
  }

  undo() {
    if (!this.isStarted || !this.outbox || this.practice.isBusy) return;
    const last = this.history.takeBack();
    if (!last) return this.announcements.notify(t("There is nothing to undo in this visit."));
    if (last.kind === "label") {
      const { recording_id } = last.item;
      this.outbox.add("undo", { ...this.session.identity, request_id: last.id, recording_id });
      this.queue.count(-1);
    }
    this.queue.putFirst(last.item);
    this.show(last);
  }

  /** One of the last labels is taken back, and its recording judged once more. @param {string} requestId @param {Item} item */
  changeLabel(requestId, item) {
    if (!this.isStarted || !this.outbox || this.practice.isBusy) return;
    this.history.forget(requestId);
    const { recording_id } = item;
    this.outbox.add("undo", { ...this.session.identity, request_id: requestId, recording_id });
    this.queue.count(-1);
    this.queue.putFirst(item);
    this.show();
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

  /** The answer of a new judge is checked before anything else happens. @param {string} entryId */
  #practise(entryId) {
    this.practice.wait(entryId);
    this.view.locked(true);
    setTimeout(() => this.announcements.update(), SLOW_MS + 50);
  }

  /** The answer on screen was checked, and explained where it was wrong. */
  #leavePractised() {
    const [item] = this.queue.items;
    this.queue.leave(PRACTISED);
    if (item) this.queue.confirm({ id: PRACTISED, body: item }); // it may come again
    if (this.queue.practice?.has_passed ?? true) return this.endPractice();
    this.show();
    this.queue.refill();
  }

  /** Nothing of the practice comes on screen any more. */
  endPractice() {
    this.queue.dropPractice();
    this.practice.follow(null);
    this.show();
    this.queue.fetch();
  }

  /** @param {HistoryEntry} entry */
  #leave(entry) {
    this.history.add(entry);
    this.queue.leave(entry.id);
    this.show();
    this.queue.refill();
    setTimeout(() => this.announcements.update(), SLOW_MS + 50);
  }

  /** Show what comes first now, and play it. @param {HistoryEntry} [before] what was taken back of it */
  show(before) {
    if (this.queue.items.length) this.view.phase("working"); // the picture needs its place before it is drawn
    this.recording.show(this.queue.items[0], this.rules);
    this.notes.begin(before);
    if (this.outbox) this.history.remember(this.queue.items[0]);
    this.announcements.update();
  }

  fetchAhead() {
    if (this.isClosed) return;
    this.recording.fetch(this.queue.items.slice(0, 1 + FETCHED_AHEAD), this.history.lastItems(FETCHED_BEHIND));
  }

  /** @param {boolean} wasEmpty */
  #itemsCame(wasEmpty) {
    if (wasEmpty && this.queue.items.length && this.isStarted) this.show();
    else this.fetchAhead();
  }

  /** Rules that staff changed hold from the next recording on. @param {Rules} rules */
  #follow(rules) {
    this.rules = rules;
    this.recording.follow(rules);
  }

  #keysChanged() {
    this.view.keys(this.keys);
    this.preferences.keysChanged();
  }
}
