// Inside one step: the cell's equations with this step's own numbers in them.

import {decimalsOfSum, fill} from '../core/format.js';
import {cutLetters} from '../core/letter_notes.js';
import {memoryStateOf} from '../core/trace_analysis.js';
import {meanOf, normOf, rowOf} from '../core/vectors.js';

const words = {
  en: {
    title: 'Inside this step',
    shows:
      'The cell’s equations as it ran them at this {token_noun}; the number on the right is the mean over all units.',
    shows_back:
      'The same equations on the way back (δ is the gradient inside σ or tanh, W_y the readout); the number on the right is the gradient’s length over all units.',
    shows_below:
      'The same equations on the way back (δ is the gradient inside σ or tanh, ∂L/∂x_t what layer {layer} sends down to what it read); the number on the right is the gradient’s length over all units.',
    above: '∂L/∂x_t (layer {layer})',
    look: 'The lower line is one unit, the same in every panel: until you choose another, in a map or with [ and ], the one that ends highest.',
    at: 'step {step}, “{token}”',
    chosen: 'unit {unit}',
    forced: 'forced',
    summary: 'Step {step}, “{token}”: {list}.',
    signal: 'signal',
    mean: 'mean',
    one: 'unit {unit}',
  },
  'pt-BR': {
    title: 'Dentro deste passo',
    shows:
      'As equações da célula como ela as calculou nesta {token_noun}; o número à direita é a média de todas as unidades.',
    shows_back:
      'As mesmas equações no caminho de volta (δ é o gradiente dentro de σ ou tanh, W_y a leitura); o número à direita é o tamanho do gradiente em todas as unidades.',
    shows_below:
      'As mesmas equações no caminho de volta (δ é o gradiente dentro de σ ou tanh, ∂L/∂x_t o que a camada {layer} manda para baixo, ao que leu); o número à direita é o tamanho do gradiente em todas as unidades.',
    above: '∂L/∂x_t (camada {layer})',
    look: 'A linha de baixo é uma unidade, a mesma em todos os painéis: até você escolher outra, num mapa ou com [ e ], a que termina mais alta.',
    at: 'passo {step}, “{token}”',
    chosen: 'unidade {unit}',
    forced: 'forçado',
    summary: 'Passo {step}, “{token}”: {list}.',
    signal: 'sinal',
    mean: 'média',
    one: 'unidade {unit}',
  },
};

const FROM_READOUT = /W_(?:y|readout)ᵀ ∂L\/∂(?:y|logits)_t/;

/**
 * @param {WatchContext} ctx
 * @returns {EquationsFigure}
 */
function figure(ctx) {
  const {trace, cell, step, layerName, shownUnit: unit} = ctx;
  const backward = ctx.direction === 'backward';
  const token = trace.tokens[step];
  const earlier = ctx.previousStep(step);
  const lines = cell.signals.map((signal) => {
    const signalName = `${layerName}.${signal.name}`;
    const here = rowOf(trace.signals[signalName], step);
    const before =
      earlier in trace.tokens ? rowOf(trace.signals[signalName], earlier) : new Float64Array(here.length);
    const mean = meanOf(here);
    const forced = trace.interventions.some(
      (intervention) =>
        intervention.signal === signalName &&
        (intervention.step === null || intervention.step === step) &&
        (intervention.unit === null || intervention.unit === unit),
    );
    const formula = backward && signal.backward ? writeBackward(ctx, signal.backward) : signal.formula;
    return {
      signal: {name: signal.name, letter: signal.letter, role: signal.role, kind: signal.kind},
      title: ctx.text(signal.title),
      signalName,
      step,
      unit,
      forced: forced ? ctx.say('forced') : '',
      formula,
      runs: cutLetters(formula, cell.signals),
      value: backward ? ctx.power(trace.norms[signalName].values[step]) : ctx.number(mean),
      says: fill(sayFor(ctx, signal, earlier), {
        value: ctx.number(mean),
        percent: ctx.percent(mean),
        token,
        length: ctx.number(normOf(here)),
        before: ctx.number(normOf(before)),
        kept: tellKept(ctx, here, earlier),
      }),
      unitTitle: ctx.say('chosen', {unit: unit + 1}),
      numbers:
        forced && !backward
          ? `${signal.letter} = ${ctx.number(here[unit])}`
          : substitute(
              ctx,
              signal,
              backward && signal.back_numbers ? signal.back_numbers : signal.numbers,
              unit,
            ),
    };
  });
  return {
    kind: 'equations',
    lines,
    aside: `${ctx.layerTitle && `${ctx.layerTitle} · `}${ctx.say('at', {step: step + 1, token})} · ${ctx.unitTitle}`,
    shows: ctx.say(backward ? (isTop(ctx) ? 'shows_back' : 'shows_below') : 'shows', {
      layer: depthOf(layerName) + 2,
    }),
    look: ctx.say('look'),
    summary: ctx.say('summary', {
      step: step + 1,
      token,
      list: lines.map((line) => `${line.title} ${line.value}`).join(', '),
    }),
    table: () => ({
      head: [ctx.say('signal'), ctx.say('mean'), ctx.say('one', {unit: unit + 1})],
      rows: lines.map((line) => [
        line.title,
        line.value,
        ctx.number(
          trace.signals[line.signalName].values[step * trace.signals[line.signalName].shape[1] + unit],
        ),
      ]),
    }),
  };
}

