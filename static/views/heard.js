// For the step on screen: the sentence, each word shaded by how much that step depends on it.

import {hears} from '../chart.js';

const words = {
  en: {
    title: 'What this step hears',
    at: 'at “{token}”, step {step}',
    shows: 'The sentence up to this step, each word shaded by how much the hidden state depends on it here (‖∂h/∂x‖, relative to the loudest word).',
    look: 'Choose “forward” and step along: in the RNN the shade follows you, in the others some words stay.',
    summary: 'Loudest at “{token}”: {list}.',
    network: 'network', loudest: 'loudest word',
  },
  'pt-BR': {
    title: 'O que este passo ouve',
    at: 'em “{token}”, passo {step}',
    shows: 'A frase até este passo, cada palavra sombreada pelo quanto o estado oculto depende dela aqui (‖∂h/∂x‖, relativo à palavra mais alta).',
    look: 'Escolha “ida” e avance: na RNN a sombra segue você, nas outras algumas palavras ficam.',
    summary: 'Mais alta em “{token}”: {list}.',
    network: 'rede', loudest: 'palavra mais alta',
  },
};

function figure(ctx) {
  const {result, networks} = ctx;
  // On the way back the question is what the answer, at the last word, hears.
  const step = ctx.direction === 'backward' ? result.tokens.length - 1 : ctx.step;
  const loudest = networks.map(({listening}) => {
    const row = heardAt(listening, step);
    return row.indexOf(Math.max(...row.map((value) => value ?? Infinity)));
  });
  const rows = networks.map((network, k) => [network.title, result.tokens[Math.max(0, loudest[k])]]);
  return {
    kind: 'words', at: ctx.say('at', {token: result.tokens[step], step: step + 1}),
    lines: networks.map(({title, colour, listening}) => {
      const row = heardAt(listening, step);
      const largest = Math.max(...row.map((value) => value ?? 0)) || 1;
      return {title, colour, words: row.map((value, k) => ({token: result.tokens[k], here: k === ctx.step,
        share: value === null ? 1 : value / largest, tip: value === null ? '∞' : ctx.power(value)}))};
    }),
    shows: ctx.say('shows'), look: ctx.say('look'),
    summary: ctx.say('summary', {token: result.tokens[step], list: rows.map((row) => row.join(' “') + '”').join('; ')}),
    table: () => ({head: [ctx.say('network'), ctx.say('loudest')], rows}),
  };
}

const heardAt = (listening, step) => listening[step].filter((_, k) => hears(listening[step], step, k));

export default {id: 'heard', room: 'compare', needs: 'maps', place: 'wide', order: 1, follows: true, words,
  applies: ({networks}) => networks.every(({listening}) => listening !== null), figure};
