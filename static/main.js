// Joins the room Watch: one sentence, or two side by side, one network, every gate.

import {fetchFile, fetchTrace, Refusal} from './client.js';
import {buildContext, chooseRow, nameRow, studyTrace} from './context.js';
import {bindControls} from './controls.js';
import {$, openRoom} from './room.js';
import {bindSecond} from './second.js';
import {choice, list, number, word} from './store.js';
import {createWhatIf} from './whatif.js';

const undone = []; // earlier lists of interventions
let drafting = null; // the list as it was before the slider moved
let room = null;
let controls = null;
let second = null;
const whatif = createWhatIf($('whatif'), {change: changeInterventions, undo});

openRoom({
  name: 'watch',
  fields: {
    model: word('model'), weights: choice('weights', ['trained', 'fresh']), seed: number('seed', 0, 0, 2 ** 31 - 1),
    row: word('row'), unit: number('unit', null, 0, 2 ** 31), interventions: list('force', 64, writeForce, readForce),
    beside: word('beside'), align: choice('align', ['word', 'position']), only: word('only'),
  },
  afresh: {interventions: [], beside: ''},
  asks: ['model', 'weights', 'seed', 'interventions', 'beside', 'row'],
  draws: ['unit', 'align', 'only'],
  calm: 420, // ms without a key before the slower questions are asked
  bind: (given) => {
    room = given;
    controls = bindControls(given);
    second = bindSecond(given, controls);
    return controls;
  },
  settle: ({models, tasks}, {task, model, text}) => {
    const own = models.filter((one) => one.task === task);
    const chosen = models.find(({id}) => id === model) ?? own.find(({cell}) => cell === 'lstm') ?? own[0] ?? models[0];
    return {model: chosen.id, task: chosen.task, text: text || tasks.find(({id}) => id === chosen.task).examples[0].text};
  },
  home: (_, last) => last,

  async ask(state, options) {
    const [trace, base, beside] = await Promise.all([
      fetchTrace(request(state), options),
      state.interventions.length ? fetchTrace(request(state, {interventions: []}), options) : null,
      askBeside(state, options),
    ]);
    const task = room.catalog.tasks.find(({id}) => id === trace.task);
    const cell = room.catalog.cells.find(({id}) => id === trace.cell);
    const models = room.catalog.models.filter((one) => one.task === task.id);
    if (beside) beside.message = beside.refused ?? [controls.unknownWords(beside.trace), beside.left && controls.say('beside.left')].filter(Boolean).join(' ');
    return {trace, base, beside, task, cell, models, cells: room.catalog.cells, tokens: trace.tokens, study: studyTrace(trace, cell, task), held: null};
  },
  tell: ({trace}) => [controls.unknownWords(trace), false],

  // Which gate did it: run again with each gate held at what it was one word before the turn.
  async later(answer, state, options) {
    const {trace, study, cell} = answer;
    if (trace.tokens.length < 2 || study.answers) return null;
    const prefix = chooseRow(study.rows, state.row);
    const gates = cell.signals.filter((one) => one.kind !== 'state').map((one) => `${prefix}.${one.name}`);
    const held = [];
    for (const signal of gates) { // one by one: a key pressed meanwhile waits for one run at most
      const run = await fetchTrace(request(state, {
        interventions: [...state.interventions, {signal, value: 'previous', step: study.turnStep, unit: null}],
      }), options);
      held.push({name: signal, probability: run.probabilities.values[study.turnStep * trace.classes.length + study.watchedIndex]});
    }
    answer.held = held;
    return ['turn'];
  },

  // The sentence became shorter than what was forced in it, or the cell has no such signal.
  mend({field}, {interventions}) {
    if (!field?.startsWith('interventions.')) return null;
    const wrong = Number(field.split('.')[1]);
    return {interventions: interventions.filter((_, k) => k !== wrong)};
  },

  context: (answer, {view, state, step, width}) => buildContext(
    {view, state, shown: step, catalogue: room.catalogues[state.language], width, ...answer}),
  marks: ({trace}, {direction}) => ({testid: 'network', model: trace.model, weights: trace.weights, direction}),

  changed(_, changed) {
    if (changed.has('model')) undone.length = 0;
  },
  follow(state, answer) {
    if (!room.catalog) return;
    controls.show(state);
    second.show(state, answer);
    if (answer) whatif.draw(whatIfContext());
  },
  reword() {
    if (room.answer) whatif.draw(whatIfContext(), true);
  },
  pick(found) {
    if (!found.signal) return;
    room.store.set({row: found.signal.slice(0, found.signal.lastIndexOf('.'))});
    whatif.open(found);
  },
  force: (found) => whatif.open(found),
  undo,

  async save(kind) {
    const name = `gatescope-${room.answer.trace.model}`;
    if (kind.startsWith('pair_')) return saveBoth(kind.slice(5), `${name}-beside`);
    if (kind === 'png' || kind === 'svg') return controls.download(await room.panels[0].picture(kind), `${name}.${kind}`);
    const type = {csv: 'text/csv', safetensors: 'application/x-safetensors', json: 'application/json'}[kind];
    return controls.keep(await fetchFile(request(room.store.get()), type, room.store.get().language), `${name}.${kind}`);
  },
});

