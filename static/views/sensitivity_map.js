// How much each step's output still depends on each word that was read: ‖dh_t/dx_k‖ (Madsen 2019).

import {drawStepMaps, largestOf} from '../charts/step_maps.js';
import {DECADES} from '../core/colours.js';

const words = {
  en: {
    title: 'Who listens to whom, for small changes',
    shows:
      'Row: a step. Column: a {token_noun}. The colour is ‖∂h/∂x‖, how much a small change of that {token_noun} would move that step (log scale, {decades} powers of ten, relative to the largest of the network).',
    look: 'A strong column is a {token_noun} whose small changes are felt to the end. A pale one can still be remembered: a saturated state holds what it was told, and lets no small change through.',
    summary: '{count} maps of {steps} by {steps}.',
    network: 'network',
    first: 'last step on the first {token_noun}',
    last: 'last step on itself',
    tip: '“{from}” at “{at}”: {value}',
  },
  'pt-BR': {
    title: 'Quem ouve quem, em pequenas mudanças',
    shows:
      'Linha: um passo. Coluna: uma {token_noun}. A cor é ‖∂h/∂x‖, quanto uma pequena mudança naquela {token_noun} moveria aquele passo (escala log, {decades} potências de dez, relativa ao maior valor da rede).',
    look: 'Uma coluna forte é uma {token_noun} cujas pequenas mudanças se sentem até o fim. Uma pálida ainda pode ser lembrada: um estado saturado guarda o que ouviu e não deixa passar pequenas mudanças.',
    summary: '{count} mapas de {steps} por {steps}.',
    network: 'rede',
    first: 'último passo, primeira {token_noun}',
    last: 'último passo, ele mesmo',
    tip: '“{from}” em “{at}”: {value}',
  },
};

/** @param {CompareContext} ctx */
const across = ({networks, width}) => Math.min(networks.length, width > 520 ? 3 : width > 330 ? 2 : 1);

/**
 * @param {MappedContext} ctx
 * @returns {ChartFigure}
 */
function figure(ctx) {
  const {
    comparison: {tokens},
  } = ctx;
  const steps = tokens.length;
  const networks = ctx.networks.map((network) => ({...network, largest: largestOf(network.sensitivity_map)}));
  /** @param {number | null} value */
  const power = (value) => (value === null ? '∞' : ctx.power(value));
  const {data, layout, axes, find} = drawStepMaps(ctx, networks, {
    across: across(ctx),
    read: ({sensitivity_map: map}) => map,
    title: ({title}) => title,
    share: (value, {largest}) =>
      value === null ? 1 : value > 0 ? 1 + Math.log10(value / largest) / DECADES : 0,
  });
  return {
    kind: 'chart',
    data,
    layout,
    overlay: {axes, from: 0, count: steps},
    hitTest(x, y, axis) {
      const spot = find(x, y, axis);
      return (
        spot && {
          step: spot.column,
          label: ctx.say('tip', {from: tokens[spot.column], at: tokens[spot.row], value: power(spot.value)}),
        }
      );
    },
    aside: ctx.common('decay.scale'),
    shows: ctx.say('shows', {decades: DECADES}),
    look: ctx.say('look'),
    summary: ctx.say('summary', {count: networks.length, steps}),
    table: () => ({
      head: [ctx.say('network'), ctx.say('first'), ctx.say('last')],
      rows: networks.map(({title, sensitivity_map: map}) => [
        title,
        power(map[steps - 1][0]),
        power(map[steps - 1][steps - 1]),
      ]),
    }),
  };
}

/** @type {CompareView} */
export default {
  id: 'sensitivity_map',
  room: 'compare',
  needs: 'maps',
  place: 'right',
  order: 0,
  words,
  applies: ({networks}) => networks.every(({sensitivity_map: map}) => map !== null),
  figure,
  height: (ctx) => 60 + Math.ceil(ctx.networks.length / across(ctx)) * 210,
};
