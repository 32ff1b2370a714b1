// Joins the room Watch: one text, or two side by side, one network, every gate.

import {choiceField, listField, numberField, textField} from '../core/address.js';
import {fetchFile, fetchTrace, Refusal} from '../core/client.js';
import {writeCsv} from '../core/csv.js';
import {readIntervention, writeIntervention} from '../core/interventions.js';
import {chooseLayer, layerOf, nameLayer} from '../core/layer_names.js';
import {analyseTrace} from '../core/trace_analysis.js';
import {buildWatchContext} from '../core/watch_context.js';
import {bindDistanceControl} from '../ui/distance_control.js';
import {download, downloadBlob} from '../ui/downloads.js';
import {byId} from '../ui/elements.js';
import {bindGenerationControl} from '../ui/generation_control.js';
import {bindInterventionSheet} from '../ui/intervention_sheet.js';
import {bindModelControls} from '../ui/model_controls.js';
import {bindSecondText} from '../ui/second_text.js';
import {bindShell} from '../ui/shell.js';
import {openRoom} from './room.js';

const FORMATS = ['png', 'svg', 'csv', 'safetensors', 'json', 'pair_png', 'pair_svg', 'pair_csv'];
const TYPES = {csv: 'text/csv', safetensors: 'application/x-safetensors', json: 'application/json'};

const undone = []; // earlier lists of interventions
let drafted = null; // the list as it was before the slider moved
let room = null;
let shell = null;
let models = null;
let secondText = null;
let taskControls = []; // what only some tasks have to press
const sheet = bindInterventionSheet(byId('whatif'), {change: changeInterventions, undo});

openRoom({
  name: 'watch',
  fields: {
    model: textField('model'),
    weights: choiceField('weights', ['trained', 'fresh']),
    seed: numberField('seed', 0, 0, 2 ** 31 - 1),
    layer: textField('row'),
    unit: numberField('unit', null, 0, 2 ** 31),
    interventions: listField('force', 64, writeIntervention, readIntervention),
    secondText: textField('beside'),
    alignment: choiceField('align', ['word', 'position']),
    shownSignal: textField('only'),
  },
  afresh: {interventions: [], secondText: ''},
  asks: ['model', 'weights', 'seed', 'interventions', 'secondText', 'layer'],
  draws: ['unit', 'alignment', 'shownSignal'],
  pause: 420, // ms without a key before the slower questions are asked

  bind(given) {
    room = given;
    shell = bindShell(room, FORMATS);
    models = bindModelControls(room, shell);
    taskControls = [bindDistanceControl(room, shell), bindGenerationControl(room, shell)];
    secondText = bindSecondText(room, shell);
    return shell;
  },
  settle(catalog, {task, model, text}) {
    const offered = catalog.models.filter((candidate) => candidate.task === task);
    const chosen =
      catalog.models.find(({id}) => id === model) ??
      offered.find(({cell}) => cell === 'lstm') ??
      offered[0] ??
      catalog.models[0];
    return {
      model: chosen.id,
      task: chosen.task,
      text: text || catalog.tasks.find(({id}) => id === chosen.task).examples[0].text,
    };
  },
  home: (_, last) => last,

  async ask(state, options) {
    const [trace, baselineTrace, second] = await Promise.all([
      fetchTrace(request(state), options),
      state.interventions.length ? fetchTrace(request(state, {interventions: []}), options) : null,
      askSecond(state, options),
    ]);
    const {tasks, cells, models: everyModel} = room.catalog;
    const task = tasks.find(({id}) => id === trace.task);
    const cell = cells.find(({id}) => id === trace.cell);
    return {
      trace,
      baselineTrace,
      second,
      task,
      cell,
      cells,
      models: everyModel.filter((model) => model.task === task.id),
      tokens: trace.tokens,
      analysis: analyseTrace(trace, cell, task),
      heldRuns: null,
    };
  },
  describe: ({trace}) => [models.describeUnknown(trace), false],

  // Which gate did it: run again with each gate held at what it was one word before the turn.
  async askSlowly(answer, state, options) {
    const {
      trace,
      analysis: {layerNames, predictions, turningStep, watchedClass},
      cell,
    } = answer;
    if (trace.tokens.length < 2 || predictions) return null;
    const layerName = chooseLayer(layerNames, state.layer);
    const heldRuns = [];
    for (const {name} of cell.signals.filter(({kind}) => kind !== 'state')) {
      // one by one: a key pressed meanwhile waits for one run at most
      const signalName = `${layerName}.${name}`;
      const run = await fetchTrace(
        request(state, {
          interventions: [
            ...state.interventions,
            {signal: signalName, value: 'previous', step: turningStep, unit: null},
          ],
        }),
        options,
      );
      heldRuns.push({
        signalName,
        probability: run.probabilities.values[turningStep * trace.classes.length + watchedClass],
      });
    }
    answer.heldRuns = heldRuns;
    return ['turning_point'];
  },

  // The text became shorter than what was forced in it, or the cell has no such signal.
  mend({field}, {interventions}) {
    if (!field?.startsWith('interventions.')) return null;
    const wrong = Number(field.split('.')[1]);
    return {interventions: interventions.filter((_, k) => k !== wrong)};
  },

  buildContext: (answer, {state, ...rest}) =>
    buildWatchContext({...rest, state, answer, catalogue: room.catalogues[state.language]}),
  marks: ({trace}, {direction}) => ({
    testid: 'network',
    model: trace.model,
    weights: trace.weights,
    direction,
  }),

  changed(_, keys) {
    if (keys.has('model')) undone.length = 0;
  },
  reword() {
    models.reword();
    if (room.answer) sheet.draw(sheetContext(), true);
  },
  follow(state, answer) {
    if (!room.catalog) return;
    const task = room.catalog.tasks.find(({id}) => id === state.task);
    models.show(state);
    byId('task-controls').hidden = !task.stretches && !task.writes;
    for (const control of taskControls) control.show(task);
    secondText.show(state, answer);
    if (answer) sheet.draw(sheetContext());
  },
  pick(hit) {
    if (!hit.signal) return;
    room.store.set({layer: layerOf(hit.signal)});
    sheet.open(hit);
  },
  force: sheet.open,
  undo,

  async save(format) {
    const name = `gatescope-${room.answer.trace.model}`;
    const state = room.store.get();
    if (format.startsWith('pair_')) return saveComparison(format.slice('pair_'.length), `${name}-beside`);
    if (format === 'png' || format === 'svg')
      return download(await room.panels[0].export(format), `${name}.${format}`);
    return downloadBlob(await fetchFile(request(state), TYPES[format], state.language), `${name}.${format}`);
  },
});

