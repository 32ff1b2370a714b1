import assert from 'node:assert/strict';
import {test} from 'node:test';

import {localise, sayWith} from '../../../static/core/locale.js';

/** The page's names of what a token is. */
const NOUNS = {
  en: {
    'token.word': 'word',
    'token.words': 'words',
    'token.character': 'letter',
    'token.characters': 'letters',
  },
  'pt-BR': {
    'token.word': 'palavra',
    'token.words': 'palavras',
    'token.character': 'letra',
    'token.characters': 'letras',
  },
};
const WORDS = {en: {told: 'told {count}'}, 'pt-BR': {told: 'dito {count}'}};

test('words and numbers are in the language on screen', () => {
  const told = {};
  for (const language of ['en', 'pt-BR']) {
    const ctx = localise(
      WORDS,
      language,
      {...NOUNS[language], shared: `shared {count} ${language}`},
      'words',
    );
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
  assert.equal(localise(WORDS, 'pt-BR', NOUNS['pt-BR'], 'words').text({en: 'gate'}), 'gate');
});

test('a token is called what the task reads, in every sentence: a view’s, a part’s, the page’s, a cell’s', () => {
  const told = (language, reads) => {
    const words = {[language]: {first: '{Token_noun} {k}', most: '{k} {token_nouns}'}};
    const catalogue = {...NOUNS[language], shared: 'x: {token_noun}'};
    const ctx = {language, ...localise(words, language, catalogue, reads)};
    return [
      ctx.say('first', {k: 1}),
      sayWith(ctx, words).say('most', {k: 2}),
      ctx.common('shared'),
      ctx.text({[language]: '{token_noun}, {length}'}),
    ];
  };
  assert.deepEqual(told('en', 'words'), ['Word 1', '2 words', 'x: word', 'word, {length}']);
  assert.deepEqual(told('en', 'characters'), ['Letter 1', '2 letters', 'x: letter', 'letter, {length}']);
  assert.deepEqual(told('pt-BR', 'words'), ['Palavra 1', '2 palavras', 'x: palavra', 'palavra, {length}']);
  assert.deepEqual(told('pt-BR', 'characters'), ['Letra 1', '2 letras', 'x: letra', 'letra, {length}']);
});
