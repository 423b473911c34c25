/** Where the server's endpoints are. */

// this module is served as <root>/assets/<version>/js/server.js, whatever path prefix the root has
const ROOT = new URL("../../../", import.meta.url);

/** @param {string} path below the server's root, without a slash at the beginning */
export function addressOf(path) {
  return new URL(path, ROOT).href;
}
