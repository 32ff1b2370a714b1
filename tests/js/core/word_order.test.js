import assert from 'node:assert/strict';
import {test} from 'node:test';

import {findMovedWords, findSelectedWords, findWords, moveWords} from '../../../static/core/word_order.js';

const FIRST = 'Um acidente pode ocorrer a qualquer momento.';

const wordsOf = (text) => findWords(text).map(({start, end}) => text.slice(start, end));

function move(text, words, by, origin) {
  const moved = moveWords(text, words, by, origin);
  return moved && [moved.text, moved.text.slice(moved.from, moved.to)];
}

test('words stand where they stand; the stop at the end belongs to none', () => {
  assert.deepEqual(wordsOf(FIRST), ['Um', 'acidente', 'pode', 'ocorrer', 'a', 'qualquer', 'momento']);
  assert.deepEqual(wordsOf('a,  b\nc … !?'), ['a,', 'b', 'c']);
  assert.deepEqual(wordsOf('a. b'), ['a.', 'b']);
  for (const text of ['', '   ', '...']) assert.deepEqual(findWords(text), []);
});

test('a selection touches words; a caret stands at one', () => {
  const text = 'one two three'; // 0-3, 4-7, 8-13
  assert.deepEqual(findSelectedWords(text, 1, 5), [0, 1]);
  assert.deepEqual(findSelectedWords(text, 3, 8), [1, 1]); // it only touches the edges of its neighbours
  assert.deepEqual(findSelectedWords(text, 0, 13), [0, 2]);
  assert.deepEqual(findSelectedWords(text, 5, 5), [1, 1]);
  assert.deepEqual(findSelectedWords(text, 3, 3), [0, 0]);
  assert.deepEqual(findSelectedWords(text, 4, 4), [1, 1]);
  assert.deepEqual(findSelectedWords(text, 13, 13), [2, 2]);
  assert.deepEqual(findSelectedWords('a   b.', 2, 3), [1, 1]); // between two: the next
  assert.deepEqual(findSelectedWords('a   b.', 2, 2), [1, 1]);
  assert.deepEqual(findSelectedWords('a b ...', 6, 7), [1, 1]); // behind all: the last
  assert.equal(findSelectedWords('...', 0, 0), null);
});

test('beside all words the next one is meant, or the last', () => {
  assert.deepEqual(findSelectedWords('a   b c', 2, 3), [1, 1]);
  assert.deepEqual(findSelectedWords('   a b', 0, 0), [0, 0]);
  assert.deepEqual(findSelectedWords('   a b', 1, 2), [0, 0]);
});

test('what has moved goes on as long as the words follow each other where they were', () => {
  assert.deepEqual(findMovedWords('a b x c a d', 'x a b c a d'), [0, 1]); // by the first time that the word stood there
  assert.deepEqual(findMovedWords('novo um acidente', 'um acidente'), [0, 0]); // a new word came from nowhere
  assert.deepEqual(findMovedWords('a a b', 'a b a'), [1, 2]);
  assert.deepEqual(findMovedWords('c d', 'a b c d'), [0, 1]);
  assert.deepEqual(findMovedWords('c d e', 'a b c d'), [0, 1]);
});

test('what has moved is what stands elsewhere, as long as it follows itself there', () => {
  assert.deepEqual(findMovedWords('Pode ocorrer um acidente a qualquer momento.', FIRST), [0, 1]);
  assert.deepEqual(findMovedWords('Um acidente a pode ocorrer qualquer momento.', FIRST), [2, 2]);
  assert.deepEqual(findMovedWords(FIRST, FIRST), [0, 0]);
  assert.deepEqual(findMovedWords('Um acidente novo pode ocorrer.', FIRST), [2, 2]); // a word of its own
  assert.deepEqual(findMovedWords('b, c a', 'a b c'), [0, 1]); // whatever stands around it
  assert.deepEqual(findMovedWords('c', 'a b c'), [0, 0]);
  assert.equal(findMovedWords('...', FIRST), null);
});

test('words move one place at a time, either way', () => {
  assert.deepEqual(move(FIRST, [0, 1], 1), ['Pode um acidente ocorrer a qualquer momento.', 'um acidente']);
  assert.deepEqual(move('Pode ocorrer um acidente.', [2, 3], -1), [
    'Pode um acidente ocorrer.',
    'um acidente',
  ]);
  assert.deepEqual(move('a b c d', [1, 1], 1), ['a c b d', 'b']);
  assert.deepEqual(move('a b c d', [1, 2], -1), ['b c a d', 'b c']);
});

test('at either end there is nowhere to go; the stop stays where it is', () => {
  assert.equal(moveWords(FIRST, [0, 1], -1), null);
  assert.equal(moveWords('Pode ocorrer um acidente.', [2, 3], 1), null);
  assert.deepEqual(move('a b!?', [0, 0], 1), ['b a!?', 'a']);
  for (const text of ['', '   ', '...', 'one']) assert.equal(moveWords(text, [0, 0], 1), null);
});

test('what is between the words stays between the words', () => {
  assert.deepEqual(move('a,  b\nc', [0, 0], 1), ['b  a,\nc', 'a,']);
  assert.deepEqual(move('  a b', [0, 0], 1), ['  b a', 'a']);
});

test('a sentence that began with a capital still does', () => {
  assert.deepEqual(move('Hoje chove muito', [1, 1], -1), ['Chove hoje muito', 'Chove']);
  assert.deepEqual(move('“Hoje chove”', [1, 1], -1), ['Chove” “hoje', 'Chove”']);
  assert.deepEqual(move('É bom', [0, 0], 1), ['Bom é', 'é']);
  assert.deepEqual(move('kept in small letters', [0, 0], 1), ['in kept small letters', 'kept']);
  assert.deepEqual(move('Uma vez mais', [1, 1], 1), ['Uma mais vez', 'vez']); // the first stays
});

test('a name keeps its capital where a sentence shows that it is one', () => {
  assert.deepEqual(move('Maria viajou ontem', [0, 0], 1, 'Ontem Maria viajou'), [
    'Viajou Maria ontem',
    'Maria',
  ]);
  assert.deepEqual(move('Maria viajou ontem', [0, 0], 1), ['Viajou maria ontem', 'maria']);
  assert.deepEqual(move('Ana vê Ana', [0, 0], 1), ['Vê Ana Ana', 'Ana']);
  assert.deepEqual(move('NASA said so', [0, 0], 1), ['Said NASA so', 'NASA']);
  assert.deepEqual(move('I said so', [0, 0], 1), ['Said I so', 'I']);
  assert.deepEqual(move('It rained today', [0, 0], 1), ['Rained it today', 'it']);
});

test('there and back again', () => {
  let text = FIRST;
  let words = [0, 1];
  for (const by of [1, 1, 1, -1, -1, -1]) {
    const moved = moveWords(text, words, by, FIRST);
    text = moved.text;
    words = findSelectedWords(text, moved.from, moved.to);
  }
  assert.equal(text, FIRST);
});
