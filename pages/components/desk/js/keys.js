/**
 * What a key means at the judge's desk, and which keys a judge chose instead. `js/key_names.js` names a pressed key.
 *
 * @typedef {{act: string, label?: string}} Meaning
 * @typedef {Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "altKey" | "metaKey">} KeyAndModifiers
 * @typedef {KeyAndModifiers & Pick<KeyboardEvent, "isComposing" | "composedPath">} KeyPress
 * @typedef {{isTaken: false, key: string}|{isTaken: true, key: string, by: string}} Choice
 */

import { closest } from "../../js/dom.js";
import { nameOf, namesOf } from "../../js/key_names.js";
import { t } from "./texts.js";

const RESERVED = ["Enter", "Escape", "Tab"]; // these mean something to the browser or to the desk as a whole
const MODIFIERS = ["Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock", "NumLock", "Dead"];
const TEXT_FIELDS = "input, textarea, select, [contenteditable='true'], [role='textbox']";
const CONTROLS = "button, a, summary, [role='button'], [role='menuitem'], [role='option']";
/** @type {Record<string, string>} */
const SIGNS = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Backspace: "⌫" };

export class Keys {
  /**
   * @param {Record<string, string[]>} builtIn action -> keys; labels are actions too
   * @param {Record<string, string[]>} chosen by this judge, where they differ
   * @param {Set<string>} labels
   */
  constructor(builtIn, chosen, labels) {
    this.builtIn = builtIn;
    this.chosen = chosen;
    this.labels = labels;
    this.areOn = true; // who speaks to the computer may turn single keys off
  }

  /** The names of the keys of an action; a digit is on two. @param {string} action */
  of(action) {
    return this.chosen[action] ?? this.builtIn[action].filter((key) => !this.#isChosenFor(key, action));
  }

  /** @param {KeyPress} event @returns {Meaning|null} null: the key is not ours */
  meaning(event) {
    const [target] = event.composedPath();
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return null;
    if (closest(target, TEXT_FIELDS)) return null;
    // a control that has the focus keeps its own keys
    if ((event.key === " " || event.key === "Enter") && closest(target, CONTROLS)) return null;
    if (event.key === "Enter") return { act: "start" };
    if (!this.areOn) return null;
    const action = this.#actionOf(namesOf(event));
    if (!action) return null;
    return this.labels.has(action) ? { act: "label", label: action } : { act: action };
  }

  /**
   * Give an action the key that was pressed, instead of those it has.
   *
   * @param {string} action
   * @param {KeyAndModifiers} event
   * @returns {Choice|null} null: no key that can be had
   */
  choose(action, event) {
    if (RESERVED.includes(event.key) || event.ctrlKey || event.altKey || event.metaKey) return null;
    if (MODIFIERS.includes(event.key)) return null;
    const key = nameOf(event);
    const by = this.#actionOf([key]);
    if (by && by !== action) return { isTaken: true, key, by };
    this.chosen = { ...this.chosen, [action]: [key] };
    return { isTaken: false, key };
  }

  reset() {
    this.chosen = {};
  }

  get areChosen() {
    return Object.keys(this.chosen).length > 0;
  }

  /** @param {string[]} names of one key, the decisive one first */
  #actionOf(names) {
    const actions = Object.keys(this.builtIn);
    for (const name of names) {
      const action = actions.find((each) => this.of(each).includes(name));
      if (action) return action;
    }
    return undefined;
  }

  /** @param {string} key @param {string} action */
  #isChosenFor(key, action) {
    return Object.entries(this.chosen).some(([other, keys]) => other !== action && keys.includes(key));
  }
}

/** A key as it is written on the keyboard. @param {string} name */
export function keyCap(name) {
  if (name === "Space") return t("Space");
  return SIGNS[name] ?? name.replace(/^(Digit|Numpad)/, "").toUpperCase();
}
