// One unit through time: every signal of it as a line.

import {blankLayout, legendAbove, numberAxis, stepAt, tokenAxis} from '../charts/axes.js';
import {hueOf} from '../core/colours.js';

const words = {
  en: {
    title: 'One unit through time',
    shows: 'Every signal of {unit}, from the first step to the last.',
    look: 'Click a line in a map, or press [ or ], to choose another unit.',
    look_forget: 'Where the line of {name} dips, this unit drops what it held.',
    summary: 'Unit {unit} ends at {last}.',
    step: 'step',
    token: '{token_noun}',
  },
  'pt-BR': {
    title: 'Uma unidade no tempo',
    shows: 'Todos os sinais da {unit}, do primeiro ao último passo.',
    look: 'Clique numa linha de um mapa, ou aperte [ ou ], para escolher outra unidade.',
    look_forget: 'Onde a linha de {name} cai, a unidade larga o que guardava.',
    summary: 'A unidade {unit} termina em {last}.',
    step: 'passo',
    token: '{token_noun}',
  },
};

/**
 * @param {WatchContext} ctx
 * @returns {ChartFigure}
 */
function figure(ctx) {
  const {trace, cell, theme, width, layerName, shownUnit: unit} = ctx;
  const steps = Array.from(trace.tokens, (_, t) => t);
  /** @param {string} name */
  const readUnit = (name) => {
    const {
      values,
      shape: [, units],
    } = trace.signals[`${layerName}.${name}`];
    return steps.map((t) => values[t * units + unit]);
  };
  /** @type {(ScatterTrace & {y: number[]})[]} */
  const data = cell.signals.map((signal) => ({
    type: 'scatter',
    mode: steps.length > 1 ? 'lines' : 'markers',
    name: `${signal.letter} · ${ctx.text(signal.title)}`,
    x: steps,
    y: readUnit(signal.name),
    hoverinfo: 'skip',
    line: {
      color: hueOf(signal, theme),
      width: signal.kind === 'state' ? 3 : 1.7,
      dash: signal.kind === 'candidate' || signal.kind === 'preactivation' ? 'dot' : 'solid',
    },
    marker: {color: hueOf(signal, theme)},
  }));
  const forget = cell.signals.find(({role}) => role === 'forget');
  const values = numberAxis(...spanOf(data.flatMap(({y}) => y)), theme, ctx.power);
  const longest = Math.max(...(values.ticktext ?? []).map((text) => text.length));
  return {
    kind: 'chart',
    data,
    layout: {
      ...blankLayout(ctx, {l: Math.max(40, 16 + 7 * longest), r: 10, t: 8, b: 58}),
      showlegend: true,
      legend: legendAbove(theme),
      xaxis: tokenAxis(trace.tokens, width),
      yaxis: values,
    },
    overlay: {axes: [{x: 'xaxis', y: 'yaxis'}], from: 0, count: steps.length, reverse: ctx.reverse},
    hitTest: (x) => {
      const step = stepAt(x, steps.length);
      return step !== null ? {step, label: `${step + 1} · ${trace.tokens[step]}`} : null;
    },
    aside: ctx.layerTitle,
    shows: ctx.say('shows', {unit: ctx.unitTitle}),
    look: [forget && ctx.say('look_forget', {name: forget.letter}), ctx.say('look')]
      .filter(Boolean)
      .join(' '),
    summary: ctx.say('summary', {unit: unit + 1, last: ctx.number(readUnit(cell.output)[steps.length - 1])}),
    table: () => ({
      head: [ctx.say('step'), ctx.say('token'), ...cell.signals.map((signal) => signal.letter)],
      rows: steps.map((t) => [t + 1, trace.tokens[t], ...data.map(({y}) => ctx.number(y[t]))]),
    }),
  };
}

/**
 * A little more than the values span; infinity and NaN have no place on the axis.
 * @param {number[]} values
 * @returns {[low: number, high: number]}
 */
function spanOf(values) {
  const finite = values.filter(Number.isFinite);
  const [low, high] = [Math.min(0, ...finite), Math.max(0, ...finite)];
  const margin = 0.06 * (high - low || 1);
  return [low - margin, high + margin];
}

/** @type {WatchView} */
export default {
  id: 'unit_activations',
  place: 'right',
  order: 1,
  words,
  applies: () => true,
  figure,
  height: () => 290,
};
