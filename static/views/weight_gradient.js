// Where the gradient of the recurrent weights comes from: what each step adds to dLoss/dW_hh.

import {blankLayout, legendAbove, lineMarks, numberAxis, stepAt, stepAxis} from '../charts/axes.js';

const words = {
  en: {
    title: 'Where the weight gradient comes from',
    shows:
      '∂L/∂W_hh is a sum over steps. Each line is how much one step adds, as a share of all the steps’ lengths.',
    look: 'A gradient that looks healthy as a whole can come from the last few {token_nouns} alone.',
    whole: 'whole',
    summary: 'The last ten steps give {list}.',
    of: '{title} {share}',
    step: 'step',
    token: '{token_noun}',
    network: 'network',
    ten: 'last ten steps',
    clipped: 'all weights: before → after clipping at {clip}',
  },
  'pt-BR': {
    title: 'De onde vem o gradiente dos pesos',
    shows:
      '∂L/∂W_hh é uma soma sobre os passos. Cada linha é quanto um passo acrescenta, como fração dos tamanhos de todos.',
    look: 'Um gradiente que parece saudável no total pode vir só das últimas {token_nouns}.',
    whole: 'total',
    summary: 'Os últimos dez passos dão {list}.',
    of: '{title} {share}',
    step: 'passo',
    token: '{token_noun}',
    network: 'rede',
    ten: 'últimos dez passos',
    clipped: 'todos os pesos: antes → depois do corte em {clip}',
  },
};

const LAST = 10; // steps

/**
 * @param {CompareContext} ctx
 * @returns {ChartFigure}
 */
function figure(ctx) {
  const {
    comparison: {tokens},
    theme,
    layers,
  } = ctx;
  const steps = Array.from(tokens, (_, t) => t);
  const lastShares = layers.map(({contribution}) => sumOf(contribution.share.slice(-LAST)));
  const largest = Math.max(
    0.01,
    ...layers.flatMap(({contribution}) => contribution.share.map((share) => share ?? 0)),
  );
  return {
    kind: 'chart',
    data: layers.map(({title, colour, mark, contribution, dash}) => ({
      type: 'scatter',
      mode: 'lines+markers',
      name: title,
      x: steps.slice(),
      y: contribution.share.slice(),
      hoverinfo: 'skip',
      line: {color: colour, width: 2.2, dash},
      marker: lineMarks({colour, mark}, steps.length),
    })),
    layout: {
      ...blankLayout(ctx, {l: 48, r: 10, t: 8, b: 26}),
      showlegend: true,
      legend: legendAbove(theme),
      xaxis: stepAxis(steps.length),
      yaxis: numberAxis(0, 1.05 * largest, theme, ctx.percent),
    },
    overlay: {axes: [{x: 'xaxis', y: 'yaxis'}], from: 0, count: steps.length},
    hitTest: (x) => {
      const step = stepAt(x, steps.length);
      return step !== null
        ? {
            step,
            label: `${step + 1} · ${tokens[step]} · ${layers.map(({title, contribution}) => `${title} ${ctx.percent(contribution.share[step] ?? NaN)}`).join(' · ')}`,
          }
        : null;
    },
    shows: ctx.say('shows'),
    look: ctx.say('look'),
    summary: ctx.say('summary', {
      list: layers.map(({title}, k) => ctx.say('of', {title, share: ctx.percent(lastShares[k])})).join('; '),
    }),
    table: () => ({
      head: [
        ctx.say('network'),
        '‖∂L/∂W_hh‖',
        ctx.say('ten'),
        ctx.say('clipped', {clip: ctx.number(ctx.clip)}),
      ],
      rows: layers.map(({title, contribution, clipped}, k) => [
        title,
        contribution.whole === null ? '∞' : ctx.power(contribution.whole),
        ctx.percent(lastShares[k]),
        clipped && clipped[0] !== null && clipped[1] !== null
          ? `${ctx.power(clipped[0])} → ${ctx.power(clipped[1])}`
          : '∞',
      ]),
    }),
  };
}

/**
 * A step that overflowed adds nothing that could be told.
 * @param {Numbers} values
 */
const sumOf = (values) => values.reduce((/** @type {number} */ sum, value) => sum + (value ?? 0), 0);

/** @type {CompareView} */
export default {
  id: 'weight_gradient',
  room: 'compare',
  place: 'left',
  order: 1,
  words,
  applies: () => true,
  figure,
  height: () => 280,
};
