import assert from 'node:assert/strict';
import {test} from 'node:test';
import {FRESH, MOST_NETWORKS, writeNetwork} from '../../../static/core/compared_network.js';
import {listPresets} from '../../../static/core/network_presets.js';
import {catalog, catalogues} from '../frozen.js';

const written = (presets) =>
  Object.fromEntries(Object.entries(presets).map(([name, specs]) => [name, specs.map(writeNetwork)]));

test('the presets of a task that has every cell', () => {
  assert.deepEqual(written(listPresets(catalog, 'sentiment')), {
    trained: ['sentiment-gru', 'sentiment-lstm', 'sentiment-rnn'],
    fresh: ['sentiment-gru~weights=fresh', 'sentiment-lstm~weights=fresh', 'sentiment-rnn~weights=fresh'],
    start: [
      'sentiment-rnn~weights=fresh',
      'sentiment-rnn~weights=fresh~start=orthogonal',
      'sentiment-rnn~weights=fresh~start=identity~relu=1',
    ],
    gain: [
      'sentiment-rnn~weights=fresh~start=orthogonal~gain=0.8',
      'sentiment-rnn~weights=fresh~start=orthogonal~gain=1.5',
      'sentiment-rnn~weights=fresh~start=orthogonal~gain=3',
    ],
    forget: [
      'sentiment-lstm~weights=fresh',
      'sentiment-lstm~weights=fresh~forget_bias=1',
      'sentiment-lstm~weights=fresh~forget_bias=3',
      'sentiment-lstm~weights=fresh~chrono=100',
    ],
  });
});

test('every task has presets of two networks or more, of its own models, with a name in both languages', () => {
  for (const {id: task} of catalog.tasks) {
    const presets = listPresets(catalog, task);
    assert.ok(Object.keys(presets).length, task);
    for (const [name, specs] of Object.entries(presets)) {
      for (const language of ['en', 'pt-BR'])
        assert.ok(catalogues[language][`networks.preset.${name}`], name);
      assert.ok(specs.length > 1 && specs.length <= MOST_NETWORKS);
      for (const {model, weights, settings} of specs) {
        const {task: own, cell} = catalog.models.find(({id}) => id === model);
        assert.equal(own, task);
        assert.equal(weights, name === 'trained' ? 'trained' : 'fresh');
        const known = catalog.cells.find(({id}) => id === cell).settings.map((setting) => setting.name);
        for (const setting of Object.keys(settings)) assert.ok(known.includes(setting), `${cell} ${setting}`);
      }
    }
  }
});

test('what a task has no cell for is left out; one network is no comparison', () => {
  const without = (...cells) => ({
    ...catalog,
    models: catalog.models.filter(({cell}) => !cells.includes(cell)),
  });
  assert.deepEqual(Object.keys(listPresets(without('rnn'), 'sentiment')), ['trained', 'fresh', 'forget']);
  assert.deepEqual(Object.keys(listPresets(without('lstm', 'gru'), 'sentiment')), ['start', 'gain']);
  assert.deepEqual(listPresets(catalog, 'nothing'), {});
});

test('a cell whose settings have no such role is offered without', () => {
  const plain = {...catalog, cells: catalog.cells.map((cell) => ({...cell, settings: []}))};
  assert.deepEqual(
    written(listPresets(plain, 'sentiment')).start.at(-1),
    'sentiment-rnn~weights=fresh~start=identity',
  );
});

test('each network of a preset is an object of its own', () => {
  const {fresh} = listPresets(catalog, 'sentiment');
  fresh[0].settings.x = 1;
  fresh[0].gain = 9;
  assert.deepEqual(fresh[1].settings, {});
  assert.equal(FRESH.gain, 1);
});
