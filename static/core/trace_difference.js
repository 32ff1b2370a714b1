// What two traces of one network differ by. Pure functions; a signal's array is {values, shape: [T, H]}.

import {isSigned, limitOf} from './colours.js';

/**
 * The 2-norm of the difference between step `i` of one array and step `j` of another; before the first step a state is 0.
 * @param {Matrix} first
 * @param {number} i
 * @param {Matrix} second
 * @param {number} j
 * @returns {number}
 */
export function stepDistance(first, i, second, j) {
  const units = first.shape[1];
  /**
   * @param {Matrix} array
   * @param {number} step
   * @param {number} unit
   */
  const read = ({values, shape: [steps]}, step, unit) =>
    step < 0 || step >= steps ? 0 : values[step * units + unit];
  let sum = 0;
  for (let unit = 0; unit < units; unit += 1) sum += (read(first, i, unit) - read(second, j, unit)) ** 2;
  return Math.sqrt(sum);
}

/**
 * A signal with bounds: its own, or those of the largest value of both traces.
 * @template {Scaled & {high: number | null}} S
 * @param {S} signal
 * @param {Matrix} first
 * @param {Matrix} second
 * @returns {S & {low: number, high: number}}
 */
export function boundSignal(signal, first, second) {
  const limit = Math.max(limitOf(signal, first.values), limitOf(signal, second.values));
  return {...signal, low: isSigned(signal) ? -limit : (signal.low ?? 0), high: limit};
}

/**
 * How much a signal differs at each pair of steps: the mean absolute difference over its units, as a share of its range; 0 where a step stands alone.
 * @param {Signal} signal
 * @param {Matrix} first
 * @param {Matrix} second
 * @param {Column[]} columns
 * @returns {number[]}
 */
export function meanDifferences(signal, first, second, columns) {
  const {low, high} = boundSignal(signal, first, second);
  const units = first.shape[1];
  return columns.map(([i, j]) => {
    if (i === null || j === null) return 0;
    let sum = 0;
    for (let unit = 0; unit < units; unit += 1) {
      const difference = Math.abs(first.values[i * units + unit] - second.values[j * units + unit]);
      if (Number.isFinite(difference)) sum += difference;
    }
    return sum / units / (high - low);
  });
}

/**
 * The largest difference of one unit over these signals and pairs of steps: `{size, a, b, i, j, unit, signal}`; null without pairs.
 * @param {Signal[]} signals
 * @param {(signal: Signal) => [Matrix, Matrix]} read
 * @param {[number, number][]} pairs
 * @returns {LargestDifference | null}
 */
export function findLargestDifference(signals, read, pairs) {
  let largest = null;
  for (const signal of signals) {
    const [first, second] = read(signal);
    const units = first.shape[1];
    for (const [i, j] of pairs) {
      for (let unit = 0; unit < units; unit += 1) {
        const [a, b] = [first.values[i * units + unit], second.values[j * units + unit]];
        const size = Math.abs(a - b);
        if (size > (largest?.size ?? -1)) largest = {size, a, b, i, j, unit, signal};
      }
    }
  }
  return largest;
}

/**
 * The largest difference in the first `steps` steps of two traces, over every signal of every layer.
 * @param {Trace} trace
 * @param {Trace} secondTrace
 * @param {number} steps
 * @returns {number}
 */
export function prefixDifference(trace, secondTrace, steps) {
  let largest = 0;
  for (const [
    name,
    {
      values,
      shape: [, units],
    },
  ] of Object.entries(trace.signals)) {
    const second = secondTrace.signals[name].values;
    for (let k = 0; k < steps * units; k += 1) largest = Math.max(largest, Math.abs(values[k] - second[k]));
  }
  return largest;
}
