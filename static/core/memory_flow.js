// What a layer's memory is made of while it reads: how long it is when it enters a step, after what the cell lets go
// and after what it writes, and how much of each length every earlier step wrote. Pure functions.

import {
  beginsEmpty,
  computeResults,
  findRoad,
  listOperations,
  previousOf,
  readState,
} from './cell_operations.js';
import {memoryStateOf} from './trace_analysis.js';
import {measureRows, normOf, rowOf} from './vectors.js';

/** How many steps before the first one asked for are told apart; what was written before them is one part. */
export const LOOKBACK = 200;

/**
 * One step of the flow. `entering`, `kept` and `leaving` are 2-norms; the parts, by writer as in {@link MemoryFlow},
 * add up to them: a part is what that writer wrote, as far as it points along the whole, and below 0 where it points
 * against it.
 * @typedef {object} FlowStep
 * @property {number} step
 * @property {number} entering
 * @property {number} kept
 * @property {number} leaving
 * @property {number} written the 2-norm of what this step writes
 * @property {Float64Array} enteringParts
 * @property {Float64Array} keptParts
 * @property {Float64Array} leavingParts
 */

/**
 * The flow through some steps, in the order of reading. `writers` are the steps that the parts belong to, in the same
 * order, the first null where it stands for all that is further back than {@link LOOKBACK}. `carried` is false where
 * the cell computes its state anew, so that nothing of the old goes straight through; `late` is true where a step
 * writes what the one before it came to.
 * @typedef {object} MemoryFlow
 * @property {string} state
 * @property {boolean} carried
 * @property {boolean} late
 * @property {(number | null)[]} writers
 * @property {FlowStep[]} steps
 * @property {number} longest the longest that the memory is at any step of the whole run
 */

/** @type {WeakMap<object, Map<string, MemoryFlow>>} */
const known = new WeakMap();

/**
 * Compute the flow of a layer's memory through the steps from `start` on. With m_t = k_t ⊙ m_{t−1} + w_t, where k is
 * the gate that the memory is multiplied by and w what is written, m_t is the sum over s of (k_t ⊙ … ⊙ k_{s+1}) ⊙ w_s:
 * an exact sum, of which each part is projected on m_t. Where a cell keeps nothing, k is 0.
 * @param {Pick<Trace, 'signals' | 'settings' | 'tokens' | 'initial'>} trace
 * @param {Cell} cell
 * @param {string} layerName
 * @param {boolean} reverse whether the layer reads from the last step to the first
 * @param {ColumnWindow} window
 * @returns {MemoryFlow}
 */
export function computeMemoryFlow(trace, cell, layerName, reverse, {start, count}) {
  const flows = known.get(trace) ?? new Map();
  known.set(trace, flows);
  const key = `${layerName} ${start} ${count}`;
  const earlier = flows.get(key);
  if (earlier) return earlier;
  const operations = listOperations(cell);
  const road = findRoad(operations, cell.states);
  const state = road?.state ?? memoryStateOf(cell);
  const memory = trace.signals[`${layerName}.${state}`];
  const [steps] = memory.shape;
  const order = Array.from({length: steps}, (_, k) => (reverse ? steps - 1 - k : k));
  const asked = order.flatMap((step, k) => (step >= start && step < start + count ? [k] : []));
  const [first, last] = [asked[0], asked[asked.length - 1]];
  const from = Math.max(0, first - LOOKBACK);
  // What each writer wrote, as far as it is left.
  const hasOld = from > 0 || !beginsEmpty(trace, layerName);
  /** @type {Float64Array[]} */
  const parts = hasOld
    ? [Float64Array.from(readState(trace, `${layerName}.${state}`, order[from - 1] ?? -1))]
    : [];
  /** @type {(number | null)[]} */
  const writers = hasOld ? [null] : [];
  /** @type {FlowStep[]} */
  const flow = [];
  const size = last - from + 1 + parts.length;
  // Where what is written is a state of the step before, as in Jordan's network, that step wrote it.
  const late = road !== null && previousOf(road.written) !== null;
  const readAt = readSteps(operations, road, trace, layerName, state, order);
  for (let k = from; k <= last; k += 1) {
    const {step, before, factor, kept, now} = readAt(k);
    const enteringParts = project(parts, before, size);
    for (const part of parts) for (let unit = 0; unit < part.length; unit += 1) part[unit] *= factor[unit];
    const keptParts = project(parts, kept, size);
    const written = now.map((value, unit) => value - kept[unit]);
    parts.push(written);
    writers.push(late ? (order[k - 1] ?? null) : step);
    if (k < first) continue;
    flow.push({
      step,
      entering: normOf(before),
      kept: normOf(kept),
      leaving: normOf(now),
      written: normOf(written),
      enteringParts,
      keptParts,
      leavingParts: project(parts, now, size),
    });
  }
  const longest = Math.max(...measureRows(memory, normOf));
  const computed = {state, carried: road !== null, late, writers, steps: flow, longest};
  flows.set(key, computed);
  return computed;
}

