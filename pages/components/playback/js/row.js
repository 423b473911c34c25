/**
 * One recording of the list: its button, its title, the labels people gave it, what a model gives it.
 *
 * @typedef {{label: string, colour: string, who: string, title: string}} Chip
 * @typedef {{name: string, share: number, colour: string, mark: number|null}} Bar
 * @typedef {{text: string, choice: string, key: string}} Action
 * @typedef {{id: number, title: string, detail: string, language: string, duration_s: number, chips: Chip[], bars: Bar[],
 *   note: string}} Playable
 * @typedef {{onSelect: () => void, onPlay: () => void, onChoose: (choice: string) => void, onOpen?: () => void}} RowListeners
 *   `onOpen`: the title leads to the recording's page
 */

import { button, closest, element } from "../../js/dom.js";
import { addressOf } from "../../js/server.js";

const ICONS =
  '<svg viewBox="0 0 24 24" aria-hidden="true"><path class="to-play" d="M8 5v14l11-7z"/>' +
  '<path class="to-pause" d="M6 5h4v14H6zm8 0h4v14h-4z"/></svg>';

/** @param {Playable} item @param {number} index @param {Action[]} actions @param {RowListeners} listeners
 * @param {import("./list_texts.js").ListTexts} texts */
export function row(item, index, actions, listeners, texts) {
  const host = element("div", "row");
  host.id = `row-${index}`;
  host.setAttribute("role", "row");
  const cells = [playCell(item, listeners, texts), description(item, listeners), chips(item), bars(item, texts)];
  if (actions.length) cells.push(actionButtons(item, actions, listeners));
  if (item.note) cells.push(element("div", "note", item.note));
  for (const cell of cells) cell.setAttribute("role", "gridcell");
  host.append(...cells);
  host.addEventListener("click", (event) => closest(event.target, "button") || listeners.onSelect());
  host.addEventListener("dblclick", (event) => closest(event.target, "button") || listeners.onPlay());
  return host;
}

/** The address of a recording's page. @param {number} id */
export function pageOf(id) {
  return `recording?id=${id}`;
}

/** What the keys of the actions do. @param {Action[]} actions */
export function actionHelp(actions) {
  const withKeys = actions.filter(({ key }) => key);
  return withKeys.flatMap(({ key, text }) => [" · ", element("kbd", "", key), ` ${text.toLowerCase()}`]);
}

/** @param {Playable} item @param {RowListeners} listeners @param {import("./list_texts.js").ListTexts} texts */
function playCell(item, listeners, texts) {
  const cell = element("div", "");
  cell.append(playButton(item, listeners, texts));
  return cell;
}

/** @param {Playable} item @param {RowListeners} listeners @param {import("./list_texts.js").ListTexts} texts */
function playButton(item, listeners, texts) {
  const host = button("play");
  host.tabIndex = -1;
  host.setAttribute("aria-label", texts.say("play-title", { title: item.title }));
  host.innerHTML = ICONS;
  host.addEventListener("click", () => listeners.onPlay());
  return host;
}

/** @param {Playable} item @param {Action[]} actions @param {RowListeners} listeners */
function actionButtons(item, actions, listeners) {
  const host = element("div", "actions");
  host.append(...actions.map((action) => actionButton(item, action, listeners)));
  return host;
}

/** @param {Playable} item @param {Action} action @param {RowListeners} listeners */
function actionButton(item, { text, choice }, listeners) {
  const host = button("action", text);
  host.dataset.choice = choice;
  host.setAttribute("aria-label", `${text}: ${item.title}`);
  host.addEventListener("click", () => {
    host.disabled = true; // until the screen has answered
    listeners.onChoose(choice);
  });
  return host;
}

/** @param {Playable} item @param {RowListeners} listeners */
function description(item, listeners) {
  const host = element("div", "words");
  const title = element("div", "title");
  title.append(listeners.onOpen ? link(item, listeners.onOpen) : item.title);
  if (item.language) title.append(" ", element("span", "language", item.language));
  host.append(title, element("div", "detail", item.detail));
  return host;
}

/** With the page's own address, for another tab; a plain click stays in this one. @param {Playable} item @param {() => void} open */
function link(item, open) {
  const host = Object.assign(element("a", "open", item.title), { href: addressOf(pageOf(item.id)) });
  host.addEventListener("click", (event) => {
    event.stopPropagation();
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
  return host;
}

/** @param {Playable} item */
function chips(item) {
  const host = element("div", "chips");
  for (const { label, colour, who, title } of item.chips) {
    const chip = element("span", "chip");
    chip.style.setProperty("--tone", colour);
    chip.append(element("span", "dot"), element("span", "", label));
    if (who) chip.append(element("span", "who", who));
    if (title) chip.title = title;
    host.append(chip);
  }
  return host;
}

/** @param {Playable} item @param {import("./list_texts.js").ListTexts} texts */
function bars(item, texts) {
  const host = element("div", "bars");
  host.append(...item.bars.map((each) => bar(each, texts)));
  return host;
}

/** @param {Bar} values @param {import("./list_texts.js").ListTexts} texts */
function bar({ name, share, colour, mark }, texts) {
  const host = element("div", "bar");
  host.title = `${name} ${texts.number(100 * share, 1)} %`;
  host.style.setProperty("--tone", colour);
  const track = element("span", "track");
  const level = element("span", "level");
  level.style.width = `${100 * share}%`;
  track.append(level);
  if (mark !== null && mark !== undefined) {
    const line = element("span", "mark");
    line.style.left = `${100 * mark}%`;
    track.append(line);
  }
  host.append(element("span", "name", name), track, element("span", "share", texts.number(share, 2)));
  return host;
}
