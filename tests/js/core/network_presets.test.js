import assert from 'node:assert/strict';
import {test} from 'node:test';

import {listPresets} from '../../../static/core/network_presets.js';
import {writeNetwork} from '../../../static/core/network_spec.js';
import {catalog} from '../frozen.js';

/** @param {string} task */
const write = (task) =>
  Object.fromEntries(
    Object.entries(listPresets(catalog, task)).map(([name, specs]) => [name, specs.map(writeNetwork)]),
  );

test('the presets of a task that has every cell', () => {
  assert.deepEqual(write('sentiment'), {
    trained: ['sentiment-gru', 'sentiment-lstm', 'sentiment-rnn'],
    fresh: ['sentiment-gru~weights=fresh', 'sentiment-lstm~weights=fresh', 'sentiment-rnn~weights=fresh'],
    start: [
      'sentiment-rnn~weights=fresh',
      'sentiment-rnn~weights=fresh~start=orthogonal',
      'sentiment-rnn~weights=fresh~start=identity~relu=1',
    ],
    gain: [
      'sentiment-rnn~weights=fresh~start=orthogonal~gain=0.8',
      'sentiment-rnn~weights=fresh~start=orthogonal~gain=1.2',
      'sentiment-rnn~weights=fresh~start=identity~gain=1.3~relu=1',
    ],
    forget: [
      'sentiment-lstm~weights=fresh',
      'sentiment-lstm~weights=fresh~forget_bias=1',
      'sentiment-lstm~weights=fresh~forget_bias=3',
      'sentiment-lstm~weights=fresh~chrono=100',
    ],
  });
});

test('a task that lacks a cell is offered what is left', () => {
  const without = {...catalog, models: catalog.models.filter(({cell}) => cell !== 'rnn')};
  const presets = listPresets(without, 'sentiment');
  assert.deepEqual(Object.keys(presets), ['trained', 'fresh', 'forget']);
  assert.equal(presets.trained.length, 2);
});
