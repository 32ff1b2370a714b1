// What a person chooses in the room Watch: the network, its weights, the layer to look into.

import {findById} from '../core/catalog.js';
import {percent} from '../core/format.js';
import {chooseLayer, listLayers, nameLayer} from '../core/layer_names.js';
import {nameModel} from '../core/model_names.js';
import {listExamples} from '../core/reading_language.js';
import {describeUnknown} from '../core/unknown_words.js';
import {byId} from './elements.js';
import {showModelFacts} from './model_facts.js';
import {segments} from './segments.js';

/** @type {WatchState['weights'][]} */
const WEIGHTS = ['trained', 'fresh'];

/**
 * What a model's id says beside its task: its cell, and whether it is stacked or reads both ways.
 * @param {Model} model
 */
const variantOf = ({id, task}) => id.slice(task.length + 1);

/**
 * The model of a task that is most like another: the same cell, stacked and in directions as it is, or the same cell.
 * @param {Model[]} models
 * @param {string} task
 * @param {string} likeness the other's id
 * @returns {Model}
 */
export function chooseModel(models, task, likeness) {
  const offered = models.filter((model) => model.task === task);
  const current = models.find(({id}) => id === likeness);
  return (
    (current &&
      (offered.find((model) => variantOf(model) === variantOf(current)) ??
        offered.find(({cell}) => cell === current.cell))) ??
    offered[0]
  );
}

/**
 * Bind the choices to the room.
 * @param {RoomOf<WatchState, WatchAnswer>} room
 * @param {Shell} shell
 * @param {EverydayControl['fetchEveryday']} fetchEveryday
 */
export function bindModelControls(room, shell, fetchEveryday) {
  const {store} = room;
  const {say, text} = shell;
  /** @param {Model} model */
  const cellOf = (model) => findById(room.offers.cells, model.cell);
  let factsShown = ''; // of which model, in which language

  /**
   * The second text that an example names; without one, what a person wrote stays, another example's text goes.
   * @param {Task} task
   * @param {string | null} named
   */
  function secondTextOf({examples}, named) {
    const {secondText} = store.get();
    return (
      examples.find(({id}) => id === named)?.text ??
      (examples.some((example) => example.text === secondText) ? '' : secondText)
    );
  }

  /** @param {string} id */
  function chooseTask(id) {
    const task = findById(room.offers.tasks, id);
    room.readWith(id, listExamples(task, store.get().language)[0].text);
  }

  /** @param {string} sentence */
  function read(sentence) {
    store.set({text: sentence, step: null, interventions: []});
    byId('sentence').focus();
  }

  return {
    /** Offer the tasks and the examples in the language on screen. */
    reword() {
      if (!room.catalog) return;
      const {tasks} = room.offers;
      const task = findById(tasks, store.get().task);
      shell.offerTasks(tasks, task.id, chooseTask);
      shell.offerExamples(task, (chosen, {beside}) =>
        store.set({text: chosen, step: null, interventions: [], secondText: secondTextOf(task, beside)}),
      );
    },

    /**
     * Show which network is chosen, and its facts.
     * @param {WatchState} state
     */
    show(state) {
      const models = room.offers.models
        .filter(({task}) => task === state.task)
        .sort((a, b) => cellOf(a).year - cellOf(b).year);
      const chosen = findById(models, state.model);
      segments(
        byId('models'),
        models.map((model) => ({
          id: model.id,
          testid: `model-${variantOf(model)}`,
          title: nameModel(model, text(cellOf(model).title), say),
          hint: model.facts.test
            ? say('facts.hint', {share: percent(model.facts.test.accuracy, state.language, 1)})
            : '',
        })),
        state.model,
        (model) => store.set({model}),
      );
      segments(
        byId('weights'),
        WEIGHTS.map((id) => ({
          id,
          title: say(`weights.${id}`),
          hint: say(`weights.${id}.means`),
          testid: `weights-${id}`,
        })),
        state.weights,
        (weights) => store.set({weights}),
      );
      const layerNames = listLayers(chosen.signals);
      byId('layers').hidden = layerNames.length < 2;
      segments(
        byId('layers'),
        layerNames.map((id) => ({id, title: nameLayer(id, layerNames, say), testid: `row-${id}`})),
        chooseLayer(layerNames, state.layer),
        (layer) => store.set({layer}),
      );
      const facts = `${state.model} ${state.language}`;
      if (facts !== factsShown)
        showModelFacts(chosen, room.offers, state.language, shell, {fetchEveryday, read});
      factsShown = facts;
    },

    /**
     * Say which tokens the model never saw.
     * @param {Trace} trace
     */
    describeUnknown: (trace) => describeUnknown(trace, say, store.get().language),
  };
}
