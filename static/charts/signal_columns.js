// The unrolled network: one column a step, every unit of every signal, states carried to the right. Pure functions.

import {colourScale, hueOf, inkOf} from '../core/colours.js';
import {layerOf, symbolOf} from '../core/layer_names.js';
import {sayWith} from '../core/locale.js';
import {memoryStateOf} from '../core/trace_analysis.js';
import {drawStrips} from './signal_strips.js';
import {drawStateArrows, heightOfState} from './state_arrows.js';
import {
  focusOf,
  labelLayer,
  layOutColumns,
  layOutRows,
  planOverlay,
  rowAxis,
  rowOfAxis,
} from './unrolled_columns.js';
import {decayCurves, opinionCurves, summariseDecay, writeAnswers} from './unrolled_curves.js';

export const words = {
  en: {
    shows:
      'One column a step, the same weights in every column. A strip is a signal, a line in it is one unit, ordered by what the network ends up remembering.',
    look: 'Look for the {token_noun} where the strips change colour: that is where the network takes something in.',
    shows_back:
      'The way back: each column is lit by the gradient that still reaches it from the answer (log scale, 12 powers of ten).',
    look_back:
      'How far to the left does the light reach? From an unlit column training can learn next to nothing here. Its {token_noun} may still be remembered: change it and read again.',
    look_back_still:
      'How far to the left does the light reach? From an unlit column training can learn next to nothing here.',
    shows_rows: 'Each row is a layer or a direction; what a row answers enters the row of the next layer.',
    look_answers:
      'Each step has an answer of its own, above its column: crossed out where another was right.',
    summary_answers: '{steps} steps, an answer at each: {answers}.',
    summary:
      '{steps} steps. The opinion starts at {first} “{label}” and ends at {last}; its largest change is at “{token}” (step {step}).',
    summary_states: '{steps} steps. {state} changes most at “{token}” (step {step}).',
    step: 'step',
    token: '{token_noun}',
  },
  'pt-BR': {
    shows:
      'Uma coluna por passo, os mesmos pesos em todas. Cada faixa é um sinal, cada linha dela é uma unidade, ordenada pelo que a rede termina lembrando.',
    look: 'Procure a {token_noun} em que as faixas mudam de cor: ali a rede guarda alguma coisa.',
    shows_back:
      'O caminho de volta: cada coluna é acesa pelo gradiente que ainda chega a ela a partir da resposta (escala log, 12 potências de dez).',
    look_back:
      'Até onde a luz chega à esquerda? De uma coluna apagada o treino quase nada aprende aqui. A {token_noun} ainda pode ser lembrada: troque-a e leia de novo.',
    look_back_still:
      'Até onde a luz chega à esquerda? De uma coluna apagada o treino quase nada aprende aqui.',
    shows_rows:
      'Cada linha de faixas é uma camada ou um sentido; o que ela responde entra na camada seguinte.',
    look_answers: 'Cada passo tem a sua resposta, acima da coluna: riscada onde a certa era outra.',
    summary_answers: '{steps} passos, uma resposta em cada: {answers}.',
    summary:
      '{steps} passos. A opinião começa em {first} “{label}” e termina em {last}; a maior mudança é em “{token}” (passo {step}).',
    summary_states: '{steps} passos. {state} muda mais em “{token}” (passo {step}).',
    step: 'passo',
    token: '{token_noun}',
  },
};

const STRIPS_TOP = 0.7; // of the figure's height: the strips lie below, the curve above
const SIGNAL_LETTER = 8.5; // pixels that a strip needs to have its signal's letter above it

/**
 * How the strips of a column share its width: `slots`, the last one clear, and half of what they fill, in steps.
 * @typedef {{slots: number, half: number}} Slots
 * @typedef {import('./unrolled_columns.js').Columns} Columns
 */

/**
 * @param {WatchContext} context
 * @returns {ChartFigure}
 */
export function drawSignalColumns(context) {
  const ctx = sayWith(context, words);
  const {cell, theme, layerNames, direction} = ctx;
  const backward = direction === 'backward';
  const columns = layOutColumns(ctx);
  const {narrow, steps} = columns;
  const slots = cell.signals.length + 1; // strips a column, the last one clear
  const half = cell.signals.length / slots / 2;
  const heightOf = (/** @type {string} */ state) => heightOfState(cell, state);
  const layout = layOutRows(ctx, columns, STRIPS_TOP, [0.01, 0.03]);
  const data = layerNames.map((layerName, k) => {
    const axis = rowAxis(k);
    layout.shapes.push(...drawStateArrows(ctx, layerName, cell.states, steps, half, `y${axis}`));
    layout.annotations.push(...labelLayer(ctx, layerName, axis, narrow, heightOf));
    if (k === layerNames.length - 1)
      layout.annotations.push(...labelSignals(ctx, axis, columns, {slots, half}));
    return drawLayer(ctx, layerName, columns, {slots, half}, axis, backward);
  });
  if (ctx.predictions && !backward) layout.annotations.push(...writeAnswers(ctx, steps, narrow));
  return {
    kind: 'chart',
    painted: true,
    data: [...data, ...(backward ? decayCurves(ctx, steps) : opinionCurves(ctx, steps))],
    layout,
    zoom: focusOf(ctx, columns),
    legend: cell.signals.map((signal) => ({
      name: signal.letter,
      letter: signal.name,
      title: ctx.text(signal.title),
      colour: hueOf(signal, theme),
    })),
    overlay: planOverlay(ctx, columns, half + 0.5 / slots, heightOf),
    hitTest: (x, y, axis) => hitTest(ctx, {slots, half}, x, y, axis),
    shows: [ctx.say(backward ? 'shows_back' : 'shows'), layerNames.length > 1 && ctx.say('shows_rows')]
      .filter(Boolean)
      .join(' '),
    look: ctx.say(
      backward ? (ctx.forcible ? 'look_back' : 'look_back_still') : ctx.predictions ? 'look_answers' : 'look',
    ),
    summary: summarise(ctx, backward),
    table: () => tabulate(ctx),
  };
}

