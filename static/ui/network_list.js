// The list of networks to compare: one card each, and presets.

import {findById} from '../core/catalog.js';
import {FRESH, MOST_NETWORKS, nameNetwork} from '../core/compared_network.js';
import {nameModel} from '../core/model_names.js';
import {listPresets} from '../core/network_presets.js';
import {byId, make, makeButton, makeMark} from './elements.js';

const STARTS = ['pytorch', 'orthogonal', 'identity'];
const CHRONO_GATES = ['input', 'forget']; // the chrono start sets both (Tallec & Ollivier 2018)

/** @typedef {'gain' | 'width' | 'seed' | 'seeds' | 'chrono'} FreshField */

/**
 * What of fresh weights a person may change, and within which range.
 * @type {Record<FreshField, {low: number, high: number, step: number}>}
 */
const RANGES = {
  gain: {low: 0, high: 10, step: 0.1},
  width: {low: 1, high: 256, step: 1},
  seed: {low: 0, high: 9999, step: 1},
  seeds: {low: 1, high: 16, step: 1},
  chrono: {low: 0, high: 1000, step: 10},
};

/**
 * @typedef {object} NetworkListOptions
 * @property {Say} say
 * @property {(texts: Texts) => string} text
 * @property {(specs: NetworkSpec[]) => {colour: string, letter: string}[]} mark the colour and the mark of each network
 * @property {(specs: NetworkSpec[]) => void} change hears what a person asks for
 */

/**
 * Bind the list's element; `draw(state, catalog)` shows it.
 * @param {HTMLElement} box
 * @param {NetworkListOptions} on
 */
export function bindNetworkList(box, {say, text, mark, change}) {
  /** @type {Set<number>} */
  const opened = new Set(); // the cards whose settings are open

  /**
   * The card of network `k`.
   * @param {NetworkSpec[]} specs
   * @param {number} k
   * @param {string} task
   * @param {Catalog} catalog
   */
  function makeCard(specs, k, task, catalog) {
    const spec = specs[k];
    /** @param {Partial<NetworkSpec>} changes */
    const replace = (changes) => change(specs.map((other, j) => (j === k ? {...other, ...changes} : other)));
    /** @param {string} field */
    const identify = (field) => ({
      id: `net-${k}-${field}`,
      label: `${say(`networks.field.${field}`)} ${k + 1}`,
    });

    /** @param {Model} model */
    const titleModel = (model) => nameModel(model, text(findById(catalog.cells, model.cell).title), say);
    const models = makeSelect(
      identify('model'),
      catalog.models.filter((model) => model.task === task).map((model) => [model.id, titleModel(model)]),
      spec.model,
      (model) => replace({model, settings: {}}),
    );
    const weights = makeSelect(
      identify('weights'),
      [
        ['trained', say('networks.trained')],
        ...STARTS.map((start) => /** @type {[string, string]} */ ([start, say(`networks.start.${start}`)])),
      ],
      spec.weights === 'trained' ? 'trained' : spec.start,
      (start) => replace(start === 'trained' ? {weights: 'trained', ...FRESH} : {weights: 'fresh', start}),
    );
    const remove = makeButton('✕', () => change(specs.filter((_, j) => j !== k)), {
      class: 'plain close',
      'aria-label': say('networks.remove', {name: nameNetwork(spec, catalog, say, text)}),
    });
    remove.disabled = specs.length < 2;
    const fields = makeFields(spec, k, catalog, replace);
    return make(
      'div',
      {class: 'net'},
      make(
        'div',
        {class: 'first'},
        makeMark(mark(specs)[k].colour, mark(specs)[k].letter),
        models,
        weights,
        remove,
      ),
      fields.length ? makeDetails(k, fields) : '',
    );
  }

  /**
   * What of network `k` a person may change beside its model and its start.
   * @param {NetworkSpec} spec
   * @param {number} k
   * @param {Catalog} catalog
   * @param {(changes: Partial<NetworkSpec>) => void} replace
   */
  function makeFields(spec, k, catalog, replace) {
    const model = findById(catalog.models, spec.model);
    const cell = findById(catalog.cells, model.cell);
    const hasChrono = CHRONO_GATES.every((role) => cell.signals.some((signal) => signal.role === role));
    /** @type {FreshField[]} */
    const fresh =
      spec.weights === 'fresh'
        ? ['gain', 'width', 'seed', 'seeds', ...(hasChrono ? /** @type {const} */ (['chrono']) : [])]
        : [];
    return [
      ...fresh.map((field) => {
        const range = RANGES[field];
        return makeNumber(
          `net-${k}-${field}`,
          say(`networks.field.${field}`),
          spec[field] ?? model.hidden,
          range,
          (value) => replace({[field]: range.step < 1 ? value : Math.round(value)}),
        );
      }),
      ...cell.settings.map((setting) =>
        makeNumber(
          `net-${k}-${setting.name}`,
          text(setting.title),
          spec.settings[setting.name] ?? setting.default,
          setting,
          (value) => replace({settings: {...spec.settings, [setting.name]: value}}),
        ),
      ),
    ];
  }

  /**
   * @param {number} k
   * @param {HTMLElement[]} fields
   */
  function makeDetails(k, fields) {
    const summary = make('summary', {}, say('networks.tune'));
    const details = make('details', {class: 'tune'}, summary, make('div', {class: 'more'}, ...fields));
    details.open = opened.has(k);
    details.addEventListener('toggle', () => (details.open ? opened.add(k) : opened.delete(k)));
    return details;
  }

  return {
    /**
     * @param {CompareState} state
     * @param {Catalog} catalog
     */
    draw({networks: specs, task}, catalog) {
      const focused = document.activeElement?.id;
      const add = makeButton(
        say('networks.add'),
        () => change([...specs, {...structuredClone(specs[specs.length - 1]), weights: 'fresh'}]),
        {class: 'pill'},
      );
      add.disabled = specs.length >= MOST_NETWORKS;
      const presets = listPresets(catalog, task).map(({name, title, networks}) =>
        makeButton(title ? text(title) : say(`networks.preset.${name}`), () => change(networks), {
          class: 'link',
          'data-preset': name,
        }),
      );
      byId('presets').replaceChildren(make('span', {}, say('networks.presets')), ...presets);
      box.replaceChildren(
        make('div', {class: 'nets'}, ...specs.map((_, k) => makeCard(specs, k, task, catalog)), add),
      );
      if (focused) document.getElementById(focused)?.focus();
    },
  };
}

/**
 * A choice of one of several `[value, title]`.
 * @param {{id: string, label: string}} named
 * @param {[value: string, title: string][]} options
 * @param {string} chosen
 * @param {(value: string) => void} change
 */
function makeSelect({id, label}, options, chosen, change) {
  const select = make(
    'select',
    {id, 'aria-label': label},
    ...options.map(([value, title]) => make('option', {value}, title)),
  );
  select.value = chosen;
  select.addEventListener('change', () => change(select.value));
  return select;
}

/**
 * A number within a range; what lies outside is moved to its end.
 * @param {string} id
 * @param {string} title
 * @param {number} value
 * @param {{low: number, high: number, step: number}} range
 * @param {(value: number) => void} change
 */
function makeNumber(id, title, value, {low, high, step}, change) {
  const input = make('input', {type: 'number', id, min: low, max: high, step, value});
  input.addEventListener('change', () => change(Math.min(high, Math.max(low, Number(input.value) || 0))));
  return make('label', {}, make('span', {}, title), input);
}
