/** The list of keys, where they can be changed: one press on "Change", one on the key. */

class KeyList {
  /** @param {HTMLDialogElement} dialog @param {Keys} keys @param {[string, string][]} actions with what each does */
  constructor(dialog, keys, actions, onChange) {
    Object.assign(this, { dialog, keys, actions, onChange });
    this.list = dialog.querySelector("dl");
    this.words = dialog.querySelector(".said");
    this.capturing = null; // the action whose key is asked for
    this.list.addEventListener("click", (event) => {
      const action = event.target.closest("[data-change]")?.dataset.change;
      if (action) this.#ask(action);
    });
    dialog.querySelector(".reset").addEventListener("click", () => this.#reset());
    dialog.addEventListener("keydown", (event) => this.#key(event), { capture: true });
    dialog.addEventListener("close", () => this.#ask(null));
    this.#draw();
  }

  get isOpen() {
    return this.dialog.open;
  }

  /** Open the list, or close it. */
  toggle() {
    if (this.isOpen) return this.dialog.close();
    this.words.textContent = "";
    this.dialog.showModal();
  }

  #ask(action) {
    this.capturing = action;
    this.words.textContent = action ? t("Press the new key for “{action}”. Esc leaves it as it is.", { action: this.#does(action) }) : "";
    this.#draw();
    this.list.querySelector("[data-asking]")?.focus();
  }

  #key(event) {
    const action = this.capturing;
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") return this.#ask(null);
    const answer = event.repeat ? null : this.keys.choose(action, event);
    if (!answer) return;
    const key = keyInWords(answer.key);
    if (answer.isTaken) {
      this.words.textContent = t("{key} already means “{action}”. Press another key.", { key, action: this.#does(answer.by) });
      return;
    }
    this.#ask(null);
    this.words.textContent = t("{key} now means “{action}”.", { key, action: this.#does(action) });
    this.list.querySelector(`[data-change="${action}"]`)?.focus();
    this.onChange();
  }

  #reset() {
    this.keys.reset();
    this.#ask(null);
    this.words.textContent = t("All keys are as they were made.");
    this.onChange();
  }

  #does(action) {
    return this.actions.find(([name]) => name === action)?.[1] ?? action;
  }

  #draw() {
    this.dialog.querySelector(".reset").hidden = !this.keys.areChosen;
    this.list.replaceChildren(...this.actions.flatMap(([action, does]) => this.#row(action, does)));
  }

  #row(action, does) {
    const term = document.createElement("dt");
    const what = document.createElement("dd");
    const change = Object.assign(document.createElement("button"), { type: "button", textContent: t("Change") });
    const names = [...new Set(this.keys.of(action).map(keyInWords))];
    term.append(...names.flatMap((name) => [Object.assign(document.createElement("kbd"), { textContent: name }), " "]));
    what.textContent = does;
    change.dataset.change = action;
    change.setAttribute("aria-label", t("Change the key for “{action}”", { action: does }));
    if (this.capturing === action) {
      change.dataset.asking = "";
      change.textContent = t("Press a key …");
    }
    return [term, what, change];
  }
}
