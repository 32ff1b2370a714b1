// The bare layout of a chart and its axes. Pure functions.

import {FONT, surface} from '../core/colours.js';
import {cutToken} from './labels.js';

const TOKEN_WIDTH = 42; // pixels that a slanted token takes along an axis
const TOKEN_LETTERS = 9;

/**
 * A layout with nothing in it: clear, still, in the theme's ink.
 * @param {{width: number, height: number, theme: Theme}} ctx
 * @param {Margin} margin
 * @param {number} [size]
 * @returns {Layout}
 */
export function blankLayout({width, height, theme}, margin, size = 12) {
  return {
    width,
    height,
    margin,
    paper_bgcolor: 'rgba(0,0,0,0)',
    plot_bgcolor: 'rgba(0,0,0,0)',
    font: {family: FONT, size, color: surface(theme).quiet},
    showlegend: false,
    hovermode: false,
    dragmode: false,
    annotations: [],
  };
}

/**
 * The legend of a chart, above it.
 * @param {Theme} theme
 */
export function legendAbove(theme) {
  return {
    orientation: 'h',
    y: 1.02,
    yanchor: 'bottom',
    x: 0,
    font: {color: surface(theme).ink, size: 12},
    itemclick: false,
    itemdoubleclick: false,
  };
}

const MOST_MARKS = 60; // on a line

/**
 * The marks on a line of so many points, which tell it apart where there is no colour.
 * @param {{colour: string, mark: {symbol: string}}} line
 * @param {number} points
 */
export function lineMarks({colour, mark: {symbol}}, points) {
  // Plotly's legend shows no mark where only some points have one.
  return {color: colour, symbol, size: 6, ...(points > MOST_MARKS && {maxdisplayed: MOST_MARKS / 4})};
}

/**
 * The steps to number, counted from 0: every 5th, say, so that at most about `most` are marked.
 * @param {number} steps
 * @param {number} most
 */
function markSteps(steps, most) {
  const every = [1, 2, 5, 10, 20, 50, 100, 200].find((n) => steps / n <= most) ?? 500;
  return Array.from({length: Math.ceil(steps / every)}, (_, k) => (k + 1) * every - 1).filter(
    (t) => t < steps,
  );
}

/**
 * An axis of steps, numbered from 1.
 * @param {number} steps
 * @param {number} [most]
 * @returns {Axis & {tickvals: number[], ticktext: string[]}}
 */
export function stepAxis(steps, most = 12) {
  const marked = markSteps(steps, most);
  return {
    range: [-0.5, steps - 0.5],
    fixedrange: true,
    showgrid: false,
    zeroline: false,
    tickvals: marked,
    ticktext: marked.map((t) => String(t + 1)),
  };
}

/**
 * An axis of steps, marked with their tokens, slanted: every so many, as many as have room.
 * @param {string[]} tokens
 * @param {number} width of the figure, in pixels
 */
export function tokenAxis(tokens, width) {
  const steps = tokens.length;
  const every = Math.max(1, Math.ceil(steps / Math.max(3, Math.floor(width / TOKEN_WIDTH))));
  const marked = Array.from({length: Math.ceil(steps / every)}, (_, k) => k * every);
  return {
    ...stepAxis(steps),
    tickvals: marked,
    ticktext: marked.map((t) => cutToken(tokens[t], TOKEN_LETTERS)),
    tickangle: -40,
  };
}

/**
 * An axis of numbers from `low` to `high`, with at most about `most` round ticks, written by `format`.
 * @param {number} low
 * @param {number} high
 * @param {Theme} theme
 * @param {(value: number) => string} format
 * @param {number} [most]
 * @returns {Axis}
 */
export function numberAxis(low, high, theme, format, most = 5) {
  const least = (high - low) / most || 1; // between two ticks
  const power = 10 ** Math.floor(Math.log10(least));
  const every = [1, 2, 5, 10].map((n) => n * power).find((step) => step >= least * 0.999) ?? power;
  const first = Math.ceil(low / every - 1e-9);
  const values = Array.from(
    {length: Math.floor(high / every + 1e-9) - first + 1},
    (_, k) => (first + k) * every,
  );
  return {
    range: [low, high],
    fixedrange: true,
    zeroline: false,
    gridcolor: surface(theme).line,
    tickvals: values,
    ticktext: values.map((value) => format(value)), // an index would be taken for what a format knows besides
  };
}

/**
 * An axis of powers of ten; `low` and `high` are exponents.
 * @param {number} low
 * @param {number} high
 * @param {Theme} theme
 * @returns {Axis}
 */
export function powerAxis(low, high, theme) {
  const every = Math.max(1, Math.ceil((high - low) / 6));
  const top = Math.floor(high / every) * every;
  const values = Array.from({length: Math.floor((top - low) / every) + 1}, (_, k) => top - k * every);
  return {
    range: [low, high],
    fixedrange: true,
    zeroline: false,
    gridcolor: surface(theme).line,
    tickvals: values,
    ticktext: values.map((k) => (k === 0 ? '1' : `10<sup>${String(k).replace('-', '−')}</sup>`)),
  };
}

/**
 * The step under a place on an axis of steps, or null.
 * @param {number} x
 * @param {number} steps
 * @returns {number | null}
 */
export function stepAt(x, steps) {
  const step = Math.round(x);
  return step >= 0 && step < steps ? step : null;
}
