/** What the judge sees. Knows the markup of annotator.html, decides nothing. */

import { button, element, find, findOf } from "../../js/dom.js";
import { Picture } from "./picture.js";
import { keyCap } from "./keys.js";
import { counted, currentLanguage, isLanguageCode, languageName, t, translate, written } from "./texts.js";

/**
 * @typedef {{label: string, name: string, colour: string, says: string}} LabelLook with texts in the judge's language
 */

const LONG_WORD = 14;
const SENTENCE = 40;
const NUDGE_MS = 2500;
const PRESSED_MS = 140;

export class View {
  /**
   * @param {ParentNode} root
   * @param {LabelLook[]} labels
   * @param {Record<string, string>} languages those the desk speaks, each by its own name
   */
  constructor(root, labels, languages) {
    this.desk = find(root, ".desk");
    translate(this.desk);
    this.labels = new Map(labels.map((label) => [label.label, label]));
    this.picture = new Picture(this.find(".wave"));
    this.isLocked = true;
    /** @type {ReturnType<typeof setTimeout>|undefined} */
    this.nudging = undefined;
    this.buttons = labels.map(labelButton);
    this.find(".labels").replaceChildren(...this.buttons);
    for (const host of this.desk.querySelectorAll(".languages")) host.replaceChildren(...languageButtons(languages));
  }

  /** @param {string} selector */
  find(selector) {
    return find(this.desk, selector);
  }

  close() {
    this.picture.close();
  }

  /** @param {"intro"|"working"|"empty"|"waiting"} phase */
  phase(phase) {
    this.desk.dataset.phase = phase;
  }

  /** @param {{done: number, left: number|null, team: import("./queue.js").Team|null}} figures */
  figures({ done, left, team }) {
    this.find(".done").textContent = done === 1 ? t("1 done today") : t("{n} done today", { n: written(done) });
    const remaining = left === 1 ? t("1 left") : t("{n} left", { n: written(left ?? 0) });
    this.find(".left").textContent = left === null ? "" : remaining;
    const day = findOf(this.desk, ".day", HTMLProgressElement);
    day.hidden = !team?.target;
    this.find(".team").textContent = team ? this.#teamText(team) : "";
    if (team?.target) Object.assign(day, { max: team.target, value: Math.min(team.done_today, team.target) });
  }

