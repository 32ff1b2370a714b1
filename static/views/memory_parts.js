// What the last state is made of: each word's part in every unit, an exact sum.

import {blankLayout, stepAt, stepAxis} from '../charts/axes.js';
import {cutToken} from '../charts/labels.js';
import {countColumns, gridHeight, listLargestParts} from '../charts/memory_maps.js';
import {pixelImage} from '../charts/pixel_image.js';
import {mapTitle, placeGrid} from '../charts/small_multiples.js';
import {titleLength} from '../charts/step_maps.js';
import {findSignal} from '../core/catalog.js';
import {colourScale, surface} from '../core/colours.js';
import {listGatedLayers} from '../core/compare_context.js';

const words = {
  en: {
    title: 'What each step wrote into the last memory',
    shows:
      'The last memory, unit by unit. Column: the step that wrote it. Line: a unit, in the order of what it ends with (a rank, not the unit’s number). The columns add up to the memory, exactly.',
    look: 'The last steps are often the longest, and may repeat what came before: a short column is not a word that was forgotten. The colour is the sign: the state’s above zero, violet below.',
    first: 'max',
    last: 'min',
    tip: '“{token}” gives unit {unit} {value}',
    summary: '{list}.',
    of: '{title}: the most was written at “{token}”',
    network: 'network',
    largest: 'step that wrote the largest part',
  },
  'pt-BR': {
    title: 'O que cada passo escreveu na última memória',
    shows:
      'A última memória, unidade por unidade. Coluna: o passo que a escreveu. Linha: uma unidade, na ordem de como termina (uma posição, não o número da unidade). As colunas somam exatamente a memória.',
    look: 'Os últimos passos costumam ser os mais fortes e podem repetir o que veio antes: uma coluna fraca não é uma palavra esquecida. A cor é o sinal: a do estado acima de zero, violeta abaixo.',
    first: 'máx',
    last: 'mín',
    tip: '“{token}” dá à unidade {unit} {value}',
    summary: '{list}.',
    of: '{title}: o mais foi escrito em “{token}”',
    network: 'rede',
    largest: 'passo que escreveu a maior parte',
  },
};

/**
 * @param {CompareContext} ctx
 * @returns {ChartFigure}
 */
function figure(ctx) {
  const {
    comparison: {tokens},
    theme,
  } = ctx;
  const layers = listGatedLayers(ctx);
  const steps = tokens.length;
  const layout = blankLayout(ctx, {l: 30, r: 6, t: 26, b: 24});
  const places = placeGrid(layers.length, countColumns(ctx), {x: 0.06, y: 0.16});
  const orders = layers.map(({memory: {parts}}) => {
    const finalState = parts[0].map((_, unit) => parts.reduce((sum, step) => sum + (step[unit] ?? 0), 0));
    return finalState.map((_, unit) => unit).sort((a, b) => finalState[b] - finalState[a]);
  });
  const data = layers.map((layer, k) => {
    const {id, x, y, column} = places[k];
    const {parts, state} = layer.memory;
    const order = orders[k];
    layout[`xaxis${id}`] = {...stepAxis(steps, 5), domain: x, anchor: `y${id}`};
    layout[`yaxis${id}`] = {
      domain: y,
      range: [order.length, 0],
      anchor: `x${id}`,
      fixedrange: true,
      showgrid: false,
      zeroline: false,
      scaleanchor: false,
      showticklabels: column === 0,
      tickvals: [0, order.length],
      ticktext: [ctx.say('first'), ctx.say('last')], // a rank, not the units' numbers
      ticks: '',
    };
    layout.annotations.push(
      mapTitle(
        id,
        cutToken(`${layer.title} · ${findSignal(layer, state).letter}`, titleLength(x, ctx.width)),
        surface(theme).ink,
      ),
    );
    const colourOf = colourScale(
      {role: findSignal(layer, state).role, low: -1, high: null},
      parts.flat().map((value) => value ?? 0),
      theme,
      null,
    );
    const pixels = new Uint32Array(steps * order.length);
    order.forEach((unit, line) => {
      for (let t = 0; t < steps; t += 1) pixels[line * steps + t] = colourOf(parts[t][unit] ?? NaN);
    });
    return pixelImage(
      {width: steps, height: order.length, pixels},
      {y0: 0.5, xaxis: `x${id}`, yaxis: `y${id}`},
    );
  });
  const rows = listLargestParts(ctx);
  return {
    kind: 'chart',
    data,
    layout,
    overlay: {axes: places.map(({id}) => ({x: `xaxis${id}`, y: `yaxis${id}`})), from: 0, count: steps},
    hitTest(x, y, axis) {
      const k = places.findIndex(({id}) => `yaxis${id}` === axis);
      const [step, unit] = [stepAt(x, steps), orders[k]?.[Math.floor(y)]];
      if (step === null || unit === undefined) return null;
      return {
        step,
        label: ctx.say('tip', {
          token: tokens[step],
          unit: unit + 1,
          value: ctx.power(layers[k].memory.parts[step][unit] ?? NaN),
        }),
      };
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
  id: 'memory_parts',
  room: 'compare',
  needs: 'maps',
  place: 'right',
  order: 2,
  words,
  applies: (ctx) => listGatedLayers(ctx).length > 0,
  figure,
  height: gridHeight,
};
