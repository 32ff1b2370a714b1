// Takes off a figure what a browser draws at once and Plotly piece by piece: the labels, each of which
// Plotly measures, and the pixels, which it loads as pictures. Says where they belong, in pixels of the
// screen. What is exported keeps them in the figure. Pure functions.

const PAD = 3; // between a tick and its label, in pixels
const AXIS = /^([xy])axis(\d*)$/;

/**
 * Split a figure: `{data, layout, labels, legend, images}`; `data` is what is left for Plotly, often nothing.
 * `labels` are `{x, y, across, down, angle, text, size, colour}`, `across` and `down` the part of the label that
 * lies left of and above its place; `legend` holds the lines of a legend, empty where there is none; `images`
 * are `{left, top, width, height, upward, bitmap}`, `upward` where their first row is the lowest.
 */
export function splitFigure({data, layout}) {
  const bare = {...layout, annotations: [], showlegend: false};
  const labels = [];
  for (const name of Object.keys(layout)) {
    const [, side] = AXIS.exec(name) ?? [];
    const axis = layout[name];
    if (!side || !axis.ticktext) continue;
    bare[name] = {...axis, showticklabels: false};
    delete bare[name].ticktext;
    delete bare[name].title;
    if (axis.title) labels.push(placeTitle(layout, name, side));
    if (axis.showticklabels === false || axis.visible === false) continue;
    labels.push(...(side === 'x' ? alongBottom(layout, name) : alongLeft(layout, name)));
  }
  for (const annotation of layout.annotations ?? []) labels.push(placeAnnotation(layout, annotation));
  const named = layout.showlegend ? data.filter(({name, showlegend}) => name && showlegend !== false) : [];
  return {
    layout: bare,
    labels,
    images: data.filter(({bitmap}) => bitmap).map((image) => placeImage(layout, image)),
    data: data.filter(({bitmap}) => !bitmap),
    legend: named.map(({name, line, marker, mode}) => ({
      name,
      colour: line?.color ?? marker?.color,
      dash: line?.dash ?? 'solid',
      symbol: mode === 'markers' ? (marker?.symbol ?? 'circle') : null,
    })),
  };
}

/** Where an axis lies on the screen, in pixels: `{offset, length, range}`. */
export function measureAxis(layout, name) {
  const {range} = layout[name];
  const [from, to] = range.map((value) => (name.startsWith('x') ? across : down)(layout, name, value));
  return {offset: Math.min(from, to), length: Math.abs(to - from), range};
}

function across(layout, name, value) {
  const {
    domain: [from, to] = [0, 1],
    range: [low, high],
  } = layout[name];
  const {l, r} = layout.margin;
  return l + (from + ((value - low) / (high - low)) * (to - from)) * (layout.width - l - r);
}

function down(layout, name, value) {
  const {
    domain: [from, to] = [0, 1],
    range: [low, high],
  } = layout[name];
  const {t, b} = layout.margin;
  return t + (1 - from - ((value - low) / (high - low)) * (to - from)) * (layout.height - t - b);
}

const longName = (short) => short.replace(/^([xy])/, '$1axis'); // y2 -> yaxis2
const isSeen = ({range: [low, high]}, value) =>
  value >= Math.min(low, high) - 1e-9 && value <= Math.max(low, high) + 1e-9;
const tickRoom = ({ticks, ticklen = 5}) => (ticks ? ticklen : 0);

function alongBottom(layout, name) {
  const axis = layout[name];
  const upright = longName(axis.anchor ?? 'y');
  const foot = down(layout, upright, layout[upright].range[0]) + tickRoom(axis) + PAD;
  const angle = axis.tickangle ?? 0;
  return axis.tickvals
    .map((value, k) => [value, axis.ticktext[k]])
    .filter(([value]) => isSeen(axis, value))
    .map(([value, text]) => ({
      x: across(layout, name, value),
      y: foot,
      across: angle ? 1 : 0.5,
      down: 0,
      angle,
      text,
      size: axis.tickfont?.size ?? layout.font.size,
      colour: axis.tickfont?.color ?? layout.font.color,
    }));
}

function alongLeft(layout, name) {
  const axis = layout[name];
  const flat = longName(axis.anchor ?? 'x');
  const edge = across(layout, flat, layout[flat].range[0]) - tickRoom(axis) - PAD;
  return axis.tickvals
    .map((value, k) => [value, axis.ticktext[k]])
    .filter(([value]) => isSeen(axis, value))
    .map(([value, text]) => ({
      x: edge,
      y: down(layout, name, value),
      across: 1,
      down: 0.5,
      angle: 0,
      text,
      size: axis.tickfont?.size ?? layout.font.size,
      colour: axis.tickfont?.color ?? layout.font.color,
    }));
}

function placeImage(layout, {bitmap, x0, dx, y0, dy, xaxis = 'x', yaxis = 'y'}) {
  const [xs, ys] = [
    [x0 - dx / 2, x0 + (bitmap.width - 0.5) * dx],
    [y0 - dy / 2, y0 + (bitmap.height - 0.5) * dy],
  ];
  const [left, right] = xs.map((value) => across(layout, longName(xaxis), value));
  const [first, last] = ys.map((value) => down(layout, longName(yaxis), value));
  return {
    left,
    width: right - left,
    top: Math.min(first, last),
    height: Math.abs(last - first),
    upward: first > last,
    bitmap,
  };
}

function placeTitle(layout, name, side) {
  const {text, font = layout.font} = layout[name].title;
  const [low, high] = layout[name].range;
  const middle = (low + high) / 2;
  return {
    x: side === 'x' ? across(layout, name, middle) : 9,
    y: side === 'x' ? layout.height - 9 : down(layout, name, middle),
    across: 0.5,
    down: 0.5,
    angle: side === 'x' ? 0 : -90,
    text,
    size: font.size ?? layout.font.size,
    colour: font.color ?? layout.font.color,
  };
}

function placeAnnotation(layout, annotation) {
  const whole = {domain: [0, 1], range: [0, 1]};
  const place = (find, ref, value) => {
    if (ref === undefined || ref === 'paper') return find({...layout, paper: whole}, 'paper', value);
    const [axis, domain] = ref.split(' ');
    if (domain)
      return find(
        {...layout, own: {domain: layout[longName(axis)].domain ?? [0, 1], range: [0, 1]}},
        'own',
        value,
      );
    return find(layout, longName(axis), value);
  };
  const part = {left: 0, top: 0, center: 0.5, middle: 0.5, right: 1, bottom: 1};
  return {
    x: place(across, annotation.xref ?? 'x', annotation.x) + (annotation.xshift ?? 0),
    y: place(down, annotation.yref ?? 'y', annotation.y) - (annotation.yshift ?? 0),
    across: part[annotation.xanchor ?? 'center'],
    down: part[annotation.yanchor ?? 'middle'],
    angle: annotation.textangle ?? 0,
    text: annotation.text,
    size: annotation.font?.size ?? layout.font.size,
    colour: annotation.font?.color ?? layout.font.color,
  };
}
