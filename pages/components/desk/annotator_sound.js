/**
 * Sound: fetched ahead, decoded by the browser, played as it was recorded: faster at the same pitch, or louder, where the
 * judge wants it so, never normalised.
 *
 * @typedef {{buffer: AudioBuffer, peaks: Float32Array, picture: Spectrum|null, atSpeed: {speed: number, buffer: AudioBuffer}}}
 *   Take a recording ready to be heard, drawn, and laid out at a speed
 */

const PEAKS = 480;
const TRIES = 4;
const JUMP_S = 0.5;

/** Something that went wrong with one recording, in words for the judge. */
class SoundError extends Error {}

/** Which parts of a recording were heard at least once. */
class Heard {
  constructor() {
    this.spans = []; // [from, to] in seconds, apart and in order
  }

  add(from, to) {
    const spans = [...this.spans, [from, to]].sort((a, b) => a[0] - b[0]);
    this.spans = [];
    for (const [begin, end] of spans) {
      const last = this.spans.at(-1);
      if (last && begin <= last[1]) last[1] = Math.max(last[1], end);
      else this.spans.push([begin, end]);
    }
  }

  get seconds() {
    return this.spans.reduce((sum, [from, to]) => sum + to - from, 0);
  }
}

class Sound {
  constructor() {
    this.context = null; // made in the first gesture: browsers let nothing sound before
    this.gain = null;
    this.bytes = new Map(); // recording id -> Promise<ArrayBuffer>
    this.takes = new Map(); // recording id -> Take
    this.source = null;
    this.take = null;
    this.onEnded = () => {};
    this.speed = 1;
    this.volumeDb = 0;
    this.drawsSpectrum = false;
    this.startedAt = 0;
    this.startedFrom = 0; // seconds into the recording
    this.restsAt = 0;
    this.heard = new Heard();
  }

  /** Call in a click or a key press. */
  unlock() {
    if (!this.context) {
      this.context = new AudioContext({ latencyHint: "interactive" });
      this.gain = this.context.createGain();
      this.gain.connect(this.context.destination);
      this.setVolume(this.volumeDb);
    }
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
      const take = { buffer, peaks: peaksOf(buffer), picture: this.drawsSpectrum ? spectrumOf(buffer) : null };
      this.#atSpeed(take);
      this.takes.set(id, take);
    } catch {
      throw new SoundError(t("This browser cannot play this recording. Skip it and tell the staff."));
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
    this.heard = new Heard();
    this.play(take);
  }

  /** @param {Take} take @param {number} from seconds into it */
  play(take, from = 0) {
    this.stop();
    this.unlock();
    this.take = take;
    this.source = this.context.createBufferSource();
    this.source.buffer = this.#atSpeed(take);
    this.source.connect(this.gain);
    this.source.onended = () => {
      this.stop();
      this.onEnded();
    };
    this.startedFrom = from;
    this.startedAt = this.context.currentTime;
    this.source.start(0, from / this.speed);
  }

  stop() {
    if (!this.source) return;
    this.#note();
    this.restsAt = this.position;
    this.source.onended = null;
    this.source.stop();
    this.source.disconnect();
    this.source = null;
  }

  /** Half a second back or on; what has sounded to its end goes on from there. */
  jump(by) {
    if (!this.take) return;
    const to = Math.max(0, (this.position ?? this.restsAt) + by);
    if (to < this.length) this.play(this.take, to);
  }

  setSpeed(speed) {
    const from = this.position;
    if (from !== null) this.stop();
    this.speed = speed;
    if (from !== null) this.play(this.take, from);
  }

  setVolume(volumeDb) {
    this.volumeDb = volumeDb;
    if (this.gain) this.gain.gain.value = 10 ** (volumeDb / 20);
  }

  /** Seconds of the recording on screen. */
  get length() {
    return this.take?.buffer.duration ?? 0;
  }

  /** Whether the browser lets us sound at all. */
  get isAllowed() {
    return this.context?.state === "running";
  }

  /** Seconds of the recording heard at least once, at whatever speed. */
  get secondsHeard() {
    this.#note();
    return this.heard.seconds;
  }

  /** Seconds into the recording, or null when it is silent. */
  get position() {
    if (!this.source) return null;
    return Math.min(this.length, this.startedFrom + (this.context.currentTime - this.startedAt) * this.speed);
  }

  close() {
    this.stop();
    this.context?.close();
    this.context = null;
  }

  /** The recording as it sounds at the speed in force; made once for each. @param {Take} take */
  #atSpeed(take) {
    if (take.atSpeed?.speed !== this.speed) {
      take.atSpeed = { speed: this.speed, buffer: stretched(this.context, take.buffer, this.speed) };
    }
    return take.atSpeed.buffer;
  }

  #note() {
    if (this.source) this.heard.add(this.startedFrom, this.position);
  }
}

/** The original bytes of a recording. */
async function fetchBytes(id) {
  for (let attempt = 1; ; attempt += 1) {
    const response = await fetch(`/audio/${id}`, { cache: "no-store" }).catch(() => null);
    if (response?.ok) return response.arrayBuffer();
    if (response?.status === 404) throw new SoundError(t("This recording is no longer there. Skip it."));
    if (response?.status === 401) throw new SoundError(t("Your sign-in has ended."));
    if (attempt === TRIES) throw new SoundError(t("The recording cannot be fetched just now. Play it to try again."));
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
