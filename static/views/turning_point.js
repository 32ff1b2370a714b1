// Where the network changed its mind, and which gate did it: each signal held, by a real run, at
// what it was one word before.

import {findSignal} from '../core/catalog.js';
import {symbolOf} from '../core/layer_names.js';

const words = {
  en: {
    title: 'Where it changed its mind',
    shows: 'At “{token}” (step {step}) the opinion “{label}” went from {before} to {after}.',
    alone: 'One word only: the opinion is {after} “{label}”.',
    look: 'Had one signal stayed as it was a word before, the opinion after “{token}” would have been:',
    most: 'The {name} did most.',
    waiting: 'Asking the network…',
    as_it_was: 'as it was',
    summary: 'At “{token}” the opinion went from {before} to {after}. {most}',
    signal: 'held signal',
    result: 'opinion after the word',
  },
  'pt-BR': {
    title: 'Onde ela mudou de ideia',
    shows: 'Em “{token}” (passo {step}) a opinião “{label}” foi de {before} a {after}.',
    alone: 'Uma palavra só: a opinião é {after} “{label}”.',
    look: 'Se um sinal tivesse ficado como estava uma palavra antes, a opinião depois de “{token}” seria:',
    most: 'Quem mais pesou: {name}.',
    waiting: 'Perguntando à rede…',
    as_it_was: 'como foi',
    summary: 'Em “{token}” a opinião foi de {before} a {after}. {most}',
    signal: 'sinal mantido',
    result: 'opinião depois da palavra',
  },
};

/**
 * @param {WatchContext} ctx
 * @returns {BarsFigure}
 */
function figure(ctx) {
  const {trace, turningPoint, watchedClass, cell} = ctx;
  const classes = trace.classes.length;
  /** @param {number} t */
  const probabilityAt = (t) => trace.probabilities.values[t * classes + watchedClass];
  const after = probabilityAt(turningPoint.step);
  const facts = {
    token: trace.tokens[turningPoint.step],
    step: turningPoint.step + 1,
    label: ctx.watchedLabel,
    before: ctx.percent(turningPoint.step ? probabilityAt(turningPoint.step - 1) : 0.5),
    after: ctx.percent(after),
  };
  const alone = trace.tokens.length < 2;
  const held =
    alone || !turningPoint.heldRuns
      ? []
      : turningPoint.heldRuns.map(({signalName, probability}) => {
          const signal = findSignal(cell, symbolOf(signalName));
          return {
            signal: {role: signal.role, kind: signal.kind},
            name: ctx.text(signal.title),
            probability,
            effect: Math.abs(probability - after),
            title: `${ctx.text(signal.title)} ${signal.name}`,
            value: ctx.percent(probability),
          };
        });
  const strongest = [...held].sort((a, b) => b.effect - a.effect)[0];
  const most = strongest ? ctx.say('most', {name: strongest.name}) : '';
  return {
    kind: 'bars',
    step: turningPoint.step,
    lines: held.length
      ? [
          {title: ctx.say('as_it_was'), value: facts.after, probability: after},
          ...held.map((line) => ({...line, strong: line === strongest})),
        ]
      : [],
    most,
    waiting: alone || held.length ? '' : ctx.say('waiting'),
    shows: ctx.say(alone ? 'alone' : 'shows', facts),
    look: alone ? '' : ctx.say('look', facts),
    summary: alone ? ctx.say('alone', facts) : ctx.say('summary', {...facts, most}),
    table: () => ({
      head: [ctx.say('signal'), ctx.say('result')],
      rows: held.map((line) => [line.title, line.value]),
    }),
  };
}

/** @type {WatchView} */
export default {
  id: 'turning_point',
  place: 'wide',
  order: 1,
  words,
  applies: ({predictions}) => !predictions,
  figure,
};
