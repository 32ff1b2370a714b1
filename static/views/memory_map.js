// How much of what each word wrote is still in the memory at each later step: an exact sum.

import {countColumns, gridHeight, listLargestParts} from '../charts/memory_maps.js';
import {drawStepMaps, largestOf} from '../charts/step_maps.js';
import {findSignal} from '../core/catalog.js';
import {listGatedLayers} from '../core/compare_context.js';

const words = {
  en: {
    title: 'What the memory holds',
    shows:
      'A gated state is an exact sum of what each step wrote, times the gates that kept it. Row: a step. Column: the step that wrote. The colour is the length of that part.',
    look: 'Read a column downward: it fades as the gate lets go. What a step writes may repeat what came before it: what a {token_noun} matters for the answer is told by reading again without it.',
    summary: 'In the final state, the largest part is {list}.',
    of: '{title}: “{token}”',
    network: 'network',
    largest: 'largest part of the final state',
    tip: '“{from}” in the memory at “{at}”: {value}',
  },
  'pt-BR': {
    title: 'O que a memória guarda',
    shows:
      'Um estado com portas é a soma exata do que cada passo escreveu, vezes as portas que o mantiveram. Linha: um passo. Coluna: o passo que escreveu. A cor é o tamanho daquela parte.',
    look: 'Leia uma coluna para baixo: ela some conforme a porta solta. O que um passo escreve pode repetir o que veio antes: quanto uma {token_noun} pesa na resposta se vê lendo de novo sem ela.',
    summary: 'No estado final, a maior parte é {list}.',
    of: '{title}: “{token}”',
    network: 'rede',
    largest: 'maior parte do estado final',
    tip: '“{from}” na memória em “{at}”: {value}',
  },
};

/**
 * @param {CompareContext} ctx
 * @returns {ChartFigure}
 */
function figure(ctx) {
  const {
    comparison: {tokens},
  } = ctx;
  const layers = listGatedLayers(ctx).map((layer) => ({...layer, largest: largestOf(layer.memory.norms)}));
  const {data, layout, axes, find} = drawStepMaps(ctx, layers, {
    across: countColumns(ctx),
    read: ({memory}) => memory.norms,
    title: ({title, memory, ...layer}) => `${title} · ${findSignal(layer, memory.state).letter}`,
    share: (value, {largest}) => (value === null ? 1 : value / largest),
  });
  const rows = listLargestParts(ctx);
  return {
    kind: 'chart',
    data,
    layout,
    overlay: {axes, from: 0, count: tokens.length},
    hitTest(x, y, axis) {
      const spot = find(x, y, axis);
      return (
        spot && {
          step: spot.column,
          label: ctx.say('tip', {
            from: tokens[spot.column],
            at: tokens[spot.row],
            value: spot.value === null ? '∞' : ctx.power(spot.value),
          }),
        }
      );
    },
    shows: ctx.say('shows'),
    look: ctx.say('look'),
    summary: ctx.say('summary', {
      list: rows.map(([title, token]) => ctx.say('of', {title, token})).join('; '),
    }),
    table: () => ({head: [ctx.say('network'), ctx.say('largest')], rows}),
  };
}

/** @type {CompareView} */
export default {
  id: 'memory_map',
  room: 'compare',
  needs: 'maps',
  place: 'right',
  order: 1,
  words,
  applies: (ctx) => listGatedLayers(ctx).length > 0,
  figure,
  height: gridHeight,
};
