/** The trade-off as a component of the Evaluate screen. */

import { find } from "../../js/dom.js";
import { TradeOff } from "./trade_off.js";

/**
 * @typedef {{
 *   data: import("./trade_off.js").TradeOffData,
 *   parentElement: HTMLElement,
 *   setStateValue: (name: string, value: unknown) => void,
 *   setTriggerValue: (name: string, value: unknown) => void,
 * }} Component
 */

/** @type {WeakMap<HTMLElement, TradeOff>} */
const SHOWN = new WeakMap();

/** @param {Component} component */
export default function mount({ data, parentElement, setStateValue, setTriggerValue }) {
  const root = find(parentElement, ".trade-off");
  const tradeOff = SHOWN.get(root) ?? new TradeOff(root);
  SHOWN.set(root, tradeOff);
  tradeOff.listeners = {
    onTarget: (am) => setStateValue("am", am),
    onCertainty: (share) => setStateValue("certainty", share),
    onCell: (name) => setTriggerValue("cell", name),
  };
  tradeOff.update(data);
  return () => {
    tradeOff.close();
    SHOWN.delete(root);
  };
}
