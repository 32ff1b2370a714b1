// The curve above an unrolled network: the opinion as it forms or, on the way back, the gradient that is left.
// Pure functions.

import {findSignal} from '../core/catalog.js';
import {DECADES, hueOf, inkOf, surface, VERDICT_ROLES, verdictOf} from '../core/colours.js';
import {sayWith} from '../core/locale.js';
import {measureRows, normOf, rowOf} from '../core/vectors.js';
import {cutToken} from './labels.js';

export const words = {
  en: {
    opinion: 'opinion so far',
    answer: 'its answer',
    came: 'what came',
    gone: 'gone',
    decay: '{steps} steps. At the first step {first} of the last step’s gradient is left.',
  },
  'pt-BR': {
    opinion: 'opinião até aqui',
    answer: 'a resposta',
    came: 'o que veio',
    gone: 'sumiu',
    decay: '{steps} passos. No primeiro passo resta {first} do gradiente do último.',
  },
};

const ANSWER = 1.3; // where an answer is written, above 100 %

/**
 * The exponent of what is left of a gradient, as far down as the scale goes.
 * @param {number} share
 */
const exponentOf = (share) => (share > 0 ? Math.max(-DECADES, Math.log10(share)) : -DECADES);

/**
 * The axis of the curve.
 * @param {WatchContext} context
 * @param {boolean} backward
 * @param {boolean} narrow
 * @returns {Axis}
 */
export function curveAxis(context, backward, narrow) {
  const ctx = sayWith(context, words);
  const paint = surface(ctx.theme);
  const axis = {
    domain: [0.77, 1],
    fixedrange: true,
    showgrid: true,
    gridcolor: paint.line,
    griddash: 'dot',
    zeroline: false,
    tickfont: {size: 12, color: paint.quiet},
    anchor: 'x',
  };
  if (backward) {
    return {
      ...axis,
      range: [-DECADES - 1, 1],
      tickvals: narrow ? [] : [0, -DECADES / 2, -DECADES],
      ticktext: ['1', `10<sup>−${DECADES / 2}</sup>`, ctx.say('gone')],
    };
  }
  const {classes} = ctx.trace;
  if (!ctx.readOut) {
    const output = ctx.letter(ctx.cell.output);
    return {
      ...axis,
      range: [-0.08, 1.08],
      tickvals: narrow ? [0.5] : [0, 0.5, 1],
      ticktext: narrow ? [''] : ['0', `‖${output}‖`, ctx.magnitude(findLongest(ctx))],
    };
  }
  if (ctx.followed.numeric) return {...axis, ...numberAxis(ctx, narrow)};
  if (ctx.predictions) {
    return {
      ...axis,
      range: [-0.08, 1.5],
      tickvals: narrow ? [0.5] : [0, 0.5, 1, ANSWER],
      ticktext: narrow ? [''] : ['0 %', '50 %', '100 %', ctx.say('answer')],
    };
  }
  return {
    ...axis,
    range: [-0.08, 1.08],
    tickvals: narrow ? [0.5] : [0, 0.5, 1],
    ticktext: narrow
      ? ['']
      : [
          classes.length === 2 ? ctx.label(classes[0]) : '0 %',
          ctx.say('opinion'),
          classes.length === 2 ? ctx.label(classes[1]) : ctx.watchedLabel,
        ],
  };
}

/**
 * The axis of a number: from the least to the largest that is told or right.
 * @param {WatchContext} ctx
 * @param {boolean} narrow
 * @returns {Axis}
 */
function numberAxis({trace, baselineTrace, followed}, narrow) {
  const {at, write, nameAt} = followed;
  const told = trace.tokens.flatMap((_, t) => [
    at(trace, t),
    rightAt(trace, t),
    ...(baselineTrace ? [at(baselineTrace, t)] : []),
  ]);
  const known = told.filter(Number.isFinite);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const room = 0.08 * (high - low || 1);
  return {
    range: [low - room, high + room],
    tickvals: narrow ? [] : [low, (low + high) / 2, high],
    ticktext: [write(low), cutToken(nameAt(0), 14), write(high)],
  };
}

/**
 * The right number of the one that is followed; NaN where it is not known.
 * @param {Trace} trace
 * @param {number} step
 */
