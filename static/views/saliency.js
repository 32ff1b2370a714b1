// What the loss answers to of what was read: the gradient at the input, by word, or by feature and step.

import {blankLayout, legendAbove, numberAxis, stepAt, tokenAxis} from '../charts/axes.js';
import {pixelImage} from '../charts/pixel_image.js';
import {colourScale} from '../core/colours.js';

const words = {
  en: {
    title: 'What the loss answers to',
    shows_words:
      'Each {token_noun} shaded by the gradient of the loss at its vector, ‖∂L/∂x‖, relative to the largest. Loss for “{target}”.',
    shows_asked:
      'Each {token_noun} shaded by the gradient of the loss at its vector, ‖∂L/∂x‖, relative to the largest. The loss is asked at {asked} steps.',
    shows_numbers:
      'How strongly the loss answers to a small change of each number that was read, |∂L/∂x|, of a standard deviation each.',
    look: 'A strong shade says: a small change here would change the loss most. It does not say that the rest was forgotten: change it and read again.',
    look_numbers: 'Which input, and which step of it, matters most?',
    summary: 'Largest at step {step}, “{token}”.',
    summary_feature: 'Largest at step {step}: {feature}.',
    step: 'step',
    token: '{token_noun}',
    whole: 'input',
    at: 'step {step}, {feature}: {value}',
  },
  'pt-BR': {
    title: 'A que a perda responde',
    shows_words:
      'Cada {token_noun} sombreada pelo gradiente da perda no seu vetor, ‖∂L/∂x‖, relativo ao maior. Perda para “{target}”.',
    shows_asked:
      'Cada {token_noun} sombreada pelo gradiente da perda no seu vetor, ‖∂L/∂x‖, relativo ao maior. A perda é medida em {asked} passos.',
    shows_numbers:
      'Quanto a perda responde a uma pequena mudança em cada número lido, |∂L/∂x|, por desvio padrão de cada um.',
    look: 'Uma sombra forte diz: uma pequena mudança aqui mudaria mais a perda. Não diz que o resto foi esquecido: troque-o e leia de novo.',
    look_numbers: 'Que entrada, e que passo dela, pesa mais?',
    summary: 'Maior no passo {step}, “{token}”.',
    summary_feature: 'Maior no passo {step}: {feature}.',
    step: 'passo',
    token: '{token_noun}',
    whole: 'entrada',
    at: 'passo {step}, {feature}: {value}',
  },
};

const MOST_LINES = 12; // features that are drawn as a line each; more are a map
const HUES = ['output', 'forget', 'input', 'candidate', 'cell', 'hidden'];

/**
 * The name of each number that enters.
 * @param {WatchContext} ctx
 * @returns {string[]}
 */
function nameFeatures(ctx) {
  const {features} = ctx.task;
  const count = ctx.trace.saliency.shape[1];
  return Array.from({length: count}, (_, k) => (features[k] ? ctx.text(features[k].title) : String(k + 1)));
}

/**
 * The place of the largest.
 * @param {WatchContext} ctx
 */
function findLargest({trace: {saliency}}) {
  const place = saliency.values.reduce((best, value, k, all) => (value > all[best] ? k : best), 0);
  return {step: Math.floor(place / saliency.shape[1]), feature: place % saliency.shape[1]};
}

/**
 * @param {WatchContext} ctx
 * @returns {TextFigure}
 */
function drawTokens(ctx) {
  const {trace} = ctx;
  const {values} = trace.saliency;
  const largest = Math.max(...values) || 1;
  const {step} = findLargest(ctx);
  return {
    kind: 'text',
    lines: [
      {
        title: '',
        colour: ctx.hue({role: 'output'}),
        words: trace.tokens.map((token, t) => ({
          token,
          here: t === ctx.step,
          share: values[t] / largest,
          tip: ctx.power(values[t]),
        })),
      },
    ],
    shows: ctx.say(ctx.targetCount > 1 ? 'shows_asked' : 'shows_words', {
      target: ctx.label(trace.target),
      asked: ctx.targetCount,
    }),
    look: ctx.say('look'),
    summary: ctx.say('summary', {step: step + 1, token: trace.tokens[step]}),
    table: () => ({
      head: [ctx.say('step'), ctx.say('token'), '‖∂L/∂x‖'],
      rows: trace.tokens.map((token, t) => [t + 1, token, ctx.power(values[t])]),
    }),
  };
}

