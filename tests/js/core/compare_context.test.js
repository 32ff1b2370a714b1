import assert from 'node:assert/strict';
import {test} from 'node:test';

import {listGatedLayers} from '../../../static/core/compare_context.js';
import {listNetworkHues} from '../../../static/core/network_hues.js';
import {catalog, compareAnswer, compareContext} from '../frozen.js';

const VIEW = {words: {en: {own: 'own {n}'}, 'pt-BR': {own: 'própria {n}'}}, applies: () => false};
const contextOf = (name, changes) => compareContext(VIEW, name, changes);

const cellOf = (id) => catalog.cells.find((cell) => cell.id === id);
const huesOf = (theme) => listNetworkHues(['gru', 'lstm', 'rnn', 'lstm'].map(cellOf), theme);

test('a network has a name and a colour of its own; one that is not trained is not drawn solid', () => {
  const {networks} = contextOf('compare-sentiment');
  assert.deepEqual(
    networks.map(({title}) => title),
    ['GRU, trained', 'LSTM, trained', 'RNN (Elman), trained', 'LSTM, untrained, 16 units, 3 seeds'],
  );
  assert.deepEqual(
    networks.map(({colour}) => colour),
    huesOf('light'),
  );
  assert.deepEqual(
    networks.map(({mark}) => mark.letter),
    ['●', '■', '◆', '▲'],
  );
  assert.deepEqual(
    networks.map(({dash}) => dash),
    ['solid', 'solid', 'solid', 'dashdot'],
  );
  const answer = compareAnswer('compare-sentiment');
  for (const network of answer.comparison.networks) network.weights = 'fresh';
  assert.deepEqual(
    compareContext(VIEW, answer).networks.map(({dash}) => dash),
    ['dot', 'dash', 'longdash', 'dashdot'],
  );
  assert.equal(contextOf('compare-sentiment', {theme: 'dark'}).networks[0].colour, huesOf('dark')[0]);
});

test('every layer and direction has all that its network has, its own name and the step that it reads last', () => {
  const {layers, comparison} = contextOf('compare-accents');
  const last = comparison.tokens.length - 1;
  assert.deepEqual(
    layers.map(({title, finalStep, memoryState}) => [title.split(' · ')[1], finalStep, memoryState]),
    [
      ['left to right', last, 'c'],
      ['right to left', 0, 'c'],
      ['layer 1', last, 'c'],
      ['layer 2', last, 'c'],
    ],
  );
  assert.notEqual(layers[0].colour, layers[1].colour);
  assert.deepEqual(
    layers.map(({model}) => model),
    [
      'accents-lstm-bidirectional',
      'accents-lstm-bidirectional',
      'accents-lstm-stacked',
      'accents-lstm-stacked',
    ],
  );
  assert.deepEqual(
    layers[0].signals.map(({name}) => name),
    ['i', 'f', 'g', 'o', 'c', 'h'],
  );
  assert.deepEqual(
    contextOf('compare-sentiment').layers.map(({title}) => title),
    contextOf('compare-sentiment').networks.map(({title}) => title),
  );
});

test('layers with gates are those whose memory is a sum', () => {
  assert.deepEqual(
    listGatedLayers(contextOf('compare-sentiment')).map(({cell}) => cell),
    ['gru', 'lstm', 'lstm'],
  );
  assert.deepEqual(listGatedLayers(contextOf('compare-sentiment-quick')), []);
});

test('what is left of a gradient is a percentage, a power of ten below a hundredth, a factor above 1; a dash where there is no such step', () => {
  const {shareLeft} = contextOf('compare-sentiment');
  assert.deepEqual([null, 0, 0.00999, 0.01, 0.5, 2.5].map(shareLeft), [
    '–',
    '0',
    '0.01',
    '1%',
    '50%',
    '2.5 times',
  ]);
  assert.equal(shareLeft(0.0012), '1.2 × 10⁻³');
  assert.equal(contextOf('compare-sentiment', {language: 'pt-BR'}).shareLeft(0.0012), '1,2 × 10⁻³');
  assert.equal(contextOf('compare-sentiment', {language: 'pt-BR'}).shareLeft(2.29), '2,3 vezes');
  assert.deepEqual([1, 1.04, 1.05].map(shareLeft), ['100%', '104%', '1.1 times']);
});

test('a view is handed the comparison, its labels and words in the language on screen', () => {
  const ctx = contextOf('compare-sentiment', {
    language: 'pt-BR',
    step: 4,
    width: 500,
    clip: 0.5,
    direction: 'forward',
  });
  assert.deepEqual(
    [ctx.step, ctx.width, ctx.clip, ctx.direction, ctx.language, ctx.theme],
    [4, 500, 0.5, 'forward', 'pt-BR', 'light'],
  );
  const {labels} = catalog.tasks.find(({id}) => id === 'sentiment');
  assert.equal(ctx.label('positive'), labels.positive['pt-BR']);
  assert.equal(ctx.say('own', {n: 1}), 'própria 1');
  assert.equal(ctx.comparison.tokens.length, 12);
});

test('no two layers of a comparison have one colour or one mark', () => {
  for (const name of ['compare-accents', 'compare-sentiment', 'compare-sentiment-pt']) {
    const {layers, networks} = contextOf(name);
    const colours = layers.map(({colour}) => colour);
    assert.equal(new Set(colours).size, colours.length, `${name}: ${colours}`);
    assert.equal(new Set(layers.map(({mark}) => mark.symbol)).size, layers.length);
    for (const {colour} of networks) assert.ok(colours.includes(colour));
  }
});
