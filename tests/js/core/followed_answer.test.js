import assert from 'node:assert/strict';
import {test} from 'node:test';

import {followAnswer, writeQuantity} from '../../../static/core/followed_answer.js';
import {catalog, readTrace} from '../frozen.js';

const taskOf = (id) => catalog.tasks.find((task) => task.id === id);
const text = (texts) => texts.en;

test('of a class its probability is followed, and told by its name', () => {
  const trace = readTrace('sentiment-lstm');
  const followed = followAnswer({
    task: taskOf('sentiment'),
    classes: trace.classes,
    shownClass: () => 1,
    language: 'en',
    text,
  });
  const {values} = trace.probabilities;
  assert.equal(followed.numeric, false);
  assert.equal(followed.at(trace, 3), values[3 * 2 + 1]);
  assert.match(followed.tell(trace, 3), /^\S+% positive$/);
  assert.deepEqual(followed.heads, ['negative', 'positive']);
  assert.equal(followed.cells(trace, 3).length, 2);
});

test('of numbers the first is followed, in its own unit', () => {
  const trace = readTrace('temperature-lstm');
  const followed = followAnswer({
    task: taskOf('temperature'),
    classes: [],
    shownClass: () => 0,
    language: 'pt-BR',
    text,
  });
  const [first, second] = trace.values.values.subarray(4, 6);
  assert.equal(followed.at(trace, 2), first);
  const write = (value) => `${value.toFixed(1).replace('.', ',')} °C`;
  assert.equal(followed.tell(trace, 2), `${write(first)} next day`);
  assert.deepEqual(followed.cells(trace, 2), [write(first), write(second)]);
});

test('a large number needs no decimals', () => {
  assert.equal(writeQuantity(131.4, '', 'en'), '131');
  assert.equal(writeQuantity(31.44, '°C', 'en'), '31.4 °C');
});
