// The norm of the loss's gradient at each step, relative to the last, on a log axis.

import {blankLayout, legendAbove, powerAxis, stepAt, stepAxis} from '../charts/axes.js';
import {findSignal} from '../core/catalog.js';
import {hueOf} from '../core/colours.js';
import {memoryStateOf} from '../core/trace_analysis.js';

const words = {
  en: {
    title: 'What still arrives on the way back',
    shows:
      'The length of the gradient of the loss at each step, relative to the last step, on a log axis: weights {weights}, loss for “{target}”.',
    shows_all:
      'The length of the gradient of the loss at each step, relative to the largest, on a log axis: weights {weights}. The loss is measured at {asked} of {steps} steps, and gradient enters at each of them.',
    look: 'A straight line down is an exponential: from that far back training learns ever less, though what was read there may still be remembered.',
    look_both: 'Read all the lines: ‖∂L/∂{output}‖ leaves out the way along {memory}.',
    summary: 'At the first of {steps} steps: {list}.',
    zero: 'exactly zero',
    over: 'overflowed',
    step: 'step',
    token: '{token_noun}',
  },
  'pt-BR': {
    title: 'O que ainda chega no caminho de volta',
    shows:
      'O tamanho do gradiente da perda em cada passo, relativo ao último, em eixo log: pesos {weights}, perda para “{target}”.',
    shows_all:
      'O tamanho do gradiente da perda em cada passo, relativo ao maior, em eixo log: pesos {weights}. A perda é medida em {asked} de {steps} passos, e em cada um deles entra gradiente.',
    look: 'Uma reta que desce é uma exponencial: de tão longe o treino aprende cada vez menos, embora o que foi lido ali ainda possa ser lembrado.',
    look_both: 'Leia todas as linhas: ‖∂L/∂{output}‖ deixa de fora o caminho por {memory}.',
    summary: 'No primeiro de {steps} passos: {list}.',
    zero: 'exatamente zero',
    over: 'estourou',
    step: 'passo',
    token: '{token_noun}',
  },
};

const FLOOR = -300; // powers of ten

/**
 * @param {WatchContext} ctx
 * @returns {ChartFigure}
 */
function figure(ctx) {
  const {trace, cell, theme, layerNames} = ctx;
  const steps = Array.from(trace.tokens, (_, t) => t);
  const curves = layerNames.flatMap((layerName) =>
    cell.states.map((state) => {
      const norms = trace.norms[`${layerName}.${state}`].values;
      return {
        state,
        norms,
        chosen: layerName === ctx.layerName,
        title: `‖∂L/∂${ctx.letter(state)}‖${layerNames.length > 1 ? ` ${ctx.titleLayer(layerName)}` : ''}`,
        colour: hueOf(findSignal(cell, state), theme),
        // Each relative to its own, so that h and c share one axis.
        shares: steps.map((t) => norms[t] / ctx.referenceNorm(norms)),
      };
    }),
  );
  /** @param {number} value */
  const say = (value) =>
    value === 0 ? ctx.say('zero') : Number.isFinite(value) ? ctx.power(value) : ctx.say('over');
  /** @param {number} share */
  const isDrawn = (share) => share > 0 && Number.isFinite(share);
  const exponents = curves
    .flatMap(({shares}) => shares)
    .filter(isDrawn)
    .map(Math.log10);
  const low = Math.max(FLOOR, Math.floor(Math.min(-2, ...exponents)));
  const high = Math.ceil(Math.max(0.3, ...exponents));
  return {
    kind: 'chart',
    painted: true, // a mark a step, each of which Plotly makes an element of
    data: curves.map(({title, shares, colour, chosen}) => ({
      type: 'scatter',
      mode: 'lines+markers',
      name: title,
      x: steps,
      y: shares.map((share) => (isDrawn(share) ? Math.log10(share) : null)),
      hoverinfo: 'skip',
      line: {color: colour, width: chosen ? 2.4 : 1.4, dash: chosen ? 'solid' : 'dot'},
      marker: {color: colour, size: steps.length > 80 ? 3 : 6},
    })),
    layout: {
      ...blankLayout(ctx, {l: 54, r: 10, t: 8, b: 26}),
      showlegend: true,
      legend: legendAbove(theme),
      xaxis: stepAxis(steps.length),
      yaxis: powerAxis(low, high, theme),
    },
    overlay: {axes: [{x: 'xaxis', y: 'yaxis'}], from: 0, count: steps.length},
    hitTest: (x) => {
      const step = stepAt(x, steps.length);
      if (step === null) return null;
      return {
        step,
        label: `${step + 1} · ${trace.tokens[step]} · ${curves.map(({state, shares}) => `${ctx.letter(state)} ${say(shares[step])}`).join(' · ')}`,
      };
    },
    shows: ctx.say(ctx.targetCount > 1 ? 'shows_all' : 'shows', {
      weights: ctx.weightsTitle,
      asked: ctx.targetCount,
      steps: steps.length,
      target: ctx.label(trace.target),
    }),
    look: [
      ctx.say('look'),
      cell.states.length > 1 &&
        ctx.say('look_both', {
          output: ctx.letter(cell.output),
          memory: ctx.letter(memoryStateOf(cell)),
        }),
    ]
      .filter(Boolean)
      .join(' '),
    summary: ctx.say('summary', {
      steps: steps.length,
      list: curves.map(({state, shares}) => `${ctx.letter(state)} ${say(shares[0])}`).join(', '),
    }),
    table: () => ({
      head: [ctx.say('step'), ctx.say('token'), ...curves.map(({title}) => title)],
      rows: steps.map((t) => [t + 1, trace.tokens[t], ...curves.map(({norms}) => say(norms[t]))]),
    }),
  };
}

/** @type {WatchView} */
export default {
  id: 'gradient_norms',
  place: 'left',
  order: 1,
  words,
  applies: () => true,
  figure,
  height: () => 290,
};
