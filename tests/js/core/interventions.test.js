import assert from 'node:assert/strict';
import {test} from 'node:test';

import {
  coversSame,
  meanOverCovered,
  readIntervention,
  writeIntervention,
} from '../../../static/core/interventions.js';

test('an intervention is read as it was written', () => {
  for (const value of [0, 1, -0.25, 'previous']) {
    for (const step of [null, 0, 17]) {
      for (const unit of [null, 0, 63]) {
        const forced = {signal: 'layers.0.reverse.f', value, step, unit};
        assert.deepEqual(readIntervention(writeIntervention(forced)), forced);
      }
    }
  }
  assert.equal(
    writeIntervention({signal: 'layers.0.f', value: 0.5, step: 3, unit: 17}),
    'layers.0.f:0.5:3:17',
  );
  assert.equal(writeIntervention({signal: 'layers.0.f', value: 0, step: null, unit: 0}), 'layers.0.f:0::0');
});

test('what makes no sense is refused; a step or unit that is none means all', () => {
  for (const written of [
    '',
    'x',
    ':1',
    'layers.0.f',
    'layers.0.f:',
    'layers.0.f:much',
    'layers.0.f:NaN:1:',
    'layers.0.f:Infinity::',
  ]) {
    assert.equal(readIntervention(written), null, written);
  }
  assert.deepEqual(readIntervention('layers.0.f:1'), {
    signal: 'layers.0.f',
    value: 1,
    step: null,
    unit: null,
  });
  assert.deepEqual(readIntervention('layers.0.f:1:-1:1.5'), {
    signal: 'layers.0.f',
    value: 1,
    step: null,
    unit: null,
  });
  assert.deepEqual(readIntervention('layers.0.f:1:2:x'), {
    signal: 'layers.0.f',
    value: 1,
    step: 2,
    unit: null,
  });
});

test('two cover the same where signal, step and unit are the same, whatever the value', () => {
  const forced = {signal: 'layers.0.f', value: 0, step: 1, unit: null};
  assert.ok(coversSame(forced, {...forced, value: 1}));
  for (const change of [{signal: 'layers.0.i'}, {step: null}, {step: 2}, {unit: 0}])
    assert.ok(!coversSame(forced, {...forced, ...change}));
});

test('the mean over what is covered', () => {
  const signal = {values: Float64Array.of(1, 2, 3, 10, 20, 30), shape: [2, 3]}; // [T, H]
  assert.equal(meanOverCovered(signal, {step: null, unit: null}), 11);
  assert.equal(meanOverCovered(signal, {step: 1, unit: null}), 20);
  assert.equal(meanOverCovered(signal, {step: null, unit: 2}), 16.5);
  assert.equal(meanOverCovered(signal, {step: 0, unit: 1}), 2);
});
