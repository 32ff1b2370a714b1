import assert from 'node:assert/strict';
import {test} from 'node:test';
import {FRESH, MOST_NETWORKS, writeNetwork} from '../../../static/core/compared_network.js';
import {listPresets, listTrained} from '../../../static/core/network_presets.js';
import {catalog, catalogues} from '../frozen.js';

const written = (presets) =>
  Object.fromEntries(presets.map(({name, networks}) => [name, networks.map(writeNetwork)]));
const namesOf = (presets) => presets.map(({name}) => name).sort();

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
    assert.ok(presets.length, task);
    for (const {name, title, networks} of presets) {
      for (const language of ['en', 'pt-BR'])
        assert.ok(title ? title[language] : catalogues[language][`networks.preset.${name}`], name);
      assert.ok(networks.length > 1 && networks.length <= MOST_NETWORKS);
      for (const {model, weights, settings} of networks) {
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
  assert.deepEqual(namesOf(listPresets(without('rnn'), 'sentiment')), ['forget', 'fresh', 'trained']);
  assert.deepEqual(namesOf(listPresets(without('lstm', 'gru'), 'sentiment')), ['gain', 'start']);
  assert.deepEqual(listPresets(catalog, 'nothing'), []);
});

test('a cell that brings a preset is offered with it, and the page names no cell', () => {
  const title = {en: 'x', 'pt-BR': 'x'};
  const drawn = {start: 'pytorch', gain: 2, chrono: 0, settings: {}};
  const cells = catalog.cells.map((cell) =>
    cell.id === 'gru'
      ? {...cell, presets: [{name: 'own', title, networks: [drawn, {...drawn, gain: 3}]}]}
      : {...cell, presets: []},
  );
  const presets = listPresets({...catalog, cells}, 'sentiment');
  assert.deepEqual(written(presets).own, [
    'sentiment-gru~weights=fresh~gain=2',
    'sentiment-gru~weights=fresh~gain=3',
  ]);
  assert.deepEqual(namesOf(presets), ['fresh', 'own', 'trained']);
});

test('the newest cell stands first', () => {
  for (const {id} of catalog.tasks) {
    const years = listTrained(catalog, id).map(({model}) => {
      const {cell} = catalog.models.find((one) => one.id === model);
      return catalog.cells.find((one) => one.id === cell).year;
    });
    assert.deepEqual(
      years,
      years.toSorted((a, b) => b - a),
    );
  }
});

test('each network of a preset is an object of its own', () => {
  const [, {networks: fresh}] = listPresets(catalog, 'sentiment');
  fresh[0].settings.x = 1;
  fresh[0].gain = 9;
  assert.deepEqual(fresh[1].settings, {});
  assert.equal(FRESH.gain, 1);
});
