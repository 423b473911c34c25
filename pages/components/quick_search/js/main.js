/** The search dialog as a component of the menu. */

import { find } from "../../js/dom.js";
import { goTo } from "../../js/navigation.js";
import { Search } from "./search.js";

/**
 * @typedef {{
 *   data: import("./search.js").SearchData,
 *   parentElement: HTMLElement,
 * }} Component
 */

/** @type {WeakMap<HTMLElement, Search>} */
const SEARCHES = new WeakMap();

/** @param {Component} component */
export default function mount({ data, parentElement }) {
  const root = find(parentElement, ".frame");
  const search = SEARCHES.get(root) ?? new Search(root);
  SEARCHES.set(root, search);
  search.onChosen = ({ screen, query }) => {
    const wanted = new URLSearchParams(query).toString();
    goTo(wanted ? `${screen}?${wanted}` : screen);
  };
  search.update(data);
  return () => {
    search.close();
    SEARCHES.delete(root);
  };
}
