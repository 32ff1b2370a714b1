// Takes off a figure what a browser draws at once and Plotly piece by piece: the labels, each of which
// Plotly measures, and the pixels, which it loads as pictures. Says where they belong, in pixels of the
// screen. Areas in one colour go with the pixels. What is exported keeps them in the figure. Pure functions.

const PAD = 3; // between a tick and its label, in pixels
const EDGE = 9; // between an axis' title and the figure's edge
const PART = {left: 0, top: 0, center: 0.5, middle: 0.5, right: 1, bottom: 1};

/**
 * @typedef {`xaxis${string}` | `yaxis${string}`} AxisName
 * @typedef {Pick<Axis, 'domain' | 'range'>} Place an axis, as far as places are read off it
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
 * where there is none; `images` are to be drawn `upward` where their first row is the lowest, `areas` in their order.
 * @param {{data: PlotTrace[], layout: Layout}} figure
 */
export function splitFigure({data, layout}) {
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
  const named = layout.showlegend ? curves.filter(({name, showlegend}) => name && showlegend !== false) : [];
  return {
    layout: bare,
    labels,
    images: images.map((image) => placeImage(layout, image)),
    areas: scatters.filter(isArea).map((area) => placeArea(layout, area)),
    data: curves,
    legend: named.map(({name, line, marker, mode}) => ({
      name: String(name),
      colour: line?.color ?? String(marker?.color),
      dash: line?.dash ?? 'solid',
      symbol: mode === 'markers' ? String(marker?.symbol ?? 'circle') : null,
    })),
  };
}

/**
 * Whether a trace is nothing but areas in one colour.
 * @param {ScatterTrace} trace
 */
const isArea = ({mode, fill}) => mode === 'none' && fill === 'toself';

/**
 * The corners of the areas of a trace, in pixels; null between two areas.
 * @param {Layout} layout
 * @param {ScatterTrace} area
 */
function placeArea(layout, {x, y, xaxis = 'x', yaxis = 'y', fillcolor, meta}) {
  const [upright, level] = [axisOf(layout, yaxis), axisOf(layout, xaxis)];
  // An axis is a straight line: two places of it give all others.
  const [left, top] = [across(layout, level, 0), down(layout, upright, 0)];
  const [wide, high] = [across(layout, level, 1) - left, down(layout, upright, 1) - top];
  const corners = x.map((value, k) => {
    const height = y[k];
    return value === null || height === null ? null : [left + wide * value, top + high * height];
  });
  return {corners, colour: String(fillcolor), step: meta ?? null};
}

/**
 * The names of a layout's axes.
 * @param {Layout} layout
 */
export function listAxes(layout) {
  return /** @type {AxisName[]} */ (Object.keys(layout).filter((name) => /^[xy]axis\d*$/.test(name)));
}

/**
 * Where an axis lies on the screen, in pixels.
 * @param {Layout} layout
 * @param {AxisName} name
 */
export function measureAxis(layout, name) {
  const axis = layout[name];
  const [from, to] = axis.range.map((value) =>
    isAcross(name) ? across(layout, axis, value) : down(layout, axis, value),
  );
  return {offset: Math.min(from, to), length: Math.abs(to - from), range: axis.range};
}

/** @param {AxisName} name */
const isAcross = (name) => name.startsWith('x');

/**
 * The place of a value on an x axis, in pixels from the left.
 * @param {Layout} layout
 * @param {Place} axis
 * @param {number} value
 */
function across({margin: {l, r}, width}, {domain = [0, 1], range: [low, high]}, value) {
  return l + (domain[0] + ((value - low) / (high - low)) * (domain[1] - domain[0])) * (width - l - r);
}

/**
 * The place of a value on a y axis, in pixels from the top.
 * @param {Layout} layout
 * @param {Place} axis
 * @param {number} value
 */
function down({margin: {t, b}, height}, {domain = [0, 1], range: [low, high]}, value) {
  return t + (1 - domain[0] - ((value - low) / (high - low)) * (domain[1] - domain[0])) * (height - t - b);
}

/**
 * The axis that another one names: y2 is yaxis2.
 * @param {Layout} layout
 * @param {string} short
 */
function axisOf(layout, short) {
  return layout[/** @type {AxisName} */ (short.replace(/^([xy])/, '$1axis'))];
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

/**
 * What a place refers to: an axis (`x2`), the span of an axis (`x2 domain`), or the whole (`paper`).
 * @param {Layout} layout
 * @param {string} reference
 * @returns {Place}
 */
function referenceOf(layout, reference) {
  if (reference === 'paper') return {range: [0, 1]};
  const [axis, domain] = reference.split(' ');
  return domain ? {domain: axisOf(layout, axis).domain, range: [0, 1]} : axisOf(layout, axis);
}
