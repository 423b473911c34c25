/** The browser's own stores, which may be switched off or full. */

/** @param {"localStorage"|"sessionStorage"} name @returns {Storage|null} null where nothing can be stored */
export function storeOrNull(name) {
  try {
    const store = globalThis[name];
    store.setItem("earshot.try", "1");
    store.removeItem("earshot.try");
    return store;
  } catch {
    return null;
  }
}

/** @param {Storage|null} store @param {string} key @param {string} value @returns {boolean} whether it is stored now */
export function stored(store, key, value) {
  try {
    store?.setItem(key, value);
    return store !== null;
  } catch {
    return false;
  }
}
