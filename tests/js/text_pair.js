// Two texts of the same words in another order, read by the same network, and which steps stand under each other.

import {readTrace, watchContext} from './frozen.js';

/** "Um acidente pode ocorrer a qualquer momento." and its words in another order. */
export const [NAME, SECOND] = ['sentiment-pt-lstm', 'sentiment-pt-lstm-second'];

/** The two traces. */
export const [one, other] = [NAME, SECOND].map(readTrace);

/** Every word with itself. */
export const PAIRS = [
  [0, 5],
  [1, 6],
  [2, 3],
  [3, 4],
  [4, 0],
  [5, 1],
  [6, 2],
  [7, 7],
];

/** The figure of a view of both. */
export const figureOfPair = (view, changes) =>
  view.figure(watchContext(view, NAME, {second: SECOND, ...changes}));
