// Where the values of a layout's axes lie on the screen, in pixels. Pure functions.

/**
 * @typedef {`xaxis${string}` | `yaxis${string}`} AxisName
 * @typedef {Pick<Axis, 'domain' | 'range'>} Place an axis, as far as places are read off it
 */

/**
 * The names of a layout's axes.
 * @param {Layout} layout
 */
export function listAxes(layout) {
  return /** @type {AxisName[]} */ (Object.keys(layout).filter((name) => /^[xy]axis\d*$/.test(name)));
}

/**
 * Where an axis lies on the screen, in pixels.
 * @param {Layout} layout
 * @param {AxisName} name
 */
export function measureAxis(layout, name) {
  const axis = layout[name];
  const [from, to] = axis.range.map((value) =>
    isAcross(name) ? across(layout, axis, value) : down(layout, axis, value),
  );
  return {offset: Math.min(from, to), length: Math.abs(to - from), range: axis.range};
}

/**
 * Whether an axis lies on its side.
 * @param {AxisName} name
 */
export const isAcross = (name) => name.startsWith('x');

/**
 * The place of a value on an x axis, in pixels from the left.
 * @param {Layout} layout
 * @param {Place} axis
 * @param {number} value
 */
export function across({margin: {l, r}, width}, {domain = [0, 1], range: [low, high]}, value) {
  return l + (domain[0] + ((value - low) / (high - low)) * (domain[1] - domain[0])) * (width - l - r);
}

/**
 * The place of a value on a y axis, in pixels from the top.
 * @param {Layout} layout
 * @param {Place} axis
 * @param {number} value
 */
export function down({margin: {t, b}, height}, {domain = [0, 1], range: [low, high]}, value) {
  return t + (1 - domain[0] - ((value - low) / (high - low)) * (domain[1] - domain[0])) * (height - t - b);
}

/**
 * The axis that another one names: y2 is yaxis2.
 * @param {Layout} layout
 * @param {string} short
 */
export function axisOf(layout, short) {
  return layout[/** @type {AxisName} */ (short.replace(/^([xy])/, '$1axis'))];
}

/**
 * What a place refers to: an axis (`x2`), the span of an axis (`x2 domain`), or the whole (`paper`).
 * @param {Layout} layout
 * @param {string} reference
 * @returns {Place}
 */
export function referenceOf(layout, reference) {
  if (reference === 'paper') return {range: [0, 1]};
  const [axis, domain] = reference.split(' ');
  return domain ? {domain: axisOf(layout, axis).domain, range: [0, 1]} : axisOf(layout, axis);
}

/**
 * Give the places of values of two axes, quickly: each is a straight line, so that two places give all others.
 * @param {Layout} layout
 * @param {Place} level
 * @param {Place} upright
 */
export function placeBetween(layout, level, upright) {
  const [left, top] = [across(layout, level, 0), down(layout, upright, 0)];
  const [wide, high] = [across(layout, level, 1) - left, down(layout, upright, 1) - top];
  return {
    /** @param {number} x */
    atX: (x) => left + wide * x,
    /** @param {number} y */
    atY: (y) => top + high * y,
  };
}
