import assert from 'node:assert/strict';
import {test} from 'node:test';

import {magnitude} from '../../../static/core/format.js';
import view from '../../../static/views/parameter_sharing.js';
import {norm, readStep, seatOf, watchAnswer, watchContext} from '../frozen.js';
import {figureOfPair, NAME, one, other, PAIRS, SECOND} from '../text_pair.js';

const figureOf = (changes) => figureOfPair(view, changes);
const read = ({signals, tokens}, symbol, t) => {
  const units = signals[`layers.0.${symbol}`].shape[1];
  return t < 0 || t >= tokens.length ? new Array(units).fill(0) : readStep(signals[`layers.0.${symbol}`], t);
};
const apart = (symbol, i, j) =>
  norm(read(one, symbol, i).map((value, k) => value - read(other, symbol, j)[k]));

test('what it returns', (t) => {
  t.assert.snapshot(seatOf(view));
  t.assert.snapshot(figureOf({step: 1}));
});

test('a line a word that both have: the same row, no difference of the input, and what was remembered before it', () => {
  const {lines, head} = figureOf({step: 1});
  assert.deepEqual(head.slice(5), ['‖Δh_t−1‖', '‖Δc_t−1‖', '‖Δi_t‖', '‖Δf_t‖', '‖Δg_t‖', '‖Δo_t‖']);
  for (const [k, [i, j]] of PAIRS.entries()) {
    assert.equal(one.tokens[i], other.tokens[j]);
    assert.deepEqual(lines[k].cells, [
      one.tokens[i],
      String(i + 1),
      String(j + 1),
      `${one.token_ids[i]} = ${other.token_ids[j]}`,
      '0',
      ...['h', 'c'].map((symbol) => magnitude(apart(symbol, i - 1, j - 1), 'en')),
      ...['i', 'f', 'g', 'o'].map((symbol) => magnitude(apart(symbol, i, j), 'en')),
    ]);
    assert.equal(lines[k].here, k === 1);
  }
  assert.equal(lines.length, PAIRS.length);
});

test('what is said of the word on screen', () => {
  const {shows, summary, table, lines} = figureOf({step: 4});
  assert.ok(
    shows.startsWith('“a” stands at position 5 in the first sentence and at position 1 in the second.'),
    shows,
  );
  assert.ok(shows.includes(`row ${one.token_ids[4]} of the embedding`));
  assert.ok(shows.includes(`‖Δc_t−1‖ = ${magnitude(apart('c', 3, -1), 'en')}`), shows);
  assert.ok(shows.includes(`‖Δf_t‖ = ${magnitude(apart('f', 4, 0), 'en')}`), shows);
  assert.equal(summary, `8 words stand in both. ${shows}`);
  assert.deepEqual(
    table().rows,
    lines.map(({cells}) => cells),
  );
});

test('a word that stands in the first alone is said to', () => {
  const answer = watchAnswer(NAME, {second: SECOND});
  answer.second.trace.tokens[6] = 'desastre';
  assert.equal(
    view.figure(watchContext(view, answer, {step: 1})).shows,
    '“acidente” stands in the first sentence only. Choose a word that both have.',
  );
  assert.equal(view.figure(watchContext(view, answer, {step: 1})).lines.length, 7);
});

test('a word that both read as another row is not the same word', () => {
  const answer = watchAnswer(NAME, {second: SECOND});
  answer.second.trace.token_ids[6] += 1;
  assert.equal(view.figure(watchContext(view, answer, {step: 1})).lines.length, 7);
});

test('the same sentence twice: nothing that was remembered differs', () => {
  const {shows} = view.figure(watchContext(view, NAME, {second: NAME, step: 1}));
  assert.ok(
    shows.startsWith(
      '“acidente” stands at position 2 in both sentences, and nothing that was remembered before it differs',
    ),
    shows,
  );
  const answer = watchAnswer(NAME, {second: NAME});
  answer.second.trace.signals['layers.0.c'].values[0] += 1e-11;
  assert.match(
    view.figure(watchContext(view, answer, {step: 1})).shows,
    /in the first sentence and at position 2/,
  );
  answer.second.trace.signals['layers.0.c'].values[0] = answer.trace.signals['layers.0.c'].values[0] + 1e-13;
  assert.match(view.figure(watchContext(view, answer, {step: 1})).shows, /position 2 in both/); // rounding
});

test('of several layers it speaks of the first', () => {
  const {shows} = view.figure(
    watchContext(view, 'accents-lstm-stacked', {second: 'accents-lstm-bidirectional', step: 1}),
  );
  assert.match(shows, /^In the first layer, reading forward: /);
  assert.ok(!figureOf({step: 1}).shows.startsWith('In the first'));
});

test('a word that stands several times is compared each time with its own', () => {
  const answer = watchAnswer(NAME, {second: NAME});
  for (const trace of [answer.trace, answer.second.trace])
    [trace.tokens[2], trace.token_ids[2]] = [trace.tokens[1], trace.token_ids[1]];
  const {lines} = view.figure(watchContext(view, answer, {step: 2}));
  assert.deepEqual(
    lines.map(({here}) => here),
    lines.map((_, k) => k === 2),
  );
  assert.deepEqual(
    lines.slice(1, 3).map(({cells}) => cells.slice(1, 3)),
    [
      ['2', '2'],
      ['3', '3'],
    ],
  );
});

test('one word in common is enough, wherever it stands', () => {
  const answer = watchAnswer(NAME, {second: SECOND});
  answer.second.trace.tokens = answer.second.trace.tokens.map((token, t) => (t === 6 ? token : `${token}!`));
  assert.equal(view.applies(watchContext(view, answer)), true);
  assert.deepEqual(
    view.figure(watchContext(view, answer)).lines.map(({cells}) => cells.slice(0, 3)),
    [['acidente', '2', '7']],
  );
});

test('it applies where there is a second sentence that shares a word', () => {
  assert.equal(view.applies(watchContext(view, NAME)), false);
  assert.equal(view.applies(watchContext(view, NAME, {second: SECOND})), true);
  const answer = watchAnswer(NAME, {second: SECOND});
  answer.second.trace.tokens = answer.second.trace.tokens.map((token) => `${token}!`);
  assert.equal(view.applies(watchContext(view, answer)), false);
});
