// Whether a word is remembered, told by changing it: every network reads the text again with another word in its place.

import {NOTICEABLE} from '../core/held_gates.js';

const words = {
  en: {
    title: 'Is the {token_noun} forgotten?',
    ask: 'Little gradient left at a {token_noun} is not yet a forgotten {token_noun}. Put another in the place of “{token}” and let every network read again.',
    yet: '{title}: the gradient at “{token}” is {left} of the last step’s, {rank} of {count} in size, and yet with “{word}” in its place “{label}” goes from {before} to {after}. The {token_noun} is remembered.',
    gone: '{title}: the gradient at “{token}” is {left} of the last step’s, and with “{word}” in its place “{label}” goes from {before} to {after}: here the {token_noun} hardly matters any more.',
    both: '{title}: the gradient at “{token}” is {left} of the last step’s, and with “{word}” in its place “{label}” goes from {before} to {after}.',
    only: '{title}: the gradient at “{token}” is {left} of the last step’s, but with “{word}” in its place “{label}” only goes from {before} to {after}.',
    turned: 'Networks that answer otherwise with “{word}”: {turned} of {networks}.',
    look: 'A gradient tells what training can still learn from a {token_noun}; what is remembered is told by changing the {token_noun} and reading again. Choose any {token_noun}, and type any other.',
    step: '{Token_noun} to change',
    word: '{Token_noun} to put in its place',
    read: 'swap and read again',
    undo: 'take it back',
    network: 'network',
    left: 'gradient left at “{token}”',
    rank: 'its rank among {count} steps',
    before: 'answer with “{token}”',
    after: 'with “{word}”',
    after_none: 'after the swap',
    overflow: 'not finite',
  },
  'pt-BR': {
    title: 'A {token_noun} foi esquecida?',
    ask: 'Pouco gradiente numa {token_noun} ainda não é uma {token_noun} esquecida. Ponha outra no lugar de “{token}” e deixe cada rede ler de novo.',
    yet: '{title}: o gradiente em “{token}” é {left} do gradiente no último passo, {rank}º de {count} em tamanho, e mesmo assim, com “{word}” no lugar, “{label}” vai de {before} para {after}. A {token_noun} é lembrada.',
    gone: '{title}: o gradiente em “{token}” é {left} do gradiente no último passo, e com “{word}” no lugar “{label}” vai de {before} para {after}: aqui a {token_noun} já quase não importa.',
    both: '{title}: o gradiente em “{token}” é {left} do gradiente no último passo, e com “{word}” no lugar “{label}” vai de {before} para {after}.',
    only: '{title}: o gradiente em “{token}” é {left} do gradiente no último passo, mas com “{word}” no lugar “{label}” só vai de {before} para {after}.',
    turned: 'Redes que mudam de resposta com “{word}”: {turned} de {networks}.',
    look: 'O gradiente diz o que o treino ainda pode aprender com uma {token_noun}; o que é lembrado se vê trocando a {token_noun} e lendo de novo. Escolha qualquer {token_noun} e digite qualquer outra.',
    step: '{Token_noun} a trocar',
    word: '{Token_noun} que entra no lugar',
    read: 'trocar e ler de novo',
    undo: 'desfazer a troca',
    network: 'rede',
    left: 'gradiente em “{token}”',
    rank: 'posição entre {count} passos',
    before: 'resposta com “{token}”',
    after: 'com “{word}”',
    after_none: 'depois da troca',
    overflow: 'não finito',
  },
};

const FAINT = 0.01; // of the last step's gradient

/**
 * What of the gradient is left at a step: that of the memory in the direction of the lowest layer where it is larger. Its
 * rank is 1 where it is the largest of all steps.
 * @param {TitledLayer[]} layers of one network
 * @param {number} step
 */
function measureGradient(layers, step) {
  const lowest = layers.filter(({name}) => name.split('.')[1] === layers[0].name.split('.')[1]);
  const decays = lowest.map(({decay, memoryState}) => decay[memoryState]);
  const {norms, relative} = decays.reduce((best, decay) =>
    Number(decay.relative[step]) > Number(best.relative[step]) ? decay : best,
  );
  return {left: relative[step], rank: 1 + norms.filter((norm) => norm > norms[step]).length};
}

