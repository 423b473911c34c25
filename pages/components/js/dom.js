/** Elements: looked up where the markup has them, or created. */

/**
 * The one HTML element for a selector; markup without it is a fault of ours.
 *
 * @param {ParentNode} root
 * @param {string} selector
 */
export function find(root, selector) {
  return findOf(root, selector, HTMLElement);
}

/**
 * The one element for a selector, of a class.
 *
 * @template {Element} E
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => E} kind
 * @returns {E}
 */
export function findOf(root, selector, kind) {
  const host = root.querySelector(selector);
  if (host instanceof kind) return host;
  throw new TypeError(`The markup has no ${kind.name} for ${selector}.`);
}

/** @param {string} tag @param {string} className @param {string} [text] */
export function element(tag, className, text = "") {
  return Object.assign(document.createElement(tag), { className, textContent: text });
}

/** A button that sends no form. @param {string} className @param {string} [text] */
export function button(className, text = "") {
  return Object.assign(document.createElement("button"), { type: "button", className, textContent: text });
}

/**
 * The closest element around where an event happened, itself included.
 *
 * @param {EventTarget|null|undefined} target
 * @param {string} selector
 * @returns {HTMLElement|null}
 */
export function closest(target, selector) {
  const isElement = target !== null && target !== undefined && "closest" in target;
  return isElement ? /** @type {Element} */ (target).closest(selector) : null;
}
