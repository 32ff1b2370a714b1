// For the step on screen: the sentence, each word shaded by how much that step depends on it.

import {mayDepend} from '../charts/step_maps.js';

const words = {
  en: {
    title: 'What this step hears',
    at: 'at “{token}”, step {step}',
    shows:
      'The sentence up to this step, each word shaded by how much the hidden state depends on it here (‖∂h/∂x‖, relative to the loudest word).',
    look: 'Choose “forward” and step along: in the RNN the shade follows you, in the others some words stay.',
    summary: 'Loudest at “{token}”: {list}.',
    network: 'network',
    loudest: 'loudest word',
  },
  'pt-BR': {
    title: 'O que este passo ouve',
    at: 'em “{token}”, passo {step}',
    shows:
      'A frase até este passo, cada palavra sombreada pelo quanto o estado oculto depende dela aqui (‖∂h/∂x‖, relativo à palavra mais alta).',
    look: 'Escolha “ida” e avance: na RNN a sombra segue você, nas outras algumas palavras ficam.',
    summary: 'Mais alta em “{token}”: {list}.',
    network: 'rede',
    loudest: 'palavra mais alta',
  },
};

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
    shows: ctx.say('shows'),
    look: ctx.say('look'),
    summary: ctx.say('summary', {
      token: tokens[step],
      list: rows.map(([title, token]) => `${title} “${token}”`).join('; '),
    }),
    table: () => ({head: [ctx.say('network'), ctx.say('loudest')], rows}),
  };
}

/** @type {CompareView} */
export default {
  id: 'sensitivity_at_step',
  room: 'compare',
  needs: 'maps',
  place: 'wide',
  order: 1,
  follows: true,
  words,
  applies: ({networks}) => networks.every(({sensitivity_map: map}) => map !== null),
  figure,
};
