// What happens within a step, in order: which part of a cell's drawing comes with which beat. Pure functions.

import {isUnitwise, previousOf} from '../core/cell_operations.js';

/** The beats of a cell whose state goes straight to the next step, and of one that computes it anew. */
const CARRIED = ['arrive', 'forget', 'write', 'read'];
const REPLACED = ['arrive', 'replace', 'read'];

/**
 * Name the beats of a cell.
 * @param {object | null} road
 */
export const listBeats = (road) => (road ? CARRIED : REPLACED);

/**
 * The beat in which each result is computed. What takes weights is computed as the word arrives, unless it needs the
 * new state; then the old state is multiplied; then what is written is added; what is left reads the state.
 * @param {Operation[]} operations
 * @param {string[]} states
 * @param {{state: string, kept: string, written: string} | null} road
 * @returns {(name: string) => number}
 */
export function planBeats(operations, states, road) {
  const last = listBeats(road).length - 1;
  /** @type {Map<string, number>} */
  const beats = new Map();
  for (const operation of operations) {
    const {name, inputs} = operation;
    const earliest = Math.max(0, ...inputs.map((input) => beats.get(input) ?? 0));
    if (!road) beats.set(name, states.includes(name) ? last - 1 : Math.max(earliest, 0));
    else if (name === road.kept && !previousOf(name)) beats.set(name, 1);
    else if (name === road.state || name === road.written) beats.set(name, 2);
    else if (inputs.some((input) => input === road.state || beats.get(input) === last)) beats.set(name, last);
    else beats.set(name, isUnitwise(operation) ? leadTo(operations, name, road.written, last) : earliest);
  }
  return (name) => (previousOf(name) ? 0 : (beats.get(name) ?? 0));
}

/**
 * The beat of something computed unit by unit beside the road: that of what is written where it goes there.
 * @param {Operation[]} operations
 * @param {string} name
 * @param {string} written
 * @param {number} otherwise
 */
function leadTo(operations, name, written, otherwise) {
  const reached = new Set([name]);
  for (const operation of operations)
    if (operation.inputs.some((input) => reached.has(input))) reached.add(operation.name);
  return reached.has(written) ? 2 : otherwise;
}
