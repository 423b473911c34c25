/** What a key means at the judge's desk. Digits go by their place on the keyboard: on a French one they need Shift. */

const ACTS = {
  " ": "replay",
  u: "undo",
  backspace: "undo",
  arrowleft: "undo",
  k: "skip",
  arrowright: "skip",
  "?": "keys",
};

class Keys {
  /** @param {{label: string, key: string, letter: string}[]} labels */
  constructor(labels) {
    this.labels = new Map(
      labels.flatMap(({ label, key, letter }) => [
        [`Digit${key}`, label],
        [`Numpad${key}`, label],
        [letter.toLowerCase(), label],
      ]),
    );
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
    const label = this.labels.get(event.code) ?? this.labels.get(event.key.toLowerCase());
    if (label) return { act: "label", label };
    if (event.key === "Enter") return { act: "start" };
    const act = ACTS[event.key.toLowerCase()];
    return act ? { act } : null;
  }
}

const TYPING = "input, textarea, select, [contenteditable='true'], [role='textbox']";
const CONTROLS = "button, a, summary, [role='button'], [role='menuitem'], [role='option']";

function isWithin(target, selector) {
  return target instanceof Element && target.closest(selector) !== null;
}
