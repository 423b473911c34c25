// The page: records, decides on the spot, and tells the child. The recording is gone with the next one.

import { decide, facts, ModelExpired } from "./earshot-model.js";
import { beginRecording } from "./recorder.js";
import { preferredLanguage, text } from "./texts.js";

/** @typedef {import("./earshot-model.js").Decision} Decision */
/** @typedef {import("./texts.js").TextName} TextName */

const FIGURES = /** @type {const} */ (["p_accepted", "p_noise", "p_speechless", "threshold", "duration_s"]);
const LEVEL_EVERY_MS = 100;

const page = {
  record: element("record"),
  level: /** @type {HTMLMeterElement} */ (element("level")),
  answer: element("answer"),
  figures: element("figures"),
};
let language = preferredLanguage(navigator.languages);
/** @type {import("./recorder.js").Recorder | null} */
let recorder = null;
/** @type {{kind: string, words: () => string}} */
let answer = { kind: "", words: () => "" };

/** @param {string} id */
function element(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

function render() {
  document.documentElement.lang = language;
  for (const place of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-text]"))) {
    place.textContent = text(language, /** @type {TextName} */ (place.dataset.text));
  }
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-language]"))) {
    button.setAttribute("aria-pressed", String(button.dataset.language === language));
  }
  page.record.setAttribute("aria-pressed", String(recorder !== null));
  if (recorder) element("record-label").textContent = text(language, "done");
  page.answer.className = answer.kind;
  page.answer.textContent = answer.words();
  const shown = { id: facts.id, threshold: facts.threshold.toFixed(3), day: facts.expires_on ?? "" };
  element("model").textContent = text(language, facts.expires_on ? "until" : "model", shown);
}

/**
 * @param {string} kind
 * @param {() => string} words
 */
function tell(kind, words) {
  answer = { kind, words };
  render();
}

/** @param {Decision} decision */
function tellDecision(decision) {
  tell(decision.decision, () => decision.for_child?.[language] ?? text(language, "accepted"));
  const list = /** @type {HTMLElement} */ (page.figures.querySelector("dl"));
  list.replaceChildren(
    ...FIGURES.flatMap((name) => {
      const [term, value] = [document.createElement("dt"), document.createElement("dd")];
      term.textContent = name;
      value.textContent = decision[name].toFixed(3);
      return [term, value];
    }),
  );
  page.figures.hidden = false;
}

/** @param {unknown} error */
function why(error) {
  return error instanceof Error ? error.message.replace(/\.$/, "") : String(error);
}

async function begin() {
  page.figures.hidden = true;
  try {
    recorder = await beginRecording();
    tell("", () => text(language, "listening"));
    showLevel();
  } catch (error) {
    tell("refused", () => text(language, "microphone", { why: why(error) }));
  }
}

async function end() {
  const { samples, sampleRateHz } = await /** @type {import("./recorder.js").Recorder} */ (recorder).stop();
  recorder = null;
  page.level.value = 0;
  try {
    tellDecision(decide(samples, sampleRateHz));
  } catch (error) {
    const isExpired = error instanceof ModelExpired;
    tell("refused", () => (isExpired ? text(language, "expired") : text(language, "refused", { why: why(error) })));
  }
}

function showLevel() {
  if (!recorder) return;
  page.level.value = recorder.level();
  setTimeout(showLevel, LEVEL_EVERY_MS);
}

page.record.addEventListener("click", async () => {
  page.record.setAttribute("disabled", "");
  await (recorder ? end() : begin());
  page.record.removeAttribute("disabled");
});
for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-language]"))) {
  button.addEventListener("click", () => {
    language = button.dataset.language ?? language;
    render();
  });
}
render();
