import assert from 'node:assert/strict';
import {test} from 'node:test';

import {
  chooseLayer,
  isReverse,
  layerOf,
  listLayers,
  nameLayer,
  nameSignal,
  symbolOf,
} from '../../../static/core/layer_names.js';
import {nameModel} from '../../../static/core/model_names.js';
import {readTrace} from '../frozen.js';

const say = (key, values) => (values ? `${key} ${Object.values(values)}` : key);

test('a signal’s name is that of its layer and its own', () => {
  for (const [signal, layer, symbol] of [
    ['layers.0.f', 'layers.0', 'f'],
    ['layers.1.reverse.c', 'layers.1.reverse', 'c'],
  ]) {
    assert.equal(layerOf(signal), layer);
    assert.equal(symbolOf(signal), symbol);
  }
  assert.ok(isReverse('layers.0.reverse'));
  assert.ok(!isReverse('layers.0'));
});

test('the layers of a trace, the lowest first', () => {
  const layersOf = (name) => listLayers(Object.keys(readTrace(name).signals));
  assert.deepEqual(layersOf('sentiment-lstm'), ['layers.0']);
  assert.deepEqual(layersOf('accents-lstm-stacked'), ['layers.0', 'layers.1']);
  assert.deepEqual(layersOf('accents-lstm-bidirectional'), ['layers.0', 'layers.0.reverse']);
});

test('on screen is the layer that was chosen, or the top forward one', () => {
  const names = ['layers.0', 'layers.0.reverse', 'layers.1', 'layers.1.reverse'];
  assert.equal(chooseLayer(names, 'layers.0.reverse'), 'layers.0.reverse');
  for (const nothing of ['', '1', 'layers.2', undefined])
    assert.equal(chooseLayer(names, nothing), 'layers.1');
  assert.equal(chooseLayer(['layers.0'], ''), 'layers.0');
});

test('a layer is named by its depth and its direction, as far as there are several', () => {
  const name = (layer, ...names) => nameLayer(layer, names, say);
  assert.equal(name('layers.0', 'layers.0'), '');
  assert.equal(name('layers.1', 'layers.0', 'layers.1'), 'row.layer 2');
  assert.equal(name('layers.0', 'layers.0', 'layers.0.reverse'), 'row.forward');
  assert.equal(name('layers.0.reverse', 'layers.0', 'layers.0.reverse'), 'row.reverse');
  assert.equal(
    name('layers.1.reverse', 'layers.0', 'layers.0.reverse', 'layers.1', 'layers.1.reverse'),
    'row.layer 2, row.reverse',
  );
});

test('a signal of several layers is named with its own', () => {
  assert.equal(nameSignal('f', ''), 'f');
  assert.equal(nameSignal('f', 'layer 2'), 'f (layer 2)');
});

test('a model is named by its cell, and by its layers and directions where there are several', () => {
  assert.equal(nameModel({layers: 1, bidirectional: false}, 'LSTM', say), 'LSTM');
  assert.equal(nameModel({layers: 2, bidirectional: false}, 'LSTM', say), 'LSTM, model.layers 2');
  assert.equal(nameModel({layers: 1, bidirectional: true}, 'LSTM', say), 'LSTM, model.both');
  assert.equal(nameModel({layers: 3, bidirectional: true}, 'LSTM', say), 'LSTM, model.layers 3, model.both');
});
