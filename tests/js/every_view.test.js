// What holds of every view, the ones that are to come included: a file in static/views/ is found and tried on every frozen
// answer that it applies to, in both languages and themes, at three widths.

import assert from 'node:assert/strict';
import {readdirSync} from 'node:fs';
import {test} from 'node:test';
import {LEVELS} from '../../static/core/levels.js';
import {
  catalog,
  compareAnswer,
  compareContext,
  freeze,
  listComparisons,
  listTraces,
  watchAnswer,
  watchContext,
} from './frozen.js';
import madeUp from './made_up_view.js';

const FOLDER = new URL('../../static/views/', import.meta.url);
const NAMES = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.js'))
  .map((name) => name.slice(0, -3));
const VIEWS = [
  ...(await Promise.all(
    NAMES.map(async (name) => [name, (await import(new URL(`${name}.js`, FOLDER))).default]),
  )),
  ['made_up_view', madeUp],
];
const LANGUAGES = ['en', 'pt-BR'];
const PLACES = ['top', 'wide', 'left', 'right', 'foot'];
const KINDS = ['bars', 'chart', 'code', 'diagram', 'equations', 'table', 'text']; // what a card can draw
const LOOKS = [
  ['en', 'light', 900],
  ['pt-BR', 'dark', 900],
  ['pt-BR', 'light', 360],
  ['en', 'dark', 1440],
];
const COLOUR = /^#[0-9a-f]{6}([0-9a-f]{2})?$/i;
const OPTIONAL = [
  'bgcolor',
  'colour',
  'letter',
  'part',
  'strong',
  'here',
  'plain',
  'height',
  'title',
  'showlegend',
]; // may be undefined

// Calls `check(value, key)` for all that an object holds.
function visit(value, check, key = '') {
  check(value, key);
  if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value)) return;
  if (Array.isArray(value)) for (const entry of value) visit(entry, check, key);
  else for (const inner of Object.keys(value)) visit(value[inner], check, inner);
}

function listObjects(value) {
  const objects = new Set();
  visit(value, (entry) => {
    if (entry !== null && typeof entry === 'object') objects.add(entry);
  });
  return objects;
}

const ANSWERS = {watch: {}, compare: {}};
for (const name of listTraces())
  ANSWERS.watch[name] = freeze(
    watchAnswer(name, {
      second: name === 'sentiment-pt-lstm' ? `${name}-second` : undefined,
      baseline: name === 'sentiment-lstm-forced' ? 'sentiment-lstm' : undefined,
      companion: name === 'sentiment-lstm' ? 'sentiment-rnn' : undefined,
    }),
  );
for (const name of listComparisons()) ANSWERS.compare[name] = freeze(compareAnswer(name));
ANSWERS.watch.asking = freeze({...ANSWERS.watch['sentiment-lstm'], heldRuns: null}); // what is slower is still to come
const OWN = listObjects([ANSWERS, catalog]);
const NUMBERS = [...OWN].filter((value) => ArrayBuffer.isView(value)).map((array) => [array, array.slice()]);

const SCENES = {
  watch: [
    ...Object.values(ANSWERS.watch).flatMap((answer) => [
      [answer, {}],
      [answer, {direction: 'backward', step: 0, unit: 3}],
      ...LEVELS.flatMap((level) => [
        [answer, {level, step: answer.tokens.length - 1}],
        [answer, {level, direction: 'backward', step: Math.min(1, answer.tokens.length - 1)}],
      ]),
    ]),
    [ANSWERS.watch['accents-lstm-bidirectional'], {layer: 'layers.0.reverse', step: 2}],
    [ANSWERS.watch['accents-lstm-stacked'], {layer: 'layers.0', direction: 'backward', step: 2}],
    [ANSWERS.watch['sentiment-pt-lstm'], {alignment: 'position', shownSignal: 'f', step: 3}],
    [ANSWERS.watch['sentiment-lstm'], {heldGate: 'i'}],
  ],
  compare: Object.values(ANSWERS.compare).flatMap((answer) => [
    [answer, {}],
    [answer, {direction: 'forward', step: answer.tokens.length - 1}],
  ]),
};
const contextOf = {watch: watchContext, compare: compareContext};

