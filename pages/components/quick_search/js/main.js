/** The search dialog as a component of the menu. */

import { find } from "../../js/dom.js";
import { Search } from "./search.js";

/**
 * @typedef {{
 *   data: import("./search.js").SearchData,
 *   parentElement: HTMLElement,
 *   setTriggerValue: (name: string, value: unknown) => void,
 * }} Component
 */

/** @type {WeakMap<HTMLElement, Search>} */
const SEARCHES = new WeakMap();

/** @param {Component} component */
export default function mount({ data, parentElement, setTriggerValue }) {
  const root = find(parentElement, ".frame");
  const search = SEARCHES.get(root) ?? new Search(root);
  SEARCHES.set(root, search);
  search.onChosen = ({ screen, query }) => setTriggerValue("chosen", { screen, query });
  search.update(data);
  return () => {
    search.close();
    SEARCHES.delete(root);
  };
}
