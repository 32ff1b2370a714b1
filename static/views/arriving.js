// How much of the gradient still arrives at each step, on a log axis.

import {blankLayout, legendAbove, powerAxis, stepAt, stepAxis} from '../chart.js';
import {hueOf} from '../colours.js';

const FLOOR = -300;

const words = {
  en: {
    title: 'What still arrives on the way back',
    shows: 'The length of the gradient of the loss at each step, relative to the last step, on a log axis: weights {weights}, loss for “{target}”.',
    shows_all: 'The length of the gradient of the loss at each step, relative to the largest, on a log axis: weights {weights}. The loss asks at {asked} of {steps} steps, and gradient enters at each of them.',
    look: 'A straight line down is exponential forgetting. For an LSTM, h alone leaves out the direct path along c: read both.',
    summary: 'At the first of {steps} steps: {list}.',
    zero: 'exactly zero', over: 'overflowed',
    step: 'step', token: 'word',
  },
  'pt-BR': {
    title: 'O que ainda chega no caminho de volta',
    shows: 'O tamanho do gradiente da perda em cada passo, relativo ao último, em eixo log: pesos {weights}, perda para “{target}”.',
    shows_all: 'O tamanho do gradiente da perda em cada passo, relativo ao maior, em eixo log: pesos {weights}. A perda pergunta em {asked} de {steps} passos, e em cada um deles entra gradiente.',
    look: 'Uma reta que desce é esquecimento exponencial. Na LSTM, só h deixa de fora o caminho direto por c: leia os dois.',
    summary: 'No primeiro de {steps} passos: {list}.',
    zero: 'exatamente zero', over: 'estourou',
    step: 'passo', token: 'palavra',
  },
};

function figure(ctx) {
  const {trace, cell, theme, rows} = ctx;
  const steps = Array.from(trace.tokens, (_, t) => t);
  const states = rows.flatMap((prefix) => cell.states.map((name) => ({
    name, prefix, norms: trace.norms[`${prefix}.${name}`].values,
    signal: cell.signals.find((one) => one.name === name),
  })));
  // Each relative to its own, so that h and c share one axis.
  const share = ({norms}) => steps.map((t) => norms[t] / ctx.whole(norms));
  const say = (value) => (value === 0 ? ctx.say('zero') : Number.isFinite(value) ? ctx.power(value) : ctx.say('over'));
  const all = states.flatMap((one) => share(one)).filter((v) => v > 0 && Number.isFinite(v)).map(Math.log10);
  const low = Math.max(FLOOR, Math.floor(Math.min(-2, ...all)));
  const high = Math.ceil(Math.max(0.3, ...all));
  return {
    kind: 'chart',
    data: states.map((one) => ({
      type: 'scatter', mode: 'lines+markers', name: `‖∂L/∂${one.name}‖${nameOf(ctx, one)}`,
      x: steps, y: share(one).map((v) => (v > 0 && Number.isFinite(v) ? Math.log10(v) : null)),
      hoverinfo: 'skip', line: {color: hueOf(one.signal, theme), width: one.prefix === ctx.row ? 2.4 : 1.4, dash: one.prefix === ctx.row ? 'solid' : 'dot'},
      marker: {color: hueOf(one.signal, theme), size: steps.length > 80 ? 3 : 6},
    })),
    layout: {
      ...blankLayout(ctx, {l: 54, r: 10, t: 8, b: 26}), showlegend: true, legend: legendAbove(theme),
      xaxis: stepAxis(steps.length), yaxis: powerAxis(low, high, theme),
    },
    overlay: {maps: [{x: 'xaxis', y: 'yaxis'}], from: 0, count: steps.length},
    hit: (x) => {
      const step = stepAt(x, steps.length);
      if (step === null) return null;
      return {step, label: `${step + 1} · ${trace.tokens[step]} · ${states.map((one) => `${one.name} ${say(share(one)[step])}`).join(' · ')}`};
    },
    shows: ctx.say(ctx.asked > 1 ? 'shows_all' : 'shows', {weights: ctx.weightsName, asked: ctx.asked, steps: steps.length, target: ctx.label(trace.target)}), look: ctx.say('look'),
    summary: ctx.say('summary', {steps: steps.length,
      list: states.map((one) => `${one.name} ${say(share(one)[0])}`).join(', ')}),
    table: () => ({
      head: [ctx.say('step'), ctx.say('token'), ...states.map((one) => `‖∂L/∂${one.name}‖${nameOf(ctx, one)}`)],
      rows: steps.map((t) => [t + 1, trace.tokens[t], ...states.map((one) => say(one.norms[t]))]),
    }),
  };
}

const nameOf = (ctx, {prefix}) => (ctx.rows.length > 1 ? ` ${ctx.rowName(prefix)}` : '');

export default {id: 'arriving', place: 'left', order: 1, words, applies: () => true, figure,
  height: () => 290};
