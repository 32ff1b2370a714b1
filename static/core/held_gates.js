// What a gate did, told by real runs of the same text: the gate held open, or shut, against the run as it is. A gate
// is known by its role alone. Pure functions.

import {symbolOf} from './layer_names.js';
import {indexOfLargest, meanOf, measureRows, rowOf} from './vectors.js';

/** A change of a probability that is worth a sentence. */
export const NOTICEABLE = 0.05;

/** Where two gates do as much, the first of these is shown. */
const ROLES = ['forget', 'input', 'output', 'reset', 'update'];
const SAME = 1e-9; // relative: probabilities that differ by rounding alone

/**
 * The gates of a cell, in the order in which they are offered.
 * @param {{signals: Signal[]}} cell
 * @returns {Signal[]}
 */
export function listGates({signals}) {
  /** @param {Signal} gate */
  const rank = ({role}) => (ROLES.includes(role) ? ROLES.indexOf(role) : ROLES.length);
  return signals.filter(({kind}) => kind === 'gate').sort((a, b) => rank(a) - rank(b));
}

/**
 * Whether a token is more than punctuation.
 * @param {string} token
 */
export const isWord = (token) => !/^\p{P}+$/u.test(token);

/**
 * The mean of a signal over its units, at each step.
 * @param {Matrix} signal
 */
export const meanBySteps = (signal) => measureRows(signal, meanOf);

/**
 * The runs to ask for: each gate of a layer held at 1 and at 0 at every step. An input gate at 0 would let nothing in
 * at all, so it is shut only after the word at which it was open widest; `most` forced steps are allowed.
 * @param {Trace} trace
 * @param {{signals: Signal[]}} cell
 * @param {string} layerName
 * @param {boolean} reverse whether the layer reads from the last step to the first
 * @param {number} most
 * @returns {Hold[]}
 */
export function listHolds(trace, cell, layerName, reverse, most) {
  return listGates(cell)
    .flatMap(({name, role}) => {
      const signalName = `${layerName}.${name}`;
      /** @type {Hold} */
      const open = {signalName, value: 1, after: null, steps: [null]};
      if (role !== 'input') return [open, {...open, value: /** @type {const} */ (0), steps: [null]}];
      const shut = shutAfterWidest(trace, signalName, reverse);
      return shut ? [open, shut] : [open];
    })
    .filter(({steps}) => steps.length <= most);
}

/**
 * A gate shut at every step that is read after the word at which it was open widest; the step that is read last has
 * none after it.
 * @param {Trace} trace
 * @param {string} signalName
 * @param {boolean} reverse
 * @returns {Hold | null}
 */
function shutAfterWidest({tokens, signals}, signalName, reverse) {
  const means = meanBySteps(signals[signalName]);
  const order = Array.from(tokens, (_, t) => (reverse ? tokens.length - 1 - t : t));
  const words = order.slice(0, -1).filter((t) => isWord(tokens[t]));
  if (!words.length) return null;
  const after = words.reduce((widest, t) => (means[t] > means[widest] ? t : widest));
  return {signalName, value: 0, after, steps: order.slice(order.indexOf(after) + 1)};
}

/**
 * What a request forces to hold a gate.
 * @param {Hold} hold
 * @returns {Intervention[]}
 */
export const interventionsOf = ({signalName, value, steps}) =>
  steps.map((step) => ({signal: signalName, value, step, unit: null}));

/**
 * What is kept of a run: the watched class' probability at each step, the answer at the last step, and whether the
 * run answers the same at every step because nothing that it reads comes through.
 * @param {Trace} run
 * @param {number} watchedClass
 * @returns {Outcome}
 */
export function readOutcome({classes, tokens, probabilities}, watchedClass) {
  const opinion = measureRows(probabilities, (row) => row[watchedClass]);
  const last = rowOf(probabilities, tokens.length - 1);
  const answer = indexOfLargest(last);
  const constant =
    tokens.length > 1 &&
    probabilities.values.every((value, k) => {
      const final = last[k % classes.length];
      return Math.abs(value - final) <= SAME * Math.max(value, final);
    });
  return {opinion, answer, probability: last[answer], constant};
}

/**
 * How a held run differs from the run as it is:
 *
 * - `change`, by how much the watched probability differs at the last step, where it is asked for;
 * - `largest`, the largest difference at any step;
 * - `partingStep`, the word at which the difference grows most over that of the word before, the first of such; null
 *   where it grows by nothing noticeable at any.
 * @param {string[]} tokens
 * @param {number[]} opinion
 * @param {number[]} held
 */
export function compareOpinions(tokens, opinion, held) {
  const gaps = opinion.map((value, t) => Math.abs(held[t] - value));
  let [partingStep, most, before] = [/** @type {number | null} */ (null), 0, 0];
  for (const [t, gap] of gaps.entries()) {
    if (!isWord(tokens[t])) continue;
    if (gap - before > most) [partingStep, most] = [t, gap - before];
    before = gap;
  }
  return {
    change: gaps[gaps.length - 1],
    largest: Math.max(...gaps),
    partingStep: most >= NOTICEABLE ? partingStep : null,
  };
}

/**
 * The gate to show: the one that was chosen, or the one whose runs move the answer most. What counts are runs that
 * hold it at every step and still read something. The first in order is shown unless another does noticeably more.
 * @param {Signal[]} gates
 * @param {string} chosen a gate's name
 * @param {number} answered the watched class' probability at the last step, as it is
 * @param {HeldRun[]} runs
 * @returns {Signal}
 */
export function chooseGate(gates, chosen, answered, runs) {
  const named = gates.find(({name}) => name === chosen);
  if (named) return named;
  /** @param {Signal} gate */
  const effectOf = ({name}) =>
    Math.max(
      0,
      ...runs
        .filter((run) => symbolOf(run.signalName) === name && run.after === null && !run.constant)
        .map(({opinion}) => Math.abs(opinion[opinion.length - 1] - answered)),
    );
  const most = Math.max(...gates.map(effectOf));
  return /** @type {Signal} */ (gates.find((gate) => effectOf(gate) >= most - NOTICEABLE));
}

/**
 * The word at which a gate was shut most or, for one that lets in or out, open widest. A forget gate has nothing to
 * forget at the step that is read first. Null where there is no choice of words.
 * @param {string[]} tokens
 * @param {string} role
 * @param {number[]} means
 * @param {boolean} reverse
 * @returns {{step: number, open: boolean} | null}
 */
export function findExtreme(tokens, role, means, reverse) {
  const open = role === 'input' || role === 'output';
  const readFirst = reverse ? tokens.length - 1 : 0;
  const words = tokens.flatMap((token, t) =>
    isWord(token) && !(role === 'forget' && t === readFirst) ? [t] : [],
  );
  if (words.length < 2) return null;
  const step = words.reduce((best, t) =>
    (open ? means[t] > means[best] : means[t] < means[best]) ? t : best,
  );
  return {step, open};
}
