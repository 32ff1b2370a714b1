import assert from 'node:assert/strict';
import {test} from 'node:test';

import {hueOf} from '../../../static/core/colours.js';
import {number} from '../../../static/core/format.js';
import view from '../../../static/views/signal_heatmaps.js';
import {assertClose, channels, mean, tint} from '../checking.js';
import {catalog, readPixel, readStep, seatOf, watchAnswer, watchContext} from '../frozen.js';

const figureOf = (name, changes) => view.figure(watchContext(view, name, changes));
const signalsOf = (cell) => catalog.cells.find(({id}) => id === cell).signals;

test('what it returns', (t) => {
  t.assert.snapshot(seatOf(view));
  t.assert.snapshot(figureOf('sentiment-lstm'));
  t.assert.snapshot(
    figureOf('sentiment-gru', {direction: 'backward', language: 'pt-BR', theme: 'dark', width: 360}),
  );
});

test('line: a unit, by the memory it ends with; column: a step; the colour its value', () => {
  const {trace} = watchAnswer('sentiment-lstm');
  const memory = readStep(trace.signals['layers.0.c'], trace.tokens.length - 1);
  const order = memory.map((_, unit) => unit).sort((a, b) => memory[b] - memory[a]);
  const {data} = figureOf('sentiment-lstm');
  for (const [k, signal] of signalsOf('lstm').entries()) {
    const array = trace.signals[`layers.0.${signal.name}`];
    const limit = signal.high ?? Math.max(1, ...array.values.map(Math.abs));
    assert.deepEqual([data[k].bitmap.width, data[k].bitmap.height], [trace.tokens.length, order.length]);
    for (const line of [0, 11, 63]) {
      for (const t of [0, 5, trace.tokens.length - 1]) {
        const value = readStep(array, t)[order[line]];
        assertClose(
          channels(readPixel(data[k], t, line)),
          tint(value >= 0 ? hueOf(signal, 'light') : '#7B2FA8', Math.abs(value) / limit),
          2.2,
          `${signal.name} ${line} ${t}`,
        );
      }
    }
  }
});

test('on the way back every map has one scale, the largest gradient of all, over the 12 decades that are said', () => {
  const {trace} = watchAnswer('sentiment-rnn');
  const largest = Math.max(
    ...Object.values(trace.gradients).flatMap(({values}) => [...values].map(Math.abs)),
  );
  const {data, shows} = figureOf('sentiment-rnn', {direction: 'backward'});
  assert.match(shows, /over 12 powers of ten/);
  assert.match(
    figureOf('sentiment-rnn', {direction: 'backward', language: 'pt-BR'}).shows,
    /12 potências de dez/,
  );
  const order = watchContext(view, 'sentiment-rnn').unitOrders['layers.0'];
  let dimmest = 1;
  for (const [k, signal] of signalsOf('rnn').entries()) {
    for (const line of [0, 40]) {
      for (let t = 0; t < trace.tokens.length; t += 1) {
        const left = Math.max(
          0,
          1 +
            Math.log10(
              Math.abs(readStep(trace.gradients[`layers.0.${signal.name}`], t)[order[line]]) / largest,
            ) /
              12,
        );
        assertClose(
          channels(readPixel(data[k], t, line)),
          tint(hueOf(signal, 'light'), left),
          1.6,
          `${signal.name} ${line} ${t}`,
        );
        dimmest = Math.min(dimmest, left);
      }
    }
  }
  assert.ok(dimmest < 0.8);
});

test('under the pointer: step, unit, signal and its number', () => {
  const ctx = watchContext(view, 'sentiment-lstm');
  const {hitTest} = view.figure(ctx);
  const order = ctx.unitOrders['layers.0'];
  const {step, unit, signal, label} = hitTest(3.4, 2.9, 'yaxis2');
  assert.deepEqual([step, unit, signal], [3, order[2], 'layers.0.f']);
  assert.ok(label.includes(number(readStep(ctx.trace.signals['layers.0.f'], 3)[order[2]], 'en')), label);
  assert.equal(hitTest(-0.6, 3, 'yaxis'), null);
  assert.equal(hitTest(3, 64.5, 'yaxis'), null);
  assert.equal(hitTest(3, -0.5, 'yaxis'), null);
});

test('a layer that is chosen is the one that is shown, and named', () => {
  const {aside, overlay, hitTest} = figureOf('accents-lstm-bidirectional', {layer: 'layers.0.reverse'});
  assert.equal(aside, 'right to left');
  assert.equal(overlay.reverse, true);
  assert.equal(hitTest(0, 0, 'yaxis').signal, 'layers.0.reverse.i');
  assert.equal(figureOf('sentiment-lstm').aside, '');
  assert.equal(figureOf('sentiment-lstm').overlay.reverse, false);
});

