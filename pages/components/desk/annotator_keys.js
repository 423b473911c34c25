/**
 * What a key means at the judge's desk, and which keys a judge chose instead.
 *
 * A key is named by its place on the keyboard (`Digit1`, `ArrowLeft`: on a French keyboard digits would need Shift) or,
 * where it carries a letter or a sign, by that (`a`, `?`).
 */

const OURS = ["Enter", "Escape", "Tab"]; // these mean something to the browser or to the desk as a whole

class Keys {
  /**
   * @param {Record<string, string[]>} builtIn action -> keys; labels are actions too
   * @param {Record<string, string[]>} chosen by this judge, where they differ
   * @param {Set<string>} labels
   */
  constructor(builtIn, chosen, labels) {
    this.builtIn = builtIn;
    this.chosen = chosen;
    this.labels = labels;
  }

  /** @returns {string[]} what stands on the keys of an action; a digit once, though it is on two keys */
  of(action) {
    return this.chosen[action] ?? this.builtIn[action].filter((key) => !this.#isChosenFor(key, action));
  }

  /**
   * @param {KeyboardEvent} event
   * @returns {{act: string, label?: string}|null} null: the key is not ours
   */
  meaning(event) {
    const target = event.composedPath()[0];
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || isWithin(target, TYPING)) return null;
    // a control that has the focus keeps its own keys
    if ((event.key === " " || event.key === "Enter") && isWithin(target, CONTROLS)) return null;
    if (event.key === "Enter") return { act: "start" };
    const action = this.#action(event.code) ?? this.#action(event.key.toLowerCase());
    if (!action) return null;
    return this.labels.has(action) ? { act: "label", label: action } : { act: action };
  }

  /**
   * Give an action the key that was pressed, instead of those it has.
   *
   * @returns {{isTaken: false, key: string}|{isTaken: true, key: string, by: string}|null} null: no key that can be had
   */
  choose(action, event) {
    if (OURS.includes(event.key) || event.ctrlKey || event.altKey || event.metaKey) return null;
    if (["Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock", "Dead"].includes(event.key)) return null;
    const key = nameOf(event);
    const by = this.#action(key);
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

  #action(key) {
    return Object.keys(this.builtIn).find((action) => this.of(action).includes(key));
  }

  #isChosenFor(key, action) {
    return Object.entries(this.chosen).some(([other, keys]) => other !== action && keys.includes(key));
  }
}

/** By its place where that is what a person would say, else by what it writes. */
function nameOf(event) {
  if (/^(Digit|Numpad)/.test(event.code)) return event.code;
  return event.key.length === 1 && event.key !== " " ? event.key.toLowerCase() : event.code || event.key;
}

/** A key as it is written on the keyboard. */
function keyInWords(key) {
  const signs = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Backspace: "⌫" };
  if (key === "Space") return t("Space");
  return signs[key] ?? key.replace(/^(Digit|Numpad)/, "").toUpperCase();
}

const TYPING = "input, textarea, select, [contenteditable='true'], [role='textbox']";
const CONTROLS = "button, a, summary, [role='button'], [role='menuitem'], [role='option']";

function isWithin(target, selector) {
  return target instanceof Element && target.closest(selector) !== null;
}
