/** A list of recordings as a component of a screen. */

import { find } from "../../js/dom.js";
import { RecordingList } from "./recording_list.js";

/**
 * @typedef {{
 *   data: import("./list_data.js").ListData,
 *   parentElement: HTMLElement,
 *   setTriggerValue: (name: string, value: unknown) => void,
 * }} Component
 */

/** @type {WeakMap<HTMLElement, RecordingList>} */
const LISTS = new WeakMap();

/** @param {Component} component */
export default function mount({ data, parentElement, setTriggerValue }) {
  const root = find(parentElement, ".player");
  const list = LISTS.get(root) ?? new RecordingList(root);
  LISTS.set(root, list);
  list.answers.onChosen = (recordingId, choice, seconds, before) =>
    setTriggerValue("chosen", { recording_id: recordingId, choice, seconds, before });
  list.answers.onHeard = (recordingId, seconds) => setTriggerValue("heard", { recording_id: recordingId, seconds });
  list.update(data);
  return () => {
    list.close();
    LISTS.delete(root);
  };
}
