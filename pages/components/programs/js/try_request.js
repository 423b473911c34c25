/** The page `/v1/docs`: each form sends what a program would send, with the key and without the cookie. */

import { requestOf, shownAnswer } from "./form_request.js";

const key = /** @type {HTMLInputElement} */ (document.querySelector("#key"));

for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void send(form);
  });
}

/** @param {HTMLFormElement} form */
async function send(form) {
  const output = /** @type {HTMLOutputElement} */ (form.querySelector("output"));
  output.textContent = "…";
  const inputs = [...form.querySelectorAll("input")].map((input) => ({
    name: input.name,
    place: input.dataset["place"] ?? "",
    value: input.value,
    files: [...(input.files ?? [])],
  }));
  const { address, options } = requestOf(
    form.dataset["method"] ?? "GET",
    form.dataset["path"] ?? "",
    key.value,
    inputs,
  );
  try {
    const answer = await fetch(address, options);
    output.textContent = shownAnswer(answer.status, answer.headers.get("X-Request-ID"), await answer.text());
  } catch {
    output.textContent = "The server does not answer.";
  }
}
