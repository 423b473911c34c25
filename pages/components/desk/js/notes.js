/** What a judge adds to a label: a doubt and a comment. Both belong to the recording on screen. */

import { find, findOf } from "../../js/dom.js";

export class Notes {
  /** @param {HTMLElement} desk */
  constructor(desk) {
    this.desk = desk;
    this.unsureButton = find(desk, ".flag");
    this.opener = find(desk, ".note");
    this.form = findOf(desk, ".comment", HTMLFormElement);
    this.field = findOf(this.form, "input", HTMLInputElement);
    this.isUnsure = false;
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#leave();
    });
    this.field.addEventListener("keydown", (event) => event.key === "Escape" && this.#leave());
    this.field.addEventListener("input", () => this.#update());
  }

  /** @param {{flag?: boolean, comment?: string}} [noted] what was noted before, for a label that was taken back */
  begin({ flag = false, comment = "" } = {}) {
    this.isUnsure = flag;
    this.field.value = comment;
    this.#update();
    this.#show(comment !== "");
  }

  toggleUnsure() {
    this.isUnsure = !this.isUnsure;
    this.#update();
  }

  /** Open the field; Enter or Escape goes back to the keys, and what was written stays. */
  write() {
    this.#show(true);
    this.field.focus({ preventScroll: false });
  }

  get noted() {
    return { flag: this.isUnsure, comment: this.field.value.trim() };
  }

  #leave() {
    this.#show(this.noted.comment !== "");
    this.desk.focus({ preventScroll: true });
  }

  /** @param {boolean} isOpen */
  #show(isOpen) {
    this.form.hidden = !isOpen;
    this.opener.setAttribute("aria-expanded", String(isOpen));
  }

  #update() {
    this.unsureButton.setAttribute("aria-pressed", String(this.isUnsure));
    this.opener.dataset.has = String(this.noted.comment !== "");
  }
}
