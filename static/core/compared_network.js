// A network to compare, as a person asks for it: how it is written in an address, and what it is called.

import {findById} from './catalog.js';
import {fill} from './format.js';
import {nameModel} from './model_names.js';

/** What a network with fresh weights is drawn from, where nothing else is said. */
export const FRESH = {seed: 0, seeds: 1, start: 'pytorch', gain: 1, chrono: 0, width: null};

/** How many networks one comparison holds. */
export const MOST_NETWORKS = 6;

const FIELDS = ['weights', 'start', 'gain', 'chrono', 'width', 'seed', 'seeds']; // any other name is a setting of the cell

/**
 * A network with the weights of its model's file.
 * @param {string} model its id
 * @returns {NetworkSpec}
 */
export function trainedNetwork(model) {
  return {model, weights: 'trained', ...FRESH, settings: {}};
}

/**
 * `sentiment-lstm~weights=fresh~gain=1.5`, as it stands in the address.
 * @param {NetworkSpec} spec
 * @returns {string}
 */
export function writeNetwork(spec) {
  const usual = new Map(Object.entries(trainedNetwork(spec.model)));
  const fields = Object.entries(spec).filter(
    ([name, value]) => FIELDS.includes(name) && value !== null && value !== usual.get(name),
  );
  fields.sort(([a], [b]) => FIELDS.indexOf(a) - FIELDS.indexOf(b));
  return [spec.model, ...[...fields, ...Object.entries(spec.settings)].map((pair) => pair.join('='))].join(
    '~',
  );
}

/**
 * The reverse; null for what makes no sense.
 * @param {string} written
 * @returns {NetworkSpec | null}
 */
export function readNetwork(written) {
  const [model, ...fields] = written.split('~');
  const spec = trainedNetwork(model);
  for (const field of fields) {
    const [name, value] = field.split('=');
    if (name === 'weights' || name === 'start') Object.assign(spec, {[name]: value});
    else if (!value || !Number.isFinite(Number(value))) return null;
    else if (FIELDS.includes(name)) Object.assign(spec, {[name]: Number(value)});
    else spec.settings[name] = Number(value);
  }
  return spec;
}

/**
 * Name a network by its cell and by all that is not as usual.
 * @param {NetworkSpec} spec
 * @param {Catalog} catalog
 * @param {Say} say
 * @param {(texts: Texts) => string} text
 * @returns {string}
 */
export function nameNetwork(spec, catalog, say, text) {
  const model = findById(catalog.models, spec.model);
  const cell = findById(catalog.cells, model.cell);
  const parts = [];
  if (spec.weights === 'trained') parts.push(say('networks.trained'));
  else {
    parts.push(say(`networks.short.${spec.start}`));
    if (spec.gain !== 1) parts.push(`× ${spec.gain}`);
    if (spec.chrono) parts.push(`chrono ${spec.chrono}`);
    if (spec.width && spec.width !== model.hidden) parts.push(say('networks.units', {width: spec.width}));
    if (spec.seeds > 1) parts.push(say('networks.seeds', {seeds: spec.seeds}));
    else if (spec.seed) parts.push(say('networks.seed', {seed: spec.seed}));
  }
  for (const setting of cell.settings) {
    const value = spec.settings[setting.name] ?? setting.default;
    if (value !== setting.default) parts.push(fill(text(setting.short), {value}));
  }
  return `${nameModel(model, text(cell.title), say)}, ${parts.join(', ')}`;
}
