import assert from 'node:assert/strict';
import {test} from 'node:test';

import {percent, power} from '../../../static/core/format.js';
import view from '../../../static/views/weight_gradient.js';
import {assertClose} from '../checking.js';
import {compareAnswer, compareContext, readComparison, seatOf} from '../frozen.js';

const figureOf = (name, changes) => view.figure(compareContext(view, name, changes));
const layersOf = (name) =>
  readComparison(name).networks.flatMap(({clipped, layers}) => layers.map((layer) => ({...layer, clipped})));

test('what it returns', (t) => {
  t.assert.snapshot(seatOf(view));
  t.assert.snapshot(figureOf('compare-sentiment'));
});

test('each line is what a step adds, as a share of all the steps’ lengths', () => {
  for (const name of ['compare-sentiment', 'compare-accents']) {
    const {data, layout} = figureOf(name);
    const shares = layersOf(name).map(({contribution: {norms}}) =>
      norms.map((norm) => norm / (norms.reduce((sum, one) => sum + one, 0) || 1)),
    );
    for (const [k, wanted] of shares.entries()) assertClose(data[k].y, wanted, 1e-8, `${name} ${k}`);
    assert.ok(Math.abs(layout.yaxis.range[1] - 1.05 * Math.max(...shares.flat())) < 1e-8);
    assert.equal(layout.yaxis.range[0], 0);
    assert.deepEqual(
      data[0].x,
      shares[0].map((_, t) => t),
    );
  }
});

test('the last ten steps are the last ten', () => {
  const {rows} = figureOf('compare-sentiment').table();
  const {summary} = figureOf('compare-sentiment');
  for (const [
    k,
    {
      contribution: {norms},
    },
  ] of layersOf('compare-sentiment').entries()) {
    assert.ok(norms.length > 10);
    const total = norms.reduce((sum, norm) => sum + norm, 0);
    const last = norms.filter((_, t) => t >= norms.length - 10).reduce((sum, norm) => sum + norm, 0) / total;
    const first = norms.filter((_, t) => t < 10).reduce((sum, norm) => sum + norm, 0) / total;
    assert.equal(rows[k][2], percent(last, 'en'));
    assert.ok(summary.includes(`${rows[k][0]} ${percent(last, 'en')}`));
    if (k === 0) assert.notEqual(percent(last, 'en'), percent(first, 'en'));
  }
});

test('under the pointer stands every network’s share', () => {
  const {tokens} = readComparison('compare-sentiment');
  const {hitTest, data} = figureOf('compare-sentiment');
  const {step, label} = hitTest(4.2);
  assert.equal(step, 4);
  assert.equal(
    label,
    `5 · ${tokens[4]} · ${data.map(({name, y}) => `${name} ${percent(y[4], 'en')}`).join(' · ')}`,
  );
  assert.equal(hitTest(-0.6), null);
});

test('the table tells the whole and what clipping does to all weights', () => {
  const {rows, head} = figureOf('compare-sentiment').table();
  assert.match(head[3], /at 1\.00$/);
  for (const [k, {contribution, clipped}] of layersOf('compare-sentiment').entries()) {
    assert.equal(rows[k][1], power(contribution.whole, 'en'));
    assert.equal(rows[k][3], `${power(clipped[0], 'en')} → ${power(clipped[1], 'en')}`);
  }
});

test('what is not finite is said, and adds nothing', () => {
  const answer = compareAnswer('compare-sentiment');
  const [layer] = answer.comparison.networks[0].layers;
  layer.contribution.whole = null;
  layer.contribution.share[11] = null;
  answer.comparison.networks[0].clipped = [null, 1];
  const {table, hitTest} = view.figure(compareContext(view, answer));
  const [row] = table().rows;
  assert.deepEqual([row[1], row[3]], ['∞', '∞']);
  assert.match(hitTest(11).label, /GRU, trained –/);
  assert.equal(
    row[2],
    percent(
      layer.contribution.share.slice(2).reduce((sum, share) => sum + share, 0),
      'en',
    ),
  );
  answer.comparison.networks[0].clipped = null;
  assert.equal(view.figure(compareContext(view, answer)).table().rows[0][3], '∞');
});

test('what gives no gradient has an axis still', () => {
  const answer = compareAnswer('compare-sentiment');
  for (const {layers} of answer.comparison.networks) layers[0].contribution.share.fill(0);
  assert.deepEqual(view.figure(compareContext(view, answer)).layout.yaxis.range, [0, 1.05 * 0.01]);
});

test('a network with untrained weights is not drawn solid', () => {
  const {data} = figureOf('compare-sentiment');
  assert.deepEqual(
    data.map(({line}) => line.dash === 'solid'),
    [true, true, true, false],
  );
});
