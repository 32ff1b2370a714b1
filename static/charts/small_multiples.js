// Several small maps in one figure (small multiples). Pure functions.

/**
 * The places of `count` small maps, `across` in a row: `{id, x, y, column, last}` with axis domains.
 * @param {number} count
 * @param {number} across
 * @param {{x: number, y: number}} gap
 */
export function placeGrid(count, across, gap) {
  const down = Math.ceil(count / across);
  const [wide, high] = [(1 - gap.x * (across - 1)) / across, (1 - gap.y * (down - 1)) / down];
  return Array.from({length: count}, (_, k) => {
    const [left, top] = [(k % across) * (wide + gap.x), 1 - Math.floor(k / across) * (high + gap.y)];
    return {
      id: k ? k + 1 : '',
      x: [left, left + wide],
      y: [Math.max(0, top - high), top],
      column: k % across,
      last: k + across >= count,
    };
  });
}

/**
 * The title above one of several small maps.
 * @param {string | number} id
 * @param {string} text
 * @param {string} colour
 * @returns {Annotation}
 */
export function mapTitle(id, text, colour) {
  return {
    xref: `x${id} domain`,
    x: 0,
    xanchor: 'left',
    yref: `y${id} domain`,
    y: 1,
    yanchor: 'bottom',
    text,
    showarrow: false,
    font: {size: 12.5, color: colour},
  };
}
