/** What a browser has and node has not, as far as the tests need it. */

import { mock } from "node:test";

/** A store in memory. `isFull`: nothing more goes in. */
export class MemoryStore {
  constructor() {
    /** @type {Map<string, string>} */
    this.values = new Map();
    this.isFull = false;
  }

  get length() {
    return this.values.size;
  }

  /** @param {number} at */
  key(at) {
    return [...this.values.keys()].at(at) ?? null;
  }

  /** @param {string} key */
  getItem(key) {
    return this.values.get(key) ?? null;
  }

  /** @param {string} key @param {string} value */
  setItem(key, value) {
    if (this.isFull) throw new Error("QuotaExceededError");
    this.values.set(key, value);
  }

  /** @param {string} key */
  removeItem(key) {
    this.values.delete(key);
  }

  clear() {
    this.values.clear();
  }
}

/** @param {"localStorage"|"sessionStorage"} name @param {MemoryStore|undefined} [store] undefined: switched off */
export function useStore(name, store) {
  Object.defineProperty(globalThis, name, { value: store, configurable: true });
}

/**
 * A server that answers every request by itself, and the requests it got.
 *
 * @param {(path: string, body: any) => {status: number, answer?: unknown}|null} answer null: no connection
 */
export function useServer(answer) {
  /** @type {{path: string, body: any}[]} */
  const requests = [];
  const fetched = mock.method(
    globalThis,
    "fetch",
    async (/** @type {string} */ url, /** @type {RequestInit} */ init) => {
      const path = url.split("/").slice(-2).join("/");
      const body = JSON.parse(String(init?.body ?? "null"));
      requests.push({ path, body });
      const reply = answer(path, body);
      if (!reply) throw new TypeError("no connection");
      return new Response(JSON.stringify(reply.answer ?? {}), { status: reply.status });
    },
  );
  return { requests, close: () => fetched.mock.restore() };
}

/** Let everything that waits for nothing but promises happen. */
export async function settled() {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Recorded samples of one or more channels. */
export class FakeBuffer {
  /** @param {Float32Array<ArrayBuffer>[]} channels @param {number} sampleRate */
  constructor(channels, sampleRate) {
    this.channels = channels;
    this.sampleRate = sampleRate;
    this.numberOfChannels = channels.length;
    this.length = channels[0].length;
    this.duration = this.length / sampleRate;
  }

  /** @param {number} channel */
  getChannelData(channel) {
    return this.channels[channel];
  }

  /** @param {Float32Array} samples @param {number} channel */
  copyToChannel(samples, channel) {
    this.channels[channel].set(samples);
  }
}

/**
 * A tone as a recording.
 *
 * @param {{hz: number, seconds?: number, sampleRate?: number, amplitude?: number, channels?: number}} tone
 */
export function tone({ hz, seconds = 1, sampleRate = 44_100, amplitude = 0.5, channels = 1 }) {
  const length = Math.round(seconds * sampleRate);
  const wave = Float32Array.from({ length }, (_, n) => amplitude * Math.sin((2 * Math.PI * hz * n) / sampleRate));
  return new FakeBuffer(
    Array.from({ length: channels }, () => wave.slice()),
    sampleRate,
  );
}

/** An AudioContext whose clock is moved by the test, and the sources it started. */
export class FakeContext {
  constructor() {
    this.currentTime = 0;
    this.state = "suspended";
    this.destination = {};
    /** @type {{node: FakeSource, offset: number}[]} */
    this.started = [];
    this.gain = { gain: { value: 1 }, connect: () => {} };
  }

  createGain() {
    return this.gain;
  }

  createBufferSource() {
    return new FakeSource(this);
  }

  /** @param {number} channels @param {number} length @param {number} sampleRate */
  createBuffer(channels, length, sampleRate) {
    return new FakeBuffer(
      Array.from({ length: channels }, () => new Float32Array(length)),
      sampleRate,
    );
  }

  /** Bytes that say "bad" cannot be decoded; others are a tone of that many seconds. @param {ArrayBuffer} bytes */
  async decodeAudioData(bytes) {
    const text = new TextDecoder().decode(bytes);
    if (text === "bad") throw new Error("EncodingError");
    return tone({ hz: 200, seconds: Number(text), sampleRate: 8000 });
  }

  async resume() {
    this.state = "running";
  }

  async close() {
    this.state = "closed";
  }
}

class FakeSource {
  /** @param {FakeContext} context */
  constructor(context) {
    this.context = context;
    /** @type {FakeBuffer|null} */
    this.buffer = null;
    /** @type {(() => void)|null} */
    this.onended = null;
  }

  connect() {}

  disconnect() {}

  stop() {}

  /** @param {number} _when @param {number} offset */
  start(_when, offset) {
    this.context.started.push({ node: this, offset });
  }
}
