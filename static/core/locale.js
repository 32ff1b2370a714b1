// Words and numbers in the language on screen. Pure functions.

import {fill, magnitude, number, percent, power} from './format.js';

/**
 * What every view of every room is handed: `words` are the view's own, `catalogue` the page's.
 * @param {Record<string, Record<string, string>>} words
 * @param {string} language
 * @param {Catalogue} catalogue
 * @returns {Locale}
 */
export function localise(words, language, catalogue) {
  return {
    text: (texts) => texts[language] ?? texts.en,
    say: (key, values) => fill(words[language][key], values),
    common: (key, values) => fill(catalogue[key], values),
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
  return {...ctx, say: (key, values) => fill(words[ctx.language][key], values)};
}
