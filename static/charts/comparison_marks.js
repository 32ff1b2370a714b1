// What is drawn of two texts: opinions, strips of both and of their difference, bars. Pure functions.

import {isAligned} from '../core/alignment.js';
import {colourScale, hueOf, surface} from '../core/colours.js';
import {boundSignal, meanDifferences} from '../core/trace_difference.js';
import {drawStrips} from './signal_strips.js';

/**
 * @typedef {import('./comparison_layout.js').ComparedTexts} ComparedTexts
 * @typedef {import('./comparison_layout.js').ComparisonPlan} ComparisonPlan
 * @typedef {import('./comparison_layout.js').ComparisonGeometry} ComparisonGeometry
 * @typedef {ReturnType<typeof measureBars>} ComparisonBars
 */

/**
 * The probability of the watched class at a step.
 * @param {Trace} trace
 * @param {number} step
 * @param {number} watchedClass
 */
export function opinionAt({probabilities, classes}, step, watchedClass) {
  return probabilities.values[step * classes.length + watchedClass];
}

/**
 * Three rows of strips: the first text's, the second's, and their difference.
 * @param {ComparedTexts} ctx
 * @param {ComparisonPlan} plan
 * @param {ComparisonGeometry} geometry
 * @returns {ImageTrace[]}
 */
export function drawComparisonStrips(
  {trace, secondTrace, theme, layerName, unitOrders},
  {columns, signals, columnWindow: {start, count}},
  geometry,
) {
  const units = unitOrders[layerName];
  const clear = 0;
  /** @type {((column: number, unit: number) => number)[][]} */
  const rows = [[], [], []];
  for (const signal of signals) {
    const [first, second] = [trace, secondTrace].map(
      ({signals: arrays}) => arrays[`${layerName}.${signal.name}`],
    );
    // One scale for both texts; that of the difference is as wide as the signal's whole range.
    const bounded = boundSignal(signal, first, second);
    const range = bounded.high - bounded.low;
    const [own, difference] = [bounded, {...signal, low: -range, high: range}].map((scale) =>
      colourScale(scale, [], theme, null),
    );
    /**
     * @param {Matrix} array
     * @param {number} step
     * @param {number} unit
     */
    const read = ({values}, step, unit) => values[step * units.length + unit];
    rows[0].push((k, unit) => (columns[k][0] === null ? clear : own(read(first, columns[k][0], unit))));
    rows[1].push((k, unit) => (columns[k][1] === null ? clear : own(read(second, columns[k][1], unit))));
    rows[2].push((k, unit) => {
      const column = columns[k];
      return isAligned(column)
        ? difference(read(first, column[0], unit) - read(second, column[1], unit))
        : clear;
    });
  }
  const shown = Array.from({length: count}, (_, k) => start + k);
  return rows.map((strips, row) =>
    drawStrips({...geometry, strips, columns: shown, units, yaxis: `y${row + 2}`}),
  );
}

/**
 * Boxes where a text has no token of its own in a column, one path a row of strips.
 * @param {ComparedTexts} ctx
 * @param {ComparisonPlan} plan
 * @param {ComparisonGeometry} geometry
 * @returns {Shape[]}
 */
export function drawBlanks({theme}, {columns, columnWindow: {start, count}}, {half}) {
  /** @param {number} k */
  const box = (k) => `M${k - half},0L${k + half},0L${k + half},1L${k - half},1Z`;
  return [0, 1, 2].flatMap((row) => {
    const path = columns
      .slice(start, start + count)
      .map((pair, k) => ((row < 2 ? pair[row] === null : !isAligned(pair)) ? box(start + k) : ''))
      .join('');
    return path
      ? [
          {
            type: 'path',
            xref: 'x',
            yref: `y${row + 2}`,
            path,
            fillcolor: surface(theme).faint,
            line: {width: 0},
          },
        ]
      : [];
  });
}

/**
 * How much each signal differs at each column, `differences[signal][column]`; `largest` is the most.
 * @param {ComparedTexts} ctx
 * @param {ComparisonPlan} plan
 */
