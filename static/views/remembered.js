// What the last state is made of: each word's part in every unit, an exact sum.

import {blankLayout, cutWord, mapTitle, placeGrid, stepAt, stepAxis} from '../chart.js';
import {painter, surface} from '../colours.js';

const words = {
  en: {
    title: 'What the answer is made of',
    shows: 'The last memory, unit by unit. Column: the word that wrote it. Line: a unit, ordered by what it ends with. The columns add up to the memory, exactly.',
    look: 'A strong column is a word the answer still stands on. Its colour shows which way it pushes: the state’s above zero, violet below.',
    tip: '“{token}” gives unit {unit} {value}',
    summary: '{list}.', of: '{title}: most from “{token}”',
    network: 'network', largest: 'word with the largest part',
  },
  'pt-BR': {
    title: 'De que é feita a resposta',
    shows: 'A última memória, unidade por unidade. Coluna: a palavra que a escreveu. Linha: uma unidade, ordenada por como termina. As colunas somam exatamente a memória.',
    look: 'Uma coluna forte é uma palavra em que a resposta ainda se apoia. A cor mostra para que lado ela empurra: a do estado acima de zero, violeta abaixo.',
    tip: '“{token}” dá à unidade {unit} {value}',
    summary: '{list}.', of: '{title}: mais de “{token}”',
    network: 'rede', largest: 'palavra com a maior parte',
  },
};

const gated = ({layers}) => layers.filter(({memory}) => memory !== null);
const across = (ctx) => Math.min(gated(ctx).length, ctx.width > 330 ? 2 : 1);

function figure(ctx) {
  const {result, theme} = ctx;
  const layers = gated(ctx);
  const steps = result.tokens.length;
  const layout = blankLayout(ctx, {l: 30, r: 6, t: 26, b: 24});
  const places = placeGrid(layers.length, across(ctx), {x: 0.06, y: 0.16});
  const orders = layers.map(({memory: {parts}}) => {
    const ends = parts[0].map((_, unit) => parts.reduce((sum, row) => sum + (row[unit] ?? 0), 0));
    return ends.map((_, unit) => unit).sort((a, b) => ends[b] - ends[a]);
  });
  const data = layers.map((layer, k) => {
    const {id, x, y, column} = places[k];
    const {parts, state} = layer.memory;
    const order = orders[k];
    layout[`xaxis${id}`] = {...stepAxis(steps, 5), domain: x, anchor: `y${id}`};
    layout[`yaxis${id}`] = {domain: y, range: [order.length, 0], anchor: `x${id}`, fixedrange: true, showgrid: false, zeroline: false,
      scaleanchor: false, showticklabels: column === 0, tickvals: [0, order.length], ticktext: ['1', String(order.length)], ticks: ''};
    layout.annotations.push(mapTitle(id, cutWord(`${layer.title} · ${state}`, Math.max(4, Math.floor(((x[1] - x[0]) * (ctx.width - 36)) / 7.4))), surface(theme).ink));
    const paint = painter({role: layer.signals.find(({name}) => name === state).role, low: -1, high: null}, parts.flat().map((value) => value ?? 0), theme, null);
    const pixels = new Uint32Array(steps * order.length);
    order.forEach((unit, line) => parts.forEach((row, t) => {
      pixels[line * steps + t] = paint(row[unit] ?? NaN);
    }));
    return {type: 'image', bitmap: {width: steps, height: order.length, pixels}, x0: 0, dx: 1, y0: 0.5, dy: 1, xaxis: `x${id}`, yaxis: `y${id}`,
      hoverinfo: 'skip', zsmooth: false};
  });
  const rows = layers.map(({title, memory, end}) => {
    const last = memory.norms[end];
    return [title, result.tokens[last.indexOf(Math.max(...last))]];
  });
  return {
    kind: 'chart', data, layout,
    overlay: {maps: layers.map((_, k) => ({x: `xaxis${places[k].id}`, y: `yaxis${places[k].id}`})), from: 0, count: steps},
    hit(x, y, axis) {
      const k = places.findIndex(({id}) => `yaxis${id}` === axis);
      const [step, unit] = [stepAt(x, steps), orders[k]?.[Math.floor(y)]];
      if (step === null || unit === undefined) return null;
      return {step, label: ctx.say('tip', {token: result.tokens[step], unit: unit + 1, value: ctx.power(layers[k].memory.parts[step][unit] ?? NaN)})};
    },
    shows: ctx.say('shows'), look: ctx.say('look'),
    summary: ctx.say('summary', {list: rows.map(([title, token]) => ctx.say('of', {title, token})).join('; ')}),
    table: () => ({head: [ctx.say('network'), ctx.say('largest')], rows}),
  };
}

export default {id: 'remembered', room: 'compare', needs: 'maps', place: 'right', order: 2, words, applies: (ctx) => gated(ctx).length > 0, figure,
  height: (ctx) => 60 + Math.ceil(gated(ctx).length / across(ctx)) * 230};
