// The unrolled network: one column a step, every unit of every signal, states carried to the right.

import {blankLayout} from '../charts/axes.js';
import {labelToken} from '../charts/labels.js';
import {drawStrips} from '../charts/signal_strips.js';
import {drawStateArrows, heightOfState} from '../charts/state_arrows.js';
import {
  curveAxis,
  decayCurves,
  listReadouts,
  opinionCurves,
  writeAnswers,
} from '../charts/unrolled_curves.js';
import {findSignal} from '../core/catalog.js';
import {colourScale, hueOf, inkOf, surface} from '../core/colours.js';
import {isReverse, layerOf, symbolOf} from '../core/layer_names.js';

const words = {
  en: {
    title: 'The network, unrolled',
    shows:
      'One column a step, the same weights in every column. A strip is a signal, a line in it is one unit, ordered by what the network ends up remembering.',
    look: 'Look for the word where the strips change colour: that is where the network takes something in.',
    shows_back:
      'The way back: each column is lit by the gradient that still reaches it from the answer (log scale, 12 powers of ten).',
    look_back:
      'How far to the left does the light reach? From an unlit column training can learn next to nothing here. Its word may still be remembered: change it and read again.',
    shows_rows: 'Each row is a layer or a direction; what a row answers enters the row of the next layer.',
    look_answers:
      'Each step has an answer of its own, above its column: crossed out where another was right.',
    opinion: 'opinion so far',
    answer: 'its answer',
    gradient: 'gradient left',
    gone: 'gone',
    before: 'before the change',
    carried: '{title} →',
    carried_left: '← {title}',
    summary_answers: '{steps} steps, an answer at each: {answers}.',
    summary:
      '{steps} steps. The opinion starts at {first} “{label}” and ends at {last}; its largest change is at “{token}” (step {step}).',
    summary_back: '{steps} steps. At the first step {first} of the last step’s gradient is left.',
    step: 'step',
    token: 'word',
  },
  'pt-BR': {
    title: 'A rede, desenrolada',
    shows:
      'Uma coluna por passo, os mesmos pesos em todas. Cada faixa é um sinal, cada linha dela é uma unidade, ordenada pelo que a rede termina lembrando.',
    look: 'Procure a palavra em que as faixas mudam de cor: ali a rede guarda alguma coisa.',
    shows_back:
      'O caminho de volta: cada coluna é acesa pelo gradiente que ainda chega a ela a partir da resposta (escala log, 12 potências de dez).',
    look_back:
      'Até onde a luz chega à esquerda? De uma coluna apagada o treino quase nada aprende aqui. A palavra ainda pode ser lembrada: troque-a e leia de novo.',
    shows_rows:
      'Cada linha de faixas é uma camada ou um sentido; o que ela responde entra na camada seguinte.',
    look_answers: 'Cada passo tem a sua resposta, acima da coluna: riscada onde a certa era outra.',
    opinion: 'opinião até aqui',
    answer: 'a resposta',
    gradient: 'gradiente restante',
    gone: 'sumiu',
    before: 'antes da mudança',
    carried: '{title} →',
    carried_left: '← {title}',
    summary_answers: '{steps} passos, uma resposta em cada: {answers}.',
    summary:
      '{steps} passos. A opinião começa em {first} “{label}” e termina em {last}; a maior mudança é em “{token}” (passo {step}).',
    summary_back: '{steps} passos. No primeiro passo resta {first} do gradiente do último.',
    step: 'passo',
    token: 'palavra',
  },
};

const STRIPS_TOP = 0.7; // of the figure's height: the strips lie below, the curve above
const LONGEST = 14; // letters of a token
const SIGNAL_LETTER = 8.5; // pixels that a strip needs to have its signal's letter above it

/** @typedef {ReturnType<typeof layOut>} Geometry */

/**
 * The geometry of the columns, in pixels and in steps.
 * @param {WatchContext} ctx
 */
