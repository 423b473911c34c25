/** What a new judge sees of the practice: how far it is, and what an answer should have been. Decides nothing. */

import { find } from "../../js/dom.js";
import { t } from "./texts.js";

/**
 * @typedef {import("./practice.js").Feedback} Feedback
 * @typedef {import("./practice.js").Progress} Progress
 */

export class PracticeView {
  /** @param {import("./view.js").View} view */
  constructor(view) {
    this.view = view;
    this.host = find(view.desk, ".practice");
    this.panel = find(view.desk, ".explain");
  }

  /** How far; null: not for this judge, or left behind. @param {Progress|null} progress */
  progress(progress) {
    const isShown = progress !== null;
    this.view.desk.dataset.practises = String(isShown);
    this.host.hidden = !isShown;
    if (!isShown) return this.feedback(null);
    find(this.host, ".progress").textContent = t("Practice: {answered} of {needed} answered, {right} right", {
      answered: progress.answered,
      needed: progress.needed,
      right: progress.right,
    });
  }

  /** A right answer, in passing; null: nothing. @param {{label: string, word: string}|null} answer */
  feedback(answer) {
    const named = answer ? [answer.word, this.view.nameOf(answer.label)].filter(Boolean).join(", ") : "";
    find(this.host, ".feedback").textContent = named ? t("Right: {label}.", { label: named }) : "";
  }

  /** Over the labels, until the judge goes on; null: away. @param {{label: string, feedback: Feedback, isOver: boolean}|null} answer */
  explain(answer) {
    this.panel.hidden = answer === null;
    this.view.desk.dataset.explains = String(answer !== null);
    if (!answer) return;
    const [label, expected] = [this.view.nameOf(answer.label), this.view.nameOf(answer.feedback.expected)];
    find(this.panel, ".verdict").textContent = answer.feedback.is_right
      ? t("Right: {label}.", { label })
      : t("You said {said}; the answer is {expected}.", { said: label, expected });
    find(this.panel, ".over").textContent = answer.isOver
      ? t("The practice is over. From now on your labels count.")
      : "";
    find(this.panel, ".go-on").focus({ preventScroll: true });
  }
}
