// The microphone as samples, without what browsers do to a voice: suppression and gain change what models decide.

const WITHOUT_PROCESSING = {
  noiseSuppression: false,
  autoGainControl: false,
  echoCancellation: false,
  channelCount: 1,
};

/** @typedef {{samples: Float32Array, sampleRateHz: number}} Recording */

/**
 * A recording that goes on until `stop`.
 * @typedef {{stop: () => Promise<Recording>, level: () => number}} Recorder
 */

/**
 * Begin to record. Rejects where the microphone may not be used.
 * @returns {Promise<Recorder>}
 */
export async function beginRecording() {
  if (!navigator.mediaDevices) throw new Error("this page is neither on this device nor behind https");
  const stream = await navigator.mediaDevices.getUserMedia({ audio: WITHOUT_PROCESSING });
  const context = new AudioContext();
  await context.audioWorklet.addModule("recorder-worklet.js");
  const source = context.createMediaStreamSource(stream);
  const node = new AudioWorkletNode(context, "recorder", {
    numberOfOutputs: 0,
    channelCount: 1,
    channelCountMode: "explicit",
  });
  /** @type {Float32Array[]} */
  const blocks = [];
  node.port.onmessage = ({ data }) => blocks.push(data);
  source.connect(node);
  return {
    level: () => peak(blocks.at(-1)),
    async stop() {
      for (const track of stream.getTracks()) track.stop();
      source.disconnect();
      await context.close();
      return { samples: joined(blocks), sampleRateHz: context.sampleRate };
    },
  };
}

/**
 * One array of many.
 * @param {readonly Float32Array[]} blocks
 */
export function joined(blocks) {
  const samples = new Float32Array(blocks.reduce((total, block) => total + block.length, 0));
  let at = 0;
  for (const block of blocks) {
    samples.set(block, at);
    at += block.length;
  }
  return samples;
}

/** @param {Float32Array | undefined} block */
export function peak(block) {
  return block ? block.reduce((most, value) => Math.max(most, Math.abs(value)), 0) : 0;
}
