// The decay, drawn: norms by distance on a log axis, and what the Lyapunov exponent leads to expect.

import {blankLayout, legendAbove, numberAxis, powerAxis} from '../charts/axes.js';

const words = {
  en: {
    title: 'How fast it decays',
    shows:
      'The gradient’s length, relative to the last word, by distance from it. The thin line is the slope that the largest Lyapunov exponent predicts; a shaded band is the spread over seeds.',
    look: 'On this axis an exponential is a straight line: the steeper, the shorter the memory.',
    distance: 'words back',
    summary: 'Slopes in powers of ten a word: {list}.',
    none: 'none',
    network: 'network',
    slope: 'slope',
    exponent: 'largest exponent (nats a step)',
  },
  'pt-BR': {
    title: 'Com que rapidez ele decai',
    shows:
      'O tamanho do gradiente, relativo à última palavra, pela distância até ela. A linha fina é a inclinação que o maior expoente de Lyapunov prevê; uma faixa sombreada é a variação entre sementes.',
    look: 'Neste eixo uma exponencial é uma reta: quanto mais íngreme, mais curta a memória.',
    distance: 'palavras para trás',
    summary: 'Inclinações em potências de dez por palavra: {list}.',
    none: 'nenhuma',
    network: 'rede',
    slope: 'inclinação',
    exponent: 'maior expoente (nats por passo)',
  },
};

const FLOOR = -300; // powers of ten

/**
 * @param {CompareContext} ctx
 * @returns {ChartFigure}
 */
function figure(ctx) {
  const {comparison, theme, layers} = ctx;
  const steps = comparison.tokens.length;
  const distances = Array.from({length: steps}, (_, k) => k);
  /** @param {Numbers} values */
  const exponentsByDistance = (values) =>
    distances.map((k) => {
      const value = values[steps - 1 - k];
      return value !== null && value > 0 ? Math.log10(value) : null;
    });
  /** @type {ScatterTrace[]} */
  const data = [];
  /** @type {number[]} */
  const drawn = [];
  for (const layer of layers) {
    for (const [state, decay] of Object.entries(layer.decay)) {
      const y = exponentsByDistance(decay.relative);
      drawn.push(...y.filter((exponent) => exponent !== null));
      const only = Object.keys(layer.decay).length === 1;
      const dash = state === layer.memoryState ? 'solid' : 'dot';
      if (decay.low && decay.high) {
        const [low, high] = [exponentsByDistance(decay.low), exponentsByDistance(decay.high)];
        data.push({
          type: 'scatter',
          mode: 'lines',
          x: [...distances, ...distances.slice().reverse()],
          y: [...high, ...low.slice().reverse()].map((exponent) => exponent ?? FLOOR),
          fill: 'toself',
          fillcolor: `${layer.colour}2b`,
          line: {width: 0},
          hoverinfo: 'skip',
          showlegend: false,
        });
      }
      data.push({
        type: 'scatter',
        mode: 'lines',
        name: only ? layer.title : `${layer.title} · ${state}`,
        x: distances,
        y,
        hoverinfo: 'skip',
        line: {color: layer.colour, width: 2.4, dash},
      });
    }
    const lyapunov = layer.exponents[0];
    if (lyapunov !== null && steps > 2) {
      const slope = lyapunov / Math.LN10;
      const end = Math.max(slope * (steps - 1), FLOOR);
      data.push({
        type: 'scatter',
        mode: 'lines',
        x: [0, slope ? Math.min(steps - 1, Math.abs(end / slope)) : steps - 1],
        y: [0, end],
        hoverinfo: 'skip',
        showlegend: false,
        line: {color: layer.colour, width: 1},
        opacity: 0.6,
      });
    }
  }
  const low = Math.max(FLOOR, Math.floor(Math.min(-2, ...drawn)));
  const high = Math.ceil(Math.max(0.5, ...drawn));
  return {
    kind: 'chart',
    data,
    layout: {
      ...blankLayout(ctx, {l: 56, r: 10, t: 8, b: 42}),
      showlegend: true,
      legend: legendAbove(theme),
      xaxis: {
        ...numberAxis(0, steps - 1, theme, (value) => String(value), 8),
        range: [steps - 0.5, -0.5],
        showgrid: false,
        title: {text: ctx.say('distance')},
      },
      yaxis: powerAxis(low, high, theme),
    },
    overlay: {axes: [], from: 0, count: steps},
    shows: ctx.say('shows'),
    look: ctx.say('look'),
    summary: ctx.say('summary', {
      list: listSlopes(ctx)
        .map(([title, slope]) => `${title} ${slope}`)
        .join('; '),
    }),
    table: () => ({head: [ctx.say('network'), ctx.say('slope'), ctx.say('exponent')], rows: listSlopes(ctx)}),
  };
}

/**
 * @param {CompareContext} ctx
 * @returns {string[][]}
 */
function listSlopes(ctx) {
  return ctx.layers.flatMap((layer) =>
    Object.entries(layer.decay).map(([state, {slope}]) => [
      `${layer.title} · ${state}`,
      slope === null ? ctx.say('none') : ctx.power(slope),
      layer.exponents[0] === null ? ctx.say('none') : ctx.power(layer.exponents[0]),
    ]),
  );
}

/** @type {CompareView} */
export default {
  id: 'gradient_decay',
  room: 'compare',
  place: 'left',
  order: 0,
  words,
  applies: () => true,
  figure,
  height: (ctx) => 330 + 16 * ctx.layers.length,
};
