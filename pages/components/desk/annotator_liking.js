/** The desk as its judge likes it: speed, loudness, loop, keys, language. Kept by the server, so it travels along. */

const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];
const QUIETEST_DB = -24;
const LOUDEST_DB = 24;
const STEP_DB = 3;
const KEEP_AFTER_MS = 300;

class Liking {
  /**
   * @param {View} view @param {Hearing} hearing @param {Keys} keys
   * @param {{speed: number, volume_db: number, is_looping: boolean}} kept
   * @param {() => object} who
   */
  constructor(view, hearing, keys, kept, who) {
    Object.assign(this, { view, hearing, keys, who });
    this.speed = kept.speed;
    this.volumeDb = kept.volume_db;
    this.isLooping = kept.is_looping;
    this.#apply();
  }

  /** One step through the speeds. */
  faster(step) {
    const at = SPEEDS.findIndex((speed) => speed >= this.speed);
    this.speed = SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, at + step))];
    this.#changed();
  }

  louder(step) {
    this.volumeDb = Math.max(QUIETEST_DB, Math.min(LOUDEST_DB, this.volumeDb + step * STEP_DB));
    this.#changed();
  }

  loop() {
    this.isLooping = !this.isLooping;
    this.#changed();
  }

  keysChanged() {
    this.#changed();
  }

  /** Everything is said in the other language once the page is made anew. */
  async speak(speaks) {
    const { status } = await this.#keep({ speaks });
    if (status === 200) window.location.reload();
  }

  close() {
    clearTimeout(this.timer);
  }

  #changed() {
    this.#apply();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#keep(), KEEP_AFTER_MS);
  }

  #apply() {
    const { sound } = this.hearing;
    if (sound.speed !== this.speed) sound.setSpeed(this.speed);
    sound.setVolume(this.volumeDb);
    this.hearing.isLooping = this.isLooping;
    this.view.liking({ speed: this.speed, volumeDb: this.volumeDb, isLooping: this.isLooping });
  }

  #keep(more = {}) {
    const { speed, volumeDb, isLooping, keys } = this;
    return post("preferences", { ...this.who(), speed, volume_db: volumeDb, is_looping: isLooping, keys: keys.chosen, ...more });
  }
}
