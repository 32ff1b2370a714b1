// Which columns of a long sequence are on screen. Pure functions.

const MARGIN = 154; // left and right of the columns
const NARROWEST = 37; // the narrowest column that can be read, in pixels

/**
 * The columns that fit into `width` pixels, and the page of them that holds `step`: `{start, count}`.
 * @param {number} steps
 * @param {number} step
 * @param {number} width
 * @returns {ColumnWindow}
 */
export function chooseColumns(steps, step, width) {
  const room = width < 620 ? width - 24 : width - MARGIN;
  const count = Math.max(1, Math.min(steps, Math.floor(room / NARROWEST)));
  if (count === steps) return {start: 0, count};
  const page = Math.max(1, count - 1);
  return {start: Math.min(Math.floor(step / page) * page, steps - count), count};
}
