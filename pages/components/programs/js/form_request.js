/** What a form of `/v1/docs` sends, and how its answer is shown: no page needed. */

/**
 * @typedef {{ name: string, place: string, value: string, files: File[] }} Field
 */

/**
 * The address and the options of `fetch`. Without the cookie: a program has none.
 * @param {string} method
 * @param {string} path with `{name}` for what stands in it
 * @param {string} key
 * @param {Field[]} fields
 * @returns {{ address: string, options: RequestInit }}
 */
export function requestOf(method, path, key, fields) {
  const filled = fields.filter((field) => field.value !== "" || field.files.length > 0);
  const query = new URLSearchParams();
  /** @type {Record<string, string>} */
  const headers = { Authorization: `Bearer ${key.trim()}` };
  const form = new FormData();
  let address = path;
  for (const { name, place, value, files } of filled) {
    if (place === "path") address = address.replace(`{${name}}`, encodeURIComponent(value));
    else if (place === "query") query.set(name, value);
    else if (place === "header") headers[name] = value;
    else if (files.length > 0) for (const file of files) form.append(name, file);
    else form.append(name, value);
  }
  const asked = query.toString();
  return {
    address: asked ? `${address}?${asked}` : address,
    options: { method, headers, credentials: "omit", cache: "no-store", ...(method === "POST" ? { body: form } : {}) },
  };
}

/**
 * @param {number} status
 * @param {string | null} requestId
 * @param {string} body
 * @returns {string}
 */
export function shownAnswer(status, requestId, body) {
  const head = requestId === null ? `${status}` : `${status} · request ${requestId}`;
  try {
    return `${head}\n${JSON.stringify(JSON.parse(body), null, 2)}`;
  } catch {
    return `${head}\n${body}`;
  }
}
