// Every unit at every step, one map a signal.

import {blankLayout, stepAt, stepAxis} from '../charts/axes.js';
import {pixelImage} from '../charts/pixel_image.js';
import {mapTitle, placeGrid} from '../charts/small_multiples.js';
import {colourScale, surface} from '../core/colours.js';
import {meanOf} from '../core/vectors.js';

const words = {
  en: {
    title: 'Every unit, every step',
    shows:
      'A map for each signal: steps from left to right, units from top to bottom, ordered by what they end up remembering.',
    look: 'A long stripe is something remembered; a vertical edge is a {token_noun} that matters. Click a spot to force it.',
    look_back: 'Bright: a small change here would change the loss. What is dark can still be remembered.',
    first: 'max',
    last: 'min',
    shows_back: 'The gradient at each unit and step, on a log scale over 12 powers of ten.',
    summary: '{count} maps of {units} units by {steps} steps.',
    signal: 'signal',
    mean: 'mean',
    low: 'smallest',
    high: 'largest',
  },
  'pt-BR': {
    title: 'Cada unidade, cada passo',
    shows:
      'Um mapa por sinal: os passos da esquerda para a direita, as unidades de cima para baixo, ordenadas pelo que terminam lembrando.',
    look: 'Uma faixa longa é algo lembrado; uma borda vertical é uma {token_noun} que importa. Clique num ponto para forçá-lo.',
    look_back: 'Aceso: uma pequena mudança aqui mudaria a perda. O que está apagado ainda pode ser lembrado.',
    first: 'máx',
    last: 'mín',
    shows_back: 'O gradiente em cada unidade e passo, em escala log de 12 potências de dez.',
    summary: '{count} mapas de {units} unidades por {steps} passos.',
    signal: 'sinal',
    mean: 'média',
    low: 'menor',
    high: 'maior',
  },
};

const GAP = 40; // pixels between two rows of maps: a title

/**
 * @param {WatchContext} ctx
 * @returns {ChartFigure}
 */
function figure(ctx) {
  const {trace, cell, theme, width, layerName, unitOrders, direction} = ctx;
  const paint = surface(theme);
  const backward = direction === 'backward';
  const {signals} = cell;
  const steps = trace.tokens.length;
  const order = unitOrders[layerName];
  const layout = blankLayout(ctx, {l: 30, r: 12, t: 26, b: 24});
  const places = placeGrid(signals.length, chooseAcross(width, signals.length), {
    x: 0.05,
    y: GAP / (ctx.height - 50),
  });
  const data = signals.map((signal, k) => {
    const {id, x, y, column, last} = places[k];
    layout[`xaxis${id}`] = {
      ...stepAxis(steps, 6),
      domain: x,
      anchor: `y${id}`,
      ticks: 'outside',
      ticklen: 3,
      tickcolor: paint.line,
      showticklabels: last,
    };
    layout[`yaxis${id}`] = {
      domain: y,
      range: [order.length, 0],
      fixedrange: true,
      showgrid: false,
      zeroline: false,
      anchor: `x${id}`,
      scaleanchor: false,
      showticklabels: column === 0,
      tickvals: [0, order.length],
      ticktext: [ctx.say('first'), ctx.say('last')], // a rank, not the units' numbers
      ticks: '',
    };
    layout.annotations.push({
      ...mapTitle(id, `<b>${ctx.text(signal.title)}</b> ${signal.letter}`, ctx.ink(signal)),
      letter: signal.name,
    });
    return drawSignal(ctx, signal, order, backward, id);
  });
  return {
    kind: 'chart',
    data,
    layout,
    overlay: {
      axes: places.map(({id}) => ({x: `xaxis${id}`, y: `yaxis${id}`})),
      from: 0,
      count: steps,
      reverse: ctx.reverse,
    },
    hitTest(x, y, axis) {
      const signal = signals[places.findIndex(({id}) => `yaxis${id}` === axis)];
      const [step, unit] = [stepAt(x, steps), order[Math.floor(y)]];
      if (step === null || unit === undefined) return null;
      const signalName = `${layerName}.${signal.name}`;
      return {step, unit, signal: signalName, label: ctx.describeValue(signalName, step, unit)};
    },
    aside: ctx.layerTitle,
    shows: ctx.say(backward ? 'shows_back' : 'shows'),
    look: ctx.say(backward ? 'look_back' : 'look'),
    summary: ctx.say('summary', {count: signals.length, units: order.length, steps}),
    table: () => ({
      head: [ctx.say('signal'), ctx.say('mean'), ctx.say('low'), ctx.say('high')],
      rows: signals.map((signal) => {
        const {values} = trace.signals[`${layerName}.${signal.name}`];
        return [
          `${ctx.text(signal.title)} ${signal.letter}`,
          ctx.number(meanOf(values)),
          ctx.number(values.reduce((a, b) => Math.min(a, b))),
          ctx.number(values.reduce((a, b) => Math.max(a, b))),
        ];
      }),
    }),
  };
}

/**
 * @param {WatchContext} ctx
 * @param {Signal} signal
 * @param {number[]} order
 * @param {boolean} backward
 * @param {string | number} id
 */
function drawSignal({trace, theme, layerName, largestGradient}, signal, order, backward, id) {
  const {
    values,
    shape: [steps, units],
  } = (backward ? trace.gradients : trace.signals)[`${layerName}.${signal.name}`];
  const colourOf = colourScale(signal, values, theme, backward ? largestGradient : null);
  const pixels = new Uint32Array(steps * units);
  order.forEach((unit, line) => {
    for (let t = 0; t < steps; t += 1) pixels[line * steps + t] = colourOf(values[t * units + unit]);
  });
  return pixelImage({width: steps, height: units, pixels}, {y0: 0.5, xaxis: `x${id}`, yaxis: `y${id}`});
}

/**
 * How many maps stand side by side.
 * @param {number} width
 * @param {number} maps
 */
function chooseAcross(width, maps) {
  if (maps === 4 && width > 330) return 2;
  return Math.min(maps, width > 560 ? 3 : width > 330 ? 2 : 1);
}

/** @type {WatchView} */
export default {
  id: 'signal_heatmaps',
  place: 'left',
  order: 0,
  words,
  applies: () => true,
  figure,
  height: ({cell: {signals}, width}) =>
    50 + Math.ceil(signals.length / chooseAcross(width, signals.length)) * (signals.length < 3 ? 300 : 196),
};
