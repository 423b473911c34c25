// Arrays of numbers as text: little-endian bytes in base64.

/**
 * @typedef {{float32: string} | {float64: string} | {int16: string, scale?: number}} PackedNumbers
 */

/**
 * The numbers as they were packed; whole ones times their scale.
 * @param {PackedNumbers} packed
 * @returns {Float32Array | Float64Array}
 */
export function unpacked(packed) {
  if ("float32" in packed) return new Float32Array(bytes(packed.float32));
  if ("float64" in packed) return new Float64Array(bytes(packed.float64));
  const { scale = 1 } = packed;
  return Float64Array.from(new Int16Array(bytes(packed.int16)), (value) => value * scale);
}

/** @param {string} base64 */
function bytes(base64) {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)).buffer;
}
