// Takes off a figure what a browser draws at once and Plotly piece by piece: the labels, each of which
// Plotly measures, and the pixels, which it loads as pictures. Says where they belong, in pixels of the
// screen. Areas in one colour go with the pixels, and all the rest of a figure that is painted. What is exported
// keeps them in the figure. Pure functions.

import {across, axisOf, down, isAcross, listAxes, referenceOf} from './axis_places.js';
import {isArea, placeArea, placePaintedParts} from './painted_parts.js';

const PAD = 3; // between a tick and its label, in pixels
const EDGE = 9; // between an axis' title and the figure's edge
const NOTHING = {rules: [], lines: [], marks: []}; // that is painted
const PART = {left: 0, top: 0, center: 0.5, middle: 0.5, right: 1, bottom: 1};

/**
 * @typedef {import('./axis_places.js').AxisName} AxisName
 * @typedef {import('./axis_places.js').Place} Place
 * @typedef {object} Label a label on the screen
 * @property {string} text
 * @property {number} x
 * @property {number} y
 * @property {number} across the part of it that lies left of its place
 * @property {number} down the part of it that lies above its place
 * @property {number} angle in degrees, clockwise
 * @property {number} size
 * @property {string} colour
 * @property {string} [letter] the signal whose letter it is
 */

/**
 * Split a figure: `data` is what is left for Plotly, often nothing; `legend` holds the lines of a legend, empty
 * where there is none; `images` are to be drawn `upward` where their first row is the lowest; `painted` is in its order.
 * @param {Pick<ChartFigure, 'data' | 'layout' | 'painted'>} figure
 */
export function splitFigure({data, layout, painted = false}) {
  /** @type {Layout} */
  const bare = {...layout, annotations: [], showlegend: false};
  /** @type {Label[]} */
  const labels = [];
  for (const name of listAxes(layout)) {
    const {ticktext, title, ...axis} = layout[name];
    if (!ticktext) continue;
    bare[name] = {...axis, showticklabels: false};
    if (title) labels.push(placeTitle(layout, name, title));
    if (axis.showticklabels === false || axis.visible === false) continue;
    labels.push(...placeTicks(layout, name));
  }
  for (const annotation of layout.annotations) labels.push(placeAnnotation(layout, annotation));
  const images = data.filter((trace) => trace.type === 'image');
  const scatters = data.filter((trace) => trace.type === 'scatter');
  const curves = scatters.filter((trace) => !isArea(trace));
  if (painted) labels.push(...curves.flatMap((curve) => placeTexts(layout, curve)));
  const named = layout.showlegend ? curves.filter(({name, showlegend}) => name && showlegend !== false) : [];
  return {
    layout: bare,
    labels,
    images: images.map((image) => placeImage(layout, image)),
    painted: painted
      ? placePaintedParts(scatters, layout)
      : {...NOTHING, areas: placeAreas(scatters, layout)},
    data: painted ? [] : curves,
    legend: named.map(({name, line, marker, mode}) => ({
      name: String(name),
      colour: line?.color ?? String(marker?.color),
      dash: line?.dash ?? 'solid',
      symbol: mode === 'markers' ? String(marker?.symbol ?? 'circle') : null,
    })),
  };
}

/**
 * @param {ScatterTrace[]} traces
 * @param {Layout} layout
 */
const placeAreas = (traces, layout) => traces.filter(isArea).map((area) => placeArea(layout, area));

/**
 * What is written beside the points of a curve.
 * @param {Layout} layout
 * @param {ScatterTrace} curve
 * @returns {Label[]}
 */
function placeTexts(
  layout,
  {x, y, xaxis = 'x', yaxis = 'y', text = [], textposition = 'top right', textfont},
) {
  const [above, beside] = /** @type {(keyof typeof PART)[]} */ (textposition.split(' '));
  return text.flatMap((said, k) => {
    const [left, up] = [x[k], y[k]];
    if (!said || left === null || up === null) return [];
    return {
      x: across(layout, axisOf(layout, xaxis), left),
      y: down(layout, axisOf(layout, yaxis), up),
      // It stands on the side that is named: its other end is at the point.
      across: 1 - PART[beside],
      down: 1 - PART[above],
      angle: 0,
      text: said,
      size: textfont?.size ?? layout.font.size,
      colour: textfont?.color ?? layout.font.color,
    };
  });
}

