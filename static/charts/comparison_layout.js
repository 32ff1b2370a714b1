// Where the parts of the comparison of two texts lie: opinion, two texts' strips, their difference. Pure functions.

import {alignTokens} from '../core/alignment.js';
import {chooseColumns} from '../core/column_window.js';

/** Heights of the bands, in pixels. */
export const STRIP = 104;
export const OPINION = 84;
export const BARS = 46;

const TOP = 18;
const LONGEST = 14; // letters of a token

/**
 * @typedef {WatchContext & {secondTrace: Trace}} ComparedTexts what a view is handed where there is a second text
 * @typedef {ReturnType<typeof planColumns>} ComparisonPlan
 * @typedef {ReturnType<typeof layOutComparison>} ComparisonGeometry
 */

/**
 * What is set under what: the columns of both texts, each step's column, the signals shown, the columns on screen.
 * @param {ComparedTexts} ctx
 */
export function planColumns({trace, secondTrace, cell, step, width, alignment, shownSignal}) {
  const columns = alignTokens(trace.tokens, secondTrace.tokens, alignment);
  /** @type {number[]} */
  const columnOf = []; // by step of the first text
  columns.forEach(([first], k) => {
    if (first !== null) columnOf[first] = k;
  });
  const chosen = cell.signals.filter(({name}) => name === shownSignal);
  return {
    columns,
    columnOf,
    signals: chosen.length ? chosen : cell.signals,
    columnWindow: chooseColumns(columns.length, columnOf[step], width),
  };
}

/**
 * The geometry, in pixels from the top: `strips` where the three rows of strips begin, `bars` where the bars do,
 * `height` of it all without the margin. A column has `slots` places, of which each signal takes `thickness`;
 * what they fill ends `half` a column either side of its middle. The tokens are `slanted` where they have no room.
 * @param {ComparedTexts} ctx
 * @param {ComparisonPlan} plan
 */
export function layOutComparison(
  {trace, secondTrace, width},
  {columns, signals, columnWindow: {start, count}},
) {
  const narrow = width < 620;
  const margin = {l: narrow ? 14 : 132, r: narrow ? 10 : 22, t: TOP, b: 8};
  const column = (width - margin.l - margin.r) / count;
  const thickness = Math.max(1, Math.round(4 / signals.length)); // a column is mostly strips, however few
  const slots = signals.length * thickness + 1;
  const lettered = (column * thickness) / slots > 8.5; // room for each signal's letter
  if (lettered) margin.b = 26;
  /**
   * @param {Trace} trace
   * @param {number} side
   */
  const lengths = ({tokens}, side) =>
    columns
      .slice(start, start + count)
      .flatMap((pair) =>
        pair[side] === null
          ? []
          : [Math.min(LONGEST, tokens[pair[side]].length) + String(pair[side] + 1).length + 1],
      );
  const longest = Math.max(...lengths(trace, 0), ...lengths(secondTrace, 1));
  const slanted = longest * 7.6 + 4 > column * 0.96;
  const heading = (slanted ? 18 + longest * 5 : 27) + (narrow ? 20 : 0); // above each text's strips
  const strips = [
    OPINION + heading,
    OPINION + 2 * heading + STRIP,
    OPINION + 2 * heading + 2 * STRIP + (narrow ? 26 : 14),
  ];
  return {
    narrow,
    margin,
    column,
    thickness,
    slots,
    lettered,
    slanted,
    heading,
    strips,
    half: (signals.length * thickness) / slots / 2,
    bars: strips[2] + STRIP + 8,
    height: strips[2] + STRIP + 8 + BARS,
    /**
     * A slanted token reaches to the left: the first ones must not leave the figure.
     * @param {number} k
     */
    lettersAt: (k) =>
      slanted
        ? Math.max(2, Math.min(LONGEST, Math.floor((margin.l + (k + 0.5) * column) / 6.2) - 4))
        : LONGEST,
  };
}
