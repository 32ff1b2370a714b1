import assert from 'node:assert/strict';
import {test} from 'node:test';

import {chooseColumns} from '../../../static/core/column_window.js';

test('what fits is shown whole', () => {
  assert.deepEqual(chooseColumns(10, 9, 900), {start: 0, count: 10});
  assert.deepEqual(chooseColumns(1, 0, 240), {start: 0, count: 1});
});

test('a column is never narrower than 37 pixels, and there is room for no further one', () => {
  for (const [width, beside] of [
    [240, 24],
    [360, 24],
    [619, 24],
    [620, 154],
    [900, 154],
    [1440, 154],
  ]) {
    const {count} = chooseColumns(1000, 0, width);
    assert.ok((width - beside) / count >= 37, String(width));
    assert.ok((width - beside) / (count + 1) < 37, String(width));
  }
});

test('the last of the steps are shown as the last, the first as the first', () => {
  const width = 24 + 37 * 10; // room for ten
  assert.deepEqual(chooseColumns(35, 0, width), {start: 0, count: 10});
  assert.deepEqual(chooseColumns(35, 8, width), {start: 0, count: 10});
  assert.deepEqual(chooseColumns(35, 34, width), {start: 25, count: 10});
  assert.deepEqual(chooseColumns(35, 27, width), {start: 25, count: 10});
  assert.deepEqual(chooseColumns(35, 26, width), {start: 18, count: 10});
});

test('a page begins with the last step of the one before', () => {
  const width = 24 + 37 * 10;
  assert.equal(chooseColumns(100, 9, width).start, 9);
  assert.equal(chooseColumns(100, 17, width).start, 9);
  assert.equal(chooseColumns(100, 18, width).start, 18);
});

test('every step of every length is on screen at every width', () => {
  for (const width of [240, 360, 700, 1440]) {
    for (const steps of [1, 2, 9, 10, 23, 37, 120]) {
      for (let step = 0; step < steps; step += 1) {
        const {start, count} = chooseColumns(steps, step, width);
        assert.ok(
          start >= 0 && start <= step && step < start + count && start + count <= steps,
          `${width} ${steps} ${step}`,
        );
        assert.ok(Number.isInteger(start) && Number.isInteger(count));
      }
    }
  }
});

test('with room for one column alone each step is its own page', () => {
  for (const step of [0, 1, 5]) assert.deepEqual(chooseColumns(6, step, 60), {start: step, count: 1});
});