const rightAt = ({target_values: {values, shape}}, step) => (shape[1] ? values[step * shape[1]] : NaN);

/**
 * What came, beside what was told.
 * @param {WatchContext} context
 * @param {number[]} steps
 * @returns {ScatterTrace[]}
 */
function rightCurve(context, steps) {
  const {trace, theme, say} = sayWith(context, words);
  const known = steps.filter((t) => Number.isFinite(rightAt(trace, t)));
  if (!known.length) return [];
  const paint = surface(theme);
  return [
    {
      type: 'scatter',
      mode: 'lines+text',
      x: known,
      y: known.map((t) => rightAt(trace, t)),
      text: known.map((_, k) => (k ? '' : say('came'))),
      textposition: 'top right',
      textfont: {size: 12, color: paint.quiet},
      xaxis: 'x',
      yaxis: 'y',
      hoverinfo: 'skip',
      line: {color: paint.quiet, width: 1.6, dash: 'dot'},
    },
  ];
}

/**
 * The longest output of the layer that is looked into, where nothing is read out of it.
 * @param {WatchContext} ctx
 */
const findLongest = ({trace, layerName, cell}) =>
  Math.max(...measureRows(trace.signals[`${layerName}.${cell.output}`], normOf));

/**
 * The length of the output at each step, in place of an answer, relative to the longest.
 * @param {WatchContext} ctx
 * @param {Trace} trace
 * @param {number} t
 */
const lengthOf = ({layerName, cell}, trace, t) =>
  normOf(rowOf(trace.signals[`${layerName}.${cell.output}`], t));

/**
 * The opinion at each step, the one without what is forced, and a mark where it turned.
 * @param {WatchContext} ctx
 * @param {number[]} steps
 * @returns {ScatterTrace[]}
 */
export function opinionCurves(ctx, steps) {
  const paint = surface(ctx.theme);
  const {trace, baselineTrace, turningPoint} = ctx;
  const {numeric} = ctx.followed;
  const longest = ctx.readOut ? 1 : findLongest(ctx);
  /**
   * @param {Trace} shown
   * @param {number} t
   */
  const probabilityOf = (shown, t) =>
    ctx.readOut ? ctx.followed.at(shown, t) : lengthOf(ctx, shown, t) / (longest || 1);
  const y = steps.map((t) => probabilityOf(trace, t));
  /** @type {ScatterTrace[]} */
  const curves = [
    {
      type: 'scatter',
      mode: 'lines+markers',
      x: steps,
      y,
      xaxis: 'x',
      yaxis: 'y',
      hoverinfo: 'skip',
      line: {color: paint.ink, width: 2.2, shape: 'spline', smoothing: 0.5},
      marker: {
        size: numeric ? 5 : 8,
        color: y.map((p) => (numeric || p >= 0.5 ? paint.ink : paint.paper)),
        line: {color: paint.ink, width: 1.6},
      },
    },
  ];
  if (baselineTrace) {
    const before = steps.map((t) => probabilityOf(baselineTrace, t));
    // Its name stands where the two are farthest apart, on its own side, away from the nearer end.
    const gaps = before.map((p, k) => Math.abs(p - y[k]));
    const widest = gaps.indexOf(Math.max(...gaps));
    const side =
      before[widest] > 0.85 || (before[widest] > 0.15 && before[widest] < y[widest]) ? 'bottom' : 'top';
    const name = ctx.common('forced.curve');
    curves.unshift({
      type: 'scatter',
      mode: 'lines+text',
      x: steps,
      y: before,
      text: steps.map((_, k) => (k === widest ? name : '')),
      textposition: `${side} ${widest < steps.length / 2 ? 'right' : 'left'}`,
      textfont: {size: 12, color: paint.quiet},
      xaxis: 'x',
      yaxis: 'y',
      hoverinfo: 'skip',
      line: {color: paint.quiet, width: 1.6, dash: 'dot'},
    });
  }
  if (numeric) curves.unshift(...rightCurve(ctx, steps));
  else if (
    ctx.readOut &&
    !ctx.predictions &&
    turningPoint.step >= steps[0] &&
    turningPoint.step <= steps[steps.length - 1]
  ) {
    curves.push({
      type: 'scatter',
      mode: 'markers',
      x: [turningPoint.step],
      y: [probabilityOf(trace, turningPoint.step)],
      cliponaxis: false, // whole at 0 and at 1, too
      xaxis: 'x',
      yaxis: 'y',
      hoverinfo: 'skip',
      marker: {size: 18, color: 'rgba(0,0,0,0)', line: {color: paint.ink, width: 1.6}},
    });
  }
  return curves;
}

