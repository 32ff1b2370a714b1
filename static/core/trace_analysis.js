// What follows from a trace alone, worked out once a trace. Pure functions.

import {followedAt} from './followed_answer.js';
import {isReverse, listLayers} from './layer_names.js';
import {indexOfLargest, normOf, rowOf} from './vectors.js';

/**
 * The state that a cell remembers by: the one that is kept from the outside, where there is one.
 * @param {{states: string[], output: string}} cell
 * @returns {string}
 */
export const memoryStateOf = ({states, output}) => states.find((name) => name !== output) ?? output;

/**
 * Work out what the views share of a trace:
 *
 * - `layerNames`, one a layer and direction; `unitOrders`, by layer, the units ordered by what they end up
 *   remembering, the largest first;
 * - `largestGradient`, the largest size of any gradient;
 * - `watchedClass`, the index of the class whose probability is drawn: the second of two, else the likeliest
 *   at the end; `turningStep`, the step at which that probability, or the number told, changed most. Of a run without
 *   a readout no class is watched, -1, and the memory of the last layer turns instead of the answer;
 * - `predictions`, the index of the likeliest class at every step where each has an answer of its own, else null.
 * @param {Trace} trace
 * @param {Cell} cell
 * @param {Task} task
 * @returns {TraceAnalysis}
 */
export function analyseTrace(trace, cell, task) {
  const layerNames = listLayers(Object.keys(trace.signals));
  const memoryState = memoryStateOf(cell);
  const unitOrders = Object.fromEntries(
    layerNames.map((layerName) => {
      const {
        values,
        shape: [steps, units],
      } = trace.signals[`${layerName}.${memoryState}`];
      const final = isReverse(layerName) ? 0 : (steps - 1) * units;
      const order = Array.from({length: units}, (_, unit) => unit);
      return [layerName, order.sort((a, b) => values[final + b] - values[final + a])];
    }),
  );
  let largestGradient = 0;
  for (const {values} of Object.values(trace.gradients)) {
    for (const value of values) if (Math.abs(value) > largestGradient) largestGradient = Math.abs(value);
  }
  const steps = trace.tokens.length;
  const numeric = trace.values.shape[1] > 0;
  const readOut = trace.classes.length > 0;
  const likeliest = readOut ? Array.from({length: steps}, (_, step) => likeliestClass(trace, step)) : [];
  const watchedClass = trace.classes.length === 2 ? 1 : (likeliest[steps - 1] ?? (numeric ? 0 : -1));
  return {
    layerNames,
    unitOrders,
    largestGradient,
    watchedClass,
    predictions: readOut && task.topology === 'many-to-many' ? likeliest : null,
    turningStep:
      readOut || numeric
        ? findTurningStep(trace, watchedClass)
        : findLargestChange(trace.signals[`${layerNames[layerNames.length - 1]}.${memoryState}`]),
  };
}

/**
 * @param {Trace} trace
 * @param {number} step
 */
function likeliestClass({probabilities}, step) {
  return indexOfLargest(rowOf(probabilities, step));
}

/**
 * The first word starts from nothing and turns nothing.
 * @param {Trace} trace
 * @param {number} watchedClass
 */
function findTurningStep(trace, watchedClass) {
  let [turningStep, largestChange] = [0, -1];
  for (let step = 1; step < trace.tokens.length; step += 1) {
    const change = Math.abs(
      followedAt(trace, step, watchedClass) - followedAt(trace, step - 1, watchedClass),
    );
    if (change > largestChange) [turningStep, largestChange] = [step, change];
  }
  return turningStep;
}

/**
 * The first step whose row is farthest from that before it.
 * @param {Matrix} matrix
 */
function findLargestChange(matrix) {
  let [found, largest] = [0, -1];
  for (let step = 1; step < matrix.shape[0]; step += 1) {
    const before = rowOf(matrix, step - 1);
    const change = normOf(rowOf(matrix, step).map((value, unit) => value - before[unit]));
    if (change > largest) [found, largest] = [step, change];
  }
  return found;
}
