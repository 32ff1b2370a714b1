// What units are called: one that follows something a person can see in a text has earned its name. Pure functions.

import {layerOf, symbolOf} from './layer_names.js';

/** |r| on held-out text from which a unit has a name: it then shares a quarter of the property's variance. */
export const LEAST_CORRELATION = 0.5;

/**
 * The units of a model that have a name, the strongest first. A unit has one name, and a name one unit.
 * @param {Pick<Model, 'facts'> | undefined} model
 * @param {Catalog['properties']} properties
 * @returns {UnitName[]}
 */
export function nameUnits(model, properties) {
  const followed = model?.facts.units?.followed ?? {};
  const found = properties.flatMap(({id, title}) =>
    (followed[id] ?? []).map(({unit, signal, correlation}) => ({
      property: id,
      title,
      unit,
      layerName: layerOf(signal),
      symbol: symbolOf(signal),
      correlation,
    })),
  );
  found.sort((a, b) => Math.abs(b.correlation) - Math.abs(a.correlation));
  /** @type {UnitName[]} */
  const named = [];
  for (const one of found) {
    const taken = named.some(
      ({property, layerName, unit}) =>
        property === one.property || (layerName === one.layerName && unit === one.unit),
    );
    if (!taken && Math.abs(one.correlation) >= LEAST_CORRELATION) named.push(one);
  }
  return named;
}

/**
 * The unit that every panel shows: the one that was chosen, or the first of the layer's order.
 * @param {number[]} order
 * @param {number | null} chosen
 */
export const chooseUnit = (order, chosen) => (chosen !== null && chosen < order.length ? chosen : order[0]);

/**
 * The unit that lies `by` lines below this one in the order on screen; at an end, the end.
 * @param {number[]} order
 * @param {number} unit
 * @param {number} by
 */
export const stepUnit = (order, unit, by) =>
  order[Math.min(order.length - 1, Math.max(0, order.indexOf(unit) + by))];
