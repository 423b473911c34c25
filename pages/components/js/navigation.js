/** Going to another screen without loading the page anew, as the browser's own back and forward do. */

import { addressOf } from "./server.js";

/**
 * Streamlit shows the screen of the address whenever the browser says that it moved in its history. Back leads to where
 * one was, with its filters; `st.switch_page` would leave an entry of the old screen with the new query in between.
 *
 * @param {string} path below the server's root: `recording?id=7`
 */
export function goTo(path) {
  window.history.pushState({}, "", addressOf(path));
  window.dispatchEvent(new PopStateEvent("popstate"));
}
