// For the step on screen: the sentence, each word shaded by how much that step depends on it.

import {mayDepend} from '../charts/step_maps.js';

const words = {
  en: {
    title: 'What a small change would move here',
    at: 'at “{token}”, step {step}',
    shows:
      'The sentence, each {token_noun} shaded by how much a small change of it would move the hidden state here (‖∂h/∂x‖, relative to the largest).',
    look: 'Choose “forward” and step along: which shades follow you, and which stay? A pale {token_noun} can still be remembered: change it and read again.',
    left: '{distance} steps before it, at “{from}”, of the largest: {list}.',
    of: '{title} {left}',
    summary: 'Largest at “{token}”: {list}.',
    network: 'network',
    largest: '{token_noun} with the largest',
  },
  'pt-BR': {
    title: 'O que uma pequena mudança moveria aqui',
    at: 'em “{token}”, passo {step}',
    shows:
      'A frase, cada {token_noun} sombreada pelo quanto uma pequena mudança nela moveria o estado oculto aqui (‖∂h/∂x‖, relativo ao maior valor).',
    look: 'Escolha “ida” e avance: que sombras seguem você, e quais ficam? Uma {token_noun} pálida ainda pode ser lembrada: troque-a e leia de novo.',
    left: '{distance} passos antes, em “{from}”, em relação ao maior valor: {list}.',
    of: '{title} {left}',
    summary: 'Maior valor em “{token}”: {list}.',
    network: 'rede',
    largest: '{token_noun} com o maior valor',
  },
};

const EARLIER = 10; // steps

/**
 * @param {MappedNetwork} network
 * @param {number} step
 */
const readRow = ({sensitivity_map: map}, step) => map[step].filter((_, k) => mayDepend(map[step], step, k));

/**
 * @param {MappedContext} ctx
 * @returns {TextFigure}
 */
function figure(ctx) {
  const {
    comparison: {tokens},
    networks,
  } = ctx;
  // On the way back the question is what the answer, at the last word, depends on.
  const step = ctx.direction === 'backward' ? tokens.length - 1 : ctx.step;
  const rows = networks.map((network) => {
    const sensitivities = readRow(network, step).map((value) => value ?? Infinity);
    return [network.title, tokens[sensitivities.indexOf(Math.max(...sensitivities))]];
  });
  return {
    kind: 'text',
    aside: ctx.say('at', {token: tokens[step], step: step + 1}),
    lines: networks.map((network) => {
      const sensitivities = readRow(network, step);
      const largest = Math.max(...sensitivities.map((value) => value ?? 0)) || 1;
      return {
        title: network.title,
        colour: network.colour,
        words: sensitivities.map((value, k) => ({
          token: tokens[k],
          here: k === ctx.step,
          share: value === null ? 1 : value / largest,
          tip: value === null ? '∞' : ctx.power(value),
        })),
      };
    }),
    shows: [ctx.say('shows'), tellEarlier(ctx, step)].filter(Boolean).join(' '),
    look: ctx.say('look'),
    summary: ctx.say('summary', {
      token: tokens[step],
      list: rows.map(([title, token]) => `${title} “${token}”`).join('; '),
    }),
    table: () => ({head: [ctx.say('network'), ctx.say('largest')], rows}),
  };
}

/**
 * What a word some steps before this one would still move, as a share of the word that would move most.
 * @param {MappedContext} ctx
 * @param {number} step
 */
function tellEarlier(ctx, step) {
  const distance = Math.min(EARLIER, step);
  if (distance < 2) return '';
  const from = step - distance;
  const list = ctx.networks.map(({title, sensitivity_map: map}) => {
    const [here, largest] = [map[step][from], Math.max(...map[step].map((value) => value ?? Infinity))];
    return ctx.say('of', {title, left: here === null ? '∞' : ctx.shareLeft(largest ? here / largest : 0)});
  });
  return ctx.say('left', {distance, from: ctx.comparison.tokens[from], list: list.join('; ')});
}

/** @type {CompareView} */
export default {
  id: 'sensitivity_at_step',
  room: 'compare',
  needs: 'maps',
  place: 'wide',
  order: 2,
  follows: true,
  words,
  applies: ({networks}) => networks.every(({sensitivity_map: map}) => map !== null),
  figure,
};
