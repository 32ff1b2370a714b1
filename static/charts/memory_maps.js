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
 * The word that has the largest part in the final state of each layer, the first of several: `[title, token]`.
 * @param {CompareContext} ctx
 * @returns {[string, string][]}
 */
export const listLargestParts = (ctx) =>
  listGatedLayers(ctx).map(({title, memory, finalStep}) => {
    const parts = memory.norms[finalStep];
    return [title, ctx.comparison.tokens[parts.indexOf(Math.max(...parts))]];
  });
