// What the last state is made of: each word's part in every unit, an exact sum.

import {blankLayout, stepAt, stepAxis} from '../charts/axes.js';
import {cutTitle} from '../charts/labels.js';
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
      'The last memory, unit by unit. Column: the step that wrote it. Line: a unit, in the order of what it ends with (a rank, not the unit’s number). The columns add up to the memory, exactly. Below it, the line: how much each step wrote, of the most; filled: by how much the answer’s probability changes when the text is read without that {token_noun}.',
    look: 'The last steps are often the longest, and may repeat what came before: a short column is not a {token_noun} that was forgotten. Where line and filling part, what was written last is not what the answer hangs on. The colour is the sign: the state’s above zero, violet below.',
    first: 'max',
    last: 'min',
    tip: '“{token}” gives unit {unit} {value}',
    summary: '{list}.',
    of: '{title}: the most was written at “{token}”',
    without:
      '{title}: the most was written at “{token}”; leaving out “{word}” changes the answer most, from {before} to {after}',
    removed: '{token_noun} that matters most when left out',
    change: 'the answer with it → without it',
    omitted: '{title}: without “{token}” the answer goes from {before} to {after}',
    network: 'network',
    largest: 'step that wrote the largest part',
  },
  'pt-BR': {
    title: 'O que cada passo escreveu na última memória',
    shows:
      'A última memória, unidade por unidade. Coluna: o passo que a escreveu. Linha: uma unidade, na ordem de como termina (uma posição, não o número da unidade). As colunas somam exatamente a memória. Embaixo, a linha: quanto cada passo escreveu, em relação ao que mais escreveu; preenchido: quanto muda a probabilidade da resposta quando o texto é lido sem aquela {token_noun}.',
    look: 'Os últimos passos costumam ser os mais fortes e podem repetir o que veio antes: uma coluna fraca não é uma {token_noun} esquecida. Onde a linha e o preenchido se separam, a resposta não depende do que foi escrito por último. A cor é o sinal: a do estado acima de zero, violeta abaixo.',
    first: 'máx',
    last: 'mín',
    tip: '“{token}” dá à unidade {unit} {value}',
    summary: '{list}.',
    of: '{title}: o mais foi escrito em “{token}”',
    without:
      '{title}: o mais foi escrito em “{token}”; tirar “{word}” é o que mais muda a resposta, de {before} para {after}',
    removed: '{token_noun} que mais importa quando sai',
    change: 'a resposta com ela → sem ela',
    omitted: '{title}: sem “{token}” a resposta vai de {before} para {after}',
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
  const layout = blankLayout(ctx, {l: 44, r: 6, t: 26, b: 24});
  const places = placeGrid(layers.length, countColumns(ctx), {x: 0.06, y: 0.16});
  const orders = layers.map(({memory: {parts}}) => {
    const finalState = parts[0].map((_, unit) => parts.reduce((sum, step) => sum + (step[unit] ?? 0), 0));
    return finalState.map((_, unit) => unit).sort((a, b) => finalState[b] - finalState[a]);
  });
  const data = layers.map((layer, k) => {
    const {id, x, y: whole, column} = places[k];
    const [y, strip] = splitPlace(whole);
    const {parts, state} = layer.memory;
    const order = orders[k];
    layout[`xaxis${id}`] = {
      ...stepAxis(steps, 5),
      domain: x,
      anchor: stripAxis(k, layers.length).replace('axis', ''),
    };
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
        cutTitle(`${layer.title} · ${findSignal(layer, state).letter}`, titleLength(x, ctx.width)),
        surface(theme).ink,
      ),
    );
    layout[stripAxis(k, layers.length)] = {
      domain: strip,
      range: [0, 1.05],
      anchor: `x${id}`,
      fixedrange: true,
      showgrid: false,
      zeroline: true,
      zerolinecolor: surface(theme).line,
      showticklabels: column === 0,
      tickvals: [0, 1],
      ticktext: [ctx.percent(0), ctx.percent(1)],
      ticks: '',
    };
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
  const rows = listRows(ctx);
  const told = ctx.say('summary', {
    list: rows
      .map(({title, token, omission}) => ctx.say(omission ? 'without' : 'of', {title, token, ...omission}))
      .join('; '),
  });
  return {
    kind: 'chart',
    data: [
      ...data,
      ...layers.flatMap((layer, k) => drawStrip(ctx, layer, places[k].id, stripAxis(k, layers.length))),
    ],
    layout,
    overlay: {
      axes: places.map(({id}, k) => ({x: `xaxis${id}`, y: [`yaxis${id}`, stripAxis(k, layers.length)]})),
      from: 0,
      count: steps,
    },
    hitTest(x, y, axis) {
      const below = layers.find((_, k) => stripAxis(k, layers.length) === axis);
      if (below) return describeOmission(ctx, below, stepAt(x, steps));
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
    shows: `${ctx.say('shows')} ${told}`,
    look: ctx.say('look'),
    summary: told,
    table: () => ({
      head: [ctx.say('network'), ctx.say('largest'), ctx.say('removed'), ctx.say('change')],
      rows: rows.map(({title, token, omission}) => [
        title,
        token,
        omission?.word ?? '–',
        omission ? `${omission.before} → ${omission.after}` : '–',
      ]),
    }),
  };
}

/**
 * A map's place, and that of the strip below it.
 * @param {number[]} place
 */
function splitPlace([low, high]) {
  const height = high - low;
  return [
    [low + 0.3 * height, high],
    [low, low + 0.22 * height],
  ];
}

/**
 * The y axis of the strip below the `k`th of so many maps.
 * @param {number} k
 * @param {number} count
 * @returns {`yaxis${number}`}
 */
const stripAxis = (k, count) => `yaxis${count + k + 1}`;

/**
 * By how much the probability of the answer changes without each word; none where that was not read.
 * @param {GatedLayer} layer
 */
function measureOmissions({left_out: leftOut, probabilities}) {
  const answered = Math.max(...probabilities);
  return leftOut?.map((without) => Math.abs((without ?? NaN) - answered)) ?? [];
}

/**
 * How much each step wrote, as a line, and what leaving its word out does, filled.
 * @param {CompareContext} ctx
 * @param {GatedLayer} layer
 * @param {string | number} id of the x axis
 * @param {string} axis
 * @returns {ScatterTrace[]}
 */
function drawStrip({theme}, layer, id, axis) {
  const written = layer.memory.parts.map((part) => Math.hypot(...part.map((value) => value ?? NaN)));
  const most = Math.max(...written) || 1;
  const omitted = measureOmissions(layer);
  const drawn = {
    type: /** @type {const} */ ('scatter'),
    mode: 'lines',
    xaxis: `x${id}`,
    yaxis: axis.replace('axis', ''),
    hoverinfo: /** @type {const} */ ('skip'),
    showlegend: false,
  };
  return [
    {
      ...drawn,
      x: omitted.flatMap((_, t) => [t - 0.5, t + 0.5]),
      y: omitted.flatMap((change) => [change, change]),
      fill: 'tozeroy',
      fillcolor: surface(theme).line,
      line: {width: 1, color: surface(theme).quiet},
    },
    {
      ...drawn,
      x: written.map((_, t) => t),
      y: written.map((length) => length / most),
      line: {width: 1.8, color: layer.colour},
    },
  ];
}

/**
 * What leaving the word of a step out does, in words; null where that was not read.
 * @param {CompareContext} ctx
 * @param {GatedLayer} layer
 * @param {number | null} step
 * @returns {Hit | null}
 */
function describeOmission(ctx, {title, left_out: leftOut, probabilities}, step) {
  const without = step === null ? null : leftOut?.[step];
  if (step === null || without === null || without === undefined) return null;
  const [token, before] = [ctx.comparison.tokens[step], ctx.percent(Math.max(...probabilities))];
  return {step, label: ctx.say('omitted', {title, token, before, after: ctx.percent(without)})};
}

/**
 * For each layer the step that wrote most, and the word whose omission changes the answer most.
 * @param {CompareContext} ctx
 */
function listRows(ctx) {
  const layers = listGatedLayers(ctx);
  return listLargestParts(ctx).map(([title, token], k) => {
    const changes = measureOmissions(layers[k]);
    const step = changes.indexOf(Math.max(...changes));
    const omission = step >= 0 && {
      word: ctx.comparison.tokens[step],
      before: ctx.percent(Math.max(...layers[k].probabilities)),
      after: ctx.percent(layers[k].left_out?.[step] ?? NaN),
    };
    return {title, token, omission: omission || null};
  });
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
  height: (ctx) => gridHeight(ctx) + 60 * Math.ceil(listGatedLayers(ctx).length / countColumns(ctx)),
};
