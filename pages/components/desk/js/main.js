/** The desk as a component of the Annotate screen: one desk for as long as the screen and the account stay. */

import { Desk } from "./desk.js";
import { setLanguage } from "./texts.js";

/** @typedef {import("./desk.js").DeskData & {speaks: string, texts: Record<string, string>}} ComponentData */

/** @type {WeakMap<ParentNode, Desk>} */
const DESKS = new WeakMap();

/** @param {{data: ComponentData, parentElement: HTMLElement}} component */
export default function mount({ data, parentElement }) {
  let desk = DESKS.get(parentElement);
  if (desk?.account !== data.account) {
    desk?.close();
    setLanguage(data.speaks, data.texts);
    desk = new Desk(parentElement, data);
    DESKS.set(parentElement, desk);
    desk.open();
  }
  desk.view.picture.draw(null); // the theme may have changed
  return () => {
    DESKS.get(parentElement)?.close();
    DESKS.delete(parentElement);
  };
}
