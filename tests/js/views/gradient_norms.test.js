// The unit tests of a view: tests/js/views/NAME.test.js for static/views/NAME.js; those of a pure module stand in
// tests/js/core/ and tests/js/charts/.
//
// - `make test-js` runs them all by the Node that Playwright brings; `python -m tests.js.run FILE` runs one file;
//   `make snapshots` (`--test-update-snapshots`) writes the snapshots anew: read the difference before you commit it.
// - `watchContext(view, trace, changes)` and `compareContext(view, comparison, changes)` of ../frozen.js give what the
//   page hands a view, of the answers that are frozen in ../traces (`python -m tests.js.freeze` writes them anew).
//   `changes` are fields of the room's state (language, theme, direction, unit, layer ...) and step, width, second, baseline.
// - One snapshot a state of the figure, of all that it returns: it says that something changed. What is right is said by
//   tests that compute it in another way, from the trace alone.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import view from '../../../static/views/gradient_norms.js';
import {norm, readStep, readTrace, seatOf, watchContext} from '../frozen.js';

const TRACE = 'sentiment-lstm';

test('what it returns, in both languages', (t) => {
  t.assert.snapshot(seatOf(view));
  t.assert.snapshot(view.figure(watchContext(view, TRACE)));
  t.assert.snapshot(view.figure(watchContext(view, TRACE, {language: 'pt-BR', theme: 'dark', width: 360})));
});

test('what it returns of two directions, where every step is asked for', (t) => {
  t.assert.snapshot(view.figure(watchContext(view, 'accents-lstm-bidirectional')));
});

test('a curve is the norm of the gradient at each step, relative to the last, as a power of ten', () => {
  const {gradients, tokens} = readTrace(TRACE);
  const {data} = view.figure(watchContext(view, TRACE));
  assert.deepEqual(
    data.map(({name}) => name),
    ['‖∂L/∂h‖', '‖∂L/∂c‖'],
  );
  for (const [k, state] of ['h', 'c'].entries()) {
    const norms = tokens.map((_, t) => norm(readStep(gradients[`layers.0.${state}`], t)));
    assert.deepEqual(
      data[k].x,
      tokens.map((_, t) => t),
    );
    data[k].y.forEach((exponent, t) => {
      assert.ok(
        Math.abs(10 ** exponent - norms[t] / norms.at(-1)) < 1e-8 * (norms[t] / norms.at(-1)),
        `${state} at ${t}`,
      );
    });
    assert.equal(data[k].y.at(-1), 0);
  }
});

test('where several steps are asked for, a curve is relative to its largest', () => {
  const {data} = view.figure(watchContext(view, 'accents-lstm-bidirectional'));
  assert.equal(data.length, 4); // h and c, both ways
  for (const {y} of data) assert.equal(Math.max(...y), 0);
});

test('the axis holds every point', () => {
  for (const name of [
    TRACE,
    'sentiment-rnn',
    'sentiment-gru',
    'sentiment-lstm-fresh',
    'accents-lstm-stacked',
  ]) {
    const {data, layout} = view.figure(watchContext(view, name));
    const [low, high] = layout.yaxis.range;
    for (const exponent of data.flatMap(({y}) => y))
      assert.ok(low <= exponent && exponent <= high, `${name}: ${exponent}`);
  }
});

test('a gradient of exactly zero, or one that is not finite, has no point and is said in words', () => {
  const ctx = watchContext(view, TRACE);
  const {values} = ctx.trace.norms['layers.0.h'];
  values[2] = 0;
  values[3] = Infinity;
  const {data, table, hitTest} = view.figure(ctx);
  assert.deepEqual([data[0].y[2], data[0].y[3]], [null, null]);
  assert.deepEqual([table().rows[2][2], table().rows[3][2]], ['exactly zero', 'overflowed']);
  assert.match(hitTest(2).label, /h exactly zero/);
});

test('the step under the pointer is named with its token; beside the steps there is nothing', () => {
  const {hitTest} = view.figure(watchContext(view, TRACE));
  const {tokens} = readTrace(TRACE);
  assert.equal(hitTest(3.4).step, 3);
  assert.ok(hitTest(3.4).label.startsWith(`4 · ${tokens[3]} · h `));
  assert.equal(hitTest(-0.6), null);
  assert.equal(hitTest(tokens.length), null);
  assert.match(hitTest(3).label, / · h [^·]+ · c [^·]+$/);
});
