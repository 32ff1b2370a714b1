import assert from 'node:assert/strict';
import {test} from 'node:test';

import {hueOf} from '../../../static/core/colours.js';
import {number, power} from '../../../static/core/format.js';
import view from '../../../static/views/unit_activations.js';
import {catalog, readStep, readTrace, seatOf, watchAnswer, watchContext} from '../frozen.js';

const figureOf = (name, changes) => view.figure(watchContext(view, name, changes));
const LSTM = catalog.cells.find(({id}) => id === 'lstm').signals;

test('what it returns', (t) => {
  t.assert.snapshot(seatOf(view));
  t.assert.snapshot(figureOf('sentiment-lstm'));
});

test('a line a signal: the unit’s value at every step', () => {
  for (const [name, layer] of [
    ['sentiment-lstm', 'layers.0'],
    ['accents-lstm-bidirectional', 'layers.0.reverse'],
    ['accents-lstm-stacked', 'layers.1'],
  ]) {
    const {signals, tokens} = readTrace(name);
    const {data, layout, shows} = figureOf(name, {unit: 7, layer});
    assert.equal(shows, 'Every signal of unit 8, from the first step to the last.');
    for (const [k, signal] of LSTM.entries()) {
      assert.deepEqual(
        data[k].y,
        tokens.map((_, t) => readStep(signals[`${layer}.${signal.name}`], t)[7]),
      );
      assert.deepEqual(
        data[k].x,
        tokens.map((_, t) => t),
      );
      assert.equal(data[k].name, `${signal.name} · ${signal.title.en}`);
      assert.equal(data[k].line.color, hueOf(signal, 'light'));
      assert.deepEqual(
        [data[k].line.width, data[k].line.dash],
        [signal.kind === 'state' ? 3 : 1.7, signal.kind === 'candidate' ? 'dot' : 'solid'],
      );
    }
    const values = data.flatMap(({y}) => y);
    const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
    assert.ok(Math.abs(layout.yaxis.range[0] - (low - 0.06 * (high - low))) < 1e-12);
    assert.ok(Math.abs(layout.yaxis.range[1] - (high + 0.06 * (high - low))) < 1e-12);
  }
});

test('the ticks are plain numbers: no brackets, a sign where there is one', () => {
  const {yaxis} = figureOf('sentiment-lstm', {unit: 0}).layout;
  assert.ok(yaxis.tickvals.some((value) => value < 0));
  assert.doesNotMatch(yaxis.ticktext.join(' '), /[()]/);
  assert.deepEqual(
    yaxis.ticktext,
    yaxis.tickvals.map((value) => power(value, 'en')),
  );
});

test('the hint about forgetting is given where a gate forgets, and by its name', () => {
  assert.match(figureOf('sentiment-lstm').look, /line of f dips/);
  assert.match(figureOf('sentiment-gru').look, /line of z dips/);
  for (const name of ['sentiment-rnn', 'sentiment-pt-bag', 'sentiment-pt-jordan'])
    assert.doesNotMatch(figureOf(name).look, /dips/);
});

test('unless one is chosen it is the unit that ends with the largest memory', () => {
  const {signals, tokens} = readTrace('sentiment-lstm');
  const memory = readStep(signals['layers.0.c'], tokens.length - 1);
  const unit = memory.indexOf(Math.max(...memory));
  const {shows, summary} = figureOf('sentiment-lstm');
  assert.match(shows, new RegExp(`unit ${unit + 1},`));
  assert.equal(
    summary,
    `Unit ${unit + 1} ends at ${number(readStep(signals['layers.0.h'], tokens.length - 1)[unit], 'en')}.`,
  );
});

test('the numbers beside the axis have room, however long they are', () => {
  const answer = watchAnswer('sentiment-lstm');
  for (const scale of [1, 200, 1e6]) {
    const {values} = answer.trace.signals['layers.0.c'];
    for (let k = 0; k < values.length; k += 1) values[k] *= scale;
    const {margin, font, yaxis} = view.figure(
      watchContext(view, answer, {unit: 3, language: 'pt-BR'}),
    ).layout;
    for (const text of yaxis.ticktext)
      assert.ok(0.58 * font.size * text.length + 3 < margin.l, `“${text}” in ${margin.l} px`);
  }
});

test('what is not finite has no place on the axis', () => {
  const answer = watchAnswer('sentiment-lstm');
  answer.trace.signals['layers.0.c'].values.fill(NaN);
  answer.trace.signals['layers.0.f'].values.fill(Infinity);
  const {range} = view.figure(watchContext(view, answer, {unit: 3})).layout.yaxis;
  assert.ok(range.every(Number.isFinite));
  for (const {values} of Object.values(answer.trace.signals)) values.fill(0);
  assert.deepEqual(view.figure(watchContext(view, answer, {unit: 3})).layout.yaxis.range, [-0.06, 0.06]);
});

test('as many tokens as have room stand below', () => {
  const {tokens} = readTrace('sentiment-lstm');
  const marked = (width) => figureOf('sentiment-lstm', {width}).layout.xaxis.tickvals;
  assert.deepEqual(
    marked(900),
    tokens.map((_, t) => t),
  );
  assert.deepEqual(
    marked(42 * 12),
    tokens.map((_, t) => t),
  );
  assert.deepEqual(marked(42 * 12 - 1), [0, 2, 4, 6, 8, 10]);
  assert.deepEqual(marked(60), [0, 4, 8]); // three at least
  assert.equal(figureOf('sentiment-lstm').layout.xaxis.ticktext[2], tokens[2]);
});

test('of many steps every so many are marked, and a long token is cut', () => {
  const answer = watchAnswer('sentiment-lstm');
  answer.trace.tokens[4] = 'x'.repeat(12);
  const {tickvals, ticktext} = view.figure(watchContext(view, answer, {width: 42 * 5})).layout.xaxis;
  assert.deepEqual(tickvals, [0, 3, 6, 9]);
  assert.equal(view.figure(watchContext(view, answer)).layout.xaxis.ticktext[4], `${'x'.repeat(8)}…`);
  assert.equal(ticktext.length, 4);
  answer.trace.tokens.length = 11;
  assert.deepEqual(
    view.figure(watchContext(view, answer, {width: 42 * 5, step: 0})).layout.xaxis.tickvals,
    [0, 3, 6, 9],
  );
});

test('one word is a point', () => {
  assert.deepEqual([...new Set(figureOf('sentiment-lstm-one-word').data.map(({mode}) => mode))], ['markers']);
  assert.deepEqual([...new Set(figureOf('sentiment-lstm').data.map(({mode}) => mode))], ['lines']);
});

test('under the pointer is a step, with its token', () => {
  const {tokens} = readTrace('sentiment-lstm');
  const {hitTest} = figureOf('sentiment-lstm');
  assert.deepEqual(hitTest(3.4), {step: 3, label: `4 · ${tokens[3]}`});
  assert.equal(hitTest(-0.6), null);
  assert.equal(hitTest(tokens.length), null);
});

test('the table has a row a step, a column a signal', () => {
  const {signals, tokens} = readTrace('sentiment-lstm');
  const {head, rows} = figureOf('sentiment-lstm', {unit: 7}).table();
  assert.deepEqual(
    head.slice(2),
    LSTM.map(({name}) => name),
  );
  assert.deepEqual(rows[4], [
    5,
    tokens[4],
    ...LSTM.map(({name}) => number(readStep(signals[`layers.0.${name}`], 4)[7], 'en')),
  ]);
  assert.equal(rows.length, tokens.length);
});
