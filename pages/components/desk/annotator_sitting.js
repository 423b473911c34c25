/** What a tab remembers of its judge's visit, through reloads: who it is, what was done, what was on screen. */

const DEEDS_KEPT = 300;
const ANSWER_WITHIN_MS = 60;

class Sitting {
  /** @param {number} account */
  constructor(account) {
    this.account = account;
    this.store = storeOrNull("sessionStorage");
    this.channel = new BroadcastChannel(this.#name("sitting"));
    this.id = this.store?.getItem(this.#name("sitting")) ?? newId();
  }

  /** A duplicated tab begins with a copy of the first one's memory, so it asks whether that one is still there. */
  async begin() {
    let isTaken = false;
    this.channel.onmessage = ({ data }) => {
      isTaken ||= data === `taken ${this.id}`;
      if (data === `taken? ${this.id}`) this.channel.postMessage(`taken ${this.id}`);
    };
    this.channel.postMessage(`taken? ${this.id}`);
    await new Promise((resolve) => setTimeout(resolve, ANSWER_WITHIN_MS));
    if (isTaken) this.id = newId();
    this.#keep("sitting", this.id);
  }

  /** What every request says. */
  get who() {
    return { account: this.account, sitting: this.id };
  }

  end() {
    this.channel.close();
  }

  /** @returns {Deed[]} of this sitting, oldest first */
  deeds() {
    try {
      const kept = JSON.parse(this.store?.getItem(this.#name("deeds")) ?? "{}");
      return kept.sitting === this.id ? kept.deeds : [];
    } catch {
      return [];
    }
  }

  /** @param {Deed[]} deeds @param {Item|undefined} onScreen */
  remember(deeds, onScreen) {
    this.#keep("deeds", JSON.stringify({ sitting: this.id, deeds: deeds.slice(-DEEDS_KEPT) }));
    this.#keep("on-screen", String(onScreen?.recording_id ?? 0));
  }

  /** @param {Item[]} items @returns {Item[]} the one that was on screen before a reload first */
  asLeft(items) {
    const onScreen = Number(this.store?.getItem(this.#name("on-screen")) ?? 0);
    return items.sort((a, b) => (b.recording_id === onScreen) - (a.recording_id === onScreen));
  }

  #name(what) {
    return `earshot.${what}.${this.account}`;
  }

  #keep(name, value) {
    try {
      this.store?.setItem(this.#name(name), value);
    } catch {
      // the store is full: undo then goes back as far as this page
    }
  }
}
