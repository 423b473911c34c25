/** A share as a hundred dots, of which so many are turned. */

import { shape } from "./svg.js";

const ACROSS = 20;

export class Hundred {
  /** @param {Element} host */
  constructor(host) {
    this.dots = Array.from({ length: 100 }, (_, at) =>
      shape("circle", { cx: 5 + 10 * (at % ACROSS), cy: 5 + 10 * Math.floor(at / ACROSS), r: 3.7 }),
    );
    host.append(...this.dots);
    this.turned = 0;
  }

  /** @param {number|null} share */
  show(share) {
    const turned = share === null ? 0 : Math.round(100 * share);
    const [from, to] = [Math.min(turned, this.turned), Math.max(turned, this.turned)];
    this.dots.slice(from, to).forEach((dot, at) => dot.classList.toggle("turned", from + at < turned));
    this.turned = turned;
  }
}
