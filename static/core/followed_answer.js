// What is followed of a network's answer along a run: the probability of one class, or a number that it tells.
// Pure functions.

import {number, percent} from './format.js';

/** What a step's answer is called by, where the answer is a number: the first that the task tells. */
const FOLLOWED = 0;

/**
 * The value that is followed at a step: a probability, or the number itself.
 * @param {Trace} trace
 * @param {number} step
 * @param {number} watched the class
 * @returns {number}
 */
export function followedAt({classes, probabilities, values}, step, watched) {
  return classes.length
    ? probabilities.values[step * classes.length + watched]
    : values.values[step * values.shape[1] + FOLLOWED];
}

/**
 * A number with its unit, as a person writes it.
 * @param {number} value
 * @param {string} unit
 * @param {string} language
 * @returns {string}
 */
export const writeQuantity = (value, unit, language) =>
  `${number(value, language, false, Math.abs(value) >= 100 ? 0 : 1)} ${unit}`.trim();

/**
 * How the answer of a task's networks is followed and told.
 * @param {object} given
 * @param {Task} given.task
 * @param {string[]} given.classes
 * @param {(step: number) => number} given.shownClass
 * @param {string} given.language
 * @param {(texts: Texts) => string} given.text
 * @returns {FollowedAnswer}
 */
export function followAnswer({task, classes, shownClass, language, text}) {
  const {quantities, labels} = task;
  const numeric = quantities.length > 0;
  /** @param {number} value */
  const write = (value) =>
    numeric ? writeQuantity(value, text(quantities[FOLLOWED].unit), language) : percent(value, language);
  /** @param {number} step */
  const nameAt = (step) => text(numeric ? quantities[FOLLOWED].title : labels[classes[shownClass(step)]]);
  return {
    numeric,
    at: (trace, step) => followedAt(trace, step, shownClass(step)),
    write,
    nameAt,
    tell: (trace, step) => `${write(followedAt(trace, step, shownClass(step)))} ${nameAt(step)}`,
    heads: numeric ? quantities.map(({title}) => text(title)) : classes.map((name) => text(labels[name])),
    cells: (trace, step) =>
      numeric
        ? quantities.map(({unit}, k) =>
            writeQuantity(trace.values.values[step * quantities.length + k], text(unit), language),
          )
        : classes.map((_, k) => percent(followedAt(trace, step, k), language)),
  };
}
