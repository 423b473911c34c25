/** The search dialog: opens by Ctrl+K or Cmd+K from wherever the focus is, and works by keyboard alone. */

import { closest, element, find, findOf } from "../../js/dom.js";
import { addressOf } from "../../js/server.js";
import { groupsOf, screensFor } from "./matches.js";

const PAUSE_MS = 60; // after a sign, before the server is asked

/**
 * @typedef {import("./matches.js").Match} Match
 * @typedef {{screens: Match[], asks_server: boolean, is_compact: boolean, texts: Record<string, string>}} SearchData
 */

export class Search {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.dialog = findOf(root, ".search", HTMLDialogElement);
    this.text = findOf(root, ".text", HTMLInputElement);
    this.list = find(root, ".matches");
    this.note = find(root, ".note");
    this.opener = find(root, ".opener");
    this.root = root;
    /** @type {SearchData} */
    this.data = { screens: [], asks_server: false, is_compact: false, texts: {} };
    /** @type {(match: Match) => void} */
    this.onChosen = () => {};
    /** @type {Match[]} in the order of the rows */
    this.matches = [];
    this.selected = 0;
    this.wantsFirst = false; // Enter was pressed before the answer was there
    this.timer = 0;
    this.asking = new AbortController();
    this.listening = new AbortController();
    this.#listen();
  }

  close() {
    this.listening.abort();
    this.asking.abort();
    clearTimeout(this.timer);
    this.dialog.close();
  }

  /** @param {SearchData} data */
  update(data) {
    this.data = data;
    const { texts } = data;
    this.root.classList.toggle("compact", data.is_compact);
    const isMac = /Mac|iP/.test(navigator.platform);
    find(this.root, ".opener-text").textContent = texts.search ?? "";
    find(this.root, ".shortcut").textContent = isMac ? "⌘ K" : "Ctrl K";
    this.opener.hidden = false; // not before it has a name
    this.opener.setAttribute("aria-keyshortcuts", "Control+K Meta+K");
    const placeholder = (data.asks_server ? texts.placeholder_all : texts.placeholder_screens) ?? "";
    this.text.placeholder = placeholder;
    this.text.setAttribute("aria-label", placeholder);
    this.dialog.setAttribute("aria-label", texts.search ?? "");
    this.list.setAttribute("aria-label", texts.results ?? "");
    const [up, down, enter, escape] = ["↑", "↓", texts.enter, texts.escape].map((key) => element("kbd", "", key));
    const { moves, opens, closes } = texts;
    find(this.root, ".keys").replaceChildren(up, down, ` ${moves} · `, enter, ` ${opens} · `, escape, ` ${closes}`);
  }

  open() {
    if (this.dialog.open) return this.text.select();
    this.text.value = "";
    this.#ask();
    this.dialog.showModal();
    return this.text.focus();
  }

  #listen() {
    const { signal } = this.listening;
    document.addEventListener("keydown", (event) => this.#onShortcut(event), { signal, capture: true });
    this.opener.addEventListener("click", () => this.open(), { signal });
    this.text.addEventListener("input", () => this.#ask(), { signal });
    // the screen below has keys of its own, which are not meant while the dialog is open
    this.dialog.addEventListener("keydown", (event) => this.#onKey(event), { signal });
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close(), { signal });
    this.list.addEventListener("click", (event) => this.#onRow(event), { signal });
  }

  /** @param {KeyboardEvent} event */
  #onShortcut(event) {
    const isShortcut =
      (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k";
    if (!isShortcut || event.repeat) return;
    event.preventDefault();
    event.stopPropagation();
    this.open();
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    event.stopPropagation();
    if (event.isComposing) return;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) {
      event.preventDefault();
      this.#select(this.selected + by);
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.#choose();
    } else if (event.key === "Escape") {
      event.preventDefault(); // a field for a search would only empty itself
      this.dialog.close();
    }
  }

  /** @param {Event} event */
  #onRow(event) {
    const chosen = closest(event.target, ".match");
    if (!chosen) return;
    this.selected = Number(chosen.dataset.place);
    this.#choose();
  }

  #choose() {
    const match = this.matches[this.selected];
    const isWaiting = this.timer !== 0;
    if (isWaiting) this.wantsFirst = true;
    else if (match) {
      this.dialog.close();
      this.onChosen(match);
    }
  }

  /** Ask for what stands in the field; what was asked before is dropped. */
  #ask() {
    this.asking.abort();
    clearTimeout(this.timer);
    this.timer = 0;
    this.wantsFirst = false;
    const text = this.text.value.trim();
    if (!text || !this.data.asks_server) {
      this.#show({}, text);
      return;
    }
    this.asking = new AbortController();
    const { signal } = this.asking;
    this.timer = window.setTimeout(() => this.#fetch(text, signal), PAUSE_MS);
  }

  /** @param {string} text @param {AbortSignal} signal */
  async #fetch(text, signal) {
    try {
      const response = await fetch(addressOf(`find?q=${encodeURIComponent(text)}`), { signal, cache: "no-store" });
      if (!response.ok) throw new Error(String(response.status));
      this.#finish(await response.json(), text);
    } catch {
      if (signal.aborted) return;
      this.#finish({}, text);
      this.note.textContent = this.data.texts.trouble ?? "";
    }
  }

  /** @param {import("./matches.js").Answer} answer @param {string} text */
  #finish(answer, text) {
    const { wantsFirst } = this;
    this.timer = 0;
    this.wantsFirst = false;
    this.#show(answer, text);
    if (wantsFirst) this.#choose();
  }

  /** @param {import("./matches.js").Answer} answer @param {string} text */
  #show(answer, text) {
    const groups = groupsOf(answer, screensFor(this.data.screens, text));
    this.matches = groups.flatMap(({ matches }) => matches);
    let place = 0;
    const parts = groups.map(({ name, matches }) => {
      const host = group(this.data.texts[name] ?? name);
      host.append(...matches.map((match) => row(match, place++)));
      return host;
    });
    this.list.replaceChildren(...parts);
    this.list.hidden = !parts.length;
    this.note.textContent = this.matches.length ? "" : (this.data.texts.nothing ?? "");
    this.#select(0);
  }

  /** @param {number} place */
  #select(place) {
    const last = this.matches.length - 1;
    this.selected = Math.min(Math.max(place, 0), Math.max(last, 0));
    for (const each of this.list.querySelectorAll(".match")) {
      const isSelected = each instanceof HTMLElement && Number(each.dataset.place) === this.selected;
      each.setAttribute("aria-selected", String(isSelected));
      if (isSelected) each.scrollIntoView({ block: "nearest" });
    }
    if (last >= 0) this.text.setAttribute("aria-activedescendant", `match-${this.selected}`);
    else this.text.removeAttribute("aria-activedescendant");
  }
}

/** @param {string} name */
function group(name) {
  const host = element("div", "group");
  host.setAttribute("role", "group");
  host.setAttribute("aria-label", name);
  const title = element("div", "group-name", name);
  title.setAttribute("aria-hidden", "true"); // the group has it as its name
  host.append(title);
  return host;
}

/** @param {Match} match @param {number} place */
function row({ title, detail }, place) {
  const host = element("div", "match");
  host.id = `match-${place}`;
  host.dataset.place = String(place);
  host.setAttribute("role", "option");
  host.append(element("span", "match-title", title), element("span", "match-detail", detail));
  return host;
}
