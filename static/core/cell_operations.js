// A cell's drawing as the cell describes it: operations wired by names, and what each gives at a step. Pure functions.

import {rowOf} from './vectors.js';

/** @typedef {Record<string, Float64Array>} Results what each operation gives, by name, one number a unit */

const PREVIOUS = /_prev$/;

/** @type {Record<string, (a: number, b: number, setting: number) => number>} */
const UNITWISE = {
  multiply: (a, b) => a * b,
  add: (a, b) => a + b,
  one_minus: (a) => 1 - a,
  scale: (a, _, factor) => factor * a,
  tanh: (a, _, relu) => (relu === 1 ? Math.max(0, a) : Math.tanh(a)),
};

/**
 * Whether an operation works unit by unit; the others take weights, or are not described.
 * @param {Operation} operation
 */
export const isUnitwise = ({kind}) => kind in UNITWISE;

/**
 * The state that a name such as `c_prev` is of; null for another.
 * @param {string} name
 */
export const previousOf = (name) => (PREVIOUS.test(name) ? name.replace(PREVIOUS, '') : null);

/**
 * A cell's operations. Of one that describes none each signal stands for itself, `signal`, from the input and the
 * states.
 * @param {Cell} cell
 * @returns {Operation[]}
 */
export function listOperations({operations, signals, states}) {
  if (operations.length) return operations;
  const inputs = ['x', ...states.map((state) => `${state}_prev`)];
  return signals.map(({name}) => ({name, kind: 'signal', inputs, title: null, setting: ''}));
}

/**
 * What every operation of a layer gives at a step, and the states of the step that it read before. Signals are those
 * of the run; what lies between them is computed here. Before the first step a state is what the run began with, else 0.
 * @param {Operation[]} operations
 * @param {Pick<Trace, 'signals' | 'settings' | 'initial'>} trace
 * @param {string} layerName
 * @param {number} step
 * @param {number} previousStep
 * @returns {Results}
 */
export function computeResults(operations, trace, layerName, step, previousStep) {
  /** @type {Results} */
  const results = {};
  for (const operation of operations) {
    for (const input of operation.inputs) {
      const state = previousOf(input);
      if (state && !results[input]) results[input] = readState(trace, `${layerName}.${state}`, previousStep);
    }
    const recorded = trace.signals[`${layerName}.${operation.name}`];
    results[operation.name] = recorded
      ? rowOf(recorded, step)
      : computeOperation(operation, results, trace.settings);
  }
  return results;
}

/**
 * What an operation that works unit by unit gives.
 * @param {Operation} operation
 * @param {Results} results
 * @param {Record<string, number>} settings
 */
export function computeOperation({kind, inputs, setting}, results, settings) {
  const [first, second = first] = inputs.map((input) => results[input]);
  return first.map((value, unit) => UNITWISE[kind](value, second[unit], settings[setting]));
}

/**
 * A state at a step; outside the run, what the run began with.
 * @param {Pick<Trace, 'signals' | 'initial'>} trace
 * @param {string} signalName
 * @param {number} step
 */
export function readState({signals, initial}, signalName, step) {
  const [steps, units] = signals[signalName].shape;
  if (step >= 0 && step < steps) return rowOf(signals[signalName], step);
  return initial?.[signalName]?.values ?? new Float64Array(units);
}

/**
 * Whether a layer began with nothing: with states of 0.
 * @param {Pick<Trace, 'initial'>} trace
 * @param {string} layerName
 */
export const beginsEmpty = ({initial}, layerName) =>
  !Object.entries(initial ?? {}).some(
    ([name, {values}]) => name.startsWith(`${layerName}.`) && values.some((value) => value !== 0),
  );

/**
 * How each result is coloured. What goes through × or + shares one limit over the whole run, so that products and sums
 * can be checked by eye; a gate, and 1 minus a gate, has its own hue from 0 to 1. A result that is no signal has the hue of the state it
 * goes into.
 * @param {Cell} cell
 * @param {Operation[]} operations
 * @param {Pick<Trace, 'signals'>} trace
 * @param {string} layerName
 */
