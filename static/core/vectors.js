// Means, lengths and rows of the numbers of a trace. Pure functions.

/**
 * @param {number[] | Float64Array} values
 * @returns {number}
 */
export function meanOf(values) {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/**
 * The 2-norm.
 * @param {Float64Array} values
 * @returns {number}
 */
export function normOf(values) {
  let sum = 0;
  for (const value of values) sum += value * value;
  return Math.sqrt(sum);
}

/**
 * The place of the largest value, the first of several.
 * @param {Float64Array} values
 * @returns {number}
 */
export function indexOfLargest(values) {
  return values.indexOf(values.reduce((a, b) => Math.max(a, b)));
}

/**
 * The numbers of one row, a step's, where they lie in the matrix: not a copy.
 * @param {Matrix} matrix
 * @param {number} row
 * @returns {Float64Array}
 */
export function rowOf({values, shape: [, columns]}, row) {
  return values.subarray(row * columns, (row + 1) * columns);
}

/**
 * What a function gives of each row.
 * @param {Matrix} matrix
 * @param {(row: Float64Array) => number} measure
 * @returns {number[]}
 */
export function measureRows(matrix, measure) {
  return Array.from({length: matrix.shape[0]}, (_, row) => measure(rowOf(matrix, row)));
}
