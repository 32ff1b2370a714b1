import assert from 'node:assert/strict';
import {test} from 'node:test';

import {percent} from '../../../static/core/format.js';
import view from '../../../static/views/gate_saturation.js';
import {compareContext, readStep, readTrace, seatOf} from '../frozen.js';

const figureOf = (name, changes) => view.figure(compareContext(view, name, changes));
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

test('what it returns', (t) => {
  t.assert.snapshot(seatOf(view));
  t.assert.snapshot(figureOf('compare-sentiment'));
});

test('across is the share of words at which a unit’s gate is above 0.9, up the share below 0.1', () => {
  let [opened, shut] = [0, 0];
  const {data} = figureOf('compare-sentiment');
  const traces = {'GRU, trained': 'sentiment-gru', 'LSTM, trained': 'sentiment-lstm'};
  for (const [title, trace] of Object.entries(traces)) {
    const {signals, tokens} = readTrace(trace);
    const clouds = data.filter(({name}) => name.startsWith(`${title} · `));
    assert.ok(clouds.length >= 2);
    for (const {name, x, y} of clouds) {
      const gate = signals[`layers.0.${name.split(' · ')[1]}`];
      x.forEach((across, unit) => {
        const values = tokens.map((_, t) => readStep(gate, t)[unit]);
        const share = (test) => values.filter(test).length / values.length;
        assert.ok(Math.abs(across - share((value) => value > 0.9)) < 1e-9, `${name} ${unit}`);
        assert.ok(Math.abs(y[unit] - share((value) => value < 0.1)) < 1e-9, `${name} ${unit}`);
      });
      opened += x.filter((value, unit) => value > y[unit]).length;
      shut += x.filter((value, unit) => value < y[unit]).length;
    }
  }
  assert.ok(opened && shut && opened !== shut, 'swapped axes would be seen');
});

test('the axes are named as they are drawn, in both languages', () => {
  const titles = (language) =>
    ['xaxis', 'yaxis'].map((axis) => figureOf('compare-sentiment', {language}).layout[axis].title.text);
  assert.deepEqual(titles('en'), ['nearly open', 'nearly shut']);
  assert.deepEqual(titles('pt-BR'), ['quase aberta', 'quase fechada']);
  const {layout} = figureOf('compare-sentiment');
  for (const axis of ['xaxis', 'yaxis']) {
    assert.deepEqual(layout[axis].range, [-0.03, 1.03]);
    assert.deepEqual([layout[axis].ticktext[0], layout[axis].ticktext.at(-1)], ['0%', '100%']);
  }
});

test('a gate has the symbol of its role; a network its colour; one without gates has no points', () => {
  const {data} = figureOf('compare-sentiment');
  const symbols = Object.fromEntries(
    data.filter(({name}) => name.includes(', trained')).map(({name, marker}) => [name, marker.symbol]),
  );
  assert.deepEqual(symbols, {
    'GRU, trained · r': 'square',
    'GRU, trained · z': 'circle',
    'LSTM, trained · i': 'diamond-open',
    'LSTM, trained · f': 'circle-open',
    'LSTM, trained · o': 'triangle-up-open',
  });
  assert.ok(!data.some(({name}) => name.startsWith('RNN')));
  const ctx = compareContext(view, 'compare-sentiment');
  assert.deepEqual(
    [...new Set(data.map(({marker}) => marker.color))],
    ctx.layers.filter(({gates}) => Object.keys(gates).length).map(({colour}) => colour),
  );
  assert.equal(view.applies(compareContext(view, 'compare-sentiment-pt')), false);
});

test('a gate whose role has no symbol is a cross', () => {
  const ctx = compareContext(view, 'compare-sentiment');
  const [layer] = ctx.layers;
  layer.signals = layer.signals.map((signal) => ({...signal, role: 'new'}));
  assert.equal(view.figure(ctx).data[0].marker.symbol, 'cross');
  assert.equal(view.applies({...ctx, layers: [layer]}), true);
  assert.equal(view.applies({...ctx, layers: []}), false);
});

test('half of the words is not more than half', () => {
  const ctx = compareContext(view, 'compare-sentiment');
  const [gate] = Object.keys(ctx.layers[0].gates);
  ctx.layers[0].gates = {
    [gate]: [
      [0, 0, 0],
      [0.5, 0.51, 1],
    ],
  };
  assert.ok(view.figure(ctx).summary.includes(`GRU, trained ${gate} 2;`));
});

test('told are the units that are nearly open at more than half of the words, and the mean shares', () => {
  const {data, summary, table} = figureOf('compare-sentiment');
  const {rows} = table();
  data.forEach(({name, x, y}, k) => {
    const [title, gate] = name.split(' · ');
    assert.ok(summary.includes(`${title} ${gate} ${x.filter((share) => share > 0.5).length}`), summary);
    assert.deepEqual(rows[k], [title, gate, percent(mean(x), 'en'), percent(mean(y), 'en')]);
  });
});
