// Joins the room Compare: the same sentence through several networks, and what comes back.

import {networkHue} from './colours.js';
import {fetchCatalog, fetchGradients, Refusal, waitUntilReady} from './client.js';
import {fill, number, percent, power} from './format.js';
import {bindFrame, coalesce, copyAddress, delayed, nextFrame} from './frame.js';
import {bindNetworks, nameNetwork, readNetwork, writeNetwork} from './networks.js';
import {Panel} from './panel.js';
import {createPlayer} from './player.js';
import {createStore, OWN, SPEEDS} from './store.js';

const {language: asked, catalogues, views: names} = JSON.parse(document.getElementById('data').textContent);
const $ = (id) => document.getElementById(id);
const PLACES = ['top', 'wide', 'left', 'right'];
const DEFAULTS = Object.freeze({
  text: '', length: null, kind: 'random', networks: [], step: null, direction: 'backward', speed: 4,
  clip: 1, language: 'en', theme: 'light',
});
const SHORT = {text: 'text', length: 'length', kind: 'kind', step: 'step', direction: 'direction',
  speed: 'speed', clip: 'clip', language: 'lang', theme: 'theme'};

const store = createStore({
  language: asked,
  theme: matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light',
  ...readAddress(location.hash),
}, DEFAULTS);
if (!Object.hasOwn(catalogues, store.get().language)) store.set({language: asked});

let catalog = null;
let panels = [];
let result = null;
let asking = null;
let hover = null;

const player = createPlayer({
  tell({step, part}) {
    if (step !== shownStep()) store.set({step});
    for (const panel of panels) panel.move(step, part, isBack());
  },
  end: () => frame.showPlaying(false),
});
const frame = bindFrame({store, catalogues, speeds: SPEEDS, formats: ['png', 'svg', 'json'], play, seek, share, save, undo: () => {}});

const isBack = () => store.get().direction === 'backward';
const lastStep = () => (result ? result.tokens.length - 1 : 0);
const shownStep = () => Math.max(0, Math.min(hover ?? store.get().step ?? (isBack() ? 0 : lastStep()), lastStep()));

start().catch(tellError);

async function start() {
  frame.reword();
  const loading = Promise.all(names.map((name) => import(`./views/${name}.js`)));
  await waitUntilReady(store.get().language, (message) => frame.notice(message));
  catalog = await fetchCatalog(store.get().language);
  const views = (await loading).map((module) => module.default).filter(({room}) => room === 'compare')
    .sort((a, b) => PLACES.indexOf(a.place) - PLACES.indexOf(b.place) || a.order - b.order);
  panels = views.map((view) => {
    const panel = new Panel(view, {hover: onHover, pick: onPick, force: () => {}});
    $(view.place).append(panel.root);
    return panel;
  });
  const task = catalog.tasks[0];
  const known = store.get().networks.filter(({model}) => catalog.models.some((one) => one.id === model));
  const years = new Map(catalog.cells.map((cell) => [cell.id, cell.year]));
  const trained = catalog.models.filter((one) => one.task === task.id)
    .sort((a, b) => years.get(b.cell) - years.get(a.cell)).map(({id}) => readNetwork(id));
  store.set({
    text: store.get().text || (task.examples.find(({id}) => id === 'long') ?? task.examples[0]).text,
    networks: known.length ? known : trained,
  });
  reword();
  store.subscribe(onChange);
  follow();
  await ask();
  new ResizeObserver(coalesce(() => result && drawAll())).observe($('top'));
}

function reword() {
  frame.reword();
  if (!catalog) return;
  frame.offerExamples(catalog.tasks[0], (text) => store.set({text, length: null, step: null}));
  networks.draw(store.get(), catalog);
}

const networks = bindNetworks($('networks'), {
  say: frame.say, text: frame.text,
  hue: (entry, k) => networkHue(cellOf(entry), twin(entry, k), store.get().theme),
  change: (changed) => store.set({networks: changed}),
});

const cellOf = (entry) => catalog.models.find(({id}) => id === entry.model).cell;
const twin = (entry, k) => store.get().networks.slice(0, k).filter((one) => cellOf(one) === cellOf(entry)).length;

