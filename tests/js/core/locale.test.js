import assert from 'node:assert/strict';
import {test} from 'node:test';

import {localise} from '../../../static/core/locale.js';

const WORDS = {en: {told: 'told {count}'}, 'pt-BR': {told: 'dito {count}'}};

test('words and numbers are in the language on screen', () => {
  const told = {};
  for (const language of ['en', 'pt-BR']) {
    const ctx = localise(WORDS, language, {shared: `shared {count} ${language}`});
    told[language] = [
      ctx.say('told', {count: 1}),
      ctx.common('shared', {count: 2}),
      ctx.text({en: 'gate', 'pt-BR': 'porta'}),
      ctx.number(-0.5),
      ctx.number(-0.5, true),
      ctx.percent(0.9951),
      ctx.power(0.42),
      ctx.magnitude(1.5),
      ctx.magnitude(0.0012),
    ];
  }
  assert.deepEqual(told.en, [
    'told 1',
    'shared 2 en',
    'gate',
    '−0.50',
    '(−0.50)',
    '99.5%',
    '0.42',
    '1.50',
    '1.2 × 10⁻³',
  ]);
  assert.deepEqual(told['pt-BR'], [
    'dito 1',
    'shared 2 pt-BR',
    'porta',
    '−0,50',
    '(−0,50)',
    '99,5%',
    '0,42',
    '1,50',
    '1,2 × 10⁻³',
  ]);
});

test('what has no words in a language is said in English', () => {
  assert.equal(localise(WORDS, 'pt-BR', {}).text({en: 'gate'}), 'gate');
});
