import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';

import {fill} from '../../../static/core/format.js';
import {chooseReader, describeUnknown, knowsFew, listSimilar} from '../../../static/core/unknown_words.js';

const SENTENCES = Object.fromEntries(
  ['en', 'pt-BR'].map((language) => [
    language,
    JSON.parse(readFileSync(new URL(`../../../app/locales/${language}.json`, import.meta.url), 'utf8')),
  ]),
);

/**
 * What the page says of a text: each word with the cosine of the word it is closest to, null for one that
 * is known, undefined for one that is read as unknown.
 */
function tell(words, language = 'en', ngrams = true) {
  const tokens = words.map(([token]) => token);
  const known = words.map(([, near]) => near === null);
  const similar = ngrams ? words.map(([, near]) => near ?? []) : null;
  return describeUnknown(
    {tokens, known, similar},
    (key, values) => fill(SENTENCES[language][key], values),
    language,
  );
}

const OTIMMO = [
  'otimmo',
  [
    {token: 'ótimo', cosine: 0.934},
    {token: 'último', cosine: 0.5},
  ],
];
const FILMI = ['filmi', [{token: 'filme', cosine: 0.8}]];

test('of a text that is known nothing is said', () => {
  assert.equal(tell([['um', null]]), '');
  assert.equal(tell([['um', null]], 'en', false), '');
});

test('a word is told with the one that its spelling is closest to', () => {
  const words = [['um', null], OTIMMO, OTIMMO];
  assert.equal(
    tell(words),
    'The model never saw “otimmo”: it reads it by its spelling, closest to “ótimo” (0.93), marked with a ? below.',
  );
  assert.equal(
    tell(words, 'pt-BR'),
    'O modelo nunca viu “otimmo”: lê a palavra pela grafia, mais perto de “ótimo” (0,93), marcada com ? abaixo.',
  );
});

test('several words are counted and told each', () => {
  const words = [OTIMMO, ['um', null], FILMI, FILMI];
  assert.equal(
    tell(words),
    'The model never saw 2 of these words. It reads each by its spelling, marked with a ? below: “otimmo” closest to “ótimo” (0.93); “filmi” closest to “filme” (0.80).',
  );
  assert.equal(
    tell(words, 'pt-BR'),
    'O modelo nunca viu 2 destas palavras. Lê cada uma pela grafia, marcada com ? abaixo: “otimmo”, mais perto de “ótimo” (0,93); “filmi”, mais perto de “filme” (0,80).',
  );
  const many = ['a', 'b', 'c', 'd', 'e'].map((token) => [token, FILMI[1]]);
  assert.match(tell(many), /^The model never saw 5 .*“d” closest to “filme” \(0\.80\)…\.$/);
});

test('what has no letters is told beside what is spelled', () => {
  const words = [OTIMMO, ['🦕', undefined], ['um', null]];
  assert.match(
    tell(words),
    /marked with a \? below\. What has no letters is read as the “unknown” vector: “🦕”\.$/,
  );
  assert.match(tell(words, 'pt-BR'), /O que não tem letras é lido como o vetor “desconhecido”: “🦕”\.$/);
  assert.equal(
    tell([
      ['🦕', undefined],
      ['um', null],
    ]),
    fill(SENTENCES.en['notice.one_unknown'], {words: '“🦕”'}),
  );
});

test('without n-grams all unknown words share one vector, and that is what is said', () => {
  const unknown = (count) => Array.from({length: count}, (_, k) => [`w${k}`, undefined]);
  const known = ['um', null];
  for (const language of ['en', 'pt-BR']) {
    const say = (key, values) => fill(SENTENCES[language][key], values);
    assert.equal(tell([known, ...unknown(1)], language, false), say('notice.one_unknown', {words: '“w0”'}));
    const seven = '“w0”, “w1”, “w2”, “w3”, “w4”, “w5”…';
    assert.equal(
      tell([known, ...unknown(7)], language, false),
      say('notice.unknown', {words: seven, count: 7}),
    );
    assert.equal(tell(unknown(1), language, false), say('notice.all_unknown', {words: '“w0”'}));
  }
});

test('the words nearest to a step: none without n-grams or where it is known', () => {
  const similar = [[], FILMI[1]];
  assert.deepEqual(listSimilar({tokens: [], known: [], similar}, 1), FILMI[1]);
  assert.deepEqual(listSimilar({tokens: [], known: [], similar}, 0), []);
  assert.deepEqual(listSimilar({tokens: [], known: [], similar: null}, 1), []);
});

test('a text of another language is one of whose words fewer than half are known', () => {
  const known = (...flags) => ({tokens: ['eu', 'adorei', 'a', 'comida', '.'], known: flags});
  assert.ok(knowsFew(known(false, false, true, false, true)), 'a letter and a full stop are no words');
  assert.ok(!knowsFew(known(true, true, true, false, true)));
  assert.ok(!knowsFew({tokens: ['t', 'o'], known: [false, false]}), 'characters are no words');
});

test('it is read with the task that knows most of it, the likeliest of several, by the cell on screen', () => {
  const tasks = [{id: 'near'}, {id: 'best'}, {id: 'letters'}, {id: 'empty'}];
  const models = [
    {id: 'near-gru', task: 'near', cell: 'gru'},
    {id: 'near-lstm', task: 'near', cell: 'lstm'},
    {id: 'best-lstm', task: 'best', cell: 'lstm'},
    {id: 'letters-lstm', task: 'letters', cell: 'lstm'},
  ];
  const choose = (near, best) =>
    chooseReader(
      [
        {model: 'near-gru', words: 5, known: 5},
        {model: 'near-lstm', words: 5, known: near},
        {model: 'best-lstm', words: 5, known: best},
        {model: 'letters-lstm', words: 0, known: 0},
      ],
      models,
      tasks,
      'lstm',
    );
  assert.deepEqual(choose(5, 5), {task: tasks[0], model: models[1], known: 5, words: 5});
  assert.equal(choose(4, 5).model.id, 'best-lstm');
  assert.equal(choose(4, 3).model.id, 'near-lstm');
  assert.equal(choose(3, 3), null);
  assert.equal(
    chooseReader([{model: 'near-gru', words: 2, known: 2}], models.slice(0, 1), tasks, 'lstm').model.id,
    'near-gru',
  );
});
