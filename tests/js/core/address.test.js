import assert from 'node:assert/strict';
import {test} from 'node:test';

import {
  choiceField,
  initialState,
  listField,
  numberField,
  readAddress,
  SHARED_FIELDS,
  SPEEDS,
  writeAddress,
} from '../../../static/core/address.js';
import {MOST_NETWORKS, readNetwork, writeNetwork} from '../../../static/core/compared_network.js';
import {readIntervention, writeIntervention} from '../../../static/core/interventions.js';

const FIELDS = {
  ...SHARED_FIELDS,
  weights: choiceField('weights', ['trained', 'fresh']),
  seed: numberField('seed', 0, 0, 2 ** 31 - 1),
  unit: numberField('unit', null, 0, 63),
  clip: numberField('clip', 1, 0.5, 10, false),
  interventions: listField('force', 3, writeIntervention, readIntervention),
  networks: listField('net', MOST_NETWORKS, writeNetwork, readNetwork),
};
const FORCED = {signal: 'layers.0.reverse.f', value: 0.25, step: 3, unit: null};
const CHANGED = {
  task: 'cloze',
  text: 'Not bad: 100 % “good”, né? & more #1 +2 = \n',
  step: 4,
  direction: 'backward',
  speed: 16,
  language: 'pt-BR',
  theme: 'dark',
  panel: 'held_gates',
  notation: 'complement',
  slide: 'network',
  model: 'cloze-gru',
  weights: 'fresh',
  seed: 7,
  unit: 0,
  clip: 2.5,
  interventions: [FORCED, {...FORCED, value: 'previous', step: null, unit: 12}],
  networks: [
    {...readNetwork('sentiment-rnn'), weights: 'fresh', gain: 1.5, settings: {relu: 1}},
    readNetwork('sentiment-gru'),
  ],
};

const read = (fragment) => readAddress(FIELDS, fragment);

test('a state that was changed everywhere is read as it was written, with or without #', () => {
  assert.deepEqual(Object.keys(CHANGED).sort(), Object.keys(FIELDS).sort());
  const written = writeAddress(FIELDS, CHANGED);
  assert.deepEqual(read(written), CHANGED);
  assert.deepEqual(read(`#${written}`), CHANGED);
});

test('every field alone is read as it was written, and nothing else is said', () => {
  for (const [key, value] of Object.entries(CHANGED)) {
    const written = writeAddress(FIELDS, {...initialState(FIELDS), [key]: value});
    assert.deepEqual(read(written), {language: 'en', theme: 'light', [key]: value}, key);
  }
});

test('what is as at first is left out; language and theme are always said', () => {
  assert.equal(writeAddress(FIELDS, initialState(FIELDS)), 'lang=en&theme=light');
});

test('what stands at a field’s initial value again is left out, also where another was named first', () => {
  const fields = {speed: choiceField('speed', SPEEDS, 4), step: numberField('step', 2, 0, 9)};
  assert.deepEqual(initialState(fields), {speed: 4, step: 2});
  assert.equal(writeAddress(fields, {speed: 4, step: 2}), '');
  assert.equal(writeAddress(fields, {speed: 0.5, step: 0}), 'speed=0.5&step=0');
});

test('the state at first', () => {
  assert.deepEqual(initialState(FIELDS), {
    task: '',
    text: '',
    step: null,
    direction: 'forward',
    speed: 2,
    language: 'en',
    theme: 'light',
    panel: '',
    notation: 'pytorch',
    slide: '',
    model: '',
    weights: 'trained',
    seed: 0,
    unit: null,
    clip: 1,
    interventions: [],
    networks: [],
  });
});

test('the speeds that are offered', () => {
  assert.deepEqual(SPEEDS, [0.5, 1, 2, 4, 8, 16]);
  for (const speed of SPEEDS) assert.equal(read(`speed=${speed}`).speed, speed);
});

test('the names in the address are those of links that are already out', () => {
  const names = [...new URLSearchParams(writeAddress(FIELDS, CHANGED)).keys()];
  assert.deepEqual([...new Set(names)].sort(), [
    'clip',
    'direction',
    'force',
    'lang',
    'letters',
    'model',
    'net',
    'panel',
    'seed',
    'slide',
    'speed',
    'step',
    'task',
    'text',
    'theme',
    'unit',
    'weights',
  ]);
});

test('a number at either bound is read, one beyond it is not', () => {
  for (const [fragment, value] of [
    ['unit=0', 0],
    ['unit=63', 63],
    ['unit=64', undefined],
    ['unit=-1', undefined],
  ]) {
    assert.equal(read(fragment).unit, value, fragment);
  }
  for (const [fragment, value] of [
    ['clip=0.5', 0.5],
    ['clip=10', 10],
    ['clip=10.01', undefined],
    ['clip=0.49', undefined],
  ]) {
    assert.equal(read(fragment).clip, value, fragment);
  }
});

test('a step may be any that a text can have', () => {
  for (const [fragment, value] of [
    [`step=${2 ** 31}`, 2 ** 31],
    [`step=${2 ** 31 + 1}`, undefined],
    ['step=0', 0],
  ])
    assert.equal(read(fragment).step, value, fragment);
});

test('a field that is not in the address is not in the state, whatever it would make of nothing', () => {
  const fields = {text: {name: 'text', initial: '', read: () => 'read'}};
  assert.deepEqual(readAddress(fields, ''), {});
  assert.deepEqual(readAddress(fields, 'text='), {text: 'read'});
});

test('a number is whole unless it is said to be otherwise; of two options the first is the initial one', () => {
  assert.equal(numberField('n', 0, 0, 9).read(['1.5']), undefined);
  assert.equal(numberField('n', 0, 0, 9, false).read(['1.5']), 1.5);
  assert.equal(choiceField('c', ['a', 'b']).initial, 'a');
});

test('what makes no sense is left out', () => {
  const nonsense = [
    '',
    '#',
    'nothing=1',
    'step=abc',
    'step=1.5',
    'step=',
    'step=1e3',
    'step=0x10',
    'step=-5',
    'step= 1',
    'seed=99999999999999999999',
    'unit=NaN',
    'speed=0',
    'speed=3',
    'speed=1e9',
    'seed=-1',
    'seed=1.5',
    'unit=1.5',
    'speed=-3',
    'theme=purple',
    'weights=maybe',
    'direction=up',
    'clip=Infinity',
    'force=',
    'force=::::&force=x',
    'force=layers.0.f:NaN::',
    'force=layers.0.f:1e999::',
    'net=sentiment-rnn~gain=much',
    '==&&',
    '__proto__=1',
    '#'.repeat(50),
  ];
  for (const fragment of nonsense) assert.deepEqual(read(fragment), {}, fragment);
});

test('of a list the entries that make sense are read, and no more than it may hold', () => {
  const entry = 'force=layers.0.f:1::';
  assert.equal(read([entry, entry, entry, entry].join('&')).interventions.length, 3);
  assert.equal(read(`force=x&${entry}`).interventions.length, 1);
  assert.deepEqual(
    read(`${entry}&force=layers.0.i:0:2:1`).interventions.map(({signal}) => signal),
    ['layers.0.f', 'layers.0.i'],
  );
});

test('where a field stands twice, the first counts', () => {
  assert.equal(read('step=1&step=2').step, 1);
});