/**
 * The labels below an x axis, or left of a y axis.
 * @param {Layout} layout
 * @param {AxisName} name
 * @returns {Label[]}
 */
function placeTicks(layout, name) {
  const axis = layout[name];
  const {tickvals = [], ticktext = [], tickangle: angle = 0, ticks, ticklen = 5, tickfont, range} = axis;
  const horizontal = isAcross(name);
  // The start of the axis that it stands on, or a place of its own.
  const free = axis.anchor === 'free';
  /** @type {Place} */
  const crossing = free ? {range: [0, 1]} : axisOf(layout, axis.anchor ?? (horizontal ? 'y' : 'x'));
  const start = free ? Number(axis.position) : crossing.range[0];
  const gap = (ticks ? ticklen : 0) + PAD;
  const [low, high] = [Math.min(...range) - 1e-9, Math.max(...range) + 1e-9];
  const style = {size: tickfont?.size ?? layout.font.size, colour: tickfont?.color ?? layout.font.color};
  return tickvals.flatMap((value, k) => {
    if (value < low || value > high) return [];
    const text = ticktext[k];
    if (horizontal) {
      const y = down(layout, crossing, start) + gap;
      return [{x: across(layout, axis, value), y, across: angle ? 1 : 0.5, down: 0, angle, text, ...style}];
    }
    const x = across(layout, crossing, start) - gap;
    return [{x, y: down(layout, axis, value), across: 1, down: 0.5, angle: 0, text, ...style}];
  });
}

/**
 * @param {Layout} layout
 * @param {ImageTrace} image
 */
function placeImage(layout, {bitmap, x0, dx, y0, dy, xaxis, yaxis}) {
  const [left, right] = [x0 - dx / 2, x0 + (bitmap.width - 0.5) * dx].map((value) =>
    across(layout, axisOf(layout, xaxis), value),
  );
  const [first, last] = [y0 - dy / 2, y0 + (bitmap.height - 0.5) * dy].map((value) =>
    down(layout, axisOf(layout, yaxis), value),
  );
  const [top, height] = [Math.min(first, last), Math.abs(last - first)];
  return {left, width: right - left, top, height, upward: first > last, bitmap};
}

/**
 * An axis' title, at the figure's edge beside the middle of the axis.
 * @param {Layout} layout
 * @param {AxisName} name
 * @param {{text: string, font?: Font}} title
 * @returns {Label}
 */
function placeTitle(layout, name, {text, font}) {
  const axis = layout[name];
  const middle = (axis.range[0] + axis.range[1]) / 2;
  const place = isAcross(name)
    ? {x: across(layout, axis, middle), y: layout.height - EDGE, angle: 0}
    : {x: EDGE, y: down(layout, axis, middle), angle: -90};
  const style = {size: font?.size ?? layout.font.size, colour: font?.color ?? layout.font.color};
  return {...place, across: 0.5, down: 0.5, text, ...style};
}

/**
 * @param {Layout} layout
 * @param {Annotation} annotation
 * @returns {Label}
 */
function placeAnnotation(layout, annotation) {
  const {
    x,
    y,
    xref = 'x',
    yref = 'y',
    xshift = 0,
    yshift = 0,
    xanchor,
    yanchor,
    textangle,
    text,
    letter,
    font,
  } = annotation;
  return {
    x: across(layout, referenceOf(layout, xref), x) + xshift,
    y: down(layout, referenceOf(layout, yref), y) - yshift,
    across: PART[/** @type {keyof typeof PART} */ (xanchor ?? 'center')],
    down: PART[/** @type {keyof typeof PART} */ (yanchor ?? 'middle')],
    angle: textangle ?? 0,
    text,
    letter,
    size: font?.size ?? layout.font.size,
    colour: font?.color ?? layout.font.color,
  };
}