function request(state, changes = {}) {
  return {
    model: state.model, input: {text: state.text}, weights: state.weights, seed: state.seed,
    interventions: state.interventions, ...changes,
  };
}

// The second sentence: `{trace}`, or why it is `refused`; null where there is none. What is forced at a step
// that it does not have is `left` out.
async function askBeside(state, options) {
  if (!state.beside.trim()) return null;
  let {interventions} = state;
  for (;;) {
    try {
      const trace = await fetchTrace(request(state, {input: {text: state.beside}, interventions}), options);
      return {trace, left: interventions.length < state.interventions.length};
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.code !== 'unknown_step') return {refused: error.message};
      const {step} = interventions[Number(error.field.split('.')[1])];
      interventions = interventions.filter((one) => one.step === null || one.step < step);
    }
  }
}

async function saveBoth(kind, name) {
  const panel = room.panels.find(({view}) => view.id === 'beside');
  if (kind !== 'csv') return controls.download(await panel.picture(kind), `${name}.${kind}`);
  const {head, rows} = panel.figure.table();
  const quote = (cell) => (/[",\n]/.test(cell) ? `"${String(cell).replaceAll('"', '""')}"` : cell);
  return controls.keep(new Blob([[head, ...rows].map((row) => `${row.map(quote).join(',')}\n`).join('')], {type: 'text/csv'}), `${name}.csv`);
}

function whatIfContext() {
  const state = room.store.get();
  const {say} = controls;
  return {...room.answer, state, catalogue: room.catalogues[state.language], undoable: undone.length > 0,
    rowName: (row) => nameRow(row, room.answer.study.rows, say)};
}

function changeInterventions(interventions, done) {
  drafting ??= room.store.get().interventions;
  if (done) {
    undone.push(drafting);
    drafting = null;
  }
  room.store.set({interventions});
  whatif.draw(whatIfContext());
}

function undo() {
  drafting = null;
  if (undone.length) room.store.set({interventions: undone.pop()});
  if (room.answer) whatif.draw(whatIfContext());
}

function writeForce({signal, value, step, unit}) {
  return [signal, value, step ?? '', unit ?? ''].join(':');
}

function readForce(entry) {
  const [signal, value, step, unit] = entry.split(':');
  const read = value === 'previous' ? value : Number(value);
  const whole = (given) => (/^\d+$/.test(given ?? '') ? Number(given) : null);
  if (!signal || !value || (read !== 'previous' && !Number.isFinite(read))) return null;
  return {signal, value: read, step: whole(step), unit: whole(unit)};
}
