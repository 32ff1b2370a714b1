// Comparisons that are ready to try: all models of a task, and what its cells bring. Pure functions.

import {findById} from './catalog.js';
import {MOST_NETWORKS, trainedNetwork} from './compared_network.js';

/**
 * The models of a task, the newest cell first: what remembers stands above what forgets. `wanted` is among them.
 * @param {Catalog} catalog
 * @param {string} task
 * @param {string} [wanted] a model's id
 * @returns {NetworkSpec[]}
 */
export function listTrained(catalog, task, wanted) {
  /** @param {Model} model */
  const yearOf = (model) => findById(catalog.cells, model.cell).year;
  const models = catalog.models.filter((model) => model.task === task);
  models.sort((a, b) => yearOf(b) - yearOf(a));
  const place = models.findIndex(({id}) => id === wanted);
  if (place >= MOST_NETWORKS) models.splice(MOST_NETWORKS - 1, 0, models[place]);
  return models.slice(0, MOST_NETWORKS).map(({id}) => trainedNetwork(id));
}

/**
 * List the presets of a task: `trained` and `fresh`, which the page names, and those that the cells of its models bring,
 * with a `title`. What is no comparison of two networks or more is left out.
 * @param {Catalog} catalog
 * @param {string} task
 * @returns {{name: string, title: Texts | null, networks: NetworkSpec[]}[]}
 */
export function listPresets(catalog, task) {
  const trained = listTrained(catalog, task);
  /** @param {NetworkSpec} spec */
  const refresh = (spec) => ({...spec, weights: /** @type {const} */ ('fresh'), settings: {}});
  const models = catalog.models.filter((model) => model.task === task);
  return [
    {name: 'trained', title: null, networks: trained},
    {name: 'fresh', title: null, networks: trained.map(refresh)},
    ...catalog.cells.flatMap(({id, presets}) => {
      const model = models.find(({cell}) => cell === id);
      if (!model) return [];
      return presets.map(({name, title, networks}) => ({
        name,
        title,
        networks: networks.map(({settings, ...drawn}) => ({
          ...refresh(trainedNetwork(model.id)),
          ...drawn,
          settings: {...settings},
        })),
      }));
    }),
  ].filter(({networks}) => networks.length > 1 && networks.length <= MOST_NETWORKS);
}
