/** Texts of a page that are written many times a second: each is looked up once, and written where it has changed. */

import { find } from "../../js/dom.js";

export class TextSlots {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    /** @type {Map<string, {host: HTMLElement, text: string|null}>} */
    this.slots = new Map();
  }

  /** @param {string} selector */
  host(selector) {
    return this.#slot(selector).host;
  }

  /** @param {string} selector @param {string} text */
  write(selector, text) {
    const slot = this.#slot(selector);
    if (slot.text === text) return;
    slot.text = text;
    slot.host.textContent = text;
  }

  /** @param {string} selector */
  #slot(selector) {
    const slot = this.slots.get(selector) ?? { host: find(this.root, selector), text: null };
    this.slots.set(selector, slot);
    return slot;
  }
}
