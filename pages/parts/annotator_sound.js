/**
 * Sound: fetched ahead, decoded by the browser, played as it was recorded (no gain, no normalising).
 *
 * @typedef {{buffer: AudioBuffer, peaks: Float32Array}} Take a recording ready to be heard and drawn
 */

const PEAKS = 480;
const TRIES = 4;

/** Something that went wrong with one recording, in words for the judge. */
class SoundError extends Error {}

class Sound {
  constructor() {
    this.context = null; // made in the first gesture: browsers let nothing sound before
    this.bytes = new Map(); // recording id -> Promise<ArrayBuffer>
    this.takes = new Map(); // recording id -> Take
    this.source = null;
    this.onEnded = () => {};
    this.startedAt = 0;
    this.length = 0;
    this.heard = 0;
  }

  /** Call in a click or a key press. */
  unlock() {
    this.context ??= new AudioContext({ latencyHint: "interactive" });
    if (this.context.state !== "running") this.context.resume().catch(() => {});
  }

  /** Fetch and, once there was a gesture, decode; safe to call again. @returns {Promise<Take|null>} */
  async prepare(id) {
    if (!this.bytes.has(id)) {
      const fetched = fetchBytes(id);
      this.bytes.set(id, fetched);
      fetched.catch(() => this.bytes.delete(id));
    }
    const bytes = await this.bytes.get(id);
    if (!this.context || this.takes.has(id)) return this.takes.get(id) ?? null;
    try {
      const buffer = await this.context.decodeAudioData(bytes.slice(0));
      this.takes.set(id, { buffer, peaks: peaksOf(buffer) });
    } catch {
      throw new SoundError("This browser cannot play this recording. Skip it (K) and tell the staff.");
    }
    return this.takes.get(id);
  }

  /** Forget all recordings but these. */
  keepOnly(ids) {
    const kept = new Set(ids);
    for (const store of [this.bytes, this.takes]) {
      for (const id of store.keys()) if (!kept.has(id)) store.delete(id);
    }
  }

  /** Begin a recording that was not heard before. */
  begin(take) {
    this.stop();
    this.heard = 0;
    this.play(take);
  }

  play(take) {
    this.stop();
    this.unlock();
    this.source = this.context.createBufferSource();
    this.source.buffer = take.buffer;
    this.source.connect(this.context.destination);
    this.source.onended = () => {
      this.stop();
      this.onEnded();
    };
    this.length = take.buffer.duration;
    this.startedAt = this.context.currentTime;
    this.source.start();
  }

  stop() {
    if (!this.source) return;
    this.#note();
    this.source.onended = null;
    this.source.stop();
    this.source.disconnect();
    this.source = null;
  }

  get isPlaying() {
    return this.source !== null;
  }

  /** Whether the browser lets us sound at all. */
  get isAllowed() {
    return this.context?.state === "running";
  }

  /** Seconds of the recording heard at least once; it always plays from its beginning. */
  get secondsHeard() {
    this.#note();
    return this.heard;
  }

  /** Seconds into the recording, or null when it is silent. */
  get position() {
    return this.source ? Math.min(this.length, this.context.currentTime - this.startedAt) : null;
  }

  close() {
    this.stop();
    this.context?.close();
    this.context = null;
  }

  #note() {
    if (this.source) this.heard = Math.max(this.heard, this.position);
  }
}

/** The original bytes of a recording. */
async function fetchBytes(id) {
  for (let attempt = 1; ; attempt += 1) {
    const response = await fetch(`/audio/${id}`, { cache: "no-store" }).catch(() => null);
    if (response?.ok) return response.arrayBuffer();
    if (response?.status === 404) throw new SoundError("This recording is no longer there. Skip it (K).");
    if (response?.status === 401) throw new SoundError("Your sign-in has ended.");
    if (attempt === TRIES) throw new SoundError("The recording cannot be fetched just now. Press Space to try again.");
    await new Promise((resolve) => setTimeout(resolve, 400 * 2 ** attempt));
  }
}

/** The loudest sample of each of `PEAKS` equal stretches. */
function peaksOf(buffer) {
  const peaks = new Float32Array(PEAKS);
  const step = buffer.length / PEAKS;
  for (let channel = 0; channel < buffer.numberOfChannels; channel += 1) {
    const samples = buffer.getChannelData(channel);
    for (let at = 0; at < samples.length; at += 1) {
      const place = Math.min(PEAKS - 1, Math.floor(at / step));
      const height = Math.abs(samples[at]);
      if (height > peaks[place]) peaks[place] = height;
    }
  }
  return peaks;
}
