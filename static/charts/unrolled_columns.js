// What the two unrolled pictures of a network share: its columns, their words, and what moves over them. Pure
// functions.

import {findSignal} from '../core/catalog.js';
import {hueOf, inkOf, surface} from '../core/colours.js';
import {isReverse} from '../core/layer_names.js';
import {blankLayout} from './axes.js';
import {labelToken} from './labels.js';
import {curveAxis, listReadouts} from './unrolled_curves.js';

const LONGEST = 14; // letters of a token

/** @typedef {ReturnType<typeof layOutColumns>} Columns */

/**
 * The geometry of the columns, in pixels and in steps.
 * @param {WatchContext} ctx
 */
export function layOutColumns({trace, width, columnWindow: {start, count}}) {
  const narrow = width < 620;
  const margin = {l: narrow ? 14 : 132, r: narrow ? 10 : 22, t: 14};
  const steps = Array.from({length: count}, (_, k) => start + k);
  const column = (width - margin.l - margin.r) / count;
  const longest = Math.max(...steps.map((t) => Math.min(LONGEST, trace.tokens[t].length)));
  const angle = longest * 7.6 + 4 > column * 0.94 ? -40 : 0;
  return {
    narrow,
    steps,
    column,
    angle,
    margin: {...margin, b: angle ? 34 + longest * 5.6 : 48},
    /**
     * A slanted token reaches to the left: the first ones must not leave the figure.
     * @param {number} k
     */
    lettersAt: (k) =>
      angle ? Math.max(2, Math.min(LONGEST, Math.floor((margin.l + (k + 0.5) * column) / 7.2) - 1)) : LONGEST,
  };
}

/**
 * A layout with the words below the columns and the axis of the curve above them; a row of columns a layer, between
 * `base` and `top` of the height, each on an axis of its own.
 * @param {WatchContext & {say: Say}} ctx
 * @param {Columns} columns
 * @param {number} top
 * @param {[below: number, above: number]} gaps of each row, of the height
 * @param {number} [base]
 * @returns {Layout & {shapes: Shape[]}}
 */
export function layOutRows(ctx, {narrow, margin, steps, angle, lettersAt}, top, [below, above], base = 0) {
  const {
    trace,
    theme,
    columnWindow: {start, count},
    layerNames,
  } = ctx;
  const paint = surface(theme);
  /** @type {Layout & {shapes: Shape[]}} */
  const layout = {
    ...blankLayout(ctx, margin, 13),
    xaxis: {
      range: [start - 0.5, start + count - 0.5],
      fixedrange: true,
      showgrid: false,
      zeroline: false,
      // Below the rows, also where Plotly draws nothing in them.
      anchor: 'free',
      position: below,
      tickvals: steps,
      ticktext: steps.map((t, k) => labelToken(trace, t, lettersAt(k), paint.quiet)),
      tickangle: angle,
      tickfont: {size: 13, color: paint.ink},
      ticks: 'outside',
      ticklen: 16,
      tickcolor: paint.line,
    },
    yaxis: curveAxis(ctx, ctx.direction === 'backward', narrow),
    shapes: [],
  };
  layerNames.forEach((_, k) => {
    const height = (top - base) / layerNames.length;
    layout[`yaxis${rowAxis(k)}`] = {
      domain: [base + k * height + below, base + (k + 1) * height - above],
      range: [0, 1],
      fixedrange: true,
      visible: false,
      scaleanchor: false,
      anchor: 'x',
    };
  });
  return layout;
}

/**
 * The axis of a layer's row: the first is the curve's.
 * @param {number} row
 */
export const rowAxis = (row) => row + 2;

/**
 * The layer's name, where there are several, and the states that it carries.
 * @param {WatchContext} ctx
 * @param {string} layerName
 * @param {number} axis
 * @param {boolean} narrow
 * @param {(state: string) => number} heightOf where a state runs, of the row's height
 * @returns {Annotation[]}
 */
export function labelLayer(ctx, layerName, axis, narrow, heightOf) {
  const paint = surface(ctx.theme);
  const {cell, theme} = ctx;
  const title = ctx.titleLayer(layerName);
  const parts = title ? (narrow ? [title] : title.split(', ')) : [];
  const titles = parts.map((part, line) => ({
    xref: 'paper',
    x: 0,
    xanchor: narrow ? 'left' : 'right',
    xshift: narrow ? 2 : -6,
    yref: `y${axis}`,
    y: 1,
    yanchor: narrow ? 'bottom' : 'top',
    yshift: -16 * line,
    text: `<b>${part}</b>`,
    showarrow: false,
    font: {size: narrow ? 11.5 : 12.5, color: paint.ink},
  }));
  if (narrow) return titles;
  // On the way back everything flows the other way.
  const leftward = isReverse(layerName) !== (ctx.direction === 'backward');
  return [
    ...titles,
    ...cell.states.map((state) => {
      const signal = findSignal(cell, state);
      const named = `${ctx.text(signal.title)} ${ctx.letter(state)}`;
      return {
        xref: 'paper',
        x: 0,
        xshift: -6,
        xanchor: 'right',
        yref: `y${axis}`,
        y: heightOf(state),
        text: leftward ? `← ${named}` : `${named} →`,
        showarrow: false,
        font: {size: 12, color: inkOf(signal, theme)},
      };
    }),
  ];
}

/**
 * What moves over the columns: the cursor, the pulses, the word and the answer at the step.
 * @param {WatchContext} ctx
 * @param {Columns} columns
 * @param {number} half half a column's box, in steps
 * @param {(state: string) => number} heightOf
 * @param {string[]} [more] further axes above the rows
 * @returns {OverlayPlan}
 */
export function planOverlay(ctx, columns, half, heightOf, more = []) {
  const {
    trace,
    cell,
    theme,
    layerNames,
    columnWindow: {start, count},
  } = ctx;
  const backward = ctx.direction === 'backward';
  return {
    axes: [{x: 'xaxis', y: ['yaxis', ...layerNames.map((_, k) => `yaxis${rowAxis(k)}`), ...more]}],
    from: start,
    count,
    unrolled: {
      tokens: trace.tokens.slice(),
      angle: columns.angle,
      half,
      reverse: layerNames.map(isReverse),
      readouts: listReadouts(ctx, backward),
      readoutBelow: Boolean(ctx.predictions),
      pulses: layerNames.flatMap((layerName, k) =>
        cell.states.map((state) => ({
          axis: `yaxis${rowAxis(k)}`,
          y: heightOf(state),
          reverse: isReverse(layerName),
          colour: hueOf(findSignal(cell, state), theme),
        })),
      ),
    },
  };
}

/**
 * The row that an axis is of; -1 where it is none.
 * @param {WatchContext} ctx
 * @param {string} axis
 */
export function rowOfAxis({layerNames}, axis) {
  return layerNames.findIndex((_, k) => axis === `yaxis${rowAxis(k)}`);
}

/**
 * The column of the step on screen: what is looked at more nearly.
 * @param {WatchContext} ctx
 * @param {Columns} columns
 */
export function focusOf({step, columnWindow: {start}}, {margin, column}) {
  return {depth: 0, x: margin.l + (step - start + 0.5) * column};
}
