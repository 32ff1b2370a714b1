// Comparisons that are ready to try. Pure functions.

import {findById} from './catalog.js';
import {trainedNetwork} from './compared_network.js';

/**
 * List the presets of a task: `{name: specs}`, `networks.preset.<name>` is what the page calls it. A task need not
 * have every cell; what is left of a preset is offered where it still compares two networks.
 * @param {Catalog} catalog
 * @param {string} task
 * @returns {Record<string, NetworkSpec[]>}
 */
export function listPresets(catalog, task) {
  /** @param {string} cell */
  const modelOf = (cell) => catalog.models.find((model) => model.cell === cell && model.task === task)?.id;
  /** @param {string} cell */
  const trained = (cell) => {
    const model = modelOf(cell);
    return model === undefined ? null : trainedNetwork(model);
  };
  /**
   * @param {string} cell
   * @param {Partial<NetworkSpec>} changes
   * @returns {NetworkSpec | null}
   */
  const fresh = (cell, changes = {}) => {
    const spec = trained(cell);
    return spec && {...spec, weights: 'fresh', ...changes};
  };
  /**
   * The setting of a cell that has this role, as `choose` sets it.
   * @param {string} cell
   * @param {string} role
   * @param {(setting: Setting) => number} choose
   * @returns {Record<string, number>}
   */
  const setRole = (cell, role, choose) => {
    const setting = findById(catalog.cells, cell).settings.find((candidate) => candidate.role === role);
    return setting ? {[setting.name]: choose(setting)} : {};
  };
  const relu = setRole('rnn', 'activation', ({high}) => high); // the identity start is meant for it (Le et al. 2015)
  /** @param {number} value */
  const forgetBias = (value) => fresh('lstm', {settings: setRole('lstm', 'forget', () => value)});
  const cells = ['gru', 'lstm', 'rnn'];
  const presets = {
    trained: cells.map(trained),
    fresh: cells.map((cell) => fresh(cell)),
    start: [
      fresh('rnn'),
      fresh('rnn', {start: 'orthogonal'}),
      fresh('rnn', {start: 'identity', settings: relu}),
    ],
    // On the film reviews' longest example, 50 steps back: about 1e-9, 1 and 1e6 of the gradient.
    gain: [
      fresh('rnn', {start: 'orthogonal', gain: 0.8}),
      fresh('rnn', {start: 'orthogonal', gain: 1.5}),
      fresh('rnn', {start: 'orthogonal', gain: 3}),
    ],
    forget: [fresh('lstm'), forgetBias(1), forgetBias(3), fresh('lstm', {chrono: 100})],
  };
  return Object.fromEntries(
    Object.entries(presets)
      .map(([name, specs]) => /** @type {const} */ ([name, specs.filter((spec) => spec !== null)]))
      .filter(([, specs]) => specs.length > 1),
  );
}
