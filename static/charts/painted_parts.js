// The parts of a figure that a canvas paints, in pixels of the screen: areas in one colour, lines, marks, and the rules
// of the axes. Plotly makes an element of each, which is most of its time. Pure functions.

import {
  across,
  axisOf,
  down,
  isAcross,
  listAxes,
  measureAxis,
  placeBetween,
  referenceOf,
} from './axis_places.js';

/**
 * Areas in one colour: `corners` are x and y in turn, NaN between two areas; `step` is the one that they belong to.
 * @typedef {{corners: Float64Array, colour: string, step: number | null}} PaintedArea
 */
/**
 * A line through points, x and y in turn, NaN where it is interrupted; `dash` is empty where it is solid, `smoothing`
 * is 0 where it goes straight from point to point.
 * @typedef {{points: number[], colour: string, width: number, dash: number[], smoothing: number}} PaintedLine
 */
/**
 * A mark of a point, `size` pixels across.
 * @typedef {{x: number, y: number, size: number, symbol: string, fill: string, colour: string, width: number}} PaintedMark
 */
/**
 * All that a canvas paints of a figure: the rules lie below the areas, the lines and marks above.
 * @typedef {{rules: PaintedLine[], areas: PaintedArea[], lines: PaintedLine[], marks: PaintedMark[]}} PaintedParts
 */

const DASHES = /** @type {Record<string, number[]>} */ ({solid: [], dot: [1, 1], dash: [3, 3]});
const THINNEST = 3; // pixels: what the dashes of a thinner line are measured by, as in Plotly
const TICK = 5; // pixels: a tick's length where nothing else is said

/**
 * Whether a trace is nothing but areas in one colour.
 * @param {ScatterTrace} trace
 */
export const isArea = ({mode, fill}) => mode === 'none' && fill === 'toself';

/**
 * The areas of a trace.
 * @param {Layout} layout
 * @param {ScatterTrace} area
 * @returns {PaintedArea}
 */
export function placeArea(layout, {x, y, xaxis = 'x', yaxis = 'y', fillcolor, meta}) {
  const {atX, atY} = placeBetween(layout, axisOf(layout, xaxis), axisOf(layout, yaxis));
  const corners = new Float64Array(2 * x.length);
  for (let k = 0; k < x.length; k += 1) {
    const [left, up] = [x[k], y[k]];
    const open = left === null || up === null;
    corners[2 * k] = open ? NaN : atX(left);
    corners[2 * k + 1] = open ? NaN : atY(up);
  }
  return {corners, colour: String(fillcolor), step: meta ?? null};
}

/**
 * The areas of a path of straight lines.
 * @param {Layout} layout
 * @param {Shape} shape
 * @returns {PaintedArea}
 */
function placeShape(layout, {path, xref, yref, fillcolor}) {
  const {atX, atY} = placeBetween(layout, referenceOf(layout, xref), referenceOf(layout, yref));
  const corners = path
    .split('M')
    .slice(1)
    .flatMap((piece, k) => {
      const numbers = piece.split(/[L,Z]/).slice(0, -1).map(Number);
      return [...(k ? [NaN, NaN] : []), ...numbers.map((value, n) => (n % 2 ? atY(value) : atX(value)))];
    });
  return {corners: Float64Array.from(corners), colour: fillcolor, step: null};
}

/**
 * Everything of a figure but its pixels and letters. Its lines are solid or dotted, its marks circles and crosses.
 * @param {ScatterTrace[]} traces
 * @param {Layout} layout
 * @returns {PaintedParts}
 */
export function placePaintedParts(traces, layout) {
  const curves = traces.filter((trace) => !isArea(trace));
  return {
    rules: listRules(layout),
    areas: [
      ...traces.filter(isArea).map((area) => placeArea(layout, area)),
      ...(layout.shapes ?? []).map((shape) => placeShape(layout, shape)),
    ],
    lines: curves.filter(({mode}) => mode.includes('lines')).map((curve) => placeLine(layout, curve)),
    marks: curves.filter(({mode}) => mode.includes('markers')).flatMap((curve) => placeMarks(layout, curve)),
  };
}

/**
 * @param {Layout} layout
 * @param {ScatterTrace} curve
 * @returns {PaintedLine}
 */
