// How near the picture of the network is looked at: from the whole sentence into one unit of one step. Pure functions.

/** From far to near; the first two are two pictures of the whole sentence. */
export const LEVELS = ['memory', 'strips', 'cell', 'unit'];

const INSIDE = ['cell', 'unit'];

/**
 * Whether a level shows one step alone.
 * @param {string} level
 */
export const isInside = (level) => INSIDE.includes(level);

/**
 * The level one nearer, or one farther: from the cell back to the picture of the whole sentence it was entered from.
 * @param {string} level
 * @param {boolean} nearer
 * @param {string} far the picture of the whole sentence seen last
 */
export function changeLevel(level, nearer, far) {
  if (nearer) return isInside(level) ? 'unit' : 'cell';
  return level === 'unit' ? 'cell' : far;
}
