// What is said of the words of a text that are not in the model's vocabulary. Pure functions.

import {number} from './format.js';

/** @typedef {Pick<Trace, 'tokens' | 'known' | 'similar'>} ReadTokens */

const NAMED = 6; // words that a sentence names
const NAMED_SPELLED = 4; // the same where each is told with the one it is closest to

/**
 * The words nearest to what a step read by its spelling; none where it has a row of its own, or no letters.
 * @param {ReadTokens} trace
 * @param {number} step
 * @returns {SimilarToken[]}
 */
export const listSimilar = ({similar}, step) => similar?.[step] ?? [];

/**
 * Say which tokens the model never saw, and how it reads them; nothing where it knows all.
 * @param {ReadTokens} trace
 * @param {(key: string, values?: Values) => string} say
 * @param {string} language
 * @returns {string}
 */
export function describeUnknown(trace, say, language) {
  const {tokens, known} = trace;
  /** @type {Map<string, SimilarToken[]>} */
  const unknown = new Map();
  tokens.forEach((token, k) => {
    if (!known[k]) unknown.set(token, listSimilar(trace, k));
  });
  const spelled = [...unknown].filter(([, similar]) => similar.length);
  const unread = [...unknown].filter(([, similar]) => !similar.length).map(([token]) => token);
  return [
    spelled.length ? describeSpelled(spelled, say, language) : '',
    unread.length && spelled.length ? say('notice.no_letters', {words: list(unread.map(quote), NAMED)}) : '',
    unread.length && !spelled.length ? describeUnread(unread, known, say) : '',
  ]
    .filter(Boolean)
    .join(' ');
}

const FEW = 0.5; // of its words: a model that knows fewer may have been given another language
const MOST = 0.8; // of its words: a model that knows as many reads the text well

/**
 * Whether a model knows fewer than half of a text's words; a word has two letters or more.
 * @param {{tokens: string[], known: boolean[]}} read
 */
export function knowsFew({tokens, known}) {
  const words = known.filter((_, k) => (tokens[k].match(/\p{L}/gu) ?? []).length > 1);
  return words.length > 0 && words.filter(Boolean).length < FEW * words.length;
}

/**
 * The model whose task knows most of a text's words, and how many; null where no other task knows nearly all.
 * @param {KnownWords[]} counts
 * @param {Model[]} models
 * @param {Task[]} tasks those that may read it, the likeliest first
 * @param {string} cell the cell that is preferred
 * @returns {{task: Task, model: Model, known: number, words: number} | null}
 */
export function chooseReader(counts, models, tasks, cell) {
  const readers = tasks.flatMap((task) => {
    const own = models.filter((model) => model.task === task.id);
    const model = own.find((candidate) => candidate.cell === cell) ?? own[0];
    const count = model && counts.find((candidate) => candidate.model === model.id);
    if (!count?.words || count.known < MOST * count.words) return [];
    return [{task, model, known: count.known, words: count.words}];
  });
  readers.sort((a, b) => b.known / b.words - a.known / a.words);
  return readers[0] ?? null;
}

/** @param {string} token */
const quote = (token) => `“${token}”`;

/**
 * @param {string[]} words
 * @param {number} most
 * @param {string} [between]
 */
const list = (words, most, between = ', ') =>
  words.slice(0, most).join(between) + (words.length > most ? '…' : '');

/**
 * @param {[string, SimilarToken[]][]} spelled
 * @param {(key: string, values?: Values) => string} say
 * @param {string} language
 */
function describeSpelled(spelled, say, language) {
  const told = spelled.map(([token, [nearest]]) => ({
    words: quote(token),
    similar: quote(nearest.token),
    cosine: number(nearest.cosine, language),
  }));
  if (told.length === 1) return say('notice.one_spelled', told[0]);
  const words = list(
    told.map((values) => say('notice.closest', values)),
    NAMED_SPELLED,
    '; ',
  );
  return say('notice.spelled', {words, count: told.length});
}

/**
 * @param {string[]} unread
 * @param {boolean[]} known
 * @param {(key: string, values?: Values) => string} say
 */
function describeUnread(unread, known, say) {
  const all = known.every((isKnown) => !isKnown);
  return say(all ? 'notice.all_unknown' : unread.length === 1 ? 'notice.one_unknown' : 'notice.unknown', {
    words: list(unread.map(quote), NAMED),
    count: unread.length,
  });
}
