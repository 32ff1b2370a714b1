// Words and numbers in the language on screen. Pure functions.

import {fill, magnitude, number, percent, power} from './format.js';

/**
 * What a token is called, for every sentence of the page: a word, or a letter where a task reads characters, a value of
 * a series. All are feminine in Portuguese, so that one sentence serves.
 * @param {Task['reads']} reads
 * @param {Catalogue} catalogue
 * @returns {TokenNouns}
 */
export function nameTokens(reads, catalogue) {
  const noun = catalogue[`token.${reads.slice(0, -1)}`];
  return {
    token_noun: noun,
    token_nouns: catalogue[`token.${reads}`],
    Token_noun: `${noun[0].toUpperCase()}${noun.slice(1)}`,
  };
}

/**
 * What every view of every room is handed: `words` are the view's own, `catalogue` the page's, `reads` is what the task
 * reads.
 * @param {Record<string, Record<string, string>>} words
 * @param {string} language
 * @param {Catalogue} catalogue
 * @param {Task['reads']} reads
 * @returns {Locale}
 */
export function localise(words, language, catalogue, reads) {
  const tokenNouns = nameTokens(reads, catalogue);
  return {
    tokenNouns,
    text: (texts) => fill(texts[language] ?? texts.en, tokenNouns),
    say: (key, values) => fill(words[language][key], {...tokenNouns, ...values}),
    common: (key, values) => fill(catalogue[key], {...tokenNouns, ...values}),
    number: (value, brackets, decimals) => number(value, language, brackets, decimals),
    percent: (value) => percent(value, language),
    power: (value) => power(value, language),
    magnitude: (value) => magnitude(value, language),
  };
}

/**
 * A context whose sentences are those of a part of a view, which has words of its own.
 * @template {Context} C
 * @param {C} ctx
 * @param {Record<string, Record<string, string>>} words
 * @returns {C}
 */
export function sayWith(ctx, words) {
  return {...ctx, say: (key, values) => fill(words[ctx.language][key], {...ctx.tokenNouns, ...values})};
}
