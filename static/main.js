// Joins the store, the client, the panels and the controls. Data flows one way: a control changes
// the store, the store's change asks for a trace, the trace is drawn.

import {fetchCatalog, fetchFile, fetchTrace, Refusal, waitUntilReady} from './client.js';
import {buildContext, chooseWindow, studyTrace} from './context.js';
import {bindControls} from './controls.js';
import {coalesce, copyAddress, delayed, nextFrame} from './frame.js';
import {Panel} from './panel.js';
import {createPlayer} from './player.js';
import {createStore, readAddress, SPEEDS, writeAddress} from './store.js';
import {createWhatIf} from './whatif.js';

const {language: asked, catalogues, views: names} = JSON.parse(document.getElementById('data').textContent);
const $ = (id) => document.getElementById(id);
const PLACES = ['top', 'wide', 'left', 'right'];
const CALM = 420; // ms without a key before the slower questions are asked

const store = createStore({
  language: asked,
  theme: matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light',
  ...readAddress(location.hash),
});
if (!Object.hasOwn(catalogues, store.get().language)) store.set({language: asked});

let catalog = null;
let panels = [];
let now = null; // {trace, study, base, held, cell, task}: all that the panels are drawn from
let asking = null;
let calm = 0;
let hover = null;
const undone = []; // earlier lists of interventions

const player = createPlayer({
  tell({step, part}) {
    hover = null;
    if (step !== shownStep()) store.set({step});
    for (const panel of panels) panel.move(step, part, isBack());
  },
  end: () => controls.showPlaying(false),
});

const controls = bindControls({store, catalogues, speeds: SPEEDS, play, seek, share, save, undo});
const whatif = createWhatIf($('whatif'), {change: changeInterventions, undo});

const isBack = () => store.get().direction === 'backward';
const lastStep = () => (now ? now.trace.tokens.length - 1 : 0);
const shownStep = () => Math.max(0, Math.min(hover ?? store.get().step ?? lastStep(), lastStep()));

start().catch((error) => tellError(error));

async function start() {
  controls.reword();
  const loading = Promise.all(names.map((name) => import(`./views/${name}.js`)));
  await waitUntilReady(store.get().language, (message) => controls.notice(message));
  catalog = await fetchCatalog(store.get().language);
  const views = (await loading).map((module) => module.default).filter(({room}) => room === undefined)
    .sort((a, b) => PLACES.indexOf(a.place) - PLACES.indexOf(b.place) || a.order - b.order);
  panels = views.map((view) => {
    const panel = new Panel(view, {hover: onHover, pick: onPick, force: onForce});
    $(view.place).append(panel.root);
    return panel;
  });
  controls.stock(catalog);
  const {text, model} = store.get();
  const task = catalog.tasks.find((one) => one.id === store.get().task) ?? catalog.tasks[0];
  const known = catalog.models.some((one) => one.id === model);
  store.set({
    task: task.id,
    model: known ? model : (catalog.models.find((one) => one.cell === 'lstm') ?? catalog.models[0]).id,
    text: text || task.examples[0].text,
  });
  store.subscribe(onChange);
  controls.follow(store.get(), null);
  await ask();
  new ResizeObserver(coalesce(() => now && drawAll())).observe($('top'));
}

function onChange(state, changed) {
  const any = (...keys) => keys.some((key) => changed.has(key));
  if (any('language', 'theme')) {
    controls.reword();
    if (now) whatif.draw(whatIfContext(), true);
  }
  if (any('text', 'model')) hover = null;
  if (any('model')) undone.length = 0;
  if (any('text', 'model', 'weights', 'seed', 'interventions', 'language')) ask();
  else if (any('theme', 'direction', 'unit')) now && drawAll();
  else if (any('step')) showStep();
  if (any('speed') && player.playing) play(true);
  controls.follow(state, now);
  keepAddress();
}

const keepAddress = delayed(() => {
  history.replaceState(null, '', `#${writeAddress(store.get())}`);
  controls.linkRooms();
}, 150);

function request(state, changes = {}) {
  return {
    model: state.model, input: {text: state.text}, weights: state.weights, seed: state.seed,
    interventions: state.interventions, ...changes,
  };
}

// Ask for the trace of what is on screen. A newer question drops the older one's answer.
async function ask() {
  asking?.abort();
  clearTimeout(calm);
  const own = (asking = new AbortController());
  const state = store.get();
  const options = {language: state.language, signal: own.signal};
  try {
    const [trace, base] = await Promise.all([
      fetchTrace(request(state), options),
      state.interventions.length ? fetchTrace(request(state, {interventions: []}), options) : null,
    ]);
    if (own !== asking) return;
    const task = catalog.tasks.find((one) => one.id === trace.task);
    const cell = catalog.cells.find((one) => one.id === trace.cell);
    now = {trace, base, task, cell, study: studyTrace(trace, cell), held: null};
    controls.notice(controls.unknownWords(trace), false);
    if (player.playing) play(true);
    await drawAll();
    calm = setTimeout(() => askWhy(own), CALM);
  } catch (error) {
    if (own !== asking || error.name === 'AbortError') return;
    if (error instanceof Refusal && error.field?.startsWith('interventions.')) {
      // The sentence became shorter than what was forced in it, or the cell has no such signal.
      const wrong = Number(error.field.split('.')[1]);
      store.set({interventions: store.get().interventions.filter((_, k) => k !== wrong)});
      return;
    }
    tellError(error);
  }
}

