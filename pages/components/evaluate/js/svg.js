/** Elements of a drawing. */

const SVG = "http://www.w3.org/2000/svg";

/** @param {string} name @param {Record<string, string|number>} attributes */
export function shape(name, attributes) {
  const host = document.createElementNS(SVG, name);
  place(host, attributes);
  return host;
}

/** @param {number} x1 @param {number} y1 @param {number} x2 @param {number} y2 */
export function line(x1, y1, x2, y2) {
  return shape("line", { x1, y1, x2, y2 });
}

/** @param {number} x @param {number} y @param {"start"|"middle"|"end"} anchor @param {string} text */
export function label(x, y, anchor, text) {
  const host = shape("text", { x, y, "text-anchor": anchor });
  host.textContent = text;
  return host;
}

/** @param {Element} host @param {Record<string, string|number>} attributes */
export function place(host, attributes) {
  for (const [name, value] of Object.entries(attributes)) host.setAttribute(name, String(value));
}
