// Takes off a figure what a browser draws at once and Plotly piece by piece: the letters, each of which
// Plotly measures, and the pixels, which it loads as pictures. Says where they belong, in pixels of the
// screen. What is exported keeps them in the figure. Pure functions.

import {encodePng} from './bitmap.js';

const PAD = 3; // between a tick and its label, in pixels
const AXIS = /^([xy])axis(\d*)$/;

/**
 * Split a figure: `{data, layout, letters, key, images}`; `data` is what is left for Plotly, often nothing. `letters` are `{x, y, across, down, angle, text,
 * size, colour}`, `across` and `down` the part of the label that lies left of and above its place; `key`
 * are the lines of a legend, empty where there is none; `images` are `{left, top, width, height, upward, bitmap}`,
 * `upward` where their first row is the lowest.
 */
export function takeLayers({data, layout}) {
  const bare = {...layout, annotations: [], showlegend: false};
  const letters = [];
  for (const name of Object.keys(layout)) {
    const [, side] = AXIS.exec(name) ?? [];
    const axis = layout[name];
    if (!side || !axis.ticktext) continue;
    bare[name] = {...axis, showticklabels: false};
    delete bare[name].ticktext;
    delete bare[name].title;
    if (axis.title) letters.push(placeTitle(layout, name, side));
    if (axis.showticklabels === false || axis.visible === false) continue;
    letters.push(...(side === 'x' ? alongBottom(layout, name) : alongLeft(layout, name)));
  }
  for (const note of layout.annotations ?? []) letters.push(placeNote(layout, note));
  const key = layout.showlegend ? data.filter((one) => one.name && one.showlegend !== false) : [];
  return {
    layout: bare, letters, images: data.filter(({bitmap}) => bitmap).map((one) => placeImage(layout, one)),
    data: data.filter(({bitmap}) => !bitmap),
    key: key.map(({name, line, marker, mode}) => ({name, colour: line?.color ?? marker?.color, dash: line?.dash ?? 'solid',
      symbol: mode === 'markers' ? marker?.symbol ?? 'circle' : null})),
  };
}

/** Where an axis lies on the screen, in pixels: `{offset, length, range}`. */
export function measureAxis(layout, name) {
  const {range} = layout[name];
  const [from, to] = range.map((value) => (name.startsWith('x') ? across : down)(layout, name, value));
  return {offset: Math.min(from, to), length: Math.abs(to - from), range};
}

/** The traces of a figure as Plotly alone can draw them: every bitmap as a picture. */
export function printData(data) {
  return data.map(({bitmap, ...one}) => (bitmap ? {...one, source: encodePng(bitmap.width, bitmap.height, bitmap.pixels)} : one));
}

/** The runs of a label's small markup: `{text, tag, colour}` with tag b, i, sup, sub or null. */
export function readMarkup(label) {
  const runs = [];
  let [tags, colour] = [[], null];
  for (const part of String(label).split(/(<[^>]+>)/)) {
    const [, close, tag] = /^<(\/?)(\w+)/.exec(part) ?? [];
    if (!tag) {
      const text = part.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
      if (text) runs.push({text, tag: tags.at(-1) ?? null, colour});
    } else if (tag === 'span') colour = close ? null : /color:\s*([^;"]+)/.exec(part)?.[1] ?? null;
    else if (close) tags = tags.slice(0, -1);
    else tags = [...tags, tag];
  }
  return runs;
}

function across(layout, name, value) {
  const {domain: [from, to] = [0, 1], range: [low, high]} = layout[name];
  const {l, r} = layout.margin;
  return l + (from + ((value - low) / (high - low)) * (to - from)) * (layout.width - l - r);
}

function down(layout, name, value) {
  const {domain: [from, to] = [0, 1], range: [low, high]} = layout[name];
  const {t, b} = layout.margin;
  return t + (1 - from - ((value - low) / (high - low)) * (to - from)) * (layout.height - t - b);
}

const long = (short) => short.replace(/^([xy])/, '$1axis');
const isSeen = ({range: [low, high]}, value) => value >= Math.min(low, high) - 1e-9 && value <= Math.max(low, high) + 1e-9;
const tickRoom = ({ticks, ticklen = 5}) => (ticks ? ticklen : 0);

function alongBottom(layout, name) {
  const axis = layout[name];
  const upright = long(axis.anchor ?? 'y');
  const foot = down(layout, upright, layout[upright].range[0]) + tickRoom(axis) + PAD;
  const angle = axis.tickangle ?? 0;
  return axis.tickvals.map((value, k) => [value, axis.ticktext[k]]).filter(([value]) => isSeen(axis, value)).map(([value, text]) => ({
    x: across(layout, name, value), y: foot, across: angle ? 1 : 0.5, down: 0, angle, text,
    size: axis.tickfont?.size ?? layout.font.size, colour: axis.tickfont?.color ?? layout.font.color,
  }));
}

function alongLeft(layout, name) {
  const axis = layout[name];
  const flat = long(axis.anchor ?? 'x');
  const edge = across(layout, flat, layout[flat].range[0]) - tickRoom(axis) - PAD;
  return axis.tickvals.map((value, k) => [value, axis.ticktext[k]]).filter(([value]) => isSeen(axis, value)).map(([value, text]) => ({
    x: edge, y: down(layout, name, value), across: 1, down: 0.5, angle: 0, text,
    size: axis.tickfont?.size ?? layout.font.size, colour: axis.tickfont?.color ?? layout.font.color,
  }));
}

function placeImage(layout, {bitmap, x0, dx, y0, dy, xaxis = 'x', yaxis = 'y'}) {
  const [xs, ys] = [[x0 - dx / 2, x0 + (bitmap.width - 0.5) * dx], [y0 - dy / 2, y0 + (bitmap.height - 0.5) * dy]];
  const [left, right] = xs.map((value) => across(layout, long(xaxis), value));
  const [one, other] = ys.map((value) => down(layout, long(yaxis), value));
  return {left, width: right - left, top: Math.min(one, other), height: Math.abs(other - one), upward: one > other, bitmap};
}

function placeTitle(layout, name, side) {
  const {text, font = layout.font} = layout[name].title;
  const [low, high] = layout[name].range;
  const middle = (low + high) / 2;
  return {
    x: side === 'x' ? across(layout, name, middle) : 9, y: side === 'x' ? layout.height - 9 : down(layout, name, middle),
    across: 0.5, down: 0.5, angle: side === 'x' ? 0 : -90, text, size: font.size ?? layout.font.size, colour: font.color ?? layout.font.color,
  };
}

function placeNote(layout, note) {
  const whole = {domain: [0, 1], range: [0, 1]};
  const place = (find, ref, value) => {
    if (ref === undefined || ref === 'paper') return find({...layout, paper: whole}, 'paper', value);
    const [axis, domain] = ref.split(' ');
    if (domain) return find({...layout, own: {domain: layout[long(axis)].domain ?? [0, 1], range: [0, 1]}}, 'own', value);
    return find(layout, long(axis), value);
  };
  const part = {left: 0, top: 0, center: 0.5, middle: 0.5, right: 1, bottom: 1};
  return {
    x: place(across, note.xref ?? 'x', note.x) + (note.xshift ?? 0), y: place(down, note.yref ?? 'y', note.y) - (note.yshift ?? 0),
    across: part[note.xanchor ?? 'center'], down: part[note.yanchor ?? 'middle'], angle: note.textangle ?? 0,
    text: note.text, size: note.font?.size ?? layout.font.size, colour: note.font?.color ?? layout.font.color,
  };
}