/**
 * @param {WatchContext} ctx
 * @returns {ChartFigure}
 */
function drawNumbers(ctx) {
  const {trace, theme, width} = ctx;
  const {
    values,
    shape: [steps, features],
  } = trace.saliency;
  const names = nameFeatures(ctx);
  const {step, feature} = findLargest(ctx);
  const largest = values[step * features + feature] || 1;
  const mapped = features > MOST_LINES;
  /** @type {PlotTrace[]} */
  const data = mapped
    ? [drawMap(ctx, largest)]
    : names.map((name, k) => ({
        type: 'scatter',
        mode: 'lines',
        name,
        x: trace.tokens.map((_, t) => t),
        y: trace.tokens.map((_, t) => values[t * features + k]),
        hoverinfo: 'skip',
        line: {
          color: ctx.hue({role: HUES[k % HUES.length]}),
          width: 1.8,
          dash: k < HUES.length ? 'solid' : 'dot',
        },
      }));
  return {
    kind: 'chart',
    data,
    layout: {
      ...blankLayout(ctx, {l: 64, r: 10, t: 8, b: 58}),
      showlegend: !mapped && features > 1,
      legend: legendAbove(theme),
      xaxis: tokenAxis(trace.tokens, width),
      yaxis: mapped
        ? {
            range: [features - 0.5, -0.5],
            fixedrange: true,
            showgrid: false,
            zeroline: false,
            title: undefined,
          }
        : numberAxis(0, largest * 1.06, theme, ctx.power, 4),
    },
    overlay: {axes: [{x: 'xaxis', y: 'yaxis'}], from: 0, count: steps},
    hitTest(x, y) {
      const at = stepAt(x, steps);
      if (at === null) return null;
      const k = mapped ? Math.round(y) : feature;
      if (k < 0 || k >= features) return {step: at};
      return {
        step: at,
        label: ctx.say('at', {step: at + 1, feature: names[k], value: ctx.power(values[at * features + k])}),
      };
    },
    shows: ctx.say('shows_numbers'),
    look: ctx.say('look_numbers'),
    summary: ctx.say('summary_feature', {step: step + 1, feature: names[feature]}),
    table: () => ({
      head: [ctx.say('step'), ...names],
      rows: trace.tokens.map((_, t) => [
        t + 1,
        ...names.map((_name, k) => ctx.power(values[t * features + k])),
      ]),
    }),
  };
}

/**
 * A pixel for every number that was read: steps from left to right.
 * @param {WatchContext} ctx
 * @param {number} largest
 * @returns {ImageTrace}
 */
function drawMap({trace: {saliency}, theme}, largest) {
  const [steps, features] = saliency.shape;
  const scale = colourScale({role: 'output', kind: 'gate', low: 0, high: 1}, saliency.values, theme, null);
  const pixels = new Uint32Array(steps * features);
  for (let t = 0; t < steps; t += 1)
    for (let k = 0; k < features; k += 1)
      pixels[k * steps + t] = scale(saliency.values[t * features + k] / largest);
  return pixelImage({width: steps, height: features, pixels}, {y0: 0});
}

/** @type {WatchView} */
export default {
  id: 'saliency',
  place: 'wide',
  order: 1,
  follows: true,
  words,
  applies: ({trace}) => trace.saliency.shape[1] > 0,
  figure: (ctx) => (ctx.task.features.length ? drawNumbers(ctx) : drawTokens(ctx)),
  height: () => 240,
};
