import assert from 'node:assert/strict';
import {test} from 'node:test';

import {percent} from '../../../static/core/format.js';
import view from '../../../static/views/accuracy_by_distance.js';
import {catalog, seatOf, watchAnswer, watchContext} from '../frozen.js';

const figureOf = (changes) => view.figure(watchContext(view, 'cloze-gru', changes));
const measured = catalog.models.filter(({task, facts}) => task === 'cloze' && facts.test.by_distance);

test('what it returns', (t) => {
  t.assert.snapshot(seatOf(view));
  t.assert.snapshot(figureOf());
});

test('a line is the share of right answers at each distance, as it was measured', () => {
  const {data, layout, summary, table} = figureOf();
  assert.ok(measured.length >= 3);
  for (const [k, {facts}] of measured.entries()) {
    const points = facts.test.by_distance;
    assert.deepEqual(
      data[k].x,
      points.map(([bound]) => bound),
    );
    assert.deepEqual(
      data[k].y,
      points.map(([, share]) => share),
    );
    assert.ok(summary.includes(`${data[k].name} ${percent(points.at(-1)[1], 'en')}`), summary);
    assert.deepEqual(table().rows[k], [data[k].name, ...points.map(([, share]) => percent(share, 'en'))]);
  }
  const bounds = measured[0].facts.test.by_distance.map(([bound]) => bound);
  assert.deepEqual(layout.xaxis.tickvals, bounds);
  assert.deepEqual(layout.xaxis.ticktext, bounds.map(String));
  assert.deepEqual(layout.xaxis.range, [0, bounds.at(-1) + 2]);
  assert.deepEqual(layout.yaxis.range, [0, 1.04]);
  assert.deepEqual(table().head.slice(1), bounds.map(String));
});

test('each network has its own colour and name, also where two have one cell', () => {
  const answer = watchAnswer('cloze-gru');
  answer.models = [...measured, {...measured[0], id: 'another', layers: 2}];
  const {data} = view.figure(watchContext(view, answer));
  assert.equal(new Set(data.map(({line}) => line.color)).size, answer.models.length);
  assert.equal(new Set(data.map(({name}) => name)).size, answer.models.length);
  assert.match(data.at(-1).name, /2 layers/);
});

test('it applies where something was measured', () => {
  assert.equal(view.applies(watchContext(view, 'cloze-gru')), true);
  assert.equal(view.applies(watchContext(view, 'sentiment-lstm')), false);
  const answer = watchAnswer('cloze-gru');
  assert.equal(view.applies(watchContext(view, {...answer, models: measured.slice(0, 1)})), true);
});
