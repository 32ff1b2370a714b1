import assert from 'node:assert/strict';
import {test} from 'node:test';

import {listKinds} from '../../../static/core/everyday.js';
import {catalog} from '../frozen.js';

const right = (samples, hits) => ({samples, right: hits, accuracy: hits / samples});
const task = catalog.tasks.find(({id}) => id === 'sentiment');

test('the kinds come in the order of the task, behind what is of them all', () => {
  const neutral = {samples: 50, unsure: 0.5, confidence: 0.7};
  const everyday = {
    en: {
      ...right(488, 400),
      neutral,
      most: right(464, 390),
      kinds: {neutral: {neutral}, irony: right(24, 10), plain: right(50, 49)},
    },
  };
  const kinds = listKinds(task, everyday);
  assert.deepEqual(
    kinds.map(({key}) => key),
    ['all', 'most', 'plain', 'irony', 'neutral'],
  );
  assert.deepEqual(kinds[0].measures, [{language: 'en', measure: right(488, 400)}]);
  assert.deepEqual(kinds[1].measures, [{language: 'en', measure: right(464, 390)}]);
  assert.equal(kinds[2].title['pt-BR'], 'diretas');
  assert.deepEqual(kinds[4].measures, [{language: 'en', measure: {neutral}}]);
});

test('a task of two languages has both measures in a line, and no line of what it lacks', () => {
  const cloze = catalog.tasks.find(({id}) => id === 'cloze');
  const kinds = listKinds(cloze, {
    en: {...right(10, 5), kinds: {animal: right(4, 1), far: right(6, 4)}},
    pt: {...right(8, 6), kinds: {animal: right(8, 6)}},
  });
  const lines = kinds.map(({key, measures}) => [key, measures.map(({language}) => language)]);
  assert.deepEqual(lines.sort(), [
    ['all', ['en', 'pt']],
    ['animal', ['en', 'pt']],
    ['far', ['en']],
  ]);
});

test('a model that was not measured has no kinds', () => {
  assert.deepEqual(listKinds(task, undefined), []);
});
