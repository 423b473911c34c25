/** What the server's answers to labels, undos and skips change at the desk. */

import { t } from "./texts.js";

/**
 * @typedef {import("./outbox.js").Entry} Entry
 * @typedef {import("./session.js").HistoryEntry} HistoryEntry
 * @typedef {import("./queue.js").Item} Item
 */

export class Replies {
  /** @param {import("./desk.js").Desk} desk */
  constructor(desk) {
    this.desk = desk;
  }

  /** @param {Entry} entry @param {any} answer */
  done(entry, answer) {
    const { queue, practice, view } = this.desk;
    if (answer.qualification) queue.practice = answer.qualification;
    const [item] = queue.items;
    if (item && practice.take(entry.id, answer, item)) return;
    const recorded = this.#mark(entry, "saved");
    if (answer.qualification?.has_passed && !practice.isBusy) this.desk.endPractice();
    if (!recorded || entry.kind !== "judgements") return;
    view.saved("saved", t("{label} saved", { label: view.nameOf(answer.label) }));
  }

  /** @param {Entry} entry @param {string} reason @param {number} status */
  refused(entry, reason, status) {
    const { queue, practice, announcements } = this.desk;
    if (practice.fail(entry.id)) {
      announcements.notify(reason);
      return this.desk.show();
    }
    const recorded = this.#mark(entry, "refused");
    if (recorded && entry.kind === "judgements") {
      queue.count(-1);
      if (status === 400) this.#judgeAgain(recorded.item);
    }
    if (entry.kind === "undo") this.#keepLabelled(entry.body.recording_id);
    announcements.notify(recorded?.item.word ? `${recorded.item.word}: ${reason}` : reason);
  }

  /** @param {Item} item */
  #judgeAgain(item) {
    const { queue, recording } = this.desk;
    const wasEmpty = queue.items.length === 0;
    recording.player.forget(item.recording_id); // the server counts what it has sent
    queue.putSecond(item);
    if (wasEmpty) this.desk.show();
    else this.desk.fetchAhead();
  }

  /** The label stays, so its recording is not to be judged again. @param {number} recordingId */
  #keepLabelled(recordingId) {
    const { queue } = this.desk;
    queue.count(+1);
    const wasOnScreen = queue.items[0]?.recording_id === recordingId;
    queue.drop(recordingId);
    if (wasOnScreen) this.desk.show();
  }

  /**
   * @param {Entry} entry
   * @param {"saved"|"refused"} state
   * @returns {HistoryEntry|undefined} what the entry was, where it was not undone since
   */
  #mark(entry, state) {
    const { queue, history } = this.desk;
    queue.confirm(entry);
    const recorded = history.mark(entry.id, state);
    history.remember(queue.items[0]);
    return recorded;
  }
}
