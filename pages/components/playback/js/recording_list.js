/**
 * A list of recordings that plays by mouse and by keyboard. Nothing is fetched before somebody wants to hear it, because
 * every fetch is written down, and so is what was heard.
 *
 * @typedef {import("./row.js").Playable} Playable
 * @typedef {import("./list_data.js").ListData} ListData
 */

import { closest, find } from "../../js/dom.js";
import { goTo } from "../../js/navigation.js";
import { Player } from "../../playback/js/player.js";
import { Answers } from "./answers.js";
import { NOTHING, looksOf } from "./list_data.js";
import { isForTheScreen, listKeyOf } from "./list_keys.js";
import { ListTexts } from "./list_texts.js";
import { actionHelp, pageOf } from "./row.js";
import { LoadedSound } from "./loaded_sound.js";
import { Rows } from "./rows.js";
import { Wave } from "./wave.js";

export class RecordingList {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.texts = new ListTexts();
    this.wave = new Wave(root, this.texts, () => this.draw());
    this.status = find(root, ".status");
    this.rows = new Rows(root, this.texts);
    this.player = new Player();
    this.player.onEnded = () => {
      this.#report();
      this.#showPlaying();
    };
    this.answers = new Answers(this.texts);
    /** @type {ListData} */
    this.data = { ...NOTHING };
    this.signature = "";
    this.selected = 0;
    this.sound = new LoadedSound(this.player, this.answers);
    /** @type {number|null} the recording that is to sound once it is fetched */
    this.wanted = null;
    this.frame = 0;
    this.listening = new AbortController();
    this.#listen();
  }

  close() {
    cancelAnimationFrame(this.frame);
    this.listening.abort();
    this.wave.close();
    this.player.stop();
    this.#report();
    this.player.close();
  }

  /** @param {ListData} data */
  update(data) {
    const before = this.item?.id;
    const signature = JSON.stringify([data.items, data.actions]);
    this.data = data;
    this.texts.show(data, this.root);
    this.answers.follow(data);
    find(this.root, ".keys").replaceChildren(...actionHelp(data.actions));
    this.rows.enable();
    this.rows.host.style.setProperty("--list-height", `${data.height}px`);
    this.root.inert = false; // until now a press would have been lost
    for (const [name, is] of Object.entries(looksOf(data))) this.root.classList.toggle(name, is);
    if (signature !== this.signature) this.#replaceItems(signature, before);
    this.draw();
  }

  draw() {
    const { item } = this;
    const position_s = this.#position;
    const share = this.#isLoaded ? position_s / this.player.length : 0;
    this.wave.draw(item ? { ...item, audio: this.player.prepared.get(item.id), position_s, share } : null);
  }

  get item() {
    return this.data.items.at(this.selected);
  }

  get #isLoaded() {
    return this.item !== undefined && this.sound.loaded === this.item.id;
  }

  get #position() {
    return this.#isLoaded ? (this.player.position ?? this.player.restsAt) : 0;
  }

  #listen() {
    const { signal } = this.listening;
    find(this.root, ".wave").addEventListener("pointerdown", (event) => this.#seek(event), { signal });
    this.root.addEventListener("keydown", (event) => this.#onListKey(event), { signal });
    document.addEventListener("keydown", (event) => this.#onGlobalKey(event), { signal });
    for (const gesture of ["pointerdown", "keydown"]) {
      document.addEventListener(gesture, () => this.#unlockAfterGesture(), { signal, capture: true });
    }
    window.addEventListener("pagehide", () => this.#report(), { signal });
  }

  /** @param {string} signature @param {number|undefined} before the recording that was selected */
  #replaceItems(signature, before) {
    const { items, actions, single, drawn, linked } = this.data;
    this.signature = signature;
    const again = items.findIndex(({ id }) => id === before);
    this.selected = Math.max(again, 0);
    if (again < 0) this.#unload();
    this.rows.replace(items, actions, (item, index) => ({
      onSelect: () => this.#select(index),
      onPlay: () => this.#toggle(index),
      onChoose: (choice) => this.answers.choose(item.id, choice),
      onOpen: linked ? () => goTo(pageOf(item.id)) : undefined,
    }));
    this.#mark();
    this.#showPlaying();
    const { item } = this;
    if (single && item && again < 0) this.#load(item.id).then(() => this.#follow());
    else if (drawn && item && again < 0) this.#picture(item.id);
  }

  /** Fetch and draw what is not to sound yet. @param {number} id */
  #picture(id) {
    this.sound
      .prepare(id)
      .then(() => this.draw())
      .catch((error) => this.#say(this.texts.explained(error)));
  }

  /** The browser lets a page sound after a gesture only: what was begun before plays now. */
  #unlockAfterGesture() {
    if (!this.data.single || this.sound.loaded === null || this.player.isAllowed) return;
    this.player.unlock();
    this.#say("");
  }

  #unload() {
    this.player.stop();
    this.#report();
    this.sound.loaded = null;
    this.wanted = null;
  }

  #mark() {
    this.rows.mark(this.selected);
    this.draw();
  }

  /** @param {number} index */
  #select(index) {
    const next = Math.min(Math.max(index, 0), this.data.items.length - 1);
    if (next === this.selected) return;
    const wasPlaying = this.player.isPlaying;
    this.player.stop();
    this.wanted = null;
    this.selected = next;
    this.#showPlaying();
    this.#mark();
    this.rows.scrollTo(next);
    if (wasPlaying) this.#toggle(next);
  }

  /** Play a recording; pause it where it plays. @param {number} index */
  async #toggle(index) {
    if (index !== this.selected) this.#select(index);
    const { item } = this;
    if (!item) return;
    this.player.unlock();
    if (this.#isLoaded && this.player.isPlaying) this.player.stop();
    else if (this.#isLoaded) this.player.resume();
    else if (this.wanted !== item.id) await this.#load(item.id);
    this.#follow();
  }

  /** @param {number} id */
  async #load(id) {
    this.wanted = id;
    this.#say("");
    try {
      const audio = await this.sound.prepare(id);
      if (this.wanted !== id || !audio) return; // somebody moved on while it was fetched
      this.#report();
      this.sound.loaded = id;
      this.player.begin(audio);
      if (!this.player.isAllowed && this.data.single) this.#say(this.texts.say("touch"));
    } catch (error) {
      if (this.wanted === id) this.#say(this.texts.explained(error));
    } finally {
      if (this.wanted === id) this.wanted = null;
    }
  }

  #report() {
    if (this.sound.report()) this.#say("");
  }

  #noteHeard() {
    if (this.sound.note()) this.#say("");
  }

  /** Let the waveform and the rows follow the sound. */
  #follow() {
    cancelAnimationFrame(this.frame);
    this.draw();
    this.#showPlaying();
    this.#noteHeard();
    const isAsked = this.status.textContent === this.texts.say("touch");
    if (isAsked && this.player.isPlaying && this.player.isAllowed) this.#say("");
    if (this.player.isPlaying) this.frame = requestAnimationFrame(() => this.#follow());
  }

  #showPlaying() {
    this.rows.showPlaying(this.player.isPlaying ? this.selected : null);
  }

  /** @param {string} text */
  #say(text) {
    this.status.textContent = text;
    this.status.hidden = !text;
  }

  /** @param {PointerEvent} event */
  #seek(event) {
    if (!this.#isLoaded || !this.player.audio) return this.#toggle(this.selected);
    this.player.play(this.player.audio, Math.min(this.wave.shareAt(event), 0.999) * this.player.length);
    return this.#follow();
  }

  /** @param {KeyboardEvent} event where the list has the focus */
  #onListKey(event) {
    const key = listKeyOf(event, this.data.actions);
    if (!key) return;
    event.preventDefault();
    event.stopPropagation();
    if (key.kind === "move") this.#select(this.selected + key.rows);
    else if (key.kind === "action") this.rows.press(this.selected, key.choice);
    else if (key.kind === "play") this.#toggle(this.selected);
  }

  /** @param {KeyboardEvent} event wherever the focus is, for a screen that shows one recording */
  #onGlobalKey(event) {
    if (!this.data.single || !isForTheScreen(event)) return;
    const { item } = this;
    if (event.key === " " && !closest(event.composedPath()[0], "button, a")) {
      event.preventDefault();
      this.#toggle(this.selected);
      return;
    }
    this.#noteHeard();
    const hint = item ? this.answers.press(event, item.id) : null;
    if (hint !== null) this.#say(hint);
  }
}
