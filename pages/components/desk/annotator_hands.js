/** Keys, clicks and touches, and what each of them does at the desk. */

class Hands {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.ends = [];
  }

  listen() {
    const { view } = this.desk;
    this.#on(view.desk, "click", (event) => {
      const button = event.target.closest("[data-do]");
      if (button) this.#do({ act: button.dataset.do, label: button.dataset.label });
    });
    // a click leaves the focus where it was: Space goes on meaning "play again"
    this.#on(view.desk, "mousedown", (event) => event.target.closest("button") && event.preventDefault());
    this.#on(document, "keydown", (event) => this.#key(event), { capture: true });
    this.#on(window, "online", () => this.desk.again());
    this.#on(document, "visibilitychange", () => document.visibilityState === "visible" && this.desk.outbox?.flush());
    this.#on(window, "beforeunload", (event) => this.desk.outbox?.memory.size && event.preventDefault());
  }

  close() {
    for (const end of this.ends) end();
  }

  #on(target, type, handler, options) {
    target.addEventListener(type, handler, options);
    this.ends.push(() => target.removeEventListener(type, handler, options));
  }

  #key(event) {
    const { keys, keyList, isStarted } = this.desk;
    if (keyList.capturing) return;
    const wanted = keys.meaning(event);
    if (!wanted || (keyList.isOpen && wanted.act !== "keys")) return;
    event.preventDefault();
    event.stopPropagation();
    if (!event.repeat) this.#do(!isStarted && wanted.act === "replay" ? { act: "start" } : wanted);
  }

  #do({ act, label }) {
    const { desk } = this;
    const { hearing, notes, liking } = desk;
    const acts = {
      start: () => desk.start(),
      label: () => desk.label(label),
      replay: () => hearing.item && hearing.replay(),
      undo: () => desk.undo(),
      skip: () => desk.skip(),
      flag: () => hearing.item && notes.toggleUnsure(),
      comment: () => hearing.item && notes.write(),
      back: () => hearing.jump(-JUMP_S),
      forward: () => hearing.jump(+JUMP_S),
      slower: () => liking.faster(-1),
      faster: () => liking.faster(+1),
      quieter: () => liking.louder(-1),
      louder: () => liking.louder(+1),
      loop: () => liking.loop(),
      adjust: () => desk.view.adjust(),
      speak: () => liking.speak(label),
      rested: () => desk.telling.rested(),
      keys: () => desk.keyList.toggle(),
      "take-over": () => desk.queue.ask({ takeOver: true }),
      close: () => desk.telling.say(""),
    };
    acts[act]();
  }
}
