// A picture as it is written in a link: a hexadecimal digit a pixel, 0 the paper and f the ink, row by row.
// Pure functions.

const LEVELS = 15;

/**
 * The rows of a written picture, as a request has them: from 0 to 1. What is no digit is 0.
 * @param {string} text
 * @param {number} width pixels of a row
 * @returns {number[][]}
 */
export function readPicture(text, width) {
  const levels = Array.from(text.replace(/\s+/g, ''), (digit) => (parseInt(digit, 16) || 0) / LEVELS);
  return Array.from({length: Math.ceil(levels.length / width)}, (_, row) =>
    Array.from({length: width}, (_pixel, k) => levels[row * width + k] ?? 0),
  );
}

/**
 * Write rows as {@link readPicture} reads them.
 * @param {number[][]} rows
 * @returns {string}
 */
export const writePicture = (rows) =>
  rows
    .flat()
    .map((level) => Math.round(Math.max(0, Math.min(1, level)) * LEVELS).toString(16))
    .join('');

/**
 * Draw a stroke with a round, soft pen from one place to another, in pixels: the ink that was there stays.
 * @param {number[][]} rows
 * @param {{x: number, y: number}} from
 * @param {{x: number, y: number}} to
 * @param {number} radius
 * @returns {number[][]}
 */
export function drawStroke(rows, from, to, radius) {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = dx * dx + dy * dy;
  return rows.map((row, y) =>
    row.map((level, x) => {
      // A pixel's middle, and the nearest place of the stroke.
      const [px, py] = [x + 0.5 - from.x, y + 0.5 - from.y];
      const part = length ? Math.max(0, Math.min(1, (px * dx + py * dy) / length)) : 0;
      const distance = Math.hypot(px - part * dx, py - part * dy);
      return Math.max(level, Math.max(0, Math.min(1, radius + 0.5 - distance)));
    }),
  );
}
