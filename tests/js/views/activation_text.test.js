import assert from 'node:assert/strict';
import {test} from 'node:test';

import {hueOf} from '../../../static/core/colours.js';
import {number} from '../../../static/core/format.js';
import view from '../../../static/views/activation_text.js';
import {assertClose} from '../checking.js';
import {readStep, readTrace, seatOf, watchAnswer, watchContext} from '../frozen.js';

const NAME = 'shakespeare-rnn';
const figureOf = (changes) => view.figure(watchContext(view, NAME, changes));
const activationsOf = (unit) => {
  const {signals, tokens} = readTrace(NAME);
  return tokens.map((_, t) => readStep(signals['layers.0.h'], t)[unit]);
};

test('what it returns', (t) => {
  t.assert.snapshot(seatOf(view));
  t.assert.snapshot(figureOf());
});

test('each token is as strong as the unit was after it, of its own colour above zero and violet below', () => {
  const {tokens} = readTrace(NAME);
  let [above, below] = [0, 0];
  for (const unit of [0, 5, 17]) {
    const values = activationsOf(unit);
    const largest = Math.max(...values.map(Math.abs));
    const [{words, colour}] = figureOf({unit}).lines;
    assert.deepEqual(
      words.map(({token}) => token),
      tokens,
    );
    assertClose(
      words.map(({share}) => share),
      values.map((value) => Math.abs(value) / largest),
      1e-12,
    );
    assert.equal(colour, hueOf({role: 'hidden'}, 'light'));
    for (const [t, value] of values.entries()) {
      assert.equal(words[t].colour, value < 0 ? '#7B2FA8' : undefined);
      assert.equal(words[t].tip, number(value, 'en'));
      if (value < 0) below += 1;
      else above += 1;
    }
  }
  assert.ok(above && below);
});

test('unless one is chosen it is the unit that ends with the largest value', () => {
  const {signals, tokens} = readTrace(NAME);
  const final = readStep(signals['layers.0.h'], tokens.length - 1);
  const unit = final.indexOf(Math.max(...final));
  assert.match(figureOf().shows, new RegExp(`unit ${unit + 1} of the hidden state`));
});

test('told is where the unit is largest, not where it is strongest', () => {
  const {tokens} = readTrace(NAME);
  for (const unit of [0, 5, 17]) {
    const values = activationsOf(unit);
    const peak = values.indexOf(Math.max(...values));
    const {summary, table} = figureOf({unit});
    assert.equal(summary, `Unit ${unit + 1} is largest at “${tokens[peak]}”, ${number(values[peak], 'en')}.`);
    assert.deepEqual(table().rows[2], [3, tokens[2], number(values[2], 'en')]);
  }
});

test('the step on screen is marked; single letters are set close', () => {
  const [{words, close}] = figureOf({step: 3}).lines;
  assert.deepEqual(
    words.map(({here}) => here),
    words.map((_, t) => t === 3),
  );
  assert.equal(close, true);
  const answer = watchAnswer(NAME);
  answer.trace.tokens[2] = 'two';
  assert.equal(view.figure(watchContext(view, answer)).lines[0].close, false);
});

test('a unit that is zero all along is shaded nowhere, in its own colour, and largest at the first', () => {
  const answer = watchAnswer(NAME);
  answer.trace.signals['layers.0.h'].values.fill(0);
  const {lines, summary} = view.figure(watchContext(view, answer, {unit: 0}));
  assert.ok(lines[0].words.every(({colour}) => colour === undefined));
  assert.ok(summary.startsWith(`Unit 1 is largest at “${answer.tokens[0]}”`));
  answer.trace.signals['layers.0.h'].values[0] = 0.5; // below what 1 would be
  assert.equal(view.figure(watchContext(view, answer, {unit: 0})).lines[0].words[0].share, 1);
  answer.trace.signals['layers.0.h'].values[0] = 0;
  assert.ok(view.figure(watchContext(view, answer)).lines[0].words.every(({share}) => share === 0));
});

test('it applies where the network can write', () => {
  assert.equal(view.applies(watchContext(view, NAME)), true);
  assert.equal(view.applies(watchContext(view, 'sentiment-lstm')), false);
});
