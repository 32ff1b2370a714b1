// What a model is called on the page.

/**
 * Name a model by its cell's title, and by its layers and directions where there are several.
 * @param {{layers: number, bidirectional: boolean}} model
 * @param {string} title
 * @param {Say} say
 * @returns {string}
 */
export function nameModel({layers, bidirectional}, title, say) {
  return [title, layers > 1 && say('model.layers', {layers}), bidirectional && say('model.both')]
    .filter(Boolean)
    .join(', ');
}
