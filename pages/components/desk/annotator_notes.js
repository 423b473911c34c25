/** What a judge adds to a label: a doubt and a few words. Both belong to the recording on screen. */

class Notes {
  /** @param {View} view */
  constructor(view) {
    this.view = view;
    this.button = view.find(".flag");
    this.opener = view.find(".note");
    this.field = view.find(".comment input");
    this.isUnsure = false;
    this.view.find(".comment").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#leave();
    });
    this.field.addEventListener("keydown", (event) => event.key === "Escape" && this.#leave());
    this.field.addEventListener("input", () => this.#tell());
  }

  /** @param {{flag?: boolean, comment?: string}} noted what was noted before, for a label that was taken back */
  begin({ flag = false, comment = "" } = {}) {
    this.isUnsure = flag;
    this.field.value = comment;
    this.#tell();
    this.#show(comment !== "");
  }

  toggleUnsure() {
    this.isUnsure = !this.isUnsure;
    this.#tell();
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
    this.view.desk.focus({ preventScroll: true });
  }

  #show(isOpen) {
    this.view.find(".comment").hidden = !isOpen;
    this.opener.setAttribute("aria-expanded", String(isOpen));
  }

  #tell() {
    this.button.setAttribute("aria-pressed", String(this.isUnsure));
    this.opener.dataset.has = String(this.noted.comment !== "");
  }
}