function layOut({trace, cell, width, columnWindow: {start, count}}) {
  const narrow = width < 620;
  const margin = {l: narrow ? 14 : 132, r: narrow ? 10 : 22, t: 14};
  const steps = Array.from({length: count}, (_, k) => start + k);
  const column = (width - margin.l - margin.r) / count;
  const longest = Math.max(...steps.map((t) => Math.min(LONGEST, trace.tokens[t].length)));
  const angle = longest * 7.6 + 4 > column * 0.94 ? -40 : 0;
  const slots = cell.signals.length + 1; // strips a column, the last one clear
  return {
    narrow,
    steps,
    column,
    angle,
    slots,
    half: cell.signals.length / slots / 2,
    margin: {...margin, b: angle ? 34 + longest * 5.6 : 48},
    /**
     * A slanted token reaches to the left: the first ones must not leave the figure.
     * @param {number} k
     */
    lettersAt: (k) =>
      angle ? Math.max(2, Math.min(LONGEST, Math.floor((margin.l + (k + 0.5) * column) / 7.2) - 1)) : LONGEST,
  };
}

/**
 * @param {WatchContext} ctx
 * @returns {ChartFigure}
 */
function figure(ctx) {
  const {
    trace,
    cell,
    theme,
    columnWindow: {start, count},
    layerNames,
    direction,
  } = ctx;
  const paint = surface(theme);
  const backward = direction === 'backward';
  const geometry = layOut(ctx);
  const {narrow, margin, steps, angle, slots, half, lettersAt} = geometry;
  /** @type {Layout & {shapes: Shape[]}} */
  const layout = {
    ...blankLayout(ctx, margin, 13),
    xaxis: {
      range: [start - 0.5, start + count - 0.5],
      fixedrange: true,
      showgrid: false,
      zeroline: false,
      anchor: 'y2',
      tickvals: steps,
      ticktext: steps.map((t, k) => labelToken(trace, t, lettersAt(k), paint.quiet)),
      tickangle: angle,
      tickfont: {size: 13, color: paint.ink},
      ticks: 'outside',
      ticklen: 16,
      tickcolor: paint.line,
    },
    yaxis: curveAxis(ctx, backward, narrow, {
      opinion: ctx.say('opinion'),
      answer: ctx.say('answer'),
      gone: ctx.say('gone'),
    }),
    shapes: [],
  };
  const data = layerNames.map((layerName, k) => {
    const axis = k + 2; // the first is the curve's
    const height = STRIPS_TOP / layerNames.length;
    layout[`yaxis${axis}`] = {
      domain: [k * height + 0.01, (k + 1) * height - 0.03],
      range: [0, 1],
      fixedrange: true,
      visible: false,
      scaleanchor: false,
      anchor: 'x',
    };
    layout.shapes.push(...drawStateArrows(ctx, layerName, steps, half, `y${axis}`));
    layout.annotations.push(...labelLayer(ctx, layerName, axis, narrow));
    if (k === layerNames.length - 1) layout.annotations.push(...labelSignals(ctx, axis, geometry));
    return drawLayer(ctx, layerName, geometry, axis, backward);
  });
  if (ctx.predictions && !backward) layout.annotations.push(...writeAnswers(ctx, steps, narrow));
  return {
    kind: 'chart',
    data: [...data, ...(backward ? decayCurves(ctx, steps) : opinionCurves(ctx, steps))],
    layout,
    legend: cell.signals.map((signal) => ({
      name: signal.letter,
      letter: signal.name,
      title: ctx.text(signal.title),
      colour: hueOf(signal, theme),
    })),
    overlay: {
      axes: [{x: 'xaxis', y: ['yaxis', ...layerNames.map((_, k) => `yaxis${k + 2}`)]}],
      from: start,
      count,
      unrolled: {
        tokens: trace.tokens.slice(),
        half: half + 0.5 / slots,
        reverse: layerNames.map(isReverse),
        readouts: listReadouts(ctx, backward),
        readoutBelow: Boolean(ctx.predictions),
        pulses: layerNames.flatMap((layerName, k) =>
          cell.states.map((state) => ({
            axis: `yaxis${k + 2}`,
            y: heightOfState(cell, state),
            reverse: isReverse(layerName),
            colour: hueOf(findSignal(cell, state), theme),
          })),
        ),
      },
    },
    hitTest: (x, y, axis) => hitTest(ctx, geometry, x, y, axis),
    shows: [ctx.say(backward ? 'shows_back' : 'shows'), layerNames.length > 1 && ctx.say('shows_rows')]
      .filter(Boolean)
      .join(' '),
    look: ctx.say(backward ? 'look_back' : ctx.predictions ? 'look_answers' : 'look'),
    summary: summarise(ctx, backward),
    table: () => tabulate(ctx),
  };
}

/**
 * The layer's name, where there are several, and the states that it carries.
 * @param {WatchContext} ctx
 * @param {string} layerName
 * @param {number} axis
 * @param {boolean} narrow
 * @returns {Annotation[]}
 */