$('length').addEventListener('input', () => store.set({length: Number($('length').value), step: null}));

function onChange(state, changed) {
  const any = (...keys) => keys.some((key) => changed.has(key));
  if (any('language', 'theme')) reword();
  if (any('text', 'length', 'kind', 'networks', 'clip')) hover = null;
  if (any('text', 'length', 'kind', 'networks', 'clip', 'language')) ask();
  else if (any('theme', 'direction')) result && drawAll();
  else if (any('step')) showStep();
  if (any('networks')) networks.draw(state, catalog);
  if (any('speed') && player.playing) play(true);
  follow();
  keepAddress();
}

const keepAddress = delayed(() => {
  history.replaceState(null, '', `#${writeAddress(store.get())}`);
  frame.linkRooms();
}, 150);

function request(state) {
  const input = state.length === null ? {text: state.text} : {length: state.length, kind: state.kind};
  return {input, networks: state.networks, clip: state.clip};
}

async function ask() {
  asking?.abort();
  const own = (asking = new AbortController());
  const state = store.get();
  try {
    const found = await fetchGradients(request(state), {language: state.language, signal: own.signal});
    if (own !== asking) return;
    result = found;
    const gone = found.networks.map((one, k) => [one, k]).filter(([one]) => one.overflow !== null);
    frame.notice(gone.map(([one, k]) => frame.say('notice.overflow', {
      name: titleOf(k), step: one.overflow + 1, token: found.tokens[one.overflow]})).join(' '), gone.length > 0);
    if (player.playing) play(true);
    await drawAll();
  } catch (error) {
    if (own !== asking || error.name === 'AbortError') return;
    tellError(error);
  }
}

function titleOf(k) {
  return nameNetwork(store.get().networks[k], catalog, frame.say, frame.text);
}

function context(panel) {
  const state = store.get();
  const {language, theme, direction} = state;
  const ctx = {
    result, theme, language, direction, step: shownStep(), width: panel.width, clip: state.clip,
    networks: result.networks.map((info, k) => ({
      ...info, title: titleOf(k), colour: networkHue(info.cell, twin(state.networks[k], k), theme),
      dash: info.weights === 'trained' ? 'solid' : ['dot', 'dash', 'longdash', 'dashdot'][k % 4],
    })),
    say: (key, values) => fill(panel.view.words[language][key], values),
    common: (key, values) => fill(catalogues[language][key], values),
    text: frame.text,
    number: (value) => number(value, language),
    percent: (value) => percent(value, language),
    power: (value) => power(value, language),
    left(value) {
      if (value === null) return '–';
      return value >= 0.01 ? percent(value, language) : power(value, language);
    },
  };
  ctx.height = panel.view.height?.(ctx);
  return ctx;
}

async function draw(chosen) {
  const state = store.get();
  if (result.networks.length !== state.networks.length) return; // an answer is on its way
  for (const panel of chosen) {
    const ctx = context(panel);
    panel.root.hidden = !panel.view.applies(ctx);
    if (panel.root.hidden) continue;
    await panel.draw(panel.view.figure(ctx), {
      language: state.language, theme: state.theme, tableTitle: catalogues[state.language]['panel.table'],
    });
    panel.move(shownStep(), 0, isBack());
  }
}

async function drawAll() {
  const [first, ...rest] = panels;
  await draw([first]);
  follow();
  mark();
  const drawn = result;
  for (const panel of rest) {
    await nextFrame();
    if (drawn !== result) return;
    await draw([panel]);
  }
}

const showStep = coalesce(async () => {
  if (!result) return;
  await draw(panels.filter(({view}) => view.follows));
  if (!player.playing) for (const panel of panels) panel.move(shownStep(), 0, isBack());
  follow();
  mark();
});

// data-step and its fellows are set once that state is painted.
function mark() {
  const [drawn, step] = [result, shownStep()];
  requestAnimationFrame(() => setTimeout(() => {
    if (drawn !== result || step !== shownStep()) return;
    Object.assign(panels[0].root.dataset, {testid: 'comparison', steps: drawn.tokens.length, step, networks: drawn.networks.length});
  }));
}

