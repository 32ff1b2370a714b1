import assert from 'node:assert/strict';
import {test} from 'node:test';

import {fitHalfLife} from '../../../static/core/exponential_fit.js';

const byStep = (shareAt, steps = 60) => Array.from({length: steps}, (_, k) => shareAt(k)).reverse();

test('an exponential has the half-life that it was made of', () => {
  for (const halfLife of [0.5, 2, 7, 100])
    assert.ok(Math.abs(fitHalfLife(byStep((k) => 0.5 ** (k / halfLife))) - halfLife) < 1e-9);
  const uneven = byStep((k) => 0.5 ** (k / 3) * (k % 2 ? 1.2 : 0.9));
  assert.ok(Math.abs(fitHalfLife(uneven) - 3) < 0.1);
});

test('what falls to 27 % and stays has none, though it is below one half after two steps', () => {
  assert.equal(fitHalfLife(byStep((k) => Math.max(0.27, 0.5 ** (k / 2)))), null);
});

test('what grows, what is level and what is too short has none', () => {
  assert.equal(fitHalfLife(byStep((k) => 1.1 ** k)), null);
  assert.equal(fitHalfLife(byStep(() => 1)), null);
  assert.equal(fitHalfLife(byStep((k) => 0.5 ** k, 7)), null);
});

test('zeros and what is not finite are left out', () => {
  const shares = byStep((k) => 0.5 ** k);
  [shares[0], shares[1], shares[2]] = [0, null, Infinity];
  assert.ok(Math.abs(fitHalfLife(shares) - 1) < 1e-9);
});
