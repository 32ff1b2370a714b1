import assert from 'node:assert/strict';
import {test} from 'node:test';

import {wrapText} from '../../../static/core/wrapping.js';

const wrap = (text, width) => wrapText(text, width, ({length}) => length);

test('a line is filled with whole words, and nothing is left out', () => {
  assert.deepEqual(wrap('one two three four', 9), ['one two', 'three', 'four']);
  assert.deepEqual(wrap('one two', 7), ['one two']);
  assert.deepEqual(wrap('', 7), ['']);
});

test('a word wider than a line is broken; line breaks stay', () => {
  assert.deepEqual(wrap('a abcdefgh b', 3), ['a', 'abc', 'def', 'gh', 'b']);
  assert.deepEqual(wrap('one\ntwo', 20), ['one', 'two']);
});