export function scaleResults({signals}, operations, trace, layerName) {
  const bySignal = Object.fromEntries(signals.map((signal) => [signal.name, signal]));
  /** @type {Record<string, string>} */
  const gates = {}; // the gate that a result is, or is 1 minus
  for (const {name, kind, inputs} of operations) {
    if (bySignal[name]?.kind === 'gate') gates[name] = name;
    else if (kind === 'one_minus' && gates[inputs[0]]) gates[name] = gates[inputs[0]];
  }
  const names = [...new Set(operations.flatMap(({name, inputs}) => [...inputs, name]))];
  /** @type {Record<string, number>} */
  const groups = Object.fromEntries(names.map((name, k) => [name, k]));
  /**
   * @param {string} a
   * @param {string} b
   */
  const join = (a, b) => {
    const [kept, dropped] = [groups[a], groups[b]];
    for (const name of names) if (groups[name] === dropped) groups[name] = kept;
  };
  for (const operation of operations) {
    const {name, kind, inputs} = operation;
    if (isUnitwise(operation) && kind !== 'tanh' && !gates[name])
      for (const input of inputs) if (!gates[input]) join(name, input);
    for (const input of inputs) if (previousOf(input) === name) join(name, input);
  }
  for (const name of names) {
    const state = previousOf(name);
    if (state && state in groups) join(state, name);
  }
  /** @type {(name: string) => number} */
  const limitOf = (name) => {
    const group = names.filter((other) => groups[other] === groups[name]);
    if (
      operations.some(({name: other, kind}) => kind === 'tanh' && group.includes(other) && !bySignal[other])
    )
      return 1;
    const members = group.filter((other) => bySignal[other]);
    return findLimit(members.map((member) => trace.signals[`${layerName}.${member}`].values));
  };
  /** @type {(name: string) => Signal} */
  const findHue = (name) => {
    const signal = bySignal[previousOf(name) ?? name];
    if (signal) return signal;
    const next = operations.find(({inputs}) => inputs.includes(name));
    return next ? findHue(next.name) : signals[signals.length - 1];
  };
  return Object.fromEntries(
    names
      .filter((name) => name !== 'x')
      .map((name) => {
        const gate = gates[name];
        const {role, kind} = bySignal[gate] ?? findHue(name);
        const limit = gate ? 1 : limitOf(name);
        return [name, {gate: gate ?? null, role, kind, low: gate ? 0 : -limit, high: limit}];
      }),
  );
}

const FULL = 0.98; // the share of a run's numbers that is paler than a full colour
/** @type {WeakMap<Float64Array, number>} */
const limits = new WeakMap(); // by the first signal of a group: sorting a long run takes longer than drawing a step

/**
 * The size from which on colours are full.
 * @param {Float64Array[]} signals
 */
function findLimit(signals) {
  const [first] = signals;
  const known = first && limits.get(first);
  if (known) return known;
  const sizes = Float64Array.from(
    signals.flatMap((values) => [...values]),
    Math.abs,
  ).sort();
  const limit = Number((sizes[Math.floor(FULL * (sizes.length - 1))] ?? 1).toPrecision(2)) || 1;
  if (first) limits.set(first, limit);
  return limit;
}

/**
 * The state that goes on to the next step unit by unit, and how: `keep` is what multiplies it (a gate's operation, or
 * null where it is whole), `kept` and `written` the two that are added. Null where no state does.
 * @param {Operation[]} operations
 * @param {string[]} states
 */
export function findRoad(operations, states) {
  for (const state of states) {
    const sum = operations.find(({name, kind}) => name === state && kind === 'add');
    if (!sum) continue;
    const previous = `${state}_prev`;
    for (const [k, kept] of sum.inputs.entries()) {
      const keep = operations.find(({name}) => name === kept) ?? null;
      if (kept !== previous && !keep?.inputs.includes(previous)) continue;
      return {state, previous, kept, keep, written: sum.inputs[1 - k]};
    }
  }
  return null;
}
