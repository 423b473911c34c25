/** Where texts stand in the markup of the trade-off. */

import { find } from "../../js/dom.js";
import { layInto, ofHundred } from "./words.js";

/** @typedef {import("./words.js").Words} Words */

/** Write what does not change while it is dragged. @param {HTMLElement} root @param {Words} words */
export function writeMarkup(root, words) {
  for (const host of root.querySelectorAll("[data-text]")) {
    host.textContent = words.say(host.getAttribute("data-text") ?? "");
  }
  for (const host of root.querySelectorAll("[data-label]")) {
    host.setAttribute("aria-label", words.say(host.getAttribute("data-label") ?? ""));
  }
  for (const name of ["good", "bad"]) {
    const caption = find(root, `.caption-${name}`);
    layInto(caption, words.texts[`${name}_picture`], { n: find(caption, "b") });
  }
}

/** The sentence on top, whose numbers stand where the language wants them. */
export class SentenceLine {
  /** @param {HTMLElement} host */
  constructor(host) {
    this.host = host;
    this.places = {
      refused: find(host, ".refused"),
      am: find(host, ".am-beside"),
      caught: find(host, ".caught"),
      rcc: find(host, ".rcc-beside"),
    };
    this.text = "";
  }

  /** @param {Pick<import("./numbers.js").Figures, "am"|"rcc">} shares @param {Words} words */
  paint({ am, rcc }, words) {
    const text = words.say(ofHundred(am) === "1" ? "sentence_one" : "sentence_many");
    if (text !== this.text) layInto(this.host, text, this.places);
    this.text = text;
    this.places.refused.textContent = ofHundred(am);
    this.places.caught.textContent = ofHundred(rcc);
    this.places.am.textContent = `AM ${words.percent(am)}`;
    this.places.rcc.textContent = `RCC ${words.percent(rcc)}`;
  }
}