/**
 * Each network with the gradient at the word, and its answers before and after the swap; `after` is the probability of
 * the answer that it gave before, null until the text was read again.
 * @param {CompareContext} ctx
 */
function listAnswers({networks, layers, swap, swapped}) {
  let first = 0;
  return networks.map((network, k) => {
    const own = layers.slice(first, first + network.layers.length);
    first += network.layers.length;
    const finite = network.overflow === null;
    const answer = network.probabilities.indexOf(Math.max(...network.probabilities));
    const again = finite && swapped?.networks[k].overflow === null ? swapped.networks[k] : null;
    return {
      network,
      finite,
      ...measureGradient(own, swap.step),
      before: network.probabilities[answer],
      after: again?.probabilities[answer] ?? null,
      again,
    };
  });
}

/**
 * The most instructive network in a sentence: of those that the swap changes the one with the least gradient left, and
 * else the one with the least of all.
 * @param {CompareContext} ctx
 * @param {string} token
 */
function tell(ctx, token) {
  const {
    comparison: {tokens},
    swap: {word},
  } = ctx;
  const answers = listAnswers(ctx).flatMap(({left, after, again, ...answer}) =>
    left !== null && after !== null && again !== null ? [{...answer, left, after, again}] : [],
  );
  if (!answers.length) return ctx.say('ask', {token});
  /** @param {{before: number, after: number}} answer */
  const changes = ({before, after}) => Math.abs(after - before) >= NOTICEABLE;
  const changed = answers.filter(changes);
  const {network, left, rank, before, after} = (changed.length ? changed : answers).reduce((least, answer) =>
    answer.left < least.left ? answer : least,
  );
  const faint = left < FAINT;
  const key = changed.length ? (faint ? 'yet' : 'both') : faint ? 'gone' : 'only';
  const sentence = ctx.say(key, {
    title: network.title,
    token,
    word,
    left: ctx.shareLeft(left),
    rank,
    count: tokens.length,
    label: ctx.label(network.target),
    before: ctx.percent(before),
    after: ctx.percent(after),
  });
  if (answers.length < 2) return sentence;
  const turned = answers.filter((answer) => answer.again.target !== answer.network.target).length;
  return `${sentence} ${ctx.say('turned', {word, turned, networks: answers.length})}`;
}

/**
 * @param {CompareContext} ctx
 * @returns {TableFigure}
 */
function figure(ctx) {
  const {
    comparison: {tokens},
    swap: {step, word},
    swapped,
  } = ctx;
  const token = tokens[step];
  const head = [
    ctx.say('network'),
    ctx.say('left', {token}),
    ctx.say('rank', {count: tokens.length}),
    ctx.say('before', {token}),
    swapped ? ctx.say('after', {word}) : ctx.say('after_none'),
  ];
  /** @param {ComparedNetwork} network */
  const answerOf = ({probabilities, target}) =>
    `${ctx.percent(Math.max(...probabilities))} ${ctx.label(target)}`;
  const lines = listAnswers(ctx).map(({network, finite, left, rank, again}) => ({
    colour: network.colour,
    letter: network.mark.letter,
    cells: finite
      ? [
          network.title,
          ctx.shareLeft(left),
          left === null ? '–' : String(rank),
          answerOf(network),
          again ? answerOf(again) : '–',
        ]
      : [network.title, ctx.say('overflow'), '–', '–', '–'],
  }));
  const shows = tell(ctx, token);
  return {
    kind: 'table',
    head,
    lines,
    shows,
    look: ctx.say('look'),
    summary: shows,
    entry: {
      field: 'swap',
      steps: tokens.map((title, at) => ({id: String(at), title: `${at + 1} · ${title}`})),
      step: String(step),
      word,
      titles: {step: ctx.say('step'), word: ctx.say('word'), read: ctx.say('read'), undo: ctx.say('undo')},
      done: swapped !== null,
    },
    table: () => ({head, rows: lines.map(({cells}) => cells)}),
  };
}

/** @type {CompareView} */
export default {
  id: 'word_swap',
  room: 'compare',
  place: 'wide',
  order: 1,
  words,
  applies: ({task}) => !task.features.length,
  figure,
  page: ({swap}) => swap.step,
};
