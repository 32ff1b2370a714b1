import assert from 'node:assert/strict';
import {test} from 'node:test';

import {power} from '../../../static/core/format.js';
import view from '../../../static/views/memory_map.js';
import {compareAnswer, compareContext, readComparison, readPixel, seatOf} from '../frozen.js';

const figureOf = (name, changes) => view.figure(compareContext(view, name, changes));
const gated = (name) =>
  readComparison(name)
    .networks.flatMap(({layers}) => layers)
    .filter(({memory}) => memory);
const channels = (hex) => [1, 3, 5].map((k) => Number.parseInt(hex.slice(k, k + 2), 16));

test('what it returns', (t) => {
  t.assert.snapshot(seatOf(view));
  t.assert.snapshot(figureOf('compare-sentiment'));
});

test('row t, column k: how long the part of word k is in the memory at step t, of the largest', () => {
  const layers = gated('compare-sentiment');
  const {data} = figureOf('compare-sentiment');
  const hues = compareContext(view, 'compare-sentiment')
    .layers.filter(({memory}) => memory)
    .map(({colour}) => channels(colour));
  assert.equal(data.length, layers.length);
  data.forEach((image, n) => {
    const {norms} = layers[n].memory;
    const largest = Math.max(...norms.flat());
    norms.forEach((row, t) => {
      row.forEach((value, k) => {
        const pixel = readPixel(image, k, t);
        if (k > t) assert.equal(pixel, 'clear');
        else
          channels(pixel).forEach((channel, c) => {
            assert.ok(
              Math.abs(channel - (255 + (hues[n][c] - 255) * Math.max(4 / 255, value / largest))) <= 1.6,
              `${n} ${t} ${k}`,
            );
          });
      });
    });
  });
});

test('under the pointer: which word, where, and how much', () => {
  const {tokens} = readComparison('compare-sentiment');
  const {norms} = gated('compare-sentiment')[1].memory;
  assert.deepEqual(figureOf('compare-sentiment').hitTest(2, 7, 'yaxis2'), {
    step: 2,
    label: `“${tokens[2]}” in the memory at “${tokens[7]}”: ${power(norms[7][2], 'en')}`,
  });
  assert.equal(figureOf('compare-sentiment').hitTest(2, 70, 'yaxis2'), null);
  const answer = compareAnswer('compare-sentiment');
  answer.comparison.networks[0].layers[0].memory.norms[4][2] = null;
  const ctx = compareContext(view, answer);
  const {hitTest, data} = view.figure(ctx);
  assert.match(hitTest(2, 4, 'yaxis').label, /∞$/);
  assert.equal(readPixel(data[0], 2, 4), ctx.layers[0].colour.toLowerCase());
});

test('a network without gates has no such map', () => {
  assert.deepEqual(
    figureOf('compare-sentiment')
      .table()
      .rows.map(([title]) => title.split(',')[0]),
    ['GRU', 'LSTM', 'LSTM'],
  );
  assert.equal(view.applies(compareContext(view, 'compare-sentiment')), true);
  assert.equal(view.applies(compareContext(view, 'compare-overflow')), false);
});
