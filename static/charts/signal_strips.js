// Columns of strips: a strip is a signal, a line in it one unit. Pure functions.

import {pixelImage} from './pixel_image.js';

/**
 * Draw a picture of strips. `strips` are functions `(column, unit) -> packed colour`, or null for a strip that
 * has nothing to say there; `columns` what they are asked for; `units` the order of the units, the first at the
 * top. A column is `slots` strips wide, each `thickness` pixels, and its strips end `half` a column either side of
 * its middle; what no strip fills stays clear.
 */
export function drawStrips({strips, columns, units, slots, half, start = columns[0], thickness = 1, yaxis}) {
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
    {x0: start - half + 0.5 / slots, dx: 1 / slots, y0: 0.5 / height, dy: 1 / height, yaxis},
  );
}
