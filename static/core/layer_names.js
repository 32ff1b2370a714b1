// Names of layers and signals. `layers.0.reverse` is one layer in one direction, as PyTorch's `_l0_reverse`;
// `layers.0.reverse.f` is a signal of it. Pure functions.

/**
 * Whether the cells of a layer, as in `layers.0.reverse`, read from the last step to the first.
 * @param {string} layerName
 */
export const isReverse = (layerName) => layerName.endsWith('.reverse');

/**
 * The layer that a signal belongs to: `layers.0` of `layers.0.f`.
 * @param {string} signalName
 */
export const layerOf = (signalName) => signalName.slice(0, signalName.lastIndexOf('.'));

/**
 * The signal's own name in its cell: `f` of `layers.0.f`.
 * @param {string} signalName
 */
export const symbolOf = (signalName) => signalName.slice(signalName.lastIndexOf('.') + 1);

/**
 * The layers of these signals, the lowest first: one a layer and direction.
 * @param {string[]} signalNames
 */
export const listLayers = (signalNames) => [...new Set(signalNames.map(layerOf))];

/**
 * The layer on screen: the one that was chosen, or the top layer's forward one.
 * @param {string[]} layerNames
 * @param {string} chosen
 * @returns {string}
 */
export const chooseLayer = (layerNames, chosen) =>
  layerNames.includes(chosen)
    ? chosen
    : /** @type {string} */ (layerNames.findLast((name) => !isReverse(name)));

/**
 * Name a layer among `layerNames` by its depth and its direction, as far as there are several.
 * @param {string} layerName
 * @param {string[]} layerNames
 * @param {Say} say
 * @returns {string}
 */
export function nameLayer(layerName, layerNames, say) {
  const deep = layerNames.some((name) => name.startsWith('layers.1'));
  const both = layerNames.some(isReverse);
  return [
    deep && say('row.layer', {layer: Number(layerName.split('.')[1]) + 1}),
    both && say(isReverse(layerName) ? 'row.reverse' : 'row.forward'),
  ]
    .filter(Boolean)
    .join(', ');
}

/**
 * A signal's symbol, and beside it the name of its layer where there are several.
 * @param {string} symbol
 * @param {string} layerTitle
 */
export const nameSignal = (symbol, layerTitle) => (layerTitle ? `${symbol} (${layerTitle})` : symbol);
