import assert from 'node:assert/strict';
import {test} from 'node:test';

import {chooseSwap, readSwap, swapToken, writeSwap} from '../../../static/core/word_swap.js';

const TOKENS = ['a', 'wonderful', 'film', ',', 'but', 'sad'];
const OPPOSITES = {wonderful: 'terrible', sad: 'happy'};

test('a swap is written and read again', () => {
  assert.deepEqual(readSwap(writeSwap(3, ' not: good '), 4), {step: 3, word: 'not: good'});
  assert.deepEqual(readSwap('0:', 1), {step: 0, word: ''});
  for (const written of ['', '3', ':x', '-1:x', 'a:x', '4:x']) assert.equal(readSwap(written, 4), null);
});

test('the first word that has an opposite is offered with it, or that of the step on screen', () => {
  assert.deepEqual(chooseSwap(TOKENS, OPPOSITES, '', 0), {step: 1, word: 'terrible'});
  assert.deepEqual(chooseSwap(TOKENS, OPPOSITES, '', 5), {step: 5, word: 'happy'});
  assert.deepEqual(chooseSwap(TOKENS, OPPOSITES, '', 2), {step: 1, word: 'terrible'});
  assert.deepEqual(chooseSwap(TOKENS, {}, '', 2), {step: 2, word: ''});
  assert.deepEqual(chooseSwap(['constructor'], {}, '', 0), {step: 0, word: ''});
});

test('what was chosen stands; a word that was typed stands before the opposite', () => {
  assert.deepEqual(chooseSwap(TOKENS, OPPOSITES, '5:', 1), {step: 5, word: 'happy'});
  assert.deepEqual(chooseSwap(TOKENS, OPPOSITES, '5:glad', 1), {step: 5, word: 'glad'});
  assert.deepEqual(chooseSwap(TOKENS, OPPOSITES, '2:', 1), {step: 2, word: ''});
  assert.deepEqual(chooseSwap(TOKENS, OPPOSITES, '99:x', 5), {step: 5, word: 'happy'});
});

test('the text has the other word at its place; letters are not set apart', () => {
  assert.equal(swapToken(TOKENS, 1, 'not good'), 'a not good film , but sad');
  assert.equal(swapToken(['T', 'o', ' ', 'b', 'e'], 4, 'y'), 'To by');
  assert.equal(swapToken(['a'], 0, 'terrible'), 'terrible');
});
