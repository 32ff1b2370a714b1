import assert from 'node:assert/strict';
import {test} from 'node:test';

import {alignTokens, countSharedPrefix, isAligned} from '../../../static/core/alignment.js';
import {randomNumbers} from '../random_numbers.js';

const align = (first, second, by = 'word') => alignTokens(first.split(' '), second.split(' '), by);

test('words are set under themselves', () => {
  assert.deepEqual(align('a b c', 'a b c'), [
    [0, 0],
    [1, 1],
    [2, 2],
  ]);
  assert.deepEqual(align('a b c', 'c a b'), [
    [0, 1],
    [1, 2],
    [2, 0],
  ]);
});

test('the k-th time a word stands in one belongs to the k-th time in the other', () => {
  assert.deepEqual(align('a b a', 'a a b a'), [
    [0, 0],
    [1, 2],
    [null, 3],
    [2, 1],
  ]);
});

test('what stands alone comes after the word that it follows', () => {
  assert.deepEqual(align('a b', 'x a y b z'), [
    [null, 0],
    [0, 1],
    [null, 2],
    [1, 3],
    [null, 4],
  ]);
  assert.deepEqual(align('a x b', 'a b'), [
    [0, 0],
    [1, null],
    [2, 1],
  ]);
  assert.deepEqual(align('a', 'x y'), [
    [null, 0],
    [null, 1],
    [0, null],
  ]);
});

test('a word may be called as anything', () => {
  assert.deepEqual(align('constructor __proto__', '__proto__'), [
    [0, null],
    [1, 0],
  ]);
});

test('by position, the k-th belongs to the k-th', () => {
  assert.deepEqual(align('a b', 'x y z', 'position'), [
    [0, 0],
    [1, 1],
    [null, 2],
  ]);
  assert.deepEqual(align('x y z', 'a b', 'position'), [
    [0, 0],
    [1, 1],
    [2, null],
  ]);
});

test('of any two texts every step has one column, the first’s in order, and as many pairs as words are shared', () => {
  const random = randomNumbers(1);
  for (let run = 0; run < 40; run += 1) {
    const [first, second] = [0, 1].map(() =>
      Array.from({length: 1 + Math.floor(random() * 39)}, () => String(Math.floor(random() * 9))),
    );
    const columns = alignTokens(first, second, 'word');
    const steps = (side) => columns.map((pair) => pair[side]).filter((step) => step !== null);
    assert.deepEqual(
      steps(0),
      first.map((_, k) => k),
    );
    assert.deepEqual(
      steps(1).sort((a, b) => a - b),
      second.map((_, k) => k),
    );
    const times = (tokens, step) => tokens.slice(0, step).filter((token) => token === tokens[step]).length;
    const pairs = columns.filter(isAligned);
    for (const [i, j] of pairs) {
      assert.equal(first[i], second[j]);
      assert.equal(times(first, i), times(second, j));
    }
    const count = (tokens, token) => tokens.filter((other) => other === token).length;
    assert.equal(
      pairs.length,
      [...new Set(first)].reduce(
        (sum, token) => sum + Math.min(count(first, token), count(second, token)),
        0,
      ),
    );
  }
});

test('a column holds a step of both or of one', () => {
  assert.deepEqual(
    [
      [0, 0],
      [null, 0],
      [0, null],
    ].map(isAligned),
    [true, false, false],
  );
});

const known = (...ids) => ({
  tokens: ids.map((id) => `w${id}`),
  token_ids: ids,
  known: ids.map(() => true),
  similar: null,
});

test('the steps two texts have in common from the start', () => {
  assert.equal(countSharedPrefix(known(5, 6, 7), known(5, 6, 8)), 2);
  assert.equal(countSharedPrefix(known(5, 6), known(5, 6, 8)), 2);
  assert.equal(countSharedPrefix(known(5, 6, 8), known(5, 6)), 2);
  assert.equal(countSharedPrefix(known(1), known(2)), 0);
  assert.equal(countSharedPrefix(known(1, 2, 3), known(0, 2, 3)), 0);
});

test('unknown words are one and the same, but not where each is read by its spelling', () => {
  const one = {tokens: ['a', 'zzy', 'b'], token_ids: [2, 1, 3], known: [true, false, true], similar: null};
  const other = {...one, tokens: ['a', 'yyz', 'b']};
  assert.equal(countSharedPrefix(one, other), 3);
  const similar = [[], [{token: 'b', cosine: 0.5}], []];
  assert.equal(countSharedPrefix({...one, similar}, {...other, similar}), 1);
  assert.equal(countSharedPrefix({...one, similar}, {...one, similar}), 3);
  const unread = [[], [], []]; // neither has letters
  assert.equal(countSharedPrefix({...one, similar: unread}, {...other, similar: unread}), 3);
});