function follow() {
  const state = store.get();
  frame.follow(state, result?.tokens, shownStep());
  if (!catalog) return;
  const source = state.length === null ? 'text' : state.kind;
  frame.segments($('source'), ['text', 'random', 'repeated'].map((id) => ({id, title: frame.say(`source.${id}`), testid: `source-${id}`})), source,
    (id) => store.set(id === 'text' ? {length: null, step: null} : {length: state.length ?? Number($('length').value), kind: id, step: null}));
  $('sentence').hidden = source !== 'text';
  $('length-box').hidden = source === 'text';
  $('length-name').textContent = frame.say('source.length', {steps: state.length ?? ''});
  if (state.length !== null) $('length').value = String(state.length);
}

function onHover(found) {
  if (player.playing || !result) return;
  const step = found?.step ?? null;
  if (step === hover) return;
  hover = step;
  showStep();
}

function onPick(found) {
  player.stop();
  frame.showPlaying(false);
  hover = null;
  store.set({step: found.step});
}

function play(on = !player.playing) {
  if (!result) return;
  if (!on) player.stop();
  else {
    const [way, steps] = [isBack() ? -1 : 1, result.tokens.length];
    const end = way > 0 ? steps - 1 : 0;
    const from = shownStep() === end || store.get().step === null ? (way > 0 ? 0 : steps - 1) : shownStep();
    player.start({from, steps, speed: store.get().speed, way});
  }
  frame.showPlaying(player.playing);
}

function seek(step) {
  player.stop();
  frame.showPlaying(false);
  hover = null;
  store.set({step: Math.max(0, Math.min(step === 'last' ? lastStep() : step, lastStep()))});
}

function share() {
  history.replaceState(null, '', `#${writeAddress(store.get())}`);
  return copyAddress();
}

async function save(kind) {
  if (!result) return;
  if (kind === 'json') {
    const address = URL.createObjectURL(new Blob([JSON.stringify(result)], {type: 'application/json'}));
    frame.download(address, 'gatescope-gradients.json');
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
    return;
  }
  frame.download(await panels[0].picture(kind), `gatescope-gradients.${kind}`);
}

function tellError(error) {
  const offline = !(error instanceof Refusal) && error instanceof TypeError && /fetch/i.test(error.message);
  frame.notice(offline ? frame.say('error.offline') : error.message, true);
  if (!offline && !(error instanceof Refusal)) throw error;
}

function writeAddress(state) {
  const found = new URLSearchParams();
  for (const [key, name] of Object.entries(SHORT)) {
    if ((OWN.has(key) || state[key] !== DEFAULTS[key]) && state[key] !== null && state[key] !== '') found.set(name, state[key]);
  }
  for (const entry of state.networks) found.append('net', writeNetwork(entry));
  return found.toString();
}

function readAddress(fragment) {
  const given = new URLSearchParams(fragment.replace(/^#/, ''));
  const found = {};
  for (const [key, name] of Object.entries(SHORT)) {
    const value = given.get(name);
    if (value === null) continue;
    if (['length', 'step', 'speed', 'clip'].includes(key)) {
      if (/^\d+(\.\d+)?$/.test(value)) found[key] = Number(value);
    } else found[key] = value;
  }
  if (!Number.isInteger(found.step)) delete found.step;
  if (!(Number.isInteger(found.length) && found.length >= 5 && found.length <= 1000)) delete found.length;
  if (!SPEEDS.includes(found.speed)) delete found.speed;
  if (!(found.clip > 0)) delete found.clip;
  if (!['forward', 'backward'].includes(found.direction)) delete found.direction;
  if (!['light', 'dark'].includes(found.theme)) delete found.theme;
  if (!['random', 'repeated'].includes(found.kind)) delete found.kind;
  const entries = given.getAll('net').slice(0, 6).map(readNetwork).filter(Boolean);
  if (entries.length) found.networks = entries;
  return found;
}

addEventListener('hashchange', () => store.set(readAddress(location.hash)));
