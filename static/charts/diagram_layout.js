// Where the parts of a cell's drawing lie: columns from left to right in the order of computing, three lanes from the
// state's road down to the gates. Pure functions.

import {isUnitwise, previousOf} from '../core/cell_operations.js';

/** Pixels between the end of a wire and what its arrow points at. */
export const ARROW_HEAD = 6;

/** The lanes: the state that goes straight to the next step; what is computed unit by unit; what takes weights. */
export const [ROAD, MIDDLE, LOWER] = [0, 1, 2];

/**
 * @typedef {object} Seat
 * @property {number} lane
 * @property {number} column of the strip
 * @property {number | null} circle the column of the operation's circle; null where it has none of its own
 */

/**
 * Give every result a seat: a strip's column and lane, and the column of the circle that computes it. What takes
 * weights stands below the circle that it goes into.
 * @param {Operation[]} operations
 * @param {string[]} states
 */
export function placeOperations(operations, states) {
  const byName = new Map(operations.map((operation) => [operation.name, operation]));
  const road = listRoad(operations, states);
  /** @type {Record<string, Seat>} */
  const seats = {};
  for (const name of operations.flatMap(({inputs}) => inputs)) {
    const state = previousOf(name);
    if (!state || seats[name]) continue;
    const unitwise = operations.some((operation) => isUnitwise(operation) && operation.inputs.includes(name));
    seats[name] = {lane: road.has(name) ? ROAD : unitwise ? MIDDLE : LOWER, column: 0, circle: null};
  }
  const free = [1, 1, 1]; // the next free column of each lane
  /**
   * What must stand in the lower lane before a result can.
   * @param {string} name
   * @returns {string[]}
   */
  const listUnplaced = (name) => {
    const operation = byName.get(name);
    if (!operation || seats[name] || isUnitwise(operation)) return [];
    return [...operation.inputs.flatMap(listUnplaced), name];
  };
  /** @param {string[]} inputs */
  const columnAfter = (inputs) => 1 + Math.max(0, ...inputs.map((input) => seats[input]?.column ?? 0));
  for (const operation of operations) {
    if (!isUnitwise(operation)) continue;
    const {name, inputs} = operation;
    const below = inputs.flatMap(listUnplaced);
    const lane = road.has(name) ? ROAD : MIDDLE;
    const circle = Math.max(free[lane], columnAfter(inputs), below.length && free[LOWER] + below.length - 1);
    below.forEach((part, k) => {
      seats[part] = {lane: LOWER, column: circle - below.length + 1 + k, circle: null};
    });
    if (below.length) free[LOWER] = circle + 1;
    seats[name] = {lane, column: circle + 1, circle};
    free[lane] = circle + 2;
  }
  for (const {name, inputs} of operations) {
    if (seats[name]) continue;
    const column = Math.max(free[LOWER], columnAfter(inputs));
    seats[name] = {lane: LOWER, column, circle: null};
    free[LOWER] = column + 1;
  }
  return {
    seats,
    columns: 1 + Math.max(...Object.values(seats).map(({column}) => column)),
    lanes: [ROAD, MIDDLE, LOWER].filter((lane) => Object.values(seats).some((seat) => seat.lane === lane)),
  };
}

/**
 * The results between a state and itself one step later, where every operation between works unit by unit.
 * @param {Operation[]} operations
 * @param {string[]} states
 */
function listRoad(operations, states) {
  const road = new Set();
  for (const state of states) {
    const reached = new Set([`${state}_prev`]);
    for (const operation of operations)
      if (isUnitwise(operation) && operation.inputs.some((input) => reached.has(input)))
        reached.add(operation.name);
    if (!reached.has(state)) continue;
    const leading = new Set([state]);
    for (const {name, inputs} of [...operations].reverse())
      if (leading.has(name)) for (const input of inputs) if (reached.has(input)) leading.add(input);
    for (const name of leading) road.add(name);
  }
  return road;
}

/**
 * A path of M, H and V the other way round: its head ends before what it points at, as every arrow's does.
 * @param {string} path
 */
export function reversePath(path) {
  let [x, y] = [0, 0];
  const points = [...path.matchAll(/([MHV])(-?[\d.]+)(?: (-?[\d.]+))?/g)].map(([, command, a, b]) => {
    if (command === 'M') [x, y] = [Number(a), Number(b)];
    else if (command === 'H') x = Number(a);
    else y = Number(a);
    return [x, y];
  });
  points.reverse();
  const [end, before] = [points[points.length - 1], points[points.length - 2]];
  end[0] -= ARROW_HEAD * Math.sign(end[0] - before[0]);
  end[1] -= ARROW_HEAD * Math.sign(end[1] - before[1]);
  return points
    .map(([left, top], k) =>
      k === 0 ? `M${left} ${top}` : left === points[k - 1][0] ? `V${top}` : `H${left}`,
    )
    .join('');
}

/**
 * Whether strips of two lanes stand in one column, so that the lanes may not overlap.
 * @param {Record<string, Seat>} seats
 * @param {number} a
 * @param {number} b
 */
export function shareColumn(seats, a, b) {
  const listColumns = (/** @type {number} */ lane) =>
    Object.values(seats)
      .filter((seat) => seat.lane === lane)
      .map(({column}) => column);
  const taken = listColumns(a);
  return listColumns(b).some((column) => taken.includes(column));
}
