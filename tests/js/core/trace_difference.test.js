import assert from 'node:assert/strict';
import {test} from 'node:test';

import {
  boundSignal,
  findLargestDifference,
  meanDifferences,
  prefixDifference,
  stepDistance,
} from '../../../static/core/trace_difference.js';
import {norm, readStep, readTrace} from '../frozen.js';

const FIRST = {values: Float64Array.of(1, 2, 3, 4, 5, 6), shape: [3, 2]};
const SECOND = {values: Float64Array.of(1, 0, 7, 7), shape: [2, 2]};
const GATE = {name: 'f', low: 0, high: 1};
const [one, other] = ['sentiment-pt-lstm', 'sentiment-pt-lstm-second'].map(readTrace);

test('the distance of two steps is the 2-norm of what they differ by', () => {
  assert.equal(stepDistance(FIRST, 0, SECOND, 0), 2);
  assert.equal(stepDistance(FIRST, 1, SECOND, 1), 5);
  const [a, b] = [one.signals['layers.0.c'], other.signals['layers.0.c']];
  const apart = readStep(a, 2).map((value, k) => value - readStep(b, 3)[k]);
  assert.ok(Math.abs(stepDistance(a, 2, b, 3) - norm(apart)) < 1e-12);
});

test('before the first step and after the last a state is 0', () => {
  assert.equal(stepDistance(FIRST, -1, SECOND, 0), 1);
  assert.equal(stepDistance(FIRST, 1, SECOND, -1), 5);
  assert.equal(stepDistance(FIRST, 1, SECOND, 2), 5);
  assert.equal(stepDistance(FIRST, 3, SECOND, -1), 0);
});

test('a signal without bounds is bounded by the largest value of both', () => {
  assert.deepEqual(boundSignal({name: 'c', low: null, high: null}, FIRST, SECOND), {
    name: 'c',
    low: -7,
    high: 7,
  });
  assert.deepEqual(boundSignal({name: 'c', low: null, high: null}, SECOND, {values: [-9]}), {
    name: 'c',
    low: -9,
    high: 9,
  });
  assert.deepEqual(boundSignal({name: 'g', low: -1, high: 1}, FIRST, SECOND), {name: 'g', low: -1, high: 1});
  assert.deepEqual(boundSignal(GATE, FIRST, SECOND), GATE);
});

test('how much a signal differs is the mean over its units, as a share of its range', () => {
  const columns = [
    [0, 0],
    [null, 0],
    [0, null],
    [1, 1],
  ];
  assert.deepEqual(meanDifferences(GATE, FIRST, SECOND, columns), [1, 0, 0, 3.5]);
  assert.deepEqual(meanDifferences({low: -1, high: 1}, FIRST, SECOND, columns), [0.5, 0, 0, 1.75]);
  assert.deepEqual(
    meanDifferences({low: null, high: null}, FIRST, SECOND, columns),
    [(((1 / 7 / 2) * 2) / 2) * 1, 0, 0, 0.25].map((v, k) => (k ? v : 2 / 2 / 14)),
  );
  assert.deepEqual(
    meanDifferences(
      GATE,
      {values: Float64Array.of(Infinity, 1), shape: [1, 2]},
      {values: Float64Array.of(0, 3), shape: [1, 2]},
      [[0, 0]],
    ),
    [1],
  );
});

test('the largest difference is that of one unit at one pair of steps', () => {
  const read = ({name}) => (name === 'f' ? [FIRST, SECOND] : [SECOND, FIRST]);
  assert.deepEqual(
    findLargestDifference([GATE], read, [
      [0, 0],
      [1, 1],
    ]),
    {size: 4, a: 3, b: 7, i: 1, j: 1, unit: 0, signal: GATE},
  );
  const second = {name: 'i'};
  assert.deepEqual(findLargestDifference([GATE, second], read, [[0, 0]]), {
    size: 2,
    a: 2,
    b: 0,
    i: 0,
    j: 0,
    unit: 1,
    signal: GATE,
  });
  assert.deepEqual(findLargestDifference([GATE, second], read, [[1, 0]]).signal, second);
  assert.equal(findLargestDifference([GATE], read, []), null);
  assert.equal(findLargestDifference([GATE], () => [FIRST, FIRST], [[0, 0]]).size, 0);
});

test('what the first steps differ by, over every signal of every layer', () => {
  const trace = {
    signals: {'layers.0.f': FIRST, 'layers.1.f': {values: Float64Array.of(0, 0, 0, 0), shape: [2, 2]}},
  };
  const second = {
    signals: {
      'layers.0.f': {...FIRST, values: Float64Array.of(1, 2.5, 9, 9, 9, 9)},
      'layers.1.f': {values: Float64Array.of(-0.75, 0, 9, 9), shape: [2, 2]},
    },
  };
  assert.equal(prefixDifference(trace, second, 0), 0);
  assert.equal(prefixDifference(trace, second, 1), 0.75);
  assert.equal(prefixDifference(trace, second, 2), 9);
  assert.equal(prefixDifference(trace, trace, 2), 0);
});
