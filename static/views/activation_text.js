// The text itself, coloured by what one unit held at each step (Karpathy et al. 2015).

import {findSignal} from '../core/catalog.js';
import {memoryStateOf} from '../core/trace_analysis.js';

const words = {
  en: {
    title: 'The text, coloured by one unit',
    shows:
      'Each token as strong as unit {unit} of the {state} was after it, relative to its largest value: {up} above zero, {down} below.',
    look: 'Does the colour follow something you can name? Click a line in a map to try another unit.',
    above: 'its colour',
    below: 'violet',
    summary: 'Unit {unit} is largest at “{token}”, {value}.',
    step: 'step',
    token: 'token',
    value: 'value',
  },
  'pt-BR': {
    title: 'O texto, colorido por uma unidade',
    shows:
      'Cada símbolo tão forte quanto a unidade {unit} ({state}) ficou depois dele, em relação ao maior valor: {up} acima de zero, {down} abaixo.',
    look: 'A cor segue algo que se possa nomear? Clique numa linha de um mapa para testar outra unidade.',
    above: 'na cor do sinal',
    below: 'violeta',
    summary: 'A unidade {unit} é maior em “{token}”, {value}.',
    step: 'passo',
    token: 'símbolo',
    value: 'valor',
  },
};

/**
 * @param {WatchContext} ctx
 * @returns {TextFigure}
 */
function figure(ctx) {
  const {trace, cell, layerName, shownUnit: unit} = ctx;
  const state = memoryStateOf(cell);
  const {
    values,
    shape: [steps, units],
  } = trace.signals[`${layerName}.${state}`];
  const activations = Array.from({length: steps}, (_, t) => values[t * units + unit]);
  const largest = Math.max(...activations.map(Math.abs)) || 1;
  const peak = activations.indexOf(Math.max(...activations));
  const signal = findSignal(cell, state);
  return {
    kind: 'text',
    lines: [
      {
        title: '',
        colour: ctx.hue(signal),
        close: trace.tokens.every((token) => token.length === 1),
        words: trace.tokens.map((token, t) => ({
          token,
          here: t === ctx.step,
          share: Math.abs(activations[t]) / largest,
          colour: activations[t] < 0 ? ctx.hue({role: 'negative'}) : undefined,
          tip: ctx.number(activations[t]),
        })),
      },
    ],
    aside: ctx.layerTitle,
    shows: ctx.say('shows', {
      unit: unit + 1,
      state: ctx.text(signal.title),
      up: ctx.say('above'),
      down: ctx.say('below'),
    }),
    look: ctx.say('look'),
    summary: ctx.say('summary', {
      unit: unit + 1,
      token: trace.tokens[peak],
      value: ctx.number(activations[peak]),
    }),
    table: () => ({
      head: [ctx.say('step'), ctx.say('token'), ctx.say('value')],
      rows: trace.tokens.map((token, t) => [t + 1, token, ctx.number(activations[t])]),
    }),
  };
}

/** @type {WatchView} */
export default {
  id: 'activation_text',
  place: 'wide',
  order: 2,
  follows: true,
  words,
  applies: ({task}) => task.writes,
  figure,
};
