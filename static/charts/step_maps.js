// Maps of steps by steps, one a network or a layer. Pure functions.

import {gradientRamp, rampLevel, surface} from '../core/colours.js';
import {blankLayout, stepAt, stepAxis} from './axes.js';
import {cutTitle} from './labels.js';
import {pixelImage} from './pixel_image.js';
import {mapTitle, placeGrid} from './small_multiples.js';

const GAP = 52; // pixels between two rows of maps: the numbers of the one, the title of the other

/**
 * @template T
 * @typedef {object} StepMapOptions
 * @property {number} across how many maps stand side by side
 * @property {(item: T) => Numbers[]} read an item's rows
 * @property {(value: number | null, item: T) => number} share what is shown of a value, from 0 to 1
 * @property {(item: T) => string} title
 */

/**
 * How many letters a map's title has room for; `domain` is its x axis' share of a figure `width` pixels wide.
 * @param {number[]} domain
 * @param {number} width
 */
export const titleLength = ([left, right], width) =>
  Math.max(4, Math.floor(((right - left) * (width - 36)) / 7.4));

/**
 * Whether step `t` may depend on step `k` in this row of a map: a network that reads one way depends on no later step.
 * @param {Numbers} row
 * @param {number} t
 * @param {number} k
 */
export const mayDepend = (row, t, k) => k <= t || row[k] !== 0;

/**
 * Draw maps of steps by steps: row t, column k. Above the diagonal only what reads both ways has something to
 * say. Gives
 * `{data, layout, axes, find}`; `find(x, y, axis)` is `{item, row, column, value}` or null.
 * @template {{colour: string}} T
 * @param {CompareContext} ctx
 * @param {T[]} items
 * @param {StepMapOptions<T>} options
 */
export function drawStepMaps(ctx, items, {across, read, share, title}) {
  const steps = ctx.comparison.tokens.length;
  const layout = blankLayout(ctx, {l: 30, r: 6, t: 26, b: 24});
  const places = placeGrid(items.length, across, {x: 0.06, y: GAP / (ctx.height - 50)});
  const data = items.map((item, k) => {
    const {id, x, y, column} = places[k];
    const axis = stepAxis(steps, 5);
    layout[`xaxis${id}`] = {...axis, domain: x, anchor: `y${id}`};
    layout[`yaxis${id}`] = {
      ...axis,
      range: [steps - 0.5, -0.5],
      domain: y,
      anchor: `x${id}`,
      scaleanchor: false,
      showticklabels: column === 0,
    };
    layout.annotations.push(
      mapTitle(id, cutTitle(title(item), titleLength(x, ctx.width)), surface(ctx.theme).ink),
    );
    const ramp = gradientRamp(item.colour, ctx.theme);
    const pixels = new Uint32Array(steps * steps);
    read(item).forEach((row, t) => {
      // What is gone keeps a trace of colour, so that the triangle is still seen.
      row.forEach((value, from) => {
        if (mayDepend(row, t, from))
          pixels[t * steps + from] = ramp[Math.max(4, rampLevel(share(value, item)))];
      });
    });
    return pixelImage({width: steps, height: steps, pixels}, {y0: 0, xaxis: `x${id}`, yaxis: `y${id}`});
  });
  return {
    data,
    layout,
    axes: places.map(({id}) => ({x: `xaxis${id}`, y: `yaxis${id}`})),
    /**
     * @param {number} x
     * @param {number} y
     * @param {string} axis
     */
    find(x, y, axis) {
      const [column, row] = [stepAt(x, steps), stepAt(y, steps)];
      const item = items[places.findIndex(({id}) => `yaxis${id}` === axis)];
      if (column === null || row === null || !item) return null;
      return {item, row, column, value: read(item)[row][column]};
    },
  };
}

/**
 * The largest number of a map; 1 where there is none above 0.
 * @param {Numbers[]} rows
 * @returns {number}
 */
export function largestOf(rows) {
  let largest = 0;
  for (const row of rows) for (const value of row) if (value !== null && value > largest) largest = value;
  return largest || 1;
}