// Which gate did it: run again with each gate held at what it was one word before the turn.
async function askWhy(own) {
  const {trace, study, cell} = now;
  if (trace.tokens.length < 2) return;
  const {language, interventions} = store.get();
  const prefix = study.rows.at(-1);
  const gates = cell.signals.filter((one) => one.kind !== 'state').map((one) => `${prefix}.${one.name}`);
  const classes = trace.classes.length;
  try {
    const answers = await Promise.all(gates.map((signal) => fetchTrace(request(store.get(), {
      interventions: [...interventions, {signal, value: 'previous', step: study.turnStep, unit: null}],
    }), {language, signal: own.signal})));
    if (own !== asking) return;
    now.held = answers.map((answer, k) => ({name: gates[k],
      probability: answer.probabilities.values[study.turnStep * classes + study.watchedIndex]}));
    await draw(panels.filter(({view}) => view.id === 'turn'));
  } catch (error) {
    if (error.name !== 'AbortError' && own === asking) tellError(error);
  }
}

async function drawAll() {
  // The network first: it is what a person looks at; the rest follows in the next frames.
  const [first, ...rest] = panels;
  await draw([first]);
  markPainted();
  whatif.draw(whatIfContext());
  controls.follow(store.get(), now);
  const drawn = now;
  for (const panel of rest) {
    await nextFrame();
    if (drawn !== now) return;
    await draw([panel]);
  }
}

async function draw(chosen) {
  const state = store.get();
  const catalogue = catalogues[state.language];
  for (const panel of chosen) {
    const shows = panel.view.applies(now.cell);
    panel.root.hidden = !shows;
    if (!shows) continue;
    const ctx = buildContext({view: panel.view, state, shown: shownStep(), catalogue, width: panel.width, ...now});
    panel.window = ctx.window.start;
    await panel.draw(panel.view.figure(ctx), {
      language: state.language, theme: state.theme, tableTitle: catalogue['panel.table'],
      forceLabel: catalogue['whatif.button'],
    });
    panel.move(shownStep(), 0, isBack());
  }
}

const showStep = coalesce(async () => {
  if (!now) return;
  const step = shownStep();
  const width = panels[0].width;
  const turned = chooseWindow(now.trace.tokens.length, step, width).start !== panels[0].window;
  await draw(panels.filter(({view}, k) => view.follows || (k === 0 && turned)));
  if (!player.playing) for (const panel of panels) panel.move(step, 0, isBack());
  controls.follow(store.get(), now, step);
  markPainted();
});

// data-step and its fellows are set once that state is painted.
function markPainted() {
  const {trace} = now;
  const step = shownStep();
  requestAnimationFrame(() => setTimeout(() => {
    const element = panels[0].root;
    if (trace !== now.trace || step !== shownStep()) return;
    Object.assign(element.dataset, {testid: 'network', model: trace.model, steps: trace.tokens.length, step,
      weights: trace.weights, direction: store.get().direction});
  }));
}

function whatIfContext() {
  return {...now, state: store.get(), catalogue: catalogues[store.get().language], undoable: undone.length > 0};
}

function onHover(found) {
  if (player.playing || !now) return;
  const step = found?.step ?? null;
  if (step === hover) return;
  hover = step;
  showStep();
}

function onPick(found) {
  player.stop();
  controls.showPlaying(false);
  hover = null;
  store.set({step: found.step, ...(found.unit === undefined ? {} : {unit: found.unit})});
  if (found.signal) whatif.open(found);
}

function onForce(found) {
  whatif.open(found);
}

let drafting = null; // the list as it was before the slider moved
function changeInterventions(interventions, done) {
  drafting ??= store.get().interventions;
  if (done) {
    undone.push(drafting);
    drafting = null;
  }
  store.set({interventions});
  whatif.draw(whatIfContext());
}

function undo() {
  drafting = null;
  if (undone.length) store.set({interventions: undone.pop()});
  if (now) whatif.draw(whatIfContext());
}

function play(on = !player.playing) {
  if (!now) return;
  if (!on) player.stop();
  else {
    const [way, steps] = [isBack() ? -1 : 1, now.trace.tokens.length];
    const end = way > 0 ? steps - 1 : 0;
    const from = shownStep() === end || store.get().step === null ? (way > 0 ? 0 : steps - 1) : shownStep();
    player.start({from, steps, speed: store.get().speed, way});
  }
  controls.showPlaying(player.playing);
}

function seek(step) {
  player.stop();
  controls.showPlaying(false);
  hover = null;
  store.set({step: Math.max(0, Math.min(step === 'last' ? lastStep() : step, lastStep()))});
}

function share() {
  history.replaceState(null, '', `#${writeAddress(store.get())}`);
  return copyAddress();
}

async function save(kind) {
  if (!now) return;
  const name = `gatescope-${now.trace.model}`;
  try {
    if (kind === 'png' || kind === 'svg') {
      const address = await panels[0].picture(kind);
      controls.download(address, `${name}.${kind}`);
      return;
    }
    const type = {csv: 'text/csv', safetensors: 'application/x-safetensors', json: 'application/json'}[kind];
    const blob = await fetchFile(request(store.get()), type, store.get().language);
    const address = URL.createObjectURL(blob);
    controls.download(address, `${name}.${kind}`);
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  } catch (error) {
    tellError(error);
  }
}

function tellError(error) {
  const offline = !(error instanceof Refusal) && error instanceof TypeError && /fetch/i.test(error.message);
  controls.notice(offline ? catalogues[store.get().language]['error.offline'] : error.message, true);
  if (!offline && !(error instanceof Refusal)) throw error;
}

addEventListener('hashchange', () => {
  const {language, theme} = store.get();
  store.set({interventions: [], ...{language, theme}, ...readAddress(location.hash)});
});