test('the table tells mean, smallest and largest of each signal', () => {
  const {trace} = watchAnswer('sentiment-lstm');
  for (const [k, [title, ...cells]] of figureOf('sentiment-lstm').table().rows.entries()) {
    const signal = signalsOf('lstm')[k];
    const values = [...trace.signals[`layers.0.${signal.name}`].values];
    assert.equal(title, `${signal.title.en} ${signal.name}`);
    assert.deepEqual(
      cells,
      [mean(values), Math.min(...values), Math.max(...values)].map((value) => number(value, 'en')),
    );
  }
});

test('the maps stand side by side as they have room', () => {
  const rowsOf = (name, width) =>
    new Set(
      Object.entries(figureOf(name, {width}).layout)
        .filter(([key]) => key.startsWith('yaxis'))
        .map(([, {domain}]) => domain[1].toFixed(6)),
    ).size;
  assert.deepEqual(
    [561, 560, 331, 330].map((width) => rowsOf('sentiment-lstm', width)),
    [2, 3, 3, 6],
  ); // six signals
  assert.deepEqual(
    [900, 331, 330].map((width) => rowsOf('sentiment-gru', width)),
    [2, 2, 4],
  ); // four
  const height = (name, width) => watchContext(view, name, {width}).height;
  assert.deepEqual(
    [
      height('sentiment-lstm', 900),
      height('sentiment-lstm', 560),
      height('sentiment-lstm', 300),
      height('sentiment-rnn', 900),
    ],
    [50 + 2 * 196, 50 + 3 * 196, 50 + 6 * 196, 50 + 300 * Math.ceil(signalsOf('rnn').length / 3)],
  );
});

test('however many rows there are, the maps are high and the gaps between them a title’s', () => {
  for (const width of [286, 500, 900]) {
    const {layout} = figureOf('sentiment-lstm', {width});
    const plot = layout.height - layout.margin.t - layout.margin.b; // pixels
    const rows = [
      ...new Map(
        Object.entries(layout)
          .filter(([key]) => key.startsWith('yaxis'))
          .map(([, {domain}]) => [domain[1].toFixed(6), domain]),
      ).values(),
    ].sort((a, b) => b[0] - a[0]);
    assert.ok(rows.length > 1);
    rows.forEach(([bottom, top], k) => {
      assert.ok((top - bottom) * plot > 130, `${width}: a map ${(top - bottom) * plot} px high`);
      const gap = k ? (rows[k - 1][0] - top) * plot : 40;
      assert.ok(gap > 20 && gap < 60, `${width}: a gap of ${gap} px`);
    });
  }
});

test('a cell of three signals stands in one row, of two higher', () => {
  const heightOf = (name, width) => watchContext(view, name, {width}).height;
  assert.deepEqual(
    [
      heightOf('sentiment-pt-jordan', 900),
      heightOf('sentiment-pt-bag', 900),
      heightOf('sentiment-pt-bag', 330),
    ],
    [50 + 196, 50 + 300, 50 + 600],
  );
  assert.deepEqual(
    [331, 330].map((width) => heightOf('sentiment-gru', width)),
    [50 + 2 * 196, 50 + 4 * 196],
  );
});

test('on the way back the hint is that of the gradients', () => {
  for (const language of ['en', 'pt-BR']) {
    const [ahead, back] = ['forward', 'backward'].map(
      (direction) => figureOf('sentiment-lstm', {direction, language}).look,
    );
    assert.notEqual(ahead, back);
    assert.match(back, language === 'en' ? /can still be remembered/ : /ainda pode ser lembrado/);
  }
});

test('steps are numbered below the last row of maps only; beside the first column it says that units are ranked', () => {
  const {layout} = figureOf('sentiment-lstm');
  const shown = (side) =>
    Array.from({length: 6}, (_, k) => layout[`${side}axis${k ? k + 1 : ''}`].showticklabels);
  assert.deepEqual(shown('x'), [false, false, false, true, true, true]);
  assert.deepEqual(shown('y'), [true, false, false, true, false, false]);
  assert.deepEqual(layout.yaxis.ticktext, ['max', 'min']);
  assert.deepEqual(layout.yaxis.range, [64, 0]);
  assert.deepEqual(
    layout.annotations.map(({text}) => text),
    signalsOf('lstm').map(({title, name}) => `<b>${title.en}</b> ${name}`),
  );
});
