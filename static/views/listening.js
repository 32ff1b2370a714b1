// Who listens to whom: how much each step still depends on each earlier word.

import {drawMaps, hears, largestOf} from '../chart.js';
import {decadesOf} from '../colours.js';

const words = {
  en: {
    title: 'Who listens to whom',
    shows: 'Row: a step. Column: a word. The colour is ‖∂h/∂x‖, how much that step still depends on that word (log scale, {decades} powers of ten, relative to the largest of the network).',
    look: 'A strong column is a word that is heard to the end; a thin diagonal is a network that hears only the last word.',
    summary: '{count} maps of {steps} by {steps}.',
    network: 'network', first: 'last step on the first word', last: 'last step on itself',
    tip: '“{from}” heard at “{at}”: {value}',
  },
  'pt-BR': {
    title: 'Quem ouve quem',
    shows: 'Linha: um passo. Coluna: uma palavra. A cor é ‖∂h/∂x‖, quanto aquele passo ainda depende daquela palavra (escala log, {decades} potências de dez, relativa ao maior valor da rede).',
    look: 'Uma coluna forte é uma palavra ouvida até o fim; uma diagonal fina é uma rede que só ouve a última palavra.',
    summary: '{count} mapas de {steps} por {steps}.',
    network: 'rede', first: 'último passo, primeira palavra', last: 'último passo, ele mesmo',
    tip: '“{from}” ouvida em “{at}”: {value}',
  },
};

const across = ({networks, width}) => Math.min(networks.length, width > 520 ? 3 : width > 330 ? 2 : 1);

function figure(ctx) {
  const {result, networks} = ctx;
  const steps = result.tokens.length;
  const largest = new Map(networks.map(({title, listening}) => [title, largestOf(listening)]));
  const decades = decadesOf(networks.flatMap(({title, listening}) => listening.flatMap((row, t) => row.filter((_, k) => hears(row, t, k))
    .map((value) => (value === null ? 1 : value / largest.get(title))))));
  const {data, layout, maps, find} = drawMaps(ctx, networks, {
    across: across(ctx), read: ({listening}) => listening, title: ({title}) => title,
    share: (value, {title}) => (value === null ? 1 : value > 0 ? 1 + Math.log10(value / largest.get(title)) / decades : 0),
  });
  return {
    kind: 'chart', data, layout, overlay: {maps, from: 0, count: steps},
    hit(x, y, axis) {
      const found = find(x, y, axis);
      return found && {step: found.from, label: ctx.say('tip', {from: result.tokens[found.from], at: result.tokens[found.at], value: power(ctx, found.value)})};
    },
    shows: ctx.say('shows', {decades}), look: ctx.say('look'), summary: ctx.say('summary', {count: networks.length, steps}),
    table: () => ({head: [ctx.say('network'), ctx.say('first'), ctx.say('last')],
      rows: networks.map(({title, listening}) => [title, power(ctx, listening[steps - 1][0]), power(ctx, listening[steps - 1][steps - 1])])}),
  };
}

function power(ctx, value) {
  return value === null ? '∞' : ctx.power(value);
}

export default {id: 'listening', room: 'compare', needs: 'maps', place: 'right', order: 0, words,
  applies: ({networks}) => networks.every(({listening}) => listening !== null), figure,
  height: (ctx) => 60 + Math.ceil(ctx.networks.length / across(ctx)) * 210};
