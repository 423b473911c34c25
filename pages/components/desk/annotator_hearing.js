/** The recording on screen: played at once where it was fetched ahead, drawn while it sounds, and how it was heard. */

const SETTLE_MS = 250; // a recording takes no label before it has been on screen for this long
const CLOCKS_DIFFER_S = 0.02;

class Hearing {
  /** @param {View} view @param {() => void} onReady called when this recording no longer needs the line to itself */
  constructor(view, onReady) {
    this.view = view;
    this.onReady = onReady;
    this.sound = new Sound();
    this.sound.onEnded = () => this.#ended();
    /** @type {Item|null} */
    this.item = null;
    this.rules = null; // those of the recording on screen
    this.isLooping = false;
    this.shownAt = 0;
    this.begunAt = null; // when it was first heard
    this.replays = 0;
  }

  /** @param {Item|undefined} item undefined: nothing is on screen @param {Rules} rules of the desk, in force now */
  show(item, rules) {
    this.sound.stop();
    this.item = item ?? null;
    this.begunAt = null;
    this.replays = 0;
    this.view.locked(true);
    if (!item) return;
    this.rules = rules;
    this.shownAt = performance.now();
    this.view.item(item);
    this.view.picture.shows(rules);
    this.view.picture.of(null);
    this.view.hint("");
    this.view.nudge("");
    this.listen();
  }

  /** For the first time; again after an error. */
  async listen() {
    const item = this.item;
    const isHere = () => item !== null && this.item === item && this.begunAt === null;
    const ready = this.sound.takes.get(item?.recording_id);
    if (!isHere()) return;
    if (ready) this.#begin(ready, isHere);
    else {
      const slow = setTimeout(() => isHere() && this.view.hint(t("Loading the sound …")), 300);
      try {
        const take = await this.sound.prepare(item.recording_id);
        if (isHere() && take) this.#begin(take, isHere);
      } catch (error) {
        if (isHere()) this.view.hint(error instanceof SoundError ? error.message : t("This recording cannot be played here."));
      }
      clearTimeout(slow);
    }
    this.onReady();
  }

  replay() {
    if (this.begunAt === null) return this.listen();
    this.replays += 1;
    this.sound.play(this.sound.takes.get(this.item.recording_id));
    this.#follow();
  }

  jump(by) {
    if (this.begunAt === null) return;
    this.sound.jump(by);
    this.#follow();
  }

  /** @param {Item[]} ahead @param {Item[]} behind kept for undo; all others are forgotten */
  fetch(ahead, behind) {
    this.sound.keepOnly([...ahead, ...behind].map(({ recording_id }) => recording_id));
    for (const { recording_id } of ahead) this.sound.prepare(recording_id).catch(() => {}); // told when its turn comes
  }

  /** Whether it has been on screen for long enough that a key means it and not the one before. */
  get hasSettled() {
    return this.item !== null && performance.now() - this.shownAt >= SETTLE_MS;
  }

  /** Seconds still to be heard before a label is taken. */
  get missing() {
    const isBegun = this.begunAt !== null;
    const length = isBegun ? Math.min(this.item.duration_s, this.sound.length) : this.item.duration_s;
    const needed = Math.min(this.rules.heard_share * length, this.rules.heard_s);
    const missing = needed - (isBegun ? this.sound.secondsHeard : 0);
    return missing > CLOCKS_DIFFER_S ? missing : 0;
  }

  get takesLabel() {
    return this.hasSettled && this.begunAt !== null && this.missing === 0;
  }

  /** What is stored with a label. */
  get evidence() {
    const decision_s = rounded((performance.now() - this.begunAt) / 1000);
    return { seconds_heard: rounded(this.sound.secondsHeard), replays: this.replays, decision_s, protocol_id: this.rules.id };
  }

  close() {
    this.item = null;
    this.sound.close();
  }

  #begin(take, isHere) {
    this.view.hint("");
    this.view.picture.of(take);
    this.sound.begin(take);
    if (this.sound.isAllowed) return this.#begun();
    // the browser holds the sound back until it sees a gesture; what was begun then plays from its beginning
    this.sound.context.resume().then(() => isHere() && this.#begun());
    setTimeout(() => isHere() && this.view.hint(t("Press a key, or touch here, to hear it.")), 400);
  }

  #begun() {
    const item = this.item;
    this.view.hint("");
    this.begunAt = performance.now();
    setTimeout(() => this.item === item && this.#unlock(), Math.max(0, SETTLE_MS - (performance.now() - this.shownAt)));
    this.#follow();
  }

  #unlock() {
    if (!this.item || !this.view.isLocked || !this.takesLabel) return;
    this.view.locked(false);
    this.view.nudge("");
  }

  #ended() {
    this.view.picture.draw(null);
    this.#unlock();
    if (this.isLooping && this.item) this.replay();
  }

  /** Let the picture follow the sound. */
  #follow() {
    const draw = () => {
      const position = this.sound.position;
      this.view.picture.draw(position === null ? null : position / this.sound.length);
      this.#unlock();
      if (position !== null) this.frame = requestAnimationFrame(draw);
    };
    cancelAnimationFrame(this.frame);
    draw();
  }
}

function rounded(seconds) {
  return Math.round(seconds * 1000) / 1000;
}
