/** The list of keys, where they can be changed: one press on "Change", one on the key. */

import { button, closest, element, find, findOf } from "../../js/dom.js";
import { keyCap } from "./keys.js";
import { t } from "./texts.js";

export class KeyList {
  /**
   * @param {HTMLDialogElement} dialog
   * @param {import("./keys.js").Keys} keys
   * @param {[string, string][]} actions with what each does
   * @param {() => void} onChange
   */
  constructor(dialog, keys, actions, onChange) {
    this.dialog = dialog;
    this.keys = keys;
    this.actions = actions;
    this.onChange = onChange;
    this.list = findOf(dialog, "dl", HTMLDListElement);
    this.message = find(dialog, ".message");
    this.resetButton = find(dialog, ".reset");
    this.switchButton = find(dialog, ".switch");
    /** @type {string|null} the action that waits for its new key */
    this.capturing = null;
    this.list.addEventListener("click", (event) => {
      const action = closest(event.target, "[data-change]")?.dataset.change;
      if (action) this.#capture(action);
    });
    this.resetButton.addEventListener("click", () => this.#reset());
    this.switchButton.addEventListener("click", () => this.#switch());
    dialog.addEventListener("keydown", (event) => this.#onKey(event), { capture: true });
    dialog.addEventListener("close", () => this.#capture(null));
    this.#draw();
  }

  get isOpen() {
    return this.dialog.open;
  }

  /** Open the list, or close it. */
  toggle() {
    if (this.isOpen) return this.dialog.close();
    this.message.textContent = "";
    this.dialog.showModal();
  }

  /** @param {string|null} action */
  #capture(action) {
    this.capturing = action;
    this.message.textContent = action
      ? t("Press the new key for “{action}”. Esc leaves it as it is.", { action: this.#does(action) })
      : "";
    this.#draw();
    this.#focus("[data-asking]");
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const action = this.capturing;
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") return this.#capture(null);
    const choice = event.repeat ? null : this.keys.choose(action, event);
    if (!choice) return;
    const key = keyCap(choice.key);
    if (choice.isTaken) {
      const taken = { key, action: this.#does(choice.by) };
      this.message.textContent = t("{key} already means “{action}”. Press another key.", taken);
      return;
    }
    this.#capture(null);
    this.message.textContent = t("{key} now means “{action}”.", { key, action: this.#does(action) });
    this.#focus(`[data-change="${action}"]`);
    this.onChange();
  }

  #reset() {
    this.keys.reset();
    this.#capture(null);
    this.message.textContent = t("All keys are as they were made.");
    this.onChange();
  }

  #switch() {
    this.keys.areOn = !this.keys.areOn;
    this.message.textContent = this.keys.areOn
      ? t("Single keys are on.")
      : t("Single keys are off: the buttons work, and Enter.");
    this.#draw();
    this.onChange();
  }

  /** @param {string} action */
  #does(action) {
    return this.actions.find(([name]) => name === action)?.[1] ?? action;
  }

  /** @param {string} selector */
  #focus(selector) {
    /** @type {HTMLElement|null} */ (this.list.querySelector(selector))?.focus();
  }

  #draw() {
    this.resetButton.hidden = !this.keys.areChosen;
    this.switchButton.textContent = this.keys.areOn ? t("Turn single keys off") : t("Turn single keys on");
    this.list.replaceChildren(...this.actions.flatMap(([action, does]) => this.#row(action, does)));
  }

  /** @param {string} action @param {string} does */
  #row(action, does) {
    const term = document.createElement("dt");
    const names = new Set(this.keys.of(action).map(keyCap));
    term.append(...[...names].flatMap((name) => [element("kbd", "", name), " "]));
    const change = button("", t("Change"));
    change.dataset.change = action;
    change.setAttribute("aria-label", t("Change the key for “{action}”", { action: does }));
    if (this.capturing === action) {
      change.dataset.asking = "";
      change.textContent = t("Press a key …");
    }
    const changing = element("dd", "");
    changing.append(change);
    return [term, element("dd", "", does), changing];
  }
}