/** @param {string} layerName */
const depthOf = (layerName) => Number(layerName.split('.')[1]);

/** @param {WatchContext} ctx */
const isTop = ({layerName, layerNames}) =>
  depthOf(layerName) === Math.max(...layerNames.map((name) => depthOf(name)));

/**
 * What the readout sends back reaches the top layer; a lower one is sent what the layer above sends to its input.
 * @param {WatchContext} ctx
 * @param {string} formula
 */
function writeBackward(ctx, formula) {
  if (isTop(ctx)) return formula;
  return formula.replace(FROM_READOUT, ctx.say('above', {layer: depthOf(ctx.layerName) + 2}));
}

/**
 * {f} is this step's value, {c-1} that of the step the layer read before, {∂c+1} the gradient of the one it
 * reads after, {pre} what stood inside the squashing function: the inverse of it at the value that came out.
 * @param {WatchContext} ctx
 * @param {Signal} signal
 * @param {string} numbers
 * @param {number} unit
 * @returns {string}
 */
function substitute({trace, layerName, step, ...ctx}, signal, numbers, unit) {
  /**
   * @param {'signals' | 'gradients'} group
   * @param {string} name
   * @param {number} at
   */
  const read = (group, name, at) => {
    const {
      values,
      shape: [steps, units],
    } = trace[group][`${layerName}.${name}`];
    return at < 0 || at >= steps ? 0 : values[at * units + unit];
  };
  const sum = /= \{(\w+)([-+]1)?\} \+ \{(\w+)\} =/.exec(numbers);
  const decimals = sum
    ? decimalsOfSum([
        read('signals', sum[1], sum[2] === '-1' ? ctx.previousStep(step) : step),
        read('signals', sum[3], step),
      ])
    : undefined;
  return numbers.replace(/\{(∂?)(\w+?)([-+]1)?\}/g, (placeholder, gradient, name, shift, offset, whole) => {
    if (name === 'pre') {
      const value = read('signals', signal.name, step);
      return ctx.number(signal.low === 0 ? Math.log(value / (1 - value)) : Math.atanh(value));
    }
    // A negative factor or summand stands in brackets.
    const inside =
      /[·+−]\s$/.test(whole.slice(0, offset)) || /^\s[·+]/.test(whole.slice(offset + placeholder.length));
    const at = shift === '-1' ? ctx.previousStep(step) : shift ? ctx.nextStep(step) : step;
    if (!gradient) return ctx.number(read('signals', name, at), inside, decimals);
    const value = read('gradients', name, at);
    return inside && value < 0 ? `(${ctx.power(value)})` : ctx.power(value);
  });
}

/**
 * What a line says; before the first step there was no memory, so that the part of the sentence on what is kept of it
 * is left out.
 * @param {WatchContext} ctx
 * @param {Signal} signal
 * @param {number} earlier
 */
function sayFor({trace, text}, signal, earlier) {
  const says = text(signal.says);
  if (earlier in trace.tokens) return says;
  const parts = says.split('; ').filter((part) => !part.includes('{kept}'));
  return parts.length ? parts.join('; ') : says;
}

/**
 * The share of the memory's length that is left of it, multiplied by a gate; a dash where there was no memory yet.
 * @param {WatchContext} ctx
 * @param {Float64Array} gate
 * @param {number} earlier
 */
function tellKept({trace, cell, layerName, percent}, gate, earlier) {
  if (!(earlier in trace.tokens)) return '–';
  const memory = rowOf(trace.signals[`${layerName}.${memoryStateOf(cell)}`], earlier);
  return percent(normOf(memory.map((value, unit) => value * gate[unit])) / normOf(memory));
}

/** @type {WatchView} */
export default {id: 'equations', place: 'right', order: 4, follows: true, words, applies: () => true, figure};
