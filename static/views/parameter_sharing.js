// The same weights at every position: at a word that stands in both texts the input's part is the same
// number, so that all that differs there was remembered.

import {alignTokens, isAligned} from '../core/alignment.js';
import {stepDistance} from '../core/trace_difference.js';

const words = {
  en: {
    title: 'The same weights, at every position',
    shows:
      '“{token}” stands at position {step} in the first sentence and at position {other} in the second. Both times the same weights read row {row} of the embedding: the input’s part, W_ih x_t + b, is the same number. All that differs there comes from what was remembered, {before}, and it makes {after}.',
    equal:
      '“{token}” stands at position {step} in both sentences, and nothing that was remembered before it differs: with the same row {row} of the embedding and the same weights, every number is the same.',
    alone: '“{token}” stands in the first sentence only. Choose a {token_noun} that both have.',
    look: 'Each line is a {token_noun} of both sentences, wherever it stands: the same row and the same weights, so that whatever differs was remembered.',
    lower: 'In the first layer, reading forward:',
    summary: '{count} {token_nouns} stand in both. {shows}',
    token: '{token_noun}',
    step_one: 'in the 1st',
    step_two: 'in the 2nd',
    row: 'rows read',
    both: '{row} = {other}',
    input: 'Δ(W_ih x_t + b)',
    before: '‖Δ{name}_t−1‖',
    norm: '‖Δ{name}_t‖',
  },
  'pt-BR': {
    title: 'Os mesmos pesos, em todas as posições',
    shows:
      '“{token}” está na posição {step} na primeira frase e na posição {other} na segunda. Nas duas, os mesmos pesos leem a linha {row} do embedding: a parte da entrada, W_ih x_t + b, é o mesmo número. Tudo o que difere ali vem do que foi lembrado, {before}, e isso dá {after}.',
    equal:
      '“{token}” está na posição {step} nas duas frases, e nada do que foi lembrado antes dela difere: com a mesma linha {row} do embedding e os mesmos pesos, todos os números são iguais.',
    alone: '“{token}” está só na primeira frase. Escolha uma {token_noun} que as duas tenham.',
    look: 'Cada linha é uma {token_noun} das duas frases, onde quer que esteja: a mesma linha e os mesmos pesos, e por isso o que difere foi lembrado.',
    lower: 'Na primeira camada, lendo para a frente:',
    summary: '{count} {token_nouns} estão nas duas. {shows}',
    token: '{token_noun}',
    step_one: 'na 1ª',
    step_two: 'na 2ª',
    row: 'linhas lidas',
    both: '{row} = {other}',
    input: 'Δ(W_ih x_t + b)',
    before: '‖Δ{name}_t−1‖',
    norm: '‖Δ{name}_t‖',
  },
};

/** @typedef {import('../charts/comparison_layout.js').ComparedTexts} ComparedTexts */

/**
 * Words of both texts that are read as the same row of the embedding.
 * @param {ComparedTexts} ctx
 */
const alignSameRows = ({trace, secondTrace}) =>
  alignTokens(trace.tokens, secondTrace.tokens, 'word')
    .filter(isAligned)
    .filter(([i, j]) => trace.token_ids[i] === secondTrace.token_ids[j]);

/**
 * @param {ComparedTexts} ctx
 * @returns {TableFigure}
 */
function figure(ctx) {
  const {trace, secondTrace, cell, layerNames, step} = ctx;
  // The first layer's signals alone: what is above it reads states, not the embedding.
  const [lowest] = layerNames;
  const pairs = alignSameRows(ctx);
  /**
   * @param {string} name
   * @param {number} i
   * @param {number} j
   */
  const distance = (name, i, j) =>
    stepDistance(trace.signals[`${lowest}.${name}`], i, secondTrace.signals[`${lowest}.${name}`], j);
  const others = cell.signals.filter(({name}) => !cell.states.includes(name)).map(({name}) => name);
  const head = [
    ctx.say('token'),
    ctx.say('step_one'),
    ctx.say('step_two'),
    ctx.say('row'),
    ctx.say('input'),
    ...cell.states.map((name) => ctx.say('before', {name: ctx.letter(name)})),
    ...others.map((name) => ctx.say('norm', {name: ctx.letter(name)})),
  ];
  // The same row through the same weights and biases: what is subtracted from itself is 0.
  const rows = pairs.map(([i, j]) => [
    trace.tokens[i],
    String(i + 1),
    String(j + 1),
    ctx.say('both', {row: trace.token_ids[i], other: secondTrace.token_ids[j]}),
    '0',
    ...cell.states.map((name) => ctx.magnitude(distance(name, i - 1, j - 1))),
    ...others.map((name) => ctx.magnitude(distance(name, i, j))),
  ]);
  const here = pairs.findIndex(([i]) => i === step);
  const shows = [layerNames.length > 1 ? ctx.say('lower') : '', explain(ctx, pairs[here], others, distance)]
    .filter(Boolean)
    .join(' ');
  return {
    kind: 'table',
    symbols: true,
    head,
    lines: rows.map((cells, k) => ({cells, here: k === here})),
    shows,
    look: ctx.say('look'),
    summary: ctx.say('summary', {count: pairs.length, shows}),
    table: () => ({head, rows}),
  };
}

/**
 * @param {ComparedTexts} ctx
 * @param {[number, number] | undefined} pair
 * @param {string[]} others
 * @param {(name: string, i: number, j: number) => number} distance
 */
function explain(ctx, pair, others, distance) {
  const {trace, cell, step} = ctx;
  const token = trace.tokens[step];
  if (!pair) return ctx.say('alone', {token});
  const [i, j] = pair;
  const facts = {token, step: i + 1, other: j + 1, row: trace.token_ids[i]};
  const remembered = cell.states.map((name) => ({name, size: distance(name, i - 1, j - 1)}));
  if (i === j && remembered.every(({size}) => size < 1e-12)) return ctx.say('equal', facts);
  return ctx.say('shows', {
    ...facts,
    before: remembered
      .map(({name, size}) => `${ctx.say('before', {name: ctx.letter(name)})} = ${ctx.magnitude(size)}`)
      .join(', '),
    after: others
      .map((name) => `${ctx.say('norm', {name: ctx.letter(name)})} = ${ctx.magnitude(distance(name, i, j))}`)
      .join(', '),
  });
}

/** @type {ViewOf<ComparedTexts>} */
export default {
  id: 'parameter_sharing',
  place: 'wide',
  order: -1,
  follows: true,
  words,
  figure,
  applies: (ctx) => Boolean(ctx.secondTrace) && alignSameRows(ctx).length > 0,
};
