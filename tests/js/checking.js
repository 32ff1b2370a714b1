// What several tests check with.

import assert from 'node:assert/strict';

/** The channels of a colour, `#rrggbb`: 0 to 255. */
export const channels = (hex) => [1, 3, 5].map((k) => Number.parseInt(hex.slice(k, k + 2), 16));

/** A colour between white and a hue. */
export const tint = (hue, share) => channels(hue).map((channel) => 255 + (channel - 255) * share);

/** Hold two lists of numbers to each other, number by number. */
export function assertClose(actual, wanted, tolerance, where = '') {
  assert.equal(actual.length, wanted.length, where);
  for (const [k, value] of wanted.entries()) {
    assert.ok(Math.abs(actual[k] - value) <= tolerance, `${where}[${k}]: ${actual[k]}, wanted ${value}`);
  }
}

/** The mean of numbers. */
export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
