import assert from 'node:assert/strict';
import {test} from 'node:test';

import {outlineSound, readSound, trimSilence, writeSound} from '../../../static/core/sound_text.js';

const wave = (count) => Array.from({length: count}, (_, k) => 0.6 * Math.sin(k / 3));

test('what is written is read again, quiet samples finer than loud ones', () => {
  const samples = [...wave(200), 0, 1, -1, 0.001, -0.003];
  const written = writeSound({rate: 8000, samples});
  assert.match(written, /^8000:[\w-]+$/, 'an address leaves it as it is');
  const again = readSound(written);
  assert.equal(again.rate, 8000);
  assert.equal(again.samples.length, samples.length);
  again.samples.forEach((sample, k) => {
    const error = Math.abs(sample - samples[k]);
    assert.ok(error <= 0.0003 + 0.025 * Math.abs(samples[k]), `${samples[k]} became ${sample}`);
  });
  assert.equal(again.samples[200], 0);
});

test('what is no sound holds no sample', () => {
  for (const text of ['', '8000:', '8000:%%%', 'hello']) assert.deepEqual(readSound(text).samples, []);
  assert.equal(readSound('hello').rate, 0);
});

test('silence before and after a word is cut, all but a little', () => {
  const quiet = new Array(4000).fill(0);
  const word = wave(800);
  const kept = trimSilence([...quiet, ...word, ...quiet], 8000, 2);
  assert.ok(kept.length <= 800 + 2 * 400);
  assert.ok(kept.length > 700);
  assert.equal(trimSilence(wave(32000), 8000, 2).length, 16000);
  assert.equal(trimSilence(quiet, 8000, 2).length > 0, true);
});

test('an outline holds the lowest and the highest of every part', () => {
  assert.deepEqual(outlineSound([0.5, -0.2, 0.1, 0.3], 2), [
    [-0.2, 0.5],
    [0, 0.3],
  ]);
  assert.equal(outlineSound([], 3).length, 3);
});
