/** Answers for the recording on screen: by key, once each, and where that is asked for only after it was heard. */

import { AnswerKeys } from "./answer_keys.js";
import { HeardFirst } from "./heard_first.js";
import { ListTexts } from "./list_texts.js";

const SENT_AGAIN_MS = 1500; // two keys may come while one run of the screen takes the newest of them only

export class Answers {
  /** @param {ListTexts} [texts] */
  constructor(texts = new ListTexts()) {
    this.texts = texts;
    this.keys = new AnswerKeys();
    this.heardFirst = new HeardFirst();
    /** @type {(recordingId: number, choice: string, seconds: number, before: string[]) => void} */
    this.onChosen = () => {};
    /** @type {{id: number, choice: string, at: number}[]} by key, the newest last */
    this.pressed = [];
    /** @type {(recordingId: number, seconds: number) => void} enough of it was heard */
    this.onHeard = () => {};
  }

  /** @param {Pick<import("./list_data.js").ListData, "keys" | "open" | "heard_first">} data */
  follow(data) {
    this.keys.answers = data.keys;
    this.keys.open = new Set(data.open);
    this.heardFirst.follow(data.heard_first);
  }

  /**
   * @param {number} id of the recording @param {number} seconds of it played so far
   * @returns {boolean} whether that was the last that was missing
   */
  note(id, seconds) {
    this.heardFirst.note(id, seconds);
    const isNews = this.heardFirst.announces(id);
    if (isNews) this.onHeard(id, this.heardFirst.heard(id));
    return isNews;
  }

  /** @param {number} id @param {string} choice */
  choose(id, choice) {
    this.onChosen(id, choice, this.heardFirst.heard(id), this.#justBefore(id));
  }

  /**
   * What was pressed just before for the same recording, where several answers belong together.
   * @param {number} id
   */
  #justBefore(id) {
    const since = Date.now() - SENT_AGAIN_MS;
    this.pressed = this.keys.open.size ? this.pressed.filter((each) => each.id === id && each.at > since) : [];
    return this.pressed.map(({ choice }) => choice);
  }

  /**
   * @param {KeyboardEvent} event
   * @param {number} id of the recording on screen
   * @returns {string|null} why it does not count, "" where it does; null: the key is no answer
   */
  press(event, id) {
    const choice = this.keys.take(event, id);
    if (choice === null) return null;
    event.preventDefault();
    const missing = this.heardFirst.missing(id, choice);
    if (missing) this.keys.release();
    else {
      this.choose(id, choice);
      this.pressed.push({ id, choice, at: Date.now() });
    }
    return missing ? this.texts.missing(missing) : "";
  }
}