/**
 * The lengths alone, of every step of the run, by step: as {@link computeMemoryFlow} gives them.
 * @param {Pick<Trace, 'signals' | 'settings' | 'tokens' | 'initial'>} trace
 * @param {Cell} cell
 * @param {string} layerName
 * @param {boolean} reverse
 */
export function measureMemoryFlow(trace, cell, layerName, reverse) {
  const operations = listOperations(cell);
  const road = findRoad(operations, cell.states);
  const state = road?.state ?? memoryStateOf(cell);
  const memory = trace.signals[`${layerName}.${state}`];
  const order = Array.from({length: memory.shape[0]}, (_, k) => k);
  if (reverse) order.reverse();
  const readAt = readSteps(operations, road, trace, layerName, state, order);
  const lengths = order.map((step, k) => {
    const {before, kept, now} = readAt(k);
    const written = normOf(now.map((value, unit) => value - kept[unit]));
    return {step, entering: normOf(before), kept: normOf(kept), written, leaving: normOf(now)};
  });
  return reverse ? lengths.reverse() : lengths;
}

/**
 * What a layer's memory is at its k-th step: as it enters, what it is multiplied by, what is kept, as it leaves.
 * @param {Operation[]} operations
 * @param {ReturnType<typeof findRoad>} road
 * @param {Pick<Trace, 'signals' | 'settings' | 'initial'>} trace
 * @param {string} layerName
 * @param {string} state that the memory is
 * @param {number[]} order of reading
 */
function readSteps(operations, road, trace, layerName, state, order) {
  const memory = trace.signals[`${layerName}.${state}`];
  const nothing = new Float64Array(memory.shape[1]);
  const first = trace.initial?.[`${layerName}.${state}`]?.values ?? nothing;
  return (/** @type {number} */ k) => {
    const step = order[k];
    const before = k > 0 ? rowOf(memory, order[k - 1]) : first;
    const factor = road ? readFactor(operations, road, trace, layerName, step, order[k - 1] ?? -1) : nothing;
    const kept = before.map((value, unit) => value * factor[unit]);
    return {step, before, factor, kept, now: rowOf(memory, step)};
  };
}

/**
 * What the memory is multiplied by at a step, unit by unit: a gate, a setting of the cell, or 1.
 * @param {Operation[]} operations
 * @param {NonNullable<ReturnType<typeof findRoad>>} road
 * @param {Pick<Trace, 'signals' | 'settings' | 'initial'>} trace
 * @param {string} layerName
 * @param {number} step
 * @param {number} previousStep
 */
function readFactor(operations, {keep, previous, state}, trace, layerName, step, previousStep) {
  const [, units] = trace.signals[`${layerName}.${state}`].shape;
  if (!keep) return new Float64Array(units).fill(1);
  if (keep.kind === 'scale') return new Float64Array(units).fill(trace.settings[keep.setting]);
  const gate = keep.inputs.find((input) => input !== previous) ?? previous;
  const recorded = trace.signals[`${layerName}.${gate}`];
  return recorded
    ? rowOf(recorded, step)
    : computeResults(operations, trace, layerName, step, previousStep)[gate];
}

/**
 * How far each part points along the whole: the numbers add up to the whole's 2-norm.
 * @param {Float64Array[]} parts
 * @param {Float64Array} whole
 * @param {number} size how many numbers to give: 0 for what is not written yet
 */
function project(parts, whole, size) {
  const along = new Float64Array(size);
  const length = normOf(whole);
  if (length === 0) return along;
  parts.forEach((part, k) => {
    let sum = 0;
    for (let unit = 0; unit < whole.length; unit += 1) sum += part[unit] * whole[unit];
    along[k] = sum / length;
  });
  return along;
}