function labelLayer(ctx, layerName, axis, narrow) {
  const paint = surface(ctx.theme);
  const {cell, theme} = ctx;
  const title = ctx.titleLayer(layerName);
  const parts = title ? (narrow ? [title] : title.split(', ')) : [];
  const titles = parts.map((part, line) => ({
    xref: 'paper',
    x: 0,
    xanchor: narrow ? 'left' : 'right',
    xshift: narrow ? 2 : -6,
    yref: `y${axis}`,
    y: 1,
    yanchor: narrow ? 'bottom' : 'top',
    yshift: -16 * line,
    text: `<b>${part}</b>`,
    showarrow: false,
    font: {size: narrow ? 11.5 : 12.5, color: paint.ink},
  }));
  if (narrow) return titles;
  return [
    ...titles,
    ...cell.states.map((state) => {
      const signal = findSignal(cell, state);
      return {
        xref: 'paper',
        x: 0,
        xshift: -6,
        xanchor: 'right',
        yref: `y${axis}`,
        y: heightOfState(cell, state),
        text: ctx.say(isReverse(layerName) ? 'carried_left' : 'carried', {
          title: `${ctx.text(signal.title)} ${state}`,
        }),
        showarrow: false,
        font: {size: 12, color: inkOf(signal, theme)},
      };
    }),
  ];
}

/**
 * Each signal's letter above its strip in the first column, where there is room.
 * @param {WatchContext} ctx
 * @param {number} axis
 * @param {Geometry} geometry
 * @returns {Annotation[]}
 */
function labelSignals({cell, theme, columnWindow: {start}}, axis, {column, slots, half}) {
  if (column / slots <= SIGNAL_LETTER) return [];
  return cell.signals.map((signal, k) => ({
    xref: 'x',
    x: start - half + (k + 0.5) / slots,
    yref: `y${axis}`,
    y: 1.0,
    yanchor: 'bottom',
    text: `<b>${signal.letter}</b>`,
    showarrow: false,
    font: {size: 12, color: inkOf(signal, theme)},
  }));
}

/**
 * @param {WatchContext} ctx
 * @param {string} layerName
 * @param {Geometry} geometry
 * @param {number} axis
 * @param {boolean} backward
 */
function drawLayer(
  {trace, cell, theme, unitOrders, largestGradient},
  layerName,
  {steps, slots, half},
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
 * @param {Geometry} geometry
 * @param {number} x
 * @param {number} y
 * @param {string} axis
 * @returns {Hit | null}
 */
function hitTest(ctx, {slots, half}, x, y, axis) {
  const {trace, cell, layerNames, unitOrders} = ctx;
  const step = Math.round(x);
  if (step < 0 || step >= trace.tokens.length) return null;
  if (axis === 'yaxis') return {step};
  const layerName = layerNames[Number(axis.slice('yaxis'.length)) - 2];
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
  const {trace, watchedClass, turningPoint, predictions} = ctx;
  const steps = trace.tokens.length;
  const classes = trace.classes.length;
  if (backward) {
    const {values} = trace.norms[`${ctx.layerName}.${ctx.cell.output}`];
    return ctx.say('summary_back', {steps, first: ctx.power(values[0] / ctx.referenceNorm(values))});
  }
  if (predictions)
    return ctx.say('summary_answers', {steps, answers: predictions.map((k) => trace.classes[k]).join(' ')});
  /** @param {number} t */
  const percentAt = (t) => ctx.percent(trace.probabilities.values[t * classes + watchedClass]);
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
      ...trace.classes.map((name) => ctx.label(name)),
      ...states.map((name) =>
        [`‖∂L/∂${ctx.letter(symbolOf(name))}‖`, ctx.titleLayer(layerOf(name))].filter(Boolean).join(' '),
      ),
    ],
    rows: trace.tokens.map((token, t) => [
      t + 1,
      token,
      ...trace.classes.map((_, c) => ctx.percent(trace.probabilities.values[t * trace.classes.length + c])),
      ...states.map((name) => ctx.power(trace.norms[name].values[t])),
    ]),
  };
}

/** @type {WatchView} */
export default {
  id: 'network',
  place: 'top',
  order: 0,
  words,
  applies: () => true,
  figure,
  page: (ctx) => ctx.columnWindow.start,
  height: (ctx) => (ctx.width < 620 ? 400 : 448) + (ctx.layerNames.length - 1) * 190,
};
