/**
 * The judge's last labels: to hear, and to change as long as nobody has settled them. To change one it is taken back,
 * and its recording comes on screen once more.
 *
 * @typedef {import("./queue.js").Item} Item
 * @typedef {{request_id: string, label: string, decided_at: string, item: Item, can_change: boolean}} OwnLabel
 */

import { button, element, find } from "../../js/dom.js";
import { Player } from "../../playback/js/player.js";
import { post } from "./requests.js";
import { currentLanguage, t } from "./texts.js";

export class OwnLabels {
  /** @param {import("./desk.js").Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.dialog = /** @type {HTMLDialogElement} */ (find(desk.view.desk, ".own-labels"));
    this.list = find(this.dialog, "ol");
    this.message = find(this.dialog, ".message");
    /** @type {Player|null} */
    this.player = null;
    this.dialog.addEventListener("close", () => this.#closed());
  }

  get isOpen() {
    return this.dialog.open;
  }

  async open() {
    this.desk.recording.player.stop();
    this.player = new Player();
    this.player.open();
    this.list.replaceChildren();
    this.message.textContent = t("Looking for your labels …");
    this.dialog.showModal();
    const { status, answer } = await post("labels", this.desk.session.identity);
    if (!this.isOpen) return;
    /** @type {OwnLabel[]} */
    const labels = status === 200 ? answer.labels : [];
    this.message.textContent =
      status !== 200
        ? t("Your labels cannot be fetched just now.")
        : labels.length
          ? ""
          : t("You have given no label yet.");
    this.list.replaceChildren(...labels.map((label) => this.#row(label)));
  }

  close() {
    if (this.isOpen) this.dialog.close();
  }

  #closed() {
    this.player?.close();
    this.player = null;
  }

  /** @param {OwnLabel} own */
  #row(own) {
    const { item, label, can_change } = own;
    const row = element("li", "");
    row.style.setProperty("--tone", this.desk.view.labels.get(label)?.colour ?? "currentColor");
    const word = item.word || t("recording");
    const hear = button("hear", "▶");
    hear.setAttribute("aria-label", t("Play again: {word}", { word }));
    hear.addEventListener("click", () => this.#play(item.recording_id));
    const change = button("change", t("Change"));
    change.setAttribute("aria-label", t("Change the label of {word}", { word }));
    change.addEventListener("click", () => this.#change(own));
    const settled = element("span", "quiet", t("settled"));
    row.append(
      hear,
      element("b", "", this.desk.view.nameOf(label)),
      element("span", "recent-word", item.word),
      element("time", "quiet", when(own.decided_at)),
      can_change ? change : settled,
    );
    return row;
  }

  /** @param {number} recordingId */
  async #play(recordingId) {
    const { player } = this;
    if (!player) return;
    player.unlock();
    this.message.textContent = "";
    try {
      const audio = await player.prepare(recordingId);
      if (audio && this.player === player) player.begin(audio);
    } catch {
      this.message.textContent = t("This recording cannot be played here.");
    }
  }

  /** @param {OwnLabel} own */
  #change({ request_id, item }) {
    this.close();
    this.desk.view.desk.focus({ preventScroll: true }); // what comes on screen takes the keys
    this.desk.changeLabel(request_id, item);
  }
}

/** @param {string} at */
function when(at) {
  return new Date(at).toLocaleString(currentLanguage(), { dateStyle: "short", timeStyle: "short" });
}