// What a view returns in each scene to which it applies, in each language and theme, at each width.
function* draw(view) {
  const room = view.room ?? 'watch';
  for (const [answer, state] of SCENES[room]) {
    if (view.needs && !answer[view.needs]) continue; // the page waits for it
    for (const [language, theme, width] of LOOKS) {
      const ctx = contextOf[room](view, answer, {...state, language, theme, width});
      const applies = view.applies(ctx);
      assert.equal(typeof applies, 'boolean');
      if (!applies) break;
      const where = `${answer.trace?.model ?? answer.specs.map(({model}) => model)} ${answer.tokens.length} ${JSON.stringify(state)} ${language} ${theme} ${width}`;
      yield {ctx, figure: view.figure(ctx), where, language, theme, width, answer};
    }
  }
}

function checkText(text, where) {
  assert.ok(!/undefined|NaN|Infinity|\[object|\bnull\b|\bfalse\b|\btrue\b/.test(text), `${where}: ${text}`);
  assert.ok(!/\{[a-z_]+\}/i.test(text), `${where}: a place in the sentence was left empty: ${text}`);
}

function checkValue(value, key, kind, where) {
  if (typeof value === 'number') assert.ok(Number.isFinite(value), `${where}: ${key} is ${value}`);
  else if (typeof value === 'string') {
    if (key === 'path') assert.ok(!/NaN|undefined/.test(value), `${where}: ${key}`);
    else if (kind !== 'code') checkText(value, `${where}: ${key}`);
    if (/colou?r$/.test(key) && !value.startsWith('rgba')) assert.match(value, COLOUR, `${where}: ${key}`);
  } else if (value === undefined) assert.ok(OPTIONAL.includes(key), `${where}: ${key} is undefined`);
}

function checkTable({table, lines}, where) {
  const {head, rows} = table();
  assert.ok(head.length && (rows.length || lines?.length === 0), `${where}: an empty table`);
  for (const cells of [head, ...rows]) {
    assert.equal(cells.length, head.length, `${where}: a row of another length`);
    for (const cell of cells) {
      assert.ok(typeof cell === 'string' || Number.isFinite(cell), `${where}: ${cell} in the table`);
      if (typeof cell === 'string') checkText(cell, where);
    }
  }
  assert.ok(
    head.every((cell) => cell !== ''),
    `${where}: a column without a name`,
  );
}

function checkChart({data, layout, overlay}, {width, height}, where) {
  assert.equal(layout.width, width);
  assert.ok(layout.height > 100 && layout.height <= height, `${where}: ${layout.height} px high`);
  assert.ok(data.length > 0);
  for (const trace of data) {
    if (trace.bitmap) {
      const {
        bitmap: {pixels, width: across, height: down},
      } = trace;
      assert.ok(pixels instanceof Uint32Array && pixels.length === across * down && pixels.length > 0, where);
      assert.ok(
        pixels.some((pixel) => pixel !== 0),
        `${where}: an empty picture`,
      );
    } else assert.equal(trace.x.length, trace.y.length, where);
    for (const side of ['x', 'y'])
      assert.ok(
        layout[(trace[`${side}axis`] ?? side).replace(side, `${side}axis`)],
        `${where}: no axis ${trace[`${side}axis`]}`,
      );
  }
  for (const [name, axis] of Object.entries(layout).filter(([key]) => /^[xy]axis/.test(key))) {
    const [low, high] = axis.range;
    assert.ok(
      Number.isFinite(low) && Number.isFinite(high) && low !== high,
      `${where}: ${name} from ${low} to ${high}`,
    );
    if (axis.ticktext && axis.tickvals.length)
      assert.equal(axis.ticktext.length, axis.tickvals.length, `${where}: ${name}`);
    for (const text of axis.ticktext ?? []) assert.equal(typeof text, 'string', `${where}: ${name}`);
    const [from, to] = axis.domain ?? [0, 1];
    assert.ok(from >= 0 && from < to && to <= 1 + 1e-9, `${where}: ${name} lies from ${from} to ${to}`);
  }
  for (const {x, y} of overlay.axes)
    for (const name of [x, y].flat()) assert.ok(layout[name], `${where}: the cursor needs ${name}`);
}

// Every place that a pointer may be at.
function checkHits({hitTest, layout}, answer, where) {
  for (const [
    name,
    {
      range: [low, high],
    },
  ] of Object.entries(layout).filter(([key]) => key.startsWith('yaxis'))) {
    for (let x = -1; x <= Math.min(answer.tokens.length, 14); x += 0.45) {
      for (const share of [0.001, 0.33, 0.97]) {
        const hit = hitTest(x, low + share * (high - low), name);
        if (hit === null) continue;
        assert.ok(
          hit.step === undefined ||
            (Number.isInteger(hit.step) && hit.step >= 0 && hit.step < answer.tokens.length),
          `${where}: step ${hit.step}`,
        );
        assert.ok(
          hit.unit === undefined || (Number.isInteger(hit.unit) && hit.unit >= 0),
          `${where}: unit ${hit.unit}`,
        );
        if (hit.label !== undefined) checkText(hit.label, where);
      }
    }
  }
}

for (const [name, view] of VIEWS) {
  test(`${name}: a file says which view it is, where it stands, and brings its words in both languages`, () => {
    assert.equal(view.id, name);
    assert.ok(['watch', 'compare'].includes(view.room ?? 'watch'));
    assert.ok(PLACES.includes(view.place));
    assert.ok(Number.isInteger(view.order));
    assert.deepEqual(Object.keys(view.words).sort(), LANGUAGES);
    const [en, pt] = LANGUAGES.map((language) => view.words[language]);
    assert.deepEqual(Object.keys(pt), Object.keys(en), 'the same keys in both');
    assert.ok(en.title && en.shows !== '');
    for (const [key, sentence] of Object.entries(en)) {
      const places = (text) => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort();
      assert.deepEqual(places(pt[key]), places(sentence), `${key}: the same places to fill in both`);
      assert.equal(pt[key] === '', sentence === '', key);
    }
  });

  test(`${name}: it is whole wherever it applies, in every language and theme and at every width`, () => {
    const told = {en: new Set(), 'pt-BR': new Set()};
    let drawn = 0;
    for (const {ctx, figure, where, language, theme, width, answer} of draw(view)) {
      drawn += 1;
      assert.ok(KINDS.includes(figure.kind));
      for (const part of ['shows', 'summary']) assert.ok(figure[part].length > 3, `${where}: no ${part}`);
      assert.equal(typeof figure.look, 'string');
      assert.ok(figure.title === undefined || figure.title.length > 3);
      visit(figure, (value, key) => checkValue(value, key, figure.kind, where));
      checkTable(figure, where);
      if (figure.kind === 'chart') checkChart(figure, {width, height: ctx.height}, where);
      if (figure.hitTest && theme === 'light') checkHits(figure, answer, where);
      if (view.page) assert.ok(Number.isInteger(view.page(ctx)), where);
      told[language].add(figure.shows);
    }
    assert.ok(drawn > 0, 'no frozen answer shows it: freeze one (tests/js/freeze.py)');
    for (const shows of told.en) assert.ok(!told['pt-BR'].has(shows), `not translated: ${shows}`);
  });

  test(`${name}: where letters are read, it calls none of them a word`, () => {
    for (const {ctx, figure, where, answer} of draw(view)) {
      const model = answer.trace?.model ?? answer.specs[0].model;
      const task = catalog.models.find(({id}) => id === model).task;
      if (catalog.tasks.find(({id}) => id === task).reads !== 'characters') continue;
      const {title = ctx.say('title'), aside = '', shows, look, summary} = figure;
      const told = [title, aside, shows, look, summary, ...figure.table().head, ...(figure.head ?? [])];
      for (const line of figure.lines ?? []) if (line.says) told.push(line.says);
      for (const text of told) assert.ok(!/\b(words?|palavras?)\b/i.test(text), `${where}: ${text}`);
    }
  });

  test(`${name}: what it returns is its own, fresh each time, and can be copied; what it was handed stays as it was`, () => {
    const last = new Map();
    for (const {ctx, figure, where, width, language} of draw(view)) {
      if (width !== 900 || language !== 'en') continue;
      const plain = Object.fromEntries(
        Object.entries(figure).filter(([, value]) => typeof value !== 'function'),
      );
      assert.deepEqual(structuredClone(plain), plain, where);
      const again = view.figure(ctx);
      for (const [key, value] of Object.entries(plain))
        assert.deepEqual(again[key], value, `${where}: ${key} is another the second time`);
      const objects = listObjects(plain);
      visit(again, (value, key) =>
        assert.ok(!objects.has(value) && !OWN.has(value), `${where}: ${key} is not of its own`),
      );
      last.set(where, figure);
    }
    assert.ok(last.size > 0);
    for (const [array, before] of NUMBERS)
      assert.ok(
        Buffer.from(array.buffer).equals(Buffer.from(before.buffer)),
        'a number of the answer was changed',
      );
  });
}
