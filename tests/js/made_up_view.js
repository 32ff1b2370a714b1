// A view as a person would add one: a new file of static/views/, which is enough (every_view.test.js).

import {blankLayout, stepAt, stepAxis} from '../../static/charts/axes.js';

const words = {
  en: {
    title: 'Chance of {label}',
    shows: 'How likely “{label}” is at each step.',
    look: 'Where does it rise?',
    summary: 'It ends at {last}.',
    step: 'step',
  },
  'pt-BR': {
    title: 'Chance de {label}',
    shows: 'Quão provável “{label}” é em cada passo.',
    look: 'Onde ela sobe?',
    summary: 'Termina em {last}.',
    step: 'passo',
  },
};

function figure(ctx) {
  const steps = ctx.trace.tokens.length;
  const y = ctx.trace.tokens.map(
    (_, t) => ctx.trace.probabilities.values[t * ctx.trace.classes.length + ctx.watchedClass],
  );
  return {
    kind: 'chart',
    title: ctx.say('title', {label: ctx.watchedLabel}),
    data: [{type: 'scatter', mode: 'lines', x: y.map((_, t) => t), y}],
    layout: {...blankLayout(ctx, {l: 30, r: 6, t: 6, b: 24}), xaxis: stepAxis(steps), yaxis: {range: [0, 1]}},
    overlay: {axes: [{x: 'xaxis', y: 'yaxis'}], from: 0, count: steps},
    hitTest: (x) => (stepAt(x, steps) === null ? null : {step: stepAt(x, steps)}),
    shows: ctx.say('shows', {label: ctx.watchedLabel}),
    look: ctx.say('look'),
    summary: ctx.say('summary', {last: ctx.percent(y.at(-1))}),
    table: () => ({
      head: [ctx.say('step'), ctx.watchedLabel],
      rows: y.map((p, t) => [t + 1, ctx.percent(p)]),
    }),
  };
}

export default {
  id: 'made_up_view',
  place: 'right',
  order: 9,
  words,
  applies: ({trace}) => trace.classes.length > 0,
  figure,
  height: () => 200,
};
