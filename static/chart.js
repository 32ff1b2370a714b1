// What the charts share: the bare layout, ticks, grids of small maps, words cut to fit. Pure functions.

import {FONT, lightLevel, lightRamp, surface} from './colours.js';

/** A layout with nothing in it: clear, still, in the theme's ink. */
export function blankLayout({width, height, theme}, margin, size = 12) {
  return {
    width, height, margin, paper_bgcolor: 'rgba(0,0,0,0)', plot_bgcolor: 'rgba(0,0,0,0)',
    font: {family: FONT, size, color: surface(theme).quiet}, showlegend: false, hovermode: false,
    dragmode: false, annotations: [],
  };
}

/** The legend of a chart, above it. */
export function legendAbove(theme) {
  return {orientation: 'h', y: 1.02, yanchor: 'bottom', x: 0, font: {color: surface(theme).ink, size: 12},
    itemclick: false, itemdoubleclick: false};
}

/** The steps to number, counted from 0: every 5th, say, so that at most about `most` are marked. */
export function markSteps(steps, most) {
  const every = [1, 2, 5, 10, 20, 50, 100, 200].find((n) => steps / n <= most) ?? 500;
  return Array.from({length: Math.ceil(steps / every)}, (_, k) => (k + 1) * every - 1).filter((t) => t < steps);
}

/** An axis of steps, numbered from 1. */
export function stepAxis(steps, most = 12) {
  const marked = markSteps(steps, most);
  return {range: [-0.5, steps - 0.5], fixedrange: true, showgrid: false, zeroline: false,
    tickvals: marked, ticktext: marked.map((t) => String(t + 1))};
}

/** An axis of numbers from `low` to `high`, with at most about `most` round ticks, told by `tell`. */
export function numberAxis(low, high, theme, tell, most = 5) {
  const rough = (high - low) / most || 1;
  const size = 10 ** Math.floor(Math.log10(rough));
  const every = [1, 2, 5, 10].map((n) => n * size).find((one) => one >= rough * 0.999);
  const first = Math.ceil(low / every - 1e-9);
  const values = Array.from({length: Math.floor(high / every + 1e-9) - first + 1}, (_, k) => (first + k) * every);
  return {range: [low, high], fixedrange: true, zeroline: false, gridcolor: surface(theme).line,
    tickvals: values, ticktext: values.map(tell)};
}

/** An axis of powers of ten; `low` and `high` are exponents. */
export function powerAxis(low, high, theme) {
  const every = Math.max(1, Math.ceil((high - low) / 6));
  const top = Math.floor(high / every) * every;
  const values = Array.from({length: Math.floor((top - low) / every) + 1}, (_, k) => top - k * every);
  return {range: [low, high], fixedrange: true, zeroline: false, gridcolor: surface(theme).line,
    tickvals: values, ticktext: values.map((k) => (k === 0 ? '1' : `10<sup>${String(k).replace('-', '−')}</sup>`))};
}

/** The places of `count` small maps, `across` in a row: `{id, x, y, column, last}` with axis domains. */
export function placeGrid(count, across, gap) {
  const down = Math.ceil(count / across);
  const [wide, high] = [(1 - gap.x * (across - 1)) / across, (1 - gap.y * (down - 1)) / down];
  return Array.from({length: count}, (_, k) => {
    const [left, top] = [(k % across) * (wide + gap.x), 1 - Math.floor(k / across) * (high + gap.y)];
    return {id: k ? k + 1 : '', x: [left, left + wide], y: [Math.max(0, top - high), top], column: k % across, last: k + across >= count};
  });
}

/** The title above one of several small maps. */
export function mapTitle(id, text, colour) {
  return {xref: `x${id} domain`, x: 0, xanchor: 'left', yref: `y${id} domain`, y: 1, yanchor: 'bottom', text,
    showarrow: false, font: {size: 12.5, color: colour}};
}

/** Whether step `t` may hear word `k` in this row of a map: a network that reads one way hears no later word. */
export const hears = (row, t, k) => k <= t || row[k] !== 0;

/**
 * Maps of steps by steps, one a network or a layer: row t, column k. Above the diagonal only what reads both
 * ways has something to say. `share(value, network)` is from 0 to 1. Gives `{data, layout, maps}`; `find(x, y, axis)` is
 * `{network, at, from, value}` or null.
 */
export function drawMaps(ctx, networks, {across, read, share, title}) {
  const steps = ctx.result.tokens.length;
  const layout = blankLayout(ctx, {l: 30, r: 6, t: 26, b: 24});
  const places = placeGrid(networks.length, across, {x: 0.06, y: 0.16});
  const data = networks.map((network, k) => {
    const {id, x, y, column} = places[k];
    const axis = stepAxis(steps, 5);
    layout[`xaxis${id}`] = {...axis, domain: x, anchor: `y${id}`};
    layout[`yaxis${id}`] = {...axis, range: [steps - 0.5, -0.5], domain: y, anchor: `x${id}`, scaleanchor: false, showticklabels: column === 0};
    layout.annotations.push(mapTitle(id, cutWord(title(network), Math.max(4, Math.floor(((x[1] - x[0]) * (ctx.width - 36)) / 7.4))), surface(ctx.theme).ink));
    const ramp = lightRamp(network.colour, ctx.theme);
    const pixels = new Uint32Array(steps * steps);
    read(network).forEach((row, t) => {
      // What is gone keeps a trace of colour, so that the triangle is still seen.
      row.forEach((value, from) => {
        if (hears(row, t, from)) pixels[t * steps + from] = ramp[Math.max(4, lightLevel(share(value, network)))];
      });
    });
    return {type: 'image', bitmap: {width: steps, height: steps, pixels}, x0: 0, dx: 1, y0: 0, dy: 1, xaxis: `x${id}`, yaxis: `y${id}`, hoverinfo: 'skip', zsmooth: false};
  });
  return {
    data, layout,
    maps: networks.map((_, k) => ({x: `xaxis${places[k].id}`, y: `yaxis${places[k].id}`})),
    find(x, y, axis) {
      const [from, at] = [stepAt(x, steps), stepAt(y, steps)];
      const network = networks[places.findIndex(({id}) => `yaxis${id}` === axis)];
      if (from === null || at === null || !network) return null;
      return {network, at, from, value: read(network)[at][from]};
    },
  };
}

/** The largest number of a triangle; 1 where there is none above 0. */
export function largestOf(rows) {
  let largest = 0;
  for (const row of rows) for (const value of row) if (value > largest) largest = value;
  return largest || 1;
}

/** A word as a label: cut to `most` letters, its markup made harmless. */
export function cutWord(word, most) {
  const cut = word.length > most ? `${word.slice(0, most - 1)}…` : word;
  return cut.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** The step under a place on an axis of steps, or null. */
export function stepAt(x, steps) {
  const step = Math.round(x);
  return step >= 0 && step < steps ? step : null;
}
