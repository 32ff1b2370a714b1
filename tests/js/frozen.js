// Frozen answers of the server, what a view is handed of them, and what of a figure is kept in a snapshot.

import {createHash} from 'node:crypto';
import {readdirSync, readFileSync} from 'node:fs';
import {snapshot} from 'node:test';

import {buildCompareContext} from '../../static/core/compare_context.js';
import {readNetwork} from '../../static/core/compared_network.js';
import {analyseTrace} from '../../static/core/trace_analysis.js';
import {buildWatchContext} from '../../static/core/watch_context.js';

const readJson = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf-8'));

/**
 * Freeze all that can be frozen: typed arrays cannot.
 * @template T
 * @param {T} value
 * @returns {T}
 */
export function freeze(value) {
  if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value) || Object.isFrozen(value))
    return value;
  Object.values(value).forEach(freeze);
  return Object.freeze(value);
}

/** The catalogue of cells, tasks and models; the sentences of the page by language. No test may change them. */
export const catalog = freeze(readJson('traces/catalog.json'));
export const catalogues = freeze({
  en: readJson('../../app/locales/en.json'),
  'pt-BR': readJson('../../app/locales/pt-BR.json'),
});

/** What the state of a room holds before a person has done anything. */
const WATCH_STATE = {
  language: 'en',
  theme: 'light',
  notation: 'pytorch',
  direction: 'forward',
  layer: '',
  unit: null,
  level: 'memory',
  alignment: 'word',
  shownSignal: '',
  heldGate: '',
  interventions: [],
};
const COMPARE_STATE = {
  language: 'en',
  theme: 'light',
  notation: 'pytorch',
  direction: 'backward',
  clip: 1,
  swap: '',
};

const listFrozen = (accepts) =>
  readdirSync(new URL('traces/', import.meta.url))
    .map((file) => file.replace('.json', ''))
    .filter(accepts)
    .sort();

/** The names of the frozen traces, and of the frozen comparisons. */
export const listTraces = () => listFrozen((name) => name !== 'catalog' && !name.startsWith('compare-'));
export const listComparisons = () => listFrozen((name) => name.startsWith('compare-'));

/** @type {Map<string, any>} */
const parsed = new Map();

// What a file holds, read once; a trace's arrays as the page holds them, null as NaN.
function readFrozen(name) {
  if (!parsed.has(name)) {
    const frozen = readJson(`traces/${name}.json`);
    const {answer} = frozen;
    if (answer.signals) {
      const nothing = {values: new Float64Array(0), shape: [answer.tokens.length, 0]};
      for (const key of ['probabilities', 'values', 'target_values', 'saliency'])
        answer[key] = answer[key] ? toArray(answer[key]) : nothing;
      for (const group of ['signals', 'gradients', 'norms']) {
        for (const key of Object.keys(answer[group])) answer[group][key] = toArray(answer[group][key]);
      }
    }
    parsed.set(name, frozen);
  }
  return structuredClone(parsed.get(name));
}

/** A frozen trace as the page holds it: every array as `{values: Float64Array, shape}`. */
export const readTrace = (name) => readFrozen(name).answer;

/**
 * The steps of a frozen trace from one on, as a run that began with the states before it, `[H]`, and no readout.
 * @param {string} name
 * @param {number} from
 * @param {{output: string, states: string[]}} cell
 */
export function readRest(name, from, {states}) {
  const trace = readTrace(name);
  const rest = {...trace, tokens: trace.tokens.slice(from), known: trace.known.slice(from)};
  Object.assign(rest, {classes: [], targets: [], similar: null, initial: {}, grad_initial: {}});
  const nothing = {values: new Float64Array(0), shape: [rest.tokens.length, 0]};
  Object.assign(rest, {probabilities: nothing, values: nothing, target_values: nothing, saliency: nothing});
  for (const group of ['signals', 'gradients', 'norms']) {
    rest[group] = {};
    for (const [key, {values, shape}] of Object.entries(trace[group])) {
      const [steps, units = 1] = shape;
      const row = (/** @type {number} */ t) => values.slice(t * units, (t + 1) * units);
      rest[group][key] = {values: values.slice(from * units), shape: [steps - from, ...shape.slice(1)]};
      if (group === 'norms' || !states.some((state) => key.endsWith(`.${state}`))) continue;
      rest[group === 'signals' ? 'initial' : 'grad_initial'][key] = {values: row(from - 1), shape: [units]};
    }
  }
  return rest;
}

/** A frozen comparison of networks, as the server answers it. */
export const readComparison = (name) => readFrozen(name).answer;

/** The same with the networks that were asked for, as the room Compare holds it. */
export function compareAnswer(name) {
  const {answer, request} = readFrozen(name);
  const specs = request.networks.map(({model, ...changes}) => ({...readNetwork(model), ...changes}));
  return {comparison: answer, specs, tokens: answer.tokens, maps: request.maps, swapped: null};
}

