// Two texts: which step of one stands under which step of the other. Pure functions.

import {listSimilar} from './unknown_words.js';

/**
 * Align two texts: their columns, each `[step in the first, step in the second]`, null where a token stands
 * alone. By `word`, the k-th time a token stands in one belongs to the k-th time in the other, in the first's
 * order; what only the second has stands after the token it follows there. By `position`, the k-th token
 * belongs to the k-th.
 * @param {string[]} first
 * @param {string[]} second
 * @param {string} by
 * @returns {Column[]}
 */
export function alignTokens(first, second, by) {
  if (by === 'position') {
    const longer = Math.max(first.length, second.length);
    return Array.from(
      {length: longer},
      (_, k) => /** @type {Column} */ ([k < first.length ? k : null, k < second.length ? k : null]),
    );
  }
  const unmatched = new Map(); // by token, the first's steps that have no partner yet
  first.forEach((token, k) => {
    unmatched.set(token, [...(unmatched.get(token) ?? []), k]);
  });
  /** @type {Map<number, number>} */
  const partners = new Map(); // the second's step, by the first's
  /** @type {Column[][]} */
  const inserted = Array.from({length: first.length + 1}, () => []); // columns of the second alone, by the first's step they come before
  let next = 0;
  second.forEach((token, k) => {
    const partner = unmatched.get(token)?.shift();
    if (partner === undefined) inserted[next].push([null, k]);
    else {
      partners.set(partner, k);
      next = partner + 1;
    }
  });
  first.forEach((_, k) => {
    inserted[k].push([k, partners.get(k) ?? null]);
  });
  return inserted.flat();
}

/**
 * Whether a column holds a step of both texts.
 * @param {Column} column
 * @returns {column is [number, number]}
 */
export function isAligned(column) {
  return column[0] !== null && column[1] !== null;
}

/**
 * How many steps two texts have in common from the start: the same rows of the embedding, and where a
 * word is read by its spelling the same word.
 * @param {TokenRows} first
 * @param {TokenRows} second
 * @returns {number}
 */
export function countSharedPrefix(first, second) {
  const most = Math.min(first.token_ids.length, second.token_ids.length);
  let k = 0;
  while (k < most && isReadAlike(first, second, k)) k += 1;
  return k;
}

/** @typedef {Pick<Trace, 'tokens' | 'token_ids' | 'known' | 'similar'>} TokenRows */

/**
 * @param {TokenRows} first
 * @param {TokenRows} second
 * @param {number} step
 */
const isReadAlike = (first, second, step) =>
  first.token_ids[step] === second.token_ids[step] &&
  (first.tokens[step] === second.tokens[step] ||
    !(listSimilar(first, step).length || listSimilar(second, step).length));
