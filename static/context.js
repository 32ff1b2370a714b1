// What a view is handed: the trace, where the person is, and words and numbers in their language.
// Pure functions; what depends on the trace alone is worked out once a trace.

import {hueOf, inkOf} from './colours.js';
import {fill, length, number, percent, power} from './format.js';

const MARGIN = 154; // left and right of the columns
const COLUMN = 37; // the narrowest column that can be read, in pixels

/** Whether the cells of a row, as in `layers.0.reverse`, read from the last step to the first. */
export const readsBack = (row) => row.endsWith('.reverse');

/** The rows of cells of these signals, the lowest layer first: one a layer and direction. */
export const listRows = (signals) => [...new Set(signals.map((name) => name.slice(0, name.lastIndexOf('.'))))];

/** The row on screen: the one that was chosen, or the top layer's forward one. */
export const chooseRow = (rows, chosen) => (rows.includes(chosen) ? chosen : rows.findLast((row) => !readsBack(row)));

/** Name a row among `rows` by its layer and its direction, as far as there are several. */
export function nameRow(row, rows, say) {
  const deep = rows.some((one) => one.startsWith('layers.1'));
  const both = rows.some(readsBack);
  return [deep && say('row.layer', {layer: Number(row.split('.')[1]) + 1}), both && say(readsBack(row) ? 'row.reverse' : 'row.forward')]
    .filter(Boolean).join(', ');
}

/** Work out what depends on a trace alone. */
export function studyTrace(trace, cell, task) {
  const rows = listRows(Object.keys(trace.signals));
  const memory = lastingState(cell);
  const orders = Object.fromEntries(rows.map((prefix) => {
    const {values, shape: [steps, units]} = trace.signals[`${prefix}.${memory}`];
    const last = readsBack(prefix) ? 0 : (steps - 1) * units;
    const order = Array.from({length: units}, (_, k) => k);
    return [prefix, order.sort((a, b) => values[last + b] - values[last + a])];
  }));
  let largestGradient = 0;
  for (const {values} of Object.values(trace.gradients)) {
    for (const value of values) if (Math.abs(value) > largestGradient) largestGradient = Math.abs(value);
  }
  const classes = trace.classes.length;
  const steps = trace.tokens.length;
  const {values} = trace.probabilities;
  const lastRow = Array.from(values.subarray((steps - 1) * classes));
  const watchedIndex = classes === 2 ? 1 : lastRow.indexOf(Math.max(...lastRow));
  // One opinion that forms, or an answer of its own at every step.
  const answers = task.topology !== 'many-to-many' ? null : Array.from({length: steps}, (_, t) => {
    const here = values.subarray(t * classes, (t + 1) * classes);
    return here.indexOf(Math.max(...here));
  });
  return {rows, orders, largestGradient, watchedIndex, answers, turnStep: findTurn(values, steps, classes, watchedIndex)};
}

// The word after which the opinion changed most. The first word starts from nothing.
function findTurn(values, steps, classes, watched) {
  let [best, size] = [0, -1];
  for (let t = 1; t < steps; t += 1) {
    const moved = Math.abs(values[t * classes + watched] - values[(t - 1) * classes + watched]);
    if (moved > size) [best, size] = [t, moved];
  }
  return best;
}

/** The columns that fit, and the page of them that holds the step. */
export function chooseWindow(steps, step, width) {
  const room = width < 620 ? width - 24 : width - MARGIN;
  const count = Math.max(1, Math.min(steps, Math.floor(room / COLUMN)));
  if (count === steps) return {start: 0, count};
  const page = Math.max(1, count - 1);
  return {start: Math.min(Math.floor(step / page) * page, steps - count), count};
}

/** The state that remembers: the one that is kept from the outside, where there is one. */
export const lastingState = ({states, output}) => states.find((name) => name !== output) ?? output;

/** Words and numbers in the language on screen: what every view of every room is handed. */
export function speak(view, language, catalogue) {
  return {
    text: (words) => words[language] ?? words.en,
    say: (key, values) => fill(view.words[language][key], values),
    common: (key, values) => fill(catalogue[key], values),
    number: (value, brackets) => number(value, language, brackets),
    percent: (value) => percent(value, language),
    power: (value) => power(value, language),
    length: (value) => length(value, language),
  };
}

/** Build what a view of the room Watch is handed. */
export function buildContext({view, state, shown, trace, study, base, beside, held, cell, cells, models, task, catalogue, width}) {
  const {language, theme, direction, unit, align, only} = state;
  const row = chooseRow(study.rows, state.row);
  const asked = trace.goals.filter((goal) => goal !== null).length;
  const named = (one) => nameRow(one, study.rows, (key, values) => fill(catalogue[key], values));
  const spoken = speak(view, language, catalogue);
  const {text} = spoken;
  return {
    ...spoken,
    trace, base, second: beside?.trace ?? null, align, only, cell, cells, models, task, theme, language, direction, width, ...study,
    asked, row, leftward: readsBack(row), rowName: named, rowTitle: named(row),
    // The step that a row read before this one, and the one it reads after.
    before: (step) => (readsBack(row) ? step + 1 : step - 1), after: (step) => (readsBack(row) ? step - 1 : step + 1),
    unit: unit !== null && unit < study.orders[row].length ? unit : null, step: shown,
    window: chooseWindow(trace.tokens.length, shown, width),
    turn: {step: study.turnStep, held},
    watched: trace.classes[study.watchedIndex],
    watchedAt: (step) => study.answers?.[step] ?? study.watchedIndex,
    weightsName: catalogue[`weights.${trace.weights}`],
    label: (name) => text(task.labels[name]),
    ink: (signal) => inkOf(signal, theme),
    hue: (signal) => hueOf(signal, theme),
    // What norms are held against: that of the last step, where the loss asks; the largest, where it asks elsewhere too.
    whole: (norms) => (asked > 1 ? 0 : norms[norms.length - 1]) || norms.reduce((a, b) => Math.max(a, b), 0),
    isState: (name) => cell.states.includes(name.slice(name.lastIndexOf('.') + 1)),
    tell(name, step, line) {
      const signal = cell.signals.find((one) => name.endsWith(`.${one.name}`));
      const kind = direction === 'backward' ? trace.gradients : trace.signals;
      const {values, shape: [, units]} = kind[name];
      const value = values[step * units + line];
      return fill(catalogue[direction === 'backward' ? 'tip.gradient' : 'tip.signal'], {
        step: step + 1, token: trace.tokens[step], title: text(signal.title), name: titleOf(signal.name, named(name.slice(0, name.lastIndexOf('.')))),
        unit: line + 1, value: direction === 'backward' ? power(value, language) : number(value, language),
      });
    },
  };
}

/** A signal's name, and beside it the name of its row where there are several. */
export const titleOf = (name, row) => (row ? `${name} (${row})` : name);
