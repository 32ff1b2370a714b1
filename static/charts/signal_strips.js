// Columns of strips: a strip is a signal, a line in it one unit. Pure functions.

import {pixelImage} from './pixel_image.js';

/**
 * @typedef {object} StripOptions
 * @property {((column: number, unit: number) => number)[]} strips the packed colour of each strip's units, by column
 * @property {number[]} columns what the strips are asked for, from left to right
 * @property {number[]} units the order of the units, the first at the top
 * @property {number} slots pixels a column: what no strip fills stays clear
 * @property {number} half half of what the strips fill of a column, in columns
 * @property {number} [thickness] pixels a strip
 * @property {string} yaxis
 */

/**
 * Draw columns of strips as one picture.
 * @param {StripOptions} options
 * @returns {ImageTrace}
 */
export function drawStrips({strips, columns, units, slots, half, thickness = 1, yaxis}) {
  const width = columns.length * slots;
  const height = units.length;
  const pixels = new Uint32Array(width * height);
  strips.forEach((colourAt, strip) => {
    units.forEach((unit, line) => {
      // The axis runs upward and so does the picture: the first unit is its last row.
      const row = (height - 1 - line) * width + strip * thickness;
      columns.forEach((column, k) => {
        const colour = colourAt(column, unit);
        for (let pixel = 0; pixel < thickness; pixel += 1) pixels[row + k * slots + pixel] = colour;
      });
    });
  });
  return pixelImage(
    {width, height, pixels},
    {x0: columns[0] - half + 0.5 / slots, dx: 1 / slots, y0: 0.5 / height, dy: 1 / height, yaxis},
  );
}
