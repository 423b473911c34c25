/** The rows of a list of recordings, one of them selected. */

import { find } from "../../js/dom.js";
import { row } from "./row.js";

export class Rows {
  /** @param {HTMLElement} root @param {import("./list_texts.js").ListTexts} texts */
  constructor(root, texts) {
    this.texts = texts;
    this.host = find(root, ".list");
  }

  /**
   * @param {import("./row.js").Playable[]} items
   * @param {import("./row.js").Action[]} actions
   * @param {(item: import("./row.js").Playable, index: number) => import("./row.js").RowListeners} listenersOf
   */
  replace(items, actions, listenersOf) {
    const rows = items.map((item, index) => row(item, index, actions, listenersOf(item, index), this.texts));
    this.host.replaceChildren(...rows);
  }

  /** @param {number} selected */
  mark(selected) {
    this.#each((host, index) => {
      host.setAttribute("aria-selected", String(index === selected));
      host.classList.toggle("selected", index === selected);
    });
    this.host.setAttribute("aria-activedescendant", `row-${selected}`);
  }

  /** @param {number|null} playing null: none */
  showPlaying(playing) {
    this.#each((host, index) => host.classList.toggle("playing", index === playing));
  }

  /** @param {number} index */
  scrollTo(index) {
    this.host.children[index]?.scrollIntoView({ block: "nearest" });
  }

  /** The screen has answered: the actions can be pressed again. */
  enable() {
    for (const each of this.host.querySelectorAll("button")) each.disabled = false;
  }

  /** @param {number} index @param {string} choice */
  press(index, choice) {
    const action = this.host.children[index]?.querySelector(`[data-choice="${choice}"]`);
    if (action instanceof HTMLButtonElement) action.click();
  }

  /** @param {(host: Element, index: number) => void} change */
  #each(change) {
    [...this.host.children].forEach(change);
  }
}
