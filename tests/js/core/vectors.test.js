import assert from 'node:assert/strict';
import {test} from 'node:test';

import {indexOfLargest, meanOf, measureRows, normOf, rowOf} from '../../../static/core/vectors.js';
import {readTrace} from '../frozen.js';

const matrix = {values: Float64Array.of(3, 4, -1, 0, 5, 5), shape: [3, 2]};

test('the mean and the 2-norm, of arrays of either kind', () => {
  assert.equal(meanOf([1, 2, 6]), 3);
  assert.equal(meanOf(Float64Array.of(-1, 1)), 0);
  assert.equal(normOf(Float64Array.of(3, -4)), 5);
  assert.equal(normOf(new Float64Array(4)), 0);
});

test('the largest value is the first of several', () => {
  assert.equal(indexOfLargest(Float64Array.of(-2, 7, 7, 1)), 1);
  assert.equal(indexOfLargest(Float64Array.of(-2)), 0);
});

test('a row is where it lies in the matrix, and every row is measured in order', () => {
  assert.deepEqual([...rowOf(matrix, 1)], [-1, 0]);
  assert.equal(rowOf(matrix, 1).buffer, matrix.values.buffer);
  assert.deepEqual(measureRows(matrix, normOf), [5, 1, Math.hypot(5, 5)]);
  const {signals, tokens} = readTrace('sentiment-lstm');
  const means = measureRows(signals['layers.0.f'], meanOf);
  assert.equal(means.length, tokens.length);
  const [, units] = signals['layers.0.f'].shape;
  const last = [...signals['layers.0.f'].values].slice(-units);
  assert.ok(Math.abs(means.at(-1) - last.reduce((a, b) => a + b) / units) < 1e-12);
});
