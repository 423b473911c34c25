/** Keys, clicks and touches, and what each of them does at the desk. */

import { closest } from "../../js/dom.js";

const JUMP_S = 0.5;

export class Input {
  /** @param {import("./desk.js").Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.listening = new AbortController();
    this.acts = actsOf(desk);
  }

  listen() {
    const { signal } = this.listening;
    const host = this.desk.view.desk;
    host.addEventListener("click", (event) => this.#onClick(event), { signal });
    // a click leaves the focus where it was: Space goes on meaning "play again"
    const keepFocus = (/** @type {Event} */ event) => closest(event.target, "button") && event.preventDefault();
    host.addEventListener("mousedown", keepFocus, { signal });
    document.addEventListener("keydown", (event) => this.#onKey(event), { capture: true, signal });
    document.addEventListener("visibilitychange", () => this.#onVisibility(), { signal });
    window.addEventListener("online", () => this.desk.reconnect(), { signal });
    window.addEventListener("beforeunload", (event) => this.desk.outbox?.memory.size && event.preventDefault(), {
      signal,
    });
  }

  close() {
    this.listening.abort();
  }

  /** @param {MouseEvent} event */
  #onClick(event) {
    const pressed = closest(event.target, "[data-do]");
    if (pressed?.dataset.do) this.#do({ act: pressed.dataset.do, label: pressed.dataset.label });
  }

  #onVisibility() {
    if (document.visibilityState === "visible") this.desk.outbox?.flush();
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const { keys, keyList, isStarted, ownLabels } = this.desk;
    if (keyList.capturing || ownLabels.isOpen) return;
    const meaning = keys.meaning(event);
    if (!meaning || (keyList.isOpen && meaning.act !== "keys")) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.repeat) return;
    this.#do(!isStarted && meaning.act === "replay" ? { act: "start" } : meaning);
  }

  /** @param {import("./keys.js").Meaning} meaning */
  #do({ act, label = "" }) {
    this.acts[act](label);
  }
}

/**
 * @param {import("./desk.js").Desk} desk
 * @returns {Record<string, (label: string) => void>}
 */
function actsOf(desk) {
  const { recording, notes, preferences } = desk;
  return {
    start: () => desk.start(),
    label: (label) => desk.label(label),
    replay: () => recording.item && recording.replay(),
    undo: () => desk.undo(),
    skip: () => desk.skip(),
    flag: () => recording.item && notes.toggleUnsure(),
    comment: () => recording.item && notes.write(),
    back: () => recording.jump(-JUMP_S),
    forward: () => recording.jump(+JUMP_S),
    slower: () => preferences.changeSpeed(-1),
    faster: () => preferences.changeSpeed(+1),
    quieter: () => preferences.changeVolume(-1),
    louder: () => preferences.changeVolume(+1),
    loop: () => preferences.toggleLoop(),
    adjust: () => desk.view.toggleSoundControls(),
    speak: (language) => preferences.chooseLanguage(language),
    rested: () => desk.announcements.rested(),
    keys: () => desk.keyList.toggle(),
    "go-on": () => desk.practice.goOn(),
    "own-labels": () => desk.ownLabels.open(),
    "close-labels": () => desk.ownLabels.close(),
    "take-over": () => desk.queue.fetch({ takeOver: true }),
    close: () => desk.announcements.notify(""),
  };
}