function request(state, changes = {}) {
  return {
    model: state.model,
    input: {text: state.text},
    weights: state.weights,
    seed: state.seed,
    interventions: state.interventions,
    ...changes,
  };
}

// The second text: `{trace, message}`, or why it is `refused`; null where there is none. What is forced at a step
// that it does not have is left out.
async function askSecond(state, options) {
  if (!state.secondText.trim()) return null;
  let {interventions} = state;
  for (;;) {
    try {
      const trace = await fetchTrace(
        request(state, {input: {text: state.secondText}, interventions}),
        options,
      );
      const leftOut = interventions.length < state.interventions.length;
      return {
        trace,
        message: [models.describeUnknown(trace), leftOut && shell.say('beside.left')]
          .filter(Boolean)
          .join(' '),
      };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.code !== 'unknown_step') return {refused: true, message: error.message};
      const missing = interventions[Number(error.field.split('.')[1])].step;
      interventions = interventions.filter(({step}) => step === null || step < missing);
    }
  }
}

async function saveComparison(format, name) {
  const panel = room.panels.find(({view}) => view.id === 'text_comparison');
  if (format !== 'csv') return download(await panel.export(format), `${name}.${format}`);
  return downloadBlob(new Blob([writeCsv(panel.figure.table())], {type: 'text/csv'}), `${name}.csv`);
}

function sheetContext() {
  const state = room.store.get();
  const {layerNames} = room.answer.analysis;
  return {
    ...room.answer,
    state,
    catalogue: room.catalogues[state.language],
    undoable: undone.length > 0,
    titleLayer: (layerName) => nameLayer(layerName, layerNames, shell.say),
  };
}

function changeInterventions(interventions, done) {
  drafted ??= room.store.get().interventions;
  if (done) {
    undone.push(drafted);
    drafted = null;
  }
  room.store.set({interventions});
  sheet.draw(sheetContext());
}

function undo() {
  drafted = null;
  if (undone.length) room.store.set({interventions: undone.pop()});
  if (room.answer) sheet.draw(sheetContext());
}
