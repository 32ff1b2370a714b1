// What the maps of a gated memory have in common: their grid, and the word with the largest part. Pure functions.

import {listGatedLayers} from '../core/compare_context.js';

/**
 * How many maps stand side by side.
 * @param {CompareContext} ctx
 */
export const countColumns = (ctx) => Math.min(listGatedLayers(ctx).length, ctx.width > 330 ? 2 : 1);

/**
 * The height of their figure, in pixels.
 * @param {CompareContext} ctx
 */
export const gridHeight = (ctx) => 60 + Math.ceil(listGatedLayers(ctx).length / countColumns(ctx)) * 230;

/**
 * Tell of which word the final state of every layer has its largest part, as a sentence and as a table. The view's
 * own words are `summary`, `of`, `network` and `largest`.
 * @param {CompareContext} ctx
 * @returns {{summary: string, table: () => Table}}
 */
export function tellLargestParts(ctx) {
  const rows = listGatedLayers(ctx).map(({title, memory, finalStep}) => {
    const parts = memory.norms[finalStep];
    return [title, ctx.comparison.tokens[parts.indexOf(Math.max(...parts))]];
  });
  return {
    summary: ctx.say('summary', {
      list: rows.map(([title, token]) => ctx.say('of', {title, token})).join('; '),
    }),
    table: () => ({head: [ctx.say('network'), ctx.say('largest')], rows}),
  };
}