/**
 * The answer of the room Watch. `second` and `baseline` name further traces: of the second text, and of the same text
 * where nothing is forced, of the same text in a network that carries no memory.
 */
export function watchAnswer(name, {second, baseline, companion} = {}) {
  const {answer: trace, held_runs} = readFrozen(name);
  const task = catalog.tasks.find(({id}) => id === trace.task);
  const cell = catalog.cells.find(({id}) => id === trace.cell);
  return {
    trace,
    baselineTrace: baseline ? readTrace(baseline) : null,
    second: second ? {trace: readTrace(second), message: ''} : null,
    task,
    cell,
    cells: catalog.cells,
    models: catalog.models.filter((model) => model.task === task.id),
    properties: catalog.properties,
    tokens: trace.tokens,
    analysis: analyseTrace(trace, cell, task),
    heldRuns: held_runs,
    companion: companion ? companionOf(companion) : null,
  };
}

function companionOf(name) {
  const trace = readTrace(name);
  return {trace, cell: catalog.cells.find(({id}) => id === trace.cell)};
}

/**
 * What a view of the room Watch is handed of a frozen trace, by its name or as {@link watchAnswer} gives it. `changes`
 * are fields of the room's state, and `step` (the last, where it is not given), `width` in pixels, `second`, `baseline`.
 */
export function watchContext(view, name, {step, width = 900, second, baseline, companion, ...changes} = {}) {
  const answer = typeof name === 'string' ? watchAnswer(name, {second, baseline, companion}) : name;
  const state = {...WATCH_STATE, ...changes};
  return finish(
    view,
    buildWatchContext({
      view,
      state,
      answer,
      width,
      step: step ?? answer.tokens.length - 1,
      catalogue: catalogues[state.language],
    }),
  );
}

/** The same for a view of the room Compare; the first step, where none is given. */
export function compareContext(view, name, {step = 0, width = 900, ...changes} = {}) {
  const state = {...COMPARE_STATE, ...changes};
  return finish(
    view,
    buildCompareContext({
      view,
      state,
      answer: typeof name === 'string' ? compareAnswer(name) : name,
      width,
      step,
      catalog,
      catalogue: catalogues[state.language],
    }),
  );
}

function finish(view, ctx) {
  if (view.applies(ctx)) ctx.height = view.height?.(ctx);
  return ctx;
}

/** Where a view stands, and when it is drawn: all of it that is neither words nor a function. */
export const seatOf = (view) =>
  Object.fromEntries(
    Object.entries(view).filter(([key, value]) => key !== 'words' && typeof value !== 'function'),
  );

/** The colour of a pixel of an image trace, as `#rrggbb`; `clear` where nothing is painted. Row 0 is the bitmap's first. */
export function readPixel({bitmap: {width, pixels}}, column, row) {
  const [r, g, b, a] = new Uint8Array(Uint32Array.of(pixels[row * width + column]).buffer);
  return a === 0 ? 'clear' : `#${[r, g, b].map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

/** The 2-norm of numbers. */
export const norm = (values) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

/** Step `t` of an array `[T, H]`, as a plain list. */
export const readStep = ({values, shape: [, units]}, t) => [...values.subarray(t * units, (t + 1) * units)];

function toArray(rows) {
  const flat = rows.flat().map((value) => value ?? NaN);
  return {
    values: Float64Array.from(flat),
    shape: Array.isArray(rows[0]) ? [rows.length, rows[0].length] : [rows.length],
  };
}

// A figure in a snapshot: all that is data, and its table. Pixels as a digest, numbers to 6 digits, a list of plain
// values on one line, so that a change is seen where it is.
snapshot.setDefaultSnapshotSerializers([(value) => write(value, '')]);

function write(value, indent) {
  const inner = `${indent}  `;
  if (value instanceof Uint32Array) return `${value.length} pixels, SHA-256 ${digest(value)}`;
  if (ArrayBuffer.isView(value)) return write([...value], indent);
  if (typeof value === 'number') return String(Number(value.toPrecision(6)));
  if (Array.isArray(value)) {
    if (value.every((entry) => typeof entry !== 'object' || entry === null))
      return `[${value.map((entry) => write(entry, '')).join(', ')}]`;
    return `[\n${value.map((entry) => `${inner}${write(entry, inner)}`).join('\n')}\n${indent}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
      .map(([key, entry]) => [key, key === 'table' && typeof entry === 'function' ? entry() : entry])
      .filter(([, entry]) => entry !== undefined && typeof entry !== 'function');
    return `{\n${entries.map(([key, entry]) => `${inner}${key}: ${write(entry, inner)}`).join('\n')}\n${indent}}`;
  }
  return JSON.stringify(value) ?? 'undefined';
}

function digest(pixels) {
  return createHash('sha256')
    .update(new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength))
    .digest('hex')
    .slice(0, 16);
}
