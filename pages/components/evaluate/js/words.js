/**
 * Texts, shares and counts as the trade-off writes them, in the language of whoever looks.
 *
 * @typedef {import("./numbers.js").Interval} Interval
 */

const UNKNOWN = "–";

export class Words {
  /** @param {Record<string, string>} texts by key, with `decimal_sign`, `group_sign`, `percent_space` */
  constructor(texts) {
    this.texts = texts;
  }

  /** A text, its {places} filled in. @param {string} key @param {Record<string, string|number>} [values] */
  say(key, values = {}) {
    return filled(this.texts[key] ?? key, values);
  }

  /** What stands before a percent sign. */
  get percentSpace() {
    return this.texts.percent_space ?? " ";
  }

  /** A number with so many digits. @param {number} value @param {number} digits */
  decimal(value, digits) {
    return value.toFixed(digits).replace(".", this.texts.decimal_sign);
  }

  /** @param {number|null} share */
  percent(share) {
    return share === null ? UNKNOWN : `${this.decimal(100 * share, 1)}${this.percentSpace}%`;
  }

  /** 10, 12.5: of 100, with as few digits as it takes. @param {number} share */
  shortOfHundred(share) {
    return String(Number((100 * share).toFixed(1))).replace(".", this.texts.decimal_sign);
  }

  /** @param {number} share */
  shortPercent(share) {
    return `${this.shortOfHundred(share)}${this.percentSpace}%`;
  }

  /** Both ends, or that the children are too few for more than "anything between". @param {Interval|null} interval */
  range(interval) {
    if (interval === null) return "";
    const [low, high] = interval;
    if (low === high || (low <= 0 && high >= 1)) return this.say("too_few");
    return this.say("ends", { low: Math.round(100 * low), high: Math.round(100 * high) });
  }

  /** @param {number} n */
  written(n) {
    return String(n).replace(/\B(?=(\d{3})+$)/g, this.texts.group_sign);
  }

  /** @param {number} n @param {string} singular @param {string} plural keys of texts with the place {n} */
  counted(n, singular, plural) {
    const whole = Math.round(n);
    return this.say(whole === 1 ? singular : plural, { n: this.written(whole) });
  }
}

/** @param {string} text @param {Record<string, string|number>} values */
export function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (hole, name) => String(values[name] ?? hole));
}

/** Of a hundred. @param {number|null} share */
export function ofHundred(share) {
  return share === null ? UNKNOWN : String(Math.round(100 * share));
}

/**
 * Lay elements into the places of a text, in the order that the language wants.
 *
 * @param {Element} host @param {string} text @param {Record<string, Element>} elements
 */
export function layInto(host, text, elements) {
  const pieces = text.split(/\{(\w+)\}/).map((piece, at) => (at % 2 ? (elements[piece] ?? piece) : piece));
  host.replaceChildren(...pieces);
}
