// Comparisons that are ready to try. Pure functions.

import {FRESH, readNetwork} from './network_spec.js';

/**
 * List the presets of a task: `{name: specs}`, `networks.preset.<name>` is what the page calls it. A task need not
 * have every cell; what is left of a preset is offered where it still compares two networks.
 */
export function listPresets(catalog, task) {
  const modelOf = (cell) => catalog.models.find((model) => model.cell === cell && model.task === task)?.id;
  const fresh = (cell, changes = {}) =>
    modelOf(cell) ? {...readNetwork(modelOf(cell)), ...FRESH, weights: 'fresh', ...changes} : null;
  const setRole = (cell, role, choose) => {
    const setting = catalog.cells
      .find(({id}) => id === cell)
      ?.settings.find((candidate) => candidate.role === role);
    return setting ? {[setting.name]: choose(setting)} : {};
  };
  const relu = setRole('rnn', 'activation', ({high}) => high); // the identity start is meant for it (Le et al. 2015)
  const forgetBias = (value) => fresh('lstm', {settings: setRole('lstm', 'forget', () => value)});
  const cells = ['gru', 'lstm', 'rnn'];
  const presets = {
    trained: cells.map((cell) => (modelOf(cell) ? readNetwork(modelOf(cell)) : null)),
    fresh: cells.map((cell) => fresh(cell)),
    start: [
      fresh('rnn'),
      fresh('rnn', {start: 'orthogonal'}),
      fresh('rnn', {start: 'identity', settings: relu}),
    ],
    gain: [
      fresh('rnn', {start: 'orthogonal', gain: 0.8}),
      fresh('rnn', {start: 'orthogonal', gain: 1.2}),
      fresh('rnn', {start: 'identity', gain: 1.3, settings: relu}),
    ],
    forget: [fresh('lstm'), forgetBias(1), forgetBias(3), fresh('lstm', {chrono: 100})],
  };
  return Object.fromEntries(
    Object.entries(presets)
      .map(([name, specs]) => [name, specs.filter(Boolean)])
      .filter(([, specs]) => specs.length > 1),
  );
}
