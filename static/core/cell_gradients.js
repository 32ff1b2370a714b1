// The way back through a cell's drawing at one step: the gradient of the loss with respect to every result, and what of
// it each operation hands to each of its inputs. Pure functions.

import {isUnitwise, previousOf} from './cell_operations.js';
import {rowOf} from './vectors.js';

/**
 * @typedef {Record<string, Float64Array>} Results
 * @typedef {object} CellGradients
 * @property {Results} results by name: dL/d of each, `c_prev` being the state of the step before with all that reaches it
 * @property {(operation: Operation, input: string) => Float64Array} handed what an operation hands to an input; of one
 *   that takes weights, the gradient of its own result, since the input has other units
 */

/**
 * Compute the gradients at a step. Those of signals are the run's; of what lies between, by the chain rule.
 * @param {Operation[]} operations
 * @param {Pick<Trace, 'signals' | 'settings' | 'gradients' | 'grad_initial'>} trace
 * @param {string} layerName
 * @param {number} step
 * @param {number} previousStep
 * @param {Results} values what every operation gives at this step
 * @returns {CellGradients}
 */
export function computeCellGradients(operations, trace, layerName, step, previousStep, values) {
  /** @type {Results} */
  const results = {};
  /**
   * @param {string} name
   * @param {number} at
   */
  const read = (name, at) => {
    const recorded = trace.gradients[`${layerName}.${name}`];
    if (!recorded) return null;
    const [steps, units] = recorded.shape;
    if (at >= 0 && at < steps) return rowOf(recorded, at);
    return trace.grad_initial?.[`${layerName}.${name}`]?.values ?? new Float64Array(units);
  };
  /**
   * @param {Operation} operation
   * @param {string} input
   */
  function handed(operation, input) {
    const after = results[operation.name];
    if (!isUnitwise(operation)) return after;
    const {kind, inputs, setting} = operation;
    const other = values[inputs[0] === input ? (inputs[1] ?? input) : inputs[0]];
    const own = values[operation.name];
    const factor = trace.settings[setting];
    return after.map((value, unit) => {
      if (kind === 'multiply') return value * other[unit];
      if (kind === 'one_minus') return -value;
      if (kind === 'scale') return value * factor;
      if (kind === 'tanh') return value * (factor === 1 ? Number(own[unit] > 0) : 1 - own[unit] ** 2);
      return value;
    });
  }
  for (const operation of [...operations].reverse()) {
    const {name} = operation;
    const recorded = read(name, step);
    if (recorded) {
      results[name] = recorded;
      continue;
    }
    const sum = new Float64Array(values[name].length);
    for (const next of operations.filter(({inputs}) => inputs.includes(name)))
      handed(next, name).forEach((value, unit) => {
        sum[unit] += value;
      });
    results[name] = sum;
  }
  for (const input of operations.flatMap(({inputs}) => inputs)) {
    const state = previousOf(input);
    if (state && !results[input])
      results[input] = read(state, previousStep) ?? new Float64Array(values[input].length);
  }
  return {results, handed};
}
