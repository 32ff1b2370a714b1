// What two runs of one network differ by. Pure functions; a signal is {values, shape: [T, H]}.

import {isSigned, limitOf} from './colours.js';

/** The 2-norm of the difference of row `i` of one `[T, H]` and row `j` of another; before the first step a state is 0. */
export function measureApart(one, i, other, j) {
  const units = one.shape[1];
  const read = ({values, shape: [steps]}, t, unit) => (t < 0 || t >= steps ? 0 : values[t * units + unit]);
  let sum = 0;
  for (let unit = 0; unit < units; unit += 1) sum += (read(one, i, unit) - read(other, j, unit)) ** 2;
  return Math.sqrt(sum);
}

/** A signal with bounds: its own, or those of the largest value of both runs. */
export function boundSignal(signal, one, other) {
  const limit = Math.max(limitOf(signal, one.values), limitOf(signal, other.values));
  return isSigned(signal) ? {...signal, low: -limit, high: limit} : signal;
}

/** How much a signal differs at each pair of steps, the mean over its units, as a share of its range; 0 where a step stands alone. */
export function measureShares(signal, one, other, columns) {
  const {low, high} = boundSignal(signal, one, other);
  const units = one.shape[1];
  return columns.map(([i, j]) => {
    if (i === null || j === null) return 0;
    let sum = 0;
    for (let unit = 0; unit < units; unit += 1) {
      const apart = Math.abs(one.values[i * units + unit] - other.values[j * units + unit]);
      if (Number.isFinite(apart)) sum += apart;
    }
    return sum / units / (high - low);
  });
}

/** The largest difference of one unit over these signals and pairs of steps, `{size, a, b, i, j, unit, signal}`; null without pairs. */
export function findLargest(signals, read, pairs) {
  let best = null;
  for (const signal of signals) {
    const [one, other] = read(signal);
    const units = one.shape[1];
    for (const [i, j] of pairs) {
      for (let unit = 0; unit < units; unit += 1) {
        const [a, b] = [one.values[i * units + unit], other.values[j * units + unit]];
        if (Math.abs(a - b) > (best?.size ?? -1)) best = {size: Math.abs(a - b), a, b, i, j, unit, signal};
      }
    }
  }
  return best;
}

/** The largest difference in the first `steps` steps of two traces, over every signal of every layer. */
export function measureStart(trace, second, steps) {
  let largest = 0;
  for (const [name, {values, shape: [, units]}] of Object.entries(trace.signals)) {
    const other = second.signals[name].values;
    for (let k = 0; k < steps * units; k += 1) largest = Math.max(largest, Math.abs(values[k] - other[k]));
  }
  return largest;
}