  /** @param {import("./queue.js").Team} team */
  #teamText({ done_today, target }) {
    const values = { n: written(done_today), target: written(target) };
    return target ? t("the team: {n} of {target} today", values) : t("the team: {n} today", values);
  }

  /**
   * @param {import("./queue.js").Item} item
   * @param {{isWordShown: boolean}} how
   */
  item(item, { isWordShown }) {
    const word = this.find(".word");
    const shown = isWordShown ? item.word : "";
    word.textContent = isWordShown ? shown || t("The word is not known") : "";
    word.classList.toggle("unknown", !shown);
    word.classList.toggle("long", shown.length > LONG_WORD);
    word.classList.toggle("sentence", shown.length > SENTENCE);
    word.lang = shown && isLanguageCode(item.language) ? item.language : "";
    const length = t("{n} s", { n: written(item.duration_s, 1) });
    this.find(".about").textContent = [languageName(item.language), length].filter(Boolean).join(" · ");
    this.find(".wave").setAttribute("aria-label", t("Play again: {word}", { word: shown || t("recording") }));
  }

  /** Text over the picture; empty shows the picture. @param {string} text */
  hint(text) {
    this.find(".wave .hint").textContent = text;
  }

  /** Text above the labels that goes by itself. @param {string} text */
  nudge(text) {
    clearTimeout(this.nudging);
    this.find(".nudge").textContent = text;
    if (text) this.nudging = setTimeout(() => this.nudge(""), NUDGE_MS);
  }

  /** @param {boolean} isLocked */
  locked(isLocked) {
    this.isLocked = isLocked;
    for (const each of this.buttons) each.setAttribute("aria-disabled", String(isLocked));
  }

  /** @param {string} label */
  pressed(label) {
    const pressed = this.buttons.find((each) => each.dataset.label === label);
    pressed?.classList.add("pressed");
    setTimeout(() => pressed?.classList.remove("pressed"), PRESSED_MS);
  }

  /** @param {{speed: number, volumeDb: number, isLooping: boolean}} sound */
  sound({ speed, volumeDb, isLooping }) {
    this.find(".speed").textContent = t("{n}× speed", { n: speed.toLocaleString(currentLanguage()) });
    this.find(".volume").textContent = t("{n} dB", { n: `${volumeDb > 0 ? "+" : ""}${written(volumeDb)}` });
    this.find(".loop").setAttribute("aria-pressed", String(isLooping));
  }

  /** Open the row of sound controls where there is no place for it, or close it. */
  toggleSoundControls() {
    const isOpen = this.desk.dataset.adjusts !== "true";
    this.desk.dataset.adjusts = String(isOpen);
    this.find(".adjust").setAttribute("aria-expanded", String(isOpen));
  }

  /** Write the keys in force on the buttons. @param {import("./keys.js").Keys} keys */
  keys(keys) {
    for (const host of this.desk.querySelectorAll("[data-key]")) {
      const [first] = keys.areOn ? keys.of(/** @type {HTMLElement} */ (host).dataset.key ?? "") : [];
      const cap = first ? keyCap(first) : "";
      host.textContent = cap;
      if (cap) host.closest("button")?.setAttribute("aria-keyshortcuts", cap);
      else host.closest("button")?.removeAttribute("aria-keyshortcuts");
    }
  }

  /** @param {"saved"|"sending"} state @param {string} text */
  saved(state, text) {
    const host = this.find(".saved");
    host.dataset.state = state;
    setText(host, text);
  }

  get savedState() {
    return this.find(".saved").dataset.state;
  }

  /** @param {import("./announcements.js").Banner|null} banner */
  banner(banner) {
    this.find(".banner").hidden = banner === null;
    if (banner === null) return;
    setText(this.find(".banner .words"), banner.text);
    this.find(".banner .again").hidden = !banner.isSignIn;
    this.find(".banner .close").hidden = !banner.canClose;
  }

  /** @param {number|null} minutes judged without a pause; null: no reminder */
  pause(minutes) {
    const host = this.find(".pause");
    if (host.hidden === (minutes === null)) return;
    host.hidden = minutes === null;
    find(host, ".words").textContent =
      minutes === null
        ? ""
        : t("You have listened for {n} minutes. A short pause keeps the ear fresh.", { n: minutes });
  }

  /** @param {number} done @param {number} elsewhere recordings that another tab has reserved */
  empty(done, elsewhere) {
    find(this.desk, ".empty h2").textContent = elsewhere
      ? t("The rest lies in another tab")
      : t("Nothing left to judge: thank you");
    const today = done ? counted(done, "{n} label today.", "{n} labels today.") : "";
    const open = elsewhere
      ? counted(
          elsewhere,
          "{n} recording is kept for another tab of yours, or one that you closed.",
          "{n} recordings are kept for another tab of yours, or one that you closed.",
        )
      : t("New recordings appear here by themselves.");
    this.find(".empty .more").textContent = `${today} ${open}`.trim();
    this.find(".take-over").hidden = !elsewhere;
  }

  /** @param {import("./session.js").HistoryEntry[]} labels newest first */
  recent(labels) {
    this.find(".recent").replaceChildren(...labels.map((entry) => this.#recentLabel(entry)));
  }

  /** A label in the judge's language. @param {string} label */
  nameOf(label) {
    return this.labels.get(label)?.name ?? label;
  }

  /** @param {import("./session.js").HistoryEntry} entry */
  #recentLabel({ label = "", item, state, flag, comment }) {
    const states = { saved: "✓", waiting: "…", refused: t("not taken") };
    const chip = element("li", "");
    chip.dataset.state = state;
    chip.style.setProperty("--tone", this.labels.get(label)?.colour ?? "currentColor");
    const marks = [flag ? "?" : "", comment ? "✎" : "", states[state] ?? ""];
    chip.append(element("b", "", this.nameOf(label)), element("span", "recent-word", item.word), ...marks);
    return chip;
  }
}

/** @param {HTMLElement} host @param {string} text written only where it is another, so that it is announced once */
function setText(host, text) {
  if (host.textContent !== text) host.textContent = text;
}

/** @param {LabelLook} look */
function labelButton({ label, name, colour, says }) {
  const host = button("label");
  host.dataset.do = "label";
  host.dataset.label = label;
  host.style.setProperty("--tone", colour);
  const key = element("kbd", "");
  key.dataset.key = label;
  key.setAttribute("aria-hidden", "true"); // aria-keyshortcuts says it
  host.append(key, element("span", "name", name), element("span", "says", says));
  return host;
}

/** @param {Record<string, string>} languages */
function languageButtons(languages) {
  return Object.entries(languages).map(([code, name]) => {
    const host = button("", name);
    host.lang = code;
    host.dataset.do = "speak";
    host.dataset.label = code;
    host.setAttribute("aria-pressed", String(code === currentLanguage()));
    return host;
  });
}
