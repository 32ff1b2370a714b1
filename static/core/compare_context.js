// What a view of the room Compare is handed: every network's way back, and words and numbers in the
// person's language. Pure functions.

import {findById, findSignal} from './catalog.js';
import {nameNetwork} from './compared_network.js';
import {followAnswer} from './followed_answer.js';
import {isReverse, nameLayer} from './layer_names.js';
import {localise} from './locale.js';
import {listNetworkHues, markOf} from './network_hues.js';
import {writeCell} from './notation.js';
import {memoryStateOf} from './trace_analysis.js';
import {chooseSwap} from './word_swap.js';

const SETTLED = 30; // steps after which an exponent depends little on the directions it started from
const ROUNDING = 1e-9; // of an exponent: a direction that is kept exactly has 0

/**
 * Whether a network has the weights and the settings of its model's file.
 * @param {NetworkSpec} spec
 * @param {Catalog} catalog
 */
function isOfFile({model, weights, settings}, catalog) {
  const cell = findById(catalog.cells, findById(catalog.models, model).cell);
  const usual = cell.settings.every(({name, default: value}) => (settings[name] ?? value) === value);
  return weights === 'trained' && usual;
}

/**
 * Build what a view of the room Compare is handed; `answer` is the room's answer: the comparison, and what was asked.
 * @param {Draw<CompareState> & {answer: CompareAnswer, catalog: Catalog, catalogue: Catalogue}} drawn
 * @returns {CompareContext}
 */
export function buildCompareContext({view, state, step, answer, catalog, catalogue, width}) {
  const {comparison, specs} = answer;
  const {language, theme, direction, clip, notation} = state;
  const task = findById(catalog.tasks, findById(catalog.models, specs[0].model).task);
  const {labels, opposites} = task;
  const locale = localise(view.words, language, catalogue, task.reads);
  const followed = followAnswer({
    task,
    classes: task.classes,
    shownClass: () => 0,
    language,
    text: locale.text,
  });
  // Each network's first layer has its colour; further layers have those that no network has.
  const further = comparison.networks.flatMap((network) => network.layers.slice(1).map(() => network.cell));
  const hues = listNetworkHues(
    [...comparison.networks.map(({cell}) => cell), ...further].map((id) => findById(catalog.cells, id)),
    theme,
  );
  let lines = comparison.networks.length; // layers that have a colour so far
  const networks = comparison.networks.map((network, k) => ({
    ...network,
    title: nameNetwork(specs[k], catalog, locale.common, locale.text),
    colour: hues[k],
    mark: markOf(k),
    // What its model's file tells, where the network is that of the file.
    facts: isOfFile(specs[k], catalog) ? findById(catalog.models, network.model).facts : {},
    dash: network.weights === 'trained' ? 'solid' : ['dot', 'dash', 'longdash', 'dashdot'][k % 4],
  }));
  return {
    ...locale,
    task,
    comparison,
    theme,
    language,
    direction,
    step,
    width,
    height: 0, // until the view says what it asks for
    room: null, // until it is measured
    clip,
    swap: chooseSwap(comparison.tokens, opposites, state.swap, step),
    swapped: answer.swapped?.written === state.swap ? (answer.swapped?.comparison ?? null) : null,
    networks,
    // Each layer and direction with all that its network has; `finalStep` is the step it reads last.
    layers: networks.flatMap((network) =>
      network.layers.map((layer, k) => {
        const cell = findById(catalog.cells, network.cell);
        const line = k ? lines++ : -1;
        const layerTitle = nameLayer(
          layer.name,
          network.layers.map(({name}) => name),
          locale.common,
        );
        return {
          ...network,
          ...layer,
          title: layerTitle ? `${network.title} · ${layerTitle}` : network.title,
          finalStep: isReverse(layer.name) ? 0 : comparison.tokens.length - 1,
          startsAtLoss: isReverse(layer.name) && isAlone(layer.decay),
          colour: k ? hues[line] : network.colour,
          mark: k ? markOf(line) : network.mark,
          signals: writeCell(cell, notation).signals,
          memoryState: memoryStateOf(cell),
        };
      }),
    ),
    label: (name) => locale.text(labels[name] ?? {en: name}),
    tellAnswer({values, probabilities, target}) {
      const told = followed.numeric ? values[0] : Math.max(...probabilities.map((share) => share ?? NaN));
      if (!Number.isFinite(told ?? NaN)) return '–';
      return `${followed.write(told)} ${followed.numeric ? followed.nameAt(0) : locale.text(labels[target])}`;
    },
    // A share of the gradient that is left; null where there is no such step. What grew is told as a factor.
    shareLeft(value) {
      if (value === null) return '–';
      if (value >= 1.05) return locale.common('decay.times', {times: locale.power(value)});
      return value >= 0.01 ? locale.percent(value) : locale.power(value);
    },
    // The largest Lyapunov exponent in powers of ten a step, where it tells something: it needs steps to settle, and
    // of gated cells it says little about the gradient.
    growth({exponents: [exponent], expected_decay: expected}) {
      if (exponent === null || comparison.tokens.length < SETTLED || expected === 'gated') return null;
      return Math.abs(exponent) < ROUNDING ? 0 : exponent / Math.LN10;
    },
    // Several states are told apart; the memory's gradient is the total derivative, through all paths.
    titleState({title, decay, memoryState, signals}, state) {
      if (Object.keys(decay).length === 1) return title;
      return locale.common(state === memoryState ? 'decay.all_paths' : 'decay.at', {
        title,
        state: findSignal({signals}, state).letter,
      });
    },
  };
}

/**
 * Whether the gradient of the last step reaches no other: a direction that starts there was told nothing before it.
 * @param {ComparedLayer['decay']} decay
 */
const isAlone = (decay) =>
  Object.values(decay).every(
    ({relative}) => relative.length > 1 && relative.slice(0, -1).every((share) => share === 0),
  );

/**
 * The layers whose memory is an exact sum of what each step wrote.
 * @param {CompareContext} ctx
 * @returns {GatedLayer[]}
 */
export function listGatedLayers({layers}) {
  return layers.flatMap(({memory, ...layer}) => (memory ? [{...layer, memory}] : []));
}
