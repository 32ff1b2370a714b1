import assert from 'node:assert/strict';
import {test} from 'node:test';

import {chooseUnit, LEAST_CORRELATION, nameUnits, stepUnit} from '../../../static/core/unit_names.js';
import {catalog, watchContext} from '../frozen.js';

const properties = ['word', 'line', 'quotes'].map((id) => ({id, title: {en: id, 'pt-BR': `${id}-pt`}}));
const follower = (unit, correlation, signal = 'layers.0.c') => ({unit, correlation, signal});
const modelOf = (followed) => ({facts: {units: {samples: 40000, followed}}});

test('a name is earned from the threshold on, by either sign', () => {
  const named = nameUnits(
    modelOf({
      word: [follower(98, -0.74)],
      line: [follower(3, LEAST_CORRELATION - 0.01)],
      quotes: [follower(61, -0.1)],
    }),
    properties,
  );
  assert.deepEqual(
    named.map(({property, unit, layerName, symbol}) => [property, unit, layerName, symbol]),
    [['word', 98, 'layers.0', 'c']],
  );
});

test('a unit has one name, its strongest, and a name one unit', () => {
  const named = nameUnits(
    modelOf({
      word: [follower(5, 0.7), follower(6, 0.69)],
      line: [follower(5, 0.9, 'layers.0.h'), follower(7, 0.8)],
    }),
    properties,
  );
  assert.deepEqual(
    named.map(({property, unit}) => [property, unit]),
    [
      ['line', 5],
      ['word', 6],
    ],
  );
});

test('no unit of a model that was not measured has a name; every name of a shipped model is earned', () => {
  assert.deepEqual(nameUnits(undefined, properties), []);
  assert.deepEqual(nameUnits({facts: {}}, properties), []);
  const all = catalog.models.flatMap((model) => nameUnits(model, catalog.properties));
  assert.ok(all.length > 10);
  for (const {correlation} of all) assert.ok(Math.abs(correlation) >= 0.5);
});

test('the unit on screen is the one chosen, else the first of the order; a step goes along the order and stops', () => {
  const order = [4, 0, 2];
  assert.deepEqual(
    [null, 2, 3, 0].map((unit) => chooseUnit(order, unit)),
    [4, 2, 4, 0],
  );
  assert.deepEqual([stepUnit(order, 4, 1), stepUnit(order, 4, -1), stepUnit(order, 2, 1)], [0, 4, 2]);
});

test('a view is told the unit with its name, where it has one', () => {
  const view = {words: {en: {}, 'pt-BR': {}}, applies: () => true};
  const [{unit, title}] = nameUnits(
    catalog.models.find(({id}) => id === 'shakespeare-rnn'),
    catalog.properties,
  );
  const ctx = watchContext(view, 'shakespeare-rnn', {unit});
  assert.equal(ctx.unitTitle, `unit ${unit + 1} (${title.en})`);
  const plain = watchContext(view, 'sentiment-lstm', {unit: 7});
  assert.deepEqual([plain.shownUnit, plain.unitTitle], [7, 'unit 8']);
});