/**
 * Each signal's letter above its strip in the first column, where there is room.
 * @param {WatchContext} ctx
 * @param {number} axis
 * @param {Columns} columns
 * @param {Slots} slots
 * @returns {Annotation[]}
 */
function labelSignals({cell, theme, columnWindow: {start}}, axis, {column}, {slots, half}) {
  if (column / slots <= SIGNAL_LETTER) return [];
  return cell.signals.map((signal, k) => ({
    xref: 'x',
    x: start - half + (k + 0.5) / slots,
    yref: `y${axis}`,
    y: 1.0,
    yanchor: 'bottom',
    text: `<b>${signal.letter}</b>`,
    letter: signal.name,
    showarrow: false,
    font: {size: 12, color: inkOf(signal, theme)},
  }));
}

/**
 * @param {WatchContext} ctx
 * @param {string} layerName
 * @param {Columns} columns
 * @param {Slots} slots
 * @param {number} axis
 * @param {boolean} backward
 */
function drawLayer(
  {trace, cell, theme, unitOrders, largestGradient},
  layerName,
  {steps},
  {slots, half},
  axis,
  backward,
) {
  const strips = cell.signals.map((signal) => {
    const {
      values,
      shape: [, units],
    } = (backward ? trace.gradients : trace.signals)[`${layerName}.${signal.name}`];
    const colourOf = colourScale(signal, values, theme, backward ? largestGradient : null);
    return (/** @type {number} */ step, /** @type {number} */ unit) => colourOf(values[step * units + unit]);
  });
  return drawStrips({strips, columns: steps, units: unitOrders[layerName], slots, half, yaxis: `y${axis}`});
}

/**
 * @param {WatchContext} ctx
 * @param {Slots} slots
 * @param {number} x
 * @param {number} y
 * @param {string} axis
 * @returns {Hit | null}
 */
function hitTest(ctx, {slots, half}, x, y, axis) {
  const {trace, cell, layerNames, unitOrders} = ctx;
  const step = Math.round(x);
  if (step < 0 || step >= trace.tokens.length) return null;
  const layerName = layerNames[rowOfAxis(ctx, axis)];
  if (!layerName) return {step};
  const signal = cell.signals[Math.floor((x - step + half) * slots)];
  const order = unitOrders[layerName];
  const unit = order[Math.floor((1 - y) * order.length)];
  if (!signal || unit === undefined) return {step};
  const signalName = `${layerName}.${signal.name}`;
  return {step, unit, signal: signalName, label: ctx.describeValue(signalName, step, unit)};
}

/**
 * @param {WatchContext} ctx
 * @param {boolean} backward
 */
function summarise(ctx, backward) {
  const {trace, turningPoint, predictions, followed} = ctx;
  const steps = trace.tokens.length;
  if (backward) return summariseDecay(ctx);
  if (!ctx.readOut) {
    const state = ctx.letter(memoryStateOf(ctx.cell));
    const values = {steps, state, token: trace.tokens[turningPoint.step], step: turningPoint.step + 1};
    return ctx.say('summary_states', values);
  }
  if (predictions)
    return ctx.say('summary_answers', {steps, answers: predictions.map((k) => trace.classes[k]).join(' ')});
  /** @param {number} t */
  const percentAt = (t) => followed.write(followed.at(trace, t));
  return ctx.say('summary', {
    steps,
    first: percentAt(0),
    last: percentAt(steps - 1),
    label: ctx.watchedLabel,
    token: trace.tokens[turningPoint.step],
    step: turningPoint.step + 1,
  });
}

/**
 * @param {WatchContext} ctx
 * @returns {Table}
 */
function tabulate(ctx) {
  const {trace} = ctx;
  const states = Object.keys(trace.norms).filter(ctx.isState);
  return {
    head: [
      ctx.say('step'),
      ctx.say('token'),
      ...ctx.followed.heads,
      ...states.map((name) =>
        [`‖∂L/∂${ctx.letter(symbolOf(name))}‖`, ctx.titleLayer(layerOf(name))].filter(Boolean).join(' '),
      ),
    ],
    rows: trace.tokens.map((token, t) => [
      t + 1,
      token,
      ...ctx.followed.cells(trace, t),
      ...states.map((name) => ctx.power(trace.norms[name].values[t])),
    ]),
  };
}
