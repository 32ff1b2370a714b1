// A sound as it is written in a link: its rate, and a byte a sample by the μ-law (ITU-T G.711). Pure functions.

const MU = 255;
const STEPS = 127; // on either side of silence

/** @param {number} sample from -1 to 1 */
const compress = (sample) =>
  (Math.sign(sample) * Math.log1p(MU * Math.min(1, Math.abs(sample)))) / Math.log1p(MU);

/** @param {number} level from -1 to 1 */
const expand = (level) => (Math.sign(level) * Math.expm1(Math.abs(level) * Math.log1p(MU))) / MU;

/**
 * A written sound, as a request has it.
 * @param {string} text
 * @returns {{rate: number, samples: number[]}}
 */
export function readSound(text) {
  const [rate, written = ''] = text.split(':');
  let bytes = '';
  try {
    bytes = atob(written.replace(/-/g, '+').replace(/_/g, '/'));
  } catch {
    // It is no sound: the server says so.
  }
  return {
    rate: Number(rate) || 0,
    samples: Array.from(bytes, (byte) => expand((byte.charCodeAt(0) - STEPS) / STEPS)).map((sample) =>
      Number(sample.toFixed(5)),
    ),
  };
}

/**
 * Write a sound as {@link readSound} reads it, in characters that an address leaves as they are.
 * @param {{rate: number, samples: ArrayLike<number>}} sound
 * @returns {string}
 */
export function writeSound({rate, samples}) {
  let bytes = '';
  for (let k = 0; k < samples.length; k += 1)
    bytes += String.fromCharCode(Math.round(compress(samples[k]) * STEPS) + STEPS);
  return `${rate}:${btoa(bytes).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')}`;
}

/**
 * The part of a sound where something is heard, with a little before and after it; all of it where nothing is.
 * @param {ArrayLike<number>} samples
 * @param {number} rate
 * @param {number} longest seconds
 * @returns {number[]}
 */
export function trimSilence(samples, rate, longest) {
  const all = Array.from(samples);
  const largest = all.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  const heard = (/** @type {number} */ sample) => Math.abs(sample) > 0.1 * largest;
  const margin = Math.round(0.05 * rate);
  const first = Math.max(0, all.findIndex(heard) - margin);
  const last = Math.min(all.length, all.findLastIndex(heard) + 1 + margin);
  return all.slice(first, Math.min(last, first + Math.round(longest * rate)));
}

/**
 * The lowest and the highest sample of each of so many equal parts.
 * @param {ArrayLike<number>} samples
 * @param {number} parts
 * @returns {[low: number, high: number][]}
 */
export function outlineSound(samples, parts) {
  const all = Array.from(samples);
  return Array.from({length: parts}, (_, k) => {
    const from = Math.floor((k * all.length) / parts);
    const part = all.slice(from, Math.max(from + 1, Math.floor(((k + 1) * all.length) / parts)));
    return [Math.min(0, ...part), Math.max(0, ...part)];
  });
}
