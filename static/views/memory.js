// What the memory holds: how much of what each word wrote is still there at each later step.

import {drawMaps, largestOf} from '../chart.js';

const words = {
  en: {
    title: 'What the memory holds',
    shows: 'A gated state is an exact sum of what each word wrote, times the gates that kept it. Row: a step. Column: a word. The colour is the length of that word’s part.',
    look: 'Read a column downward: it fades as the forget gate lets go. The last row is what the answer is made of.',
    summary: 'In the final state, the largest part is {list}.', of: '{title}: “{token}”',
    network: 'network', largest: 'largest part of the final state',
    tip: '“{from}” in the memory at “{at}”: {value}',
  },
  'pt-BR': {
    title: 'O que a memória guarda',
    shows: 'Um estado com portas é a soma exata do que cada palavra escreveu, vezes as portas que o mantiveram. Linha: um passo. Coluna: uma palavra. A cor é o tamanho da parte daquela palavra.',
    look: 'Leia uma coluna para baixo: ela some conforme a porta de esquecimento solta. A última linha é do que a resposta é feita.',
    summary: 'No estado final, a maior parte é {list}.', of: '{title}: “{token}”',
    network: 'rede', largest: 'maior parte do estado final',
    tip: '“{from}” na memória em “{at}”: {value}',
  },
};

const gated = ({layers}) => layers.filter(({memory}) => memory !== null);

const across = (ctx) => Math.min(gated(ctx).length, ctx.width > 330 ? 2 : 1);

function figure(ctx) {
  const {result} = ctx;
  const layers = gated(ctx);
  const steps = result.tokens.length;
  const largest = new Map(layers.map(({title, memory}) => [title, largestOf(memory.norms)]));
  const {data, layout, maps, find} = drawMaps(ctx, layers, {
    across: across(ctx), read: ({memory}) => memory.norms, title: ({title, memory}) => `${title} · ${memory.state}`,
    share: (value, {title}) => (value === null ? 1 : value / largest.get(title)),
  });
  const rows = layers.map(({title, memory, end}) => {
    const last = memory.norms[end];
    return [title, result.tokens[last.indexOf(Math.max(...last))]];
  });
  return {
    kind: 'chart', data, layout, overlay: {maps, from: 0, count: steps},
    hit(x, y, axis) {
      const found = find(x, y, axis);
      return found && {step: found.from, label: ctx.say('tip', {from: result.tokens[found.from], at: result.tokens[found.at],
        value: found.value === null ? '∞' : ctx.power(found.value)})};
    },
    shows: ctx.say('shows'), look: ctx.say('look'),
    summary: ctx.say('summary', {list: rows.map(([title, token]) => ctx.say('of', {title, token})).join('; ')}),
    table: () => ({head: [ctx.say('network'), ctx.say('largest')], rows}),
  };
}

export default {id: 'memory', room: 'compare', needs: 'maps', place: 'right', order: 1, words, applies: (ctx) => gated(ctx).length > 0, figure,
  height: (ctx) => 60 + Math.ceil(gated(ctx).length / across(ctx)) * 230};