export function measureBars({trace, secondTrace, layerName}, {columns, signals}) {
  const differences = signals.map((signal) =>
    meanDifferences(
      signal,
      trace.signals[`${layerName}.${signal.name}`],
      secondTrace.signals[`${layerName}.${signal.name}`],
      columns,
    ),
  );
  return {differences, largest: Math.max(...differences.flat()) || 1};
}

/**
 * One path a signal: Plotly draws it faster than as many boxes.
 * @param {ComparedTexts} ctx
 * @param {ComparisonPlan} plan
 * @param {ComparisonBars} bars
 * @param {ComparisonGeometry} geometry
 * @returns {Shape[]}
 */
export function drawBars(
  {theme},
  {signals, columnWindow: {start, count}},
  {differences},
  {half, thickness, slots},
) {
  const width = thickness / slots;
  return signals.flatMap((signal, strip) => {
    let path = '';
    for (let k = start; k < start + count; k += 1) {
      const [left, right] = [k - half + (strip + 0.1) * width, k - half + (strip + 0.9) * width];
      const size = differences[strip][k];
      if (size) path += `M${left},0L${right},0L${right},${size}L${left},${size}Z`;
    }
    const fillcolor = hueOf(signal, theme);
    return path ? [{type: 'path', xref: 'x', yref: 'y5', path, fillcolor, line: {width: 0}}] : [];
  });
}

/**
 * Both texts' opinions, and between them, column by column, how far they are apart.
 * @param {ComparedTexts} ctx
 * @param {ComparisonPlan} plan
 * @param {[string, string]} titles
 * @returns {ScatterTrace[]}
 */
export function drawOpinions(
  {trace, secondTrace, watchedClass, theme},
  {columns, columnWindow: {start, count}},
  [firstTitle, secondTitle],
) {
  const paint = surface(theme);
  const seen = columns.slice(start, start + count);
  /** @type {{x: (number | null)[], y: (number | null)[]}} */
  const gap = {x: [], y: []};
  seen.forEach(([first, second], k) => {
    if (first === null || second === null) return;
    gap.x.push(start + k, start + k, null);
    gap.y.push(opinionAt(trace, first, watchedClass), opinionAt(secondTrace, second, watchedClass), null);
  });
  /**
   * @param {Trace} shown
   * @param {number} side
   * @param {string} name
   * @param {Pick<ScatterTrace, 'line' | 'marker'>} style
   * @returns {ScatterTrace}
   */
  const curve = (shown, side, name, style) => {
    /** @type {(number | null)[]} */
    const x = [];
    /** @type {(number | null)[]} */
    const y = [];
    /** @type {number | null} */
    let before = null;
    seen.forEach((pair, k) => {
      const step = pair[side];
      if (step === null) return;
      if (before !== null && step !== before + 1) {
        // not the next token of this text: no line joins them
        x.push(null);
        y.push(null);
      }
      before = step;
      x.push(start + k);
      y.push(opinionAt(shown, step, watchedClass));
    });
    return {
      type: 'scatter',
      mode: 'lines+markers',
      name,
      x,
      y,
      xaxis: 'x',
      yaxis: 'y',
      hoverinfo: 'skip',
      connectgaps: false,
      ...style,
    };
  };
  return [
    {
      type: 'scatter',
      mode: 'lines',
      ...gap,
      xaxis: 'x',
      yaxis: 'y',
      hoverinfo: 'skip',
      showlegend: false,
      line: {color: paint.line, width: 7},
    },
    curve(trace, 0, firstTitle, {line: {color: paint.ink, width: 2.2}, marker: {size: 8, color: paint.ink}}),
    curve(secondTrace, 1, secondTitle, {
      line: {color: paint.ink, width: 1.8, dash: 'dot'},
      marker: {size: 9, symbol: 'diamond', color: paint.paper, line: {color: paint.ink, width: 1.8}},
    }),
  ];
}