/**
 * What is left of the gradient of each state, as a power of ten.
 * @param {Pick<WatchContext, 'trace' | 'cell' | 'theme' | 'layerName' | 'referenceNorm'>} ctx
 * @param {number[]} steps
 * @param {string} [dash]
 * @returns {ScatterTrace[]}
 */
export function decayCurves(ctx, steps, dash = 'solid') {
  const paint = surface(ctx.theme);
  const {trace, cell, theme, layerName} = ctx;
  return cell.states.map((state) => {
    const colour = hueOf(findSignal(cell, state), theme);
    const norms = trace.norms[`${layerName}.${state}`].values;
    const reference = ctx.referenceNorm(norms);
    const y = steps.map((t) => (reference > 0 ? exponentOf(norms[t] / reference) : -DECADES));
    return {
      type: 'scatter',
      mode: 'lines+markers',
      x: steps,
      y,
      xaxis: 'x',
      yaxis: 'y',
      hoverinfo: 'skip',
      line: {color: colour, width: 2.2, dash},
      marker: {
        size: 7,
        symbol: y.map((exponent) => (exponent <= -DECADES ? 'x' : 'circle')),
        color: colour,
        line: {color: paint.paper, width: 1},
      },
    };
  });
}

/**
 * What is left of the output's gradient at the first step, in a sentence.
 * @param {WatchContext} context
 */
export function summariseDecay(context) {
  const ctx = sayWith(context, words);
  const {values} = ctx.trace.norms[`${ctx.layerName}.${ctx.cell.output}`];
  const first = ctx.power(values[0] / ctx.referenceNorm(values));
  return ctx.say('decay', {steps: ctx.trace.tokens.length, first});
}

/**
 * The answer at each step, written above its column; crossed out where the text says otherwise.
 * @param {WatchContext} ctx
 * @param {number[]} steps
 * @param {boolean} narrow
 * @returns {Annotation[]}
 */
export function writeAnswers(ctx, steps, narrow) {
  const {trace, theme} = ctx;
  const predictions = /** @type {number[]} */ (ctx.predictions);
  return steps.map((t) => {
    const predicted = trace.classes[predictions[t]];
    const verdict = ctx.targetCount > 1 ? verdictOf(trace.targets[t], predicted) : null;
    const text = cutToken(predicted, 8);
    return {
      xref: 'x',
      x: t,
      yref: 'y',
      y: ANSWER,
      text: verdict === 'wrong' ? `<s>${text}</s>` : `<b>${text}</b>`,
      showarrow: false,
      font: {
        size: narrow ? 14 : 16,
        color: inkOf({role: verdict ? VERDICT_ROLES[verdict] : 'hidden'}, theme),
      },
    };
  });
}

/**
 * What is said beside the curve at each step, and how high.
 * @param {WatchContext} ctx
 * @param {boolean} backward
 * @returns {UnrolledPlan['readouts']}
 */
export function listReadouts(ctx, backward) {
  const {trace, cell, layerName} = ctx;
  if (!backward && !ctx.readOut) {
    const longest = findLongest(ctx) || 1;
    return trace.tokens.map((_, t) => {
      const length = lengthOf(ctx, trace, t);
      return {y: length / longest, text: `‖${ctx.letter(cell.output)}‖ = ${ctx.magnitude(length)}`};
    });
  }
  if (!backward) {
    return trace.tokens.map((_, t) => ({y: ctx.followed.at(trace, t), text: ctx.followed.tell(trace, t)}));
  }
  const norms = trace.norms[`${layerName}.${cell.output}`].values;
  const reference = ctx.referenceNorm(norms);
  return trace.tokens.map((_, t) => {
    const share = norms[t] / reference;
    return {y: exponentOf(share), text: `${cell.output} ${ctx.power(share)}`};
  });
}
