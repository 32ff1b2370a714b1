// Every unit at every step, one map a signal.

import {blankLayout, mapTitle, placeGrid, stepAt, stepAxis} from '../chart.js';
import {painter, surface} from '../colours.js';

const words = {
  en: {
    title: 'Every unit, every step',
    shows: 'A map for each signal: steps from left to right, units from top to bottom, ordered by what they end up remembering.',
    look: 'A long stripe is something remembered; a vertical edge is a word that matters. Click a spot to force it.',
    shows_back: 'The gradient at each unit and step, on a log scale over 12 powers of ten.',
    summary: '{count} maps of {units} units by {steps} steps.',
    signal: 'signal', mean: 'mean', low: 'smallest', high: 'largest',
  },
  'pt-BR': {
    title: 'Cada unidade, cada passo',
    shows: 'Um mapa por sinal: os passos da esquerda para a direita, as unidades de cima para baixo, ordenadas pelo que terminam lembrando.',
    look: 'Uma faixa longa é algo lembrado; uma borda vertical é uma palavra que importa. Clique num ponto para forçá-lo.',
    shows_back: 'O gradiente em cada unidade e passo, em escala log de 12 potências de dez.',
    summary: '{count} mapas de {units} unidades por {steps} passos.',
    signal: 'sinal', mean: 'média', low: 'menor', high: 'maior',
  },
};

function figure(ctx) {
  const {trace, cell, theme, width, row: prefix, orders, direction} = ctx;
  const paint = surface(theme);
  const back = direction === 'backward';
  const maps = cell.signals;
  const across = gridWidth(width, maps.length);
  const steps = trace.tokens.length;
  const layout = blankLayout(ctx, {l: 30, r: 6, t: 26, b: 24});
  const places = placeGrid(maps.length, across, {x: 0.05, y: 0.12});
  const bands = [];
  const data = maps.map((signal, k) => {
    const {id, x, y, column, last} = places[k];
    const name = `${prefix}.${signal.name}`;
    const units = orders[prefix].length;
    layout[`xaxis${id}`] = {...stepAxis(steps, 6), domain: x, anchor: `y${id}`, ticks: 'outside', ticklen: 3,
      tickcolor: paint.line, showticklabels: last};
    layout[`yaxis${id}`] = {domain: y, range: [units, 0], fixedrange: true, showgrid: false, zeroline: false,
      anchor: `x${id}`, scaleanchor: false, showticklabels: column === 0, tickvals: [0, units],
      ticktext: ['1', String(units)], ticks: ''};
    layout.annotations.push(mapTitle(id, `<b>${ctx.text(signal.title)}</b> ${signal.name}`, ctx.ink(signal)));
    bands.push({x: `xaxis${id}`, y: `yaxis${id}`, name});
    return mapImage(ctx, name, signal, orders[prefix], back, id);
  });
  return {
    kind: 'chart', data, layout,
    overlay: {maps: bands, from: 0, count: steps, leftward: ctx.leftward},
    hit(x, y, axis) {
      const found = bands.find((one) => one.y === axis);
      const step = stepAt(x, steps);
      const unit = orders[prefix][Math.floor(y)];
      if (step === null || unit === undefined) return null;
      return {step, unit, signal: found.name, label: ctx.tell(found.name, step, unit), force: true};
    },
    at: ctx.rowTitle, shows: ctx.say(back ? 'shows_back' : 'shows'), look: ctx.say('look'),
    summary: ctx.say('summary', {count: maps.length, units: orders[prefix].length, steps}),
    table: () => ({
      head: [ctx.say('signal'), ctx.say('mean'), ctx.say('low'), ctx.say('high')],
      rows: maps.map((signal) => {
        const {values} = trace.signals[`${prefix}.${signal.name}`];
        return [`${ctx.text(signal.title)} ${signal.name}`, ctx.number(mean(values)),
          ctx.number(values.reduce((a, b) => Math.min(a, b))), ctx.number(values.reduce((a, b) => Math.max(a, b)))];
      }),
    }),
  };
}

function mapImage(ctx, name, signal, order, back, id) {
  const {trace, theme} = ctx;
  const {values, shape: [steps, units]} = back ? trace.gradients[name] : trace.signals[name];
  const paint = painter(signal, values, theme, back ? ctx.largestGradient : null);
  const pixels = new Uint32Array(steps * units);
  order.forEach((unit, line) => {
    for (let t = 0; t < steps; t += 1) pixels[line * steps + t] = paint(values[t * units + unit]);
  });
  return {
    type: 'image', bitmap: {width: steps, height: units, pixels}, x0: 0, dx: 1, y0: 0.5, dy: 1,
    xaxis: `x${id}`, yaxis: `y${id}`, hoverinfo: 'skip', zsmooth: false,
  };
}

function mean(values) {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

function gridWidth(width, maps) {
  if (maps === 4 && width > 330) return 2;
  return Math.min(maps, width > 560 ? 3 : width > 330 ? 2 : 1);
}

export default {id: 'heatmaps', place: 'left', order: 0, words, applies: () => true, figure,
  height: (ctx) => {
    const maps = ctx.cell.signals.length;
    return 50 + Math.ceil(maps / gridWidth(ctx.width, maps)) * (ctx.cell.signals.length < 3 ? 300 : 196);
  }};