function placeLine(layout, {x, y, xaxis = 'x', yaxis = 'y', line}) {
  const {atX, atY} = placeBetween(layout, axisOf(layout, xaxis), axisOf(layout, yaxis));
  const width = line?.width ?? 2;
  return {
    points: x.flatMap((value, k) => [value === null ? NaN : atX(value), y[k] === null ? NaN : atY(y[k])]),
    colour: String(line?.color),
    width,
    dash: dashOf(line?.dash, width),
    smoothing: line?.shape === 'spline' ? (line.smoothing ?? 1) : 0,
  };
}

/**
 * @param {string | undefined} name
 * @param {number} width
 */
const dashOf = (name = 'solid', width) => DASHES[name].map((part) => part * Math.max(THINNEST, width));

/**
 * @param {Layout} layout
 * @param {ScatterTrace} curve
 * @returns {PaintedMark[]}
 */
function placeMarks(layout, {x, y, xaxis = 'x', yaxis = 'y', marker = {}}) {
  const {atX, atY} = placeBetween(layout, axisOf(layout, xaxis), axisOf(layout, yaxis));
  const {size = 6, symbol = 'circle', color = '', line} = marker;
  return x.flatMap((value, k) => {
    const up = y[k];
    if (value === null || up === null) return [];
    return {
      x: atX(value),
      y: atY(up),
      size,
      symbol: Array.isArray(symbol) ? symbol[k] : symbol,
      fill: Array.isArray(color) ? color[k] : color,
      colour: line?.color ?? '',
      width: line?.width ?? 0,
    };
  });
}

/**
 * The lines across the figure at the ticks of its axes, and the ticks below an axis.
 * @param {Layout} layout
 * @returns {PaintedLine[]}
 */
function listRules(layout) {
  return listAxes(layout).flatMap((name) => {
    const axis = layout[name];
    const {
      tickvals = [],
      range,
      visible,
      showgrid,
      gridcolor,
      griddash,
      ticks,
      ticklen = TICK,
      tickcolor,
    } = axis;
    if (visible === false) return [];
    const shown = tickvals.filter((value) => value >= Math.min(...range) && value <= Math.max(...range));
    const lines = [];
    if (showgrid !== false && !isAcross(name)) {
      const {offset, length} = measureAxis(layout, 'xaxis');
      const points = shown.flatMap((value) => {
        const y = down(layout, axis, value);
        return [offset, y, offset + length, y, NaN, NaN];
      });
      lines.push(rule(points, gridcolor, dashOf(/** @type {string | undefined} */ (griddash), 1)));
    }
    if (ticks && isAcross(name) && axis.anchor === 'free') {
      const y = down(layout, {range: [0, 1]}, Number(axis.position));
      const points = shown.flatMap((value) => {
        const x = across(layout, axis, value);
        return [x, y, x, y + ticklen, NaN, NaN];
      });
      lines.push(rule(points, tickcolor, []));
    }
    return lines;
  });
}

/**
 * A rule one pixel wide, on whole pixels.
 * @param {number[]} points
 * @param {unknown} colour
 * @param {number[]} dash
 * @returns {PaintedLine}
 */
function rule(points, colour, dash) {
  const whole = points.map((value) => Math.round(value - 0.5) + 0.5);
  return {points: whole, colour: String(colour), width: 1, dash, smoothing: 0};
}

/**
 * The two points that bend a smooth curve at its k-th point, before it and after it: a centripetal Catmull-Rom spline,
 * its tangents shortened by `smoothing` (Yuksel, Schaefer and Keyser 2011).
 * @param {number[]} points x and y in turn
 * @param {number} k neither the first nor the last
 * @param {number} smoothing
 * @returns {[xBefore: number, yBefore: number, xAfter: number, yAfter: number]}
 */
export function bendAt(points, k, smoothing) {
  const [x, y] = [points[2 * k], points[2 * k + 1]];
  const [backX, backY] = [points[2 * k - 2] - x, points[2 * k - 1] - y];
  const [onX, onY] = [points[2 * k + 2] - x, points[2 * k + 3] - y];
  const [back, on] = [Math.sqrt(Math.hypot(backX, backY)), Math.sqrt(Math.hypot(onX, onY))];
  const [tangentX, tangentY] = [backX * on * on - onX * back * back, backY * on * on - onY * back * back];
  const before = back && on ? smoothing / (3 * on * (back + on)) : 0;
  const after = back && on ? smoothing / (3 * back * (back + on)) : 0;
  return [x + tangentX * before, y + tangentY * before, x - tangentX * after, y - tangentY * after];
}
