import assert from 'node:assert/strict';
import {test} from 'node:test';
import {FRESH, nameNetwork, readNetwork, writeNetwork} from '../../../static/core/compared_network.js';
import {fill} from '../../../static/core/format.js';
import {catalog, catalogues} from '../frozen.js';

const TRAINED = {model: 'sentiment-lstm', weights: 'trained', ...FRESH, settings: {}};
const name = (changes, language = 'en') =>
  nameNetwork(
    {...TRAINED, weights: 'fresh', ...changes},
    catalog,
    (key, values) => fill(catalogues[language][key], values),
    (texts) => texts[language],
  );

test('what is as usual is not written', () => {
  assert.equal(writeNetwork(TRAINED), 'sentiment-lstm');
  assert.equal(
    writeNetwork({...TRAINED, weights: 'fresh', gain: 1.5}),
    'sentiment-lstm~weights=fresh~gain=1.5',
  );
  assert.equal(writeNetwork({model: 'm', weights: 'trained', settings: {}}), 'm');
  assert.equal(
    writeNetwork({...TRAINED, width: null, settings: {forget_bias: 0}}),
    'sentiment-lstm~forget_bias=0',
  );
});

test('a network is read as it was written, field by field and all at once', () => {
  const changes = {
    weights: 'fresh',
    start: 'identity',
    gain: 0.8,
    chrono: 100,
    width: 24,
    seed: 3,
    seeds: 5,
    settings: {relu: 1, forget_bias: -1.5},
  };
  for (const [key, value] of Object.entries(changes)) {
    const spec = {...TRAINED, [key]: value};
    assert.deepEqual(readNetwork(writeNetwork(spec)), spec, key);
  }
  const all = {...TRAINED, ...changes};
  assert.deepEqual(readNetwork(writeNetwork(all)), all);
  assert.deepEqual(readNetwork('sentiment-lstm'), TRAINED);
});

test('what makes no sense is refused', () => {
  for (const written of [
    'm~gain',
    'm~gain=',
    'm~gain=much',
    'm~gain=Infinity',
    'm~relu=',
    'm~relu=x',
    'm~',
    'm~=',
  ])
    assert.equal(readNetwork(written), null, written);
});

test('what is read has settings of its own', () => {
  readNetwork('m').settings.relu = 1;
  assert.deepEqual(readNetwork('m').settings, {});
  assert.equal(FRESH.settings, undefined);
});

test('a network is named by its cell and by all that is not as usual', () => {
  assert.equal(name({weights: 'trained'}), 'LSTM, trained');
  assert.equal(name({weights: 'trained', gain: 2, seed: 1}), 'LSTM, trained'); // nothing of it was drawn
  const short = (start) => catalogues.en[`networks.short.${start}`];
  assert.equal(name({}), `LSTM, ${short('pytorch')}`);
  assert.equal(
    name({start: 'orthogonal', gain: 1.2, chrono: 100}),
    `LSTM, ${short('orthogonal')}, × 1.2, chrono 100`,
  );
  assert.equal(
    name({width: 24}),
    `LSTM, ${short('pytorch')}, ${fill(catalogues.en['networks.units'], {width: 24})}`,
  );
  assert.equal(name({width: 64}), `LSTM, ${short('pytorch')}`); // as wide as the model
  assert.equal(
    name({seed: 3}),
    `LSTM, ${short('pytorch')}, ${fill(catalogues.en['networks.seed'], {seed: 3})}`,
  );
  assert.equal(
    name({seed: 3, seeds: 5}),
    `LSTM, ${short('pytorch')}, ${fill(catalogues.en['networks.seeds'], {seeds: 5})}`,
  );
});

test('a setting that is not its default is named by its short name', () => {
  for (const language of ['en', 'pt-BR']) {
    for (const {id, settings} of catalog.cells) {
      const model = catalog.models.find(({cell}) => cell === id).id;
      for (const setting of settings) {
        const usual = name({model}, language);
        assert.equal(name({model, settings: {[setting.name]: setting.default}}, language), usual);
        assert.equal(
          name({model, settings: {[setting.name]: setting.high}}, language),
          `${usual}, ${fill(setting.short[language], {value: setting.high})}`,
        );
      }
    }
  }
});

test('layers and directions are named', () => {
  for (const language of ['en', 'pt-BR']) {
    const say = (key, values) => fill(catalogues[language][key], values);
    assert.ok(
      name({model: 'accents-lstm-stacked'}, language).startsWith(
        `LSTM, ${say('model.layers', {layers: 2})}, `,
      ),
    );
    assert.ok(
      name({model: 'accents-lstm-bidirectional'}, language).startsWith(`LSTM, ${say('model.both')}, `),
    );
  }
});
