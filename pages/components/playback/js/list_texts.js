/** What the list says, in the language of whoever looks: the screen hands the texts over. */

import { find } from "../../js/dom.js";
import { PlaybackError } from "./audio_source.js";

export class ListTexts {
  constructor() {
    /** @type {Record<string, string>} */
    this.texts = {};
    this.speaks = "en";
  }

  /** @param {{texts: Record<string, string>, speaks: string}} data */
  follow({ texts, speaks }) {
    this.texts = texts;
    this.speaks = speaks;
  }

  /** Speak a language from now on, in the markup as well. @param {{texts: Record<string, string>, speaks: string}} data
   * @param {HTMLElement} root */
  show(data, root) {
    this.follow(data);
    this.write(root);
  }

  /** A text with its `{placeholders}` filled in. @param {string} name @param {Record<string, string>} [values] */
  say(name, values = {}) {
    return (this.texts[name] ?? name).replace(/\{(\w+)\}/g, (place, key) => values[key] ?? place);
  }

  /** Write the texts of the markup. @param {HTMLElement} root */
  write(root) {
    find(root, ".list").setAttribute("aria-label", this.say("list"));
    for (const name of ["move", "play", "or"]) find(root, `.text-${name}`).textContent = this.say(name);
  }

  /** Why a sound does not play. @param {unknown} error */
  explained(error) {
    return this.say(error instanceof PlaybackError ? error.fault : "undecodable");
  }

  /** How long one must go on listening. @param {number} seconds */
  missing(seconds) {
    return this.say("missing", { seconds: this.number(Math.max(0.1, seconds), 1) });
  }

  /** @param {number} value @param {number} digits behind the point */
  number(value, digits) {
    const look = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    return new Intl.NumberFormat(this.speaks, look).format(value);
  }
}
