// What the decay means: what is left some words back, in a table and in one sentence.

import {fitHalfLife} from '../core/exponential_fit.js';

const words = {
  en: {
    title: 'What this means',
    sentence: 'Of the gradient at the last step, {distance} steps back: {list}.',
    item: '{title} {left}',
    same: 'The sentence is too short to tell: give the networks more {token_nouns}.',
    look: 'A gradient tells what training can still learn from here, and what a small change would do; not what is remembered. A saturated network holds a {token_noun} and lets no gradient through (Bengio et al. 1994): change the {token_noun} and read again.',
    starts: 'starts at the last step: nothing was read before it',
    network: 'network and state',
    back: '{k} back',
    half: 'half-life (steps)',
    clipped: '‖∂L/∂weights‖, clipped at {clip}',
    answer: 'its answer',
    never: 'not within this text',
    curved: 'not exponential',
    over: 'overflowed at step {step}',
    left: 'not finite',
    zero: 'no gradient: the loss is exactly 0',
  },
  'pt-BR': {
    title: 'O que isto significa',
    sentence: 'Do gradiente no último passo, {distance} passos atrás: {list}.',
    item: '{title} {left}',
    same: 'A frase é curta demais para dizer: dê mais {token_nouns} às redes.',
    look: 'O gradiente diz o que o treino ainda pode aprender daqui, e o que uma pequena mudança faria; não diz o que é lembrado. Uma rede saturada guarda uma {token_noun} e não deixa passar gradiente (Bengio et al. 1994): troque a {token_noun} e leia de novo.',
    starts: 'começa no último passo: nada foi lido antes',
    network: 'rede e estado',
    back: '{k} atrás',
    half: 'meia-vida (passos)',
    clipped: '‖∂L/∂pesos‖, cortado em {clip}',
    answer: 'a resposta dela',
    never: 'não neste texto',
    curved: 'não é exponencial',
    over: 'estourou no passo {step}',
    left: 'não finito',
    zero: 'sem gradiente: a perda é exatamente 0',
  },
};

/**
 * @param {CompareContext} ctx
 * @returns {TableFigure}
 */
function figure(ctx) {
  const lines = ctx.layers.flatMap((layer) =>
    Object.keys(layer.decay)
      .sort()
      .map((state) => ({
        layer,
        decay: layer.decay[state],
        title: ctx.titleState(layer, state),
      })),
  );
  const distances = Object.keys(lines[0].decay.left);
  /** @param {number | null} value */
  const share = (value) => (value === null ? '–' : ctx.shareLeft(value));
  const head = [
    ctx.say('network'),
    ...distances.map((k) => ctx.say('back', {k})),
    ctx.say('half'),
    ctx.say('clipped', {clip: ctx.power(ctx.clip)}),
    ctx.say('answer'),
  ];
  /** @param {(typeof lines)[number]} line */
  const cellsOf = ({layer, decay, title}) => [
    title,
    ...distances.map((k) =>
      layer.overflow !== null ? ctx.say('left') : layer.startsAtLoss ? '–' : share(decay.left[k]),
    ),
    writeHalfLife(ctx, layer, decay),
    writeClipping(ctx, layer),
    ctx.tellAnswer(layer),
  ];
  const finite = lines.filter(
    ({decay, layer}) => layer.overflow === null && !layer.startsAtLoss && lastOf(decay.norms) > 0,
  );
  const farthest = distances.filter((k) => finite.some(({decay}) => decay.left[k] !== null)).at(-1);
  const list =
    farthest &&
    finite.map(({title, decay}) => ctx.say('item', {title, left: share(decay.left[farthest])})).join('; ');
  const sentence =
    farthest && farthest !== '1' ? ctx.say('sentence', {distance: farthest, list}) : ctx.say('same');
  return {
    kind: 'table',
    head,
    lines: lines.map((line) => ({
      colour: line.layer.colour,
      letter: line.layer.mark.letter,
      cells: cellsOf(line),
    })),
    shows: sentence,
    look: ctx.say('look'),
    summary: sentence,
    table: () => ({head, rows: lines.map(cellsOf)}),
  };
}

/** @param {number[]} values */
const lastOf = (values) => values[values.length - 1];

/**
 * @param {CompareContext} ctx
 * @param {TitledLayer} layer
 * @param {Decay} decay
 */
function writeHalfLife(ctx, {overflow, startsAtLoss}, {norms, relative, half_life: halvedAfter}) {
  if (overflow !== null) return ctx.say('over', {step: overflow + 1});
  if (lastOf(norms) === 0) return ctx.say('zero');
  if (startsAtLoss) return ctx.say('starts');
  if (halvedAfter === null) return ctx.say('never');
  const halfLife = fitHalfLife(relative);
  return halfLife === null ? ctx.say('curved') : ctx.power(halfLife);
}

/**
 * @param {CompareContext} ctx
 * @param {TitledLayer} layer
 */
function writeClipping(ctx, {clipped}) {
  if (!clipped) return '…';
  if (!clipped.every((norm) => norm !== null)) return '∞';
  const [before, after] = clipped.map(ctx.power);
  return before === after ? before : `${before} → ${after}`;
}

/** @type {CompareView} */
export default {
  id: 'decay_summary',
  room: 'compare',
  place: 'wide',
  order: 0,
  words,
  applies: () => true,
  figure,
};
