import assert from 'node:assert/strict';
import {test} from 'node:test';

import {
  computeOperation,
  computeResults,
  findRoad,
  isUnitwise,
  listOperations,
  scaleResults,
} from '../../../static/core/cell_operations.js';
import {assertClose} from '../checking.js';
import {catalog, listTraces, norm, readStep, readTrace} from '../frozen.js';

const cellOf = ({cell}) => catalog.cells.find(({id}) => id === cell);
const layersOf = ({signals}) => [...new Set(Object.keys(signals).map((name) => name.replace(/\.\w+$/, '')))];
const wayOf = (layer) => (layer.endsWith('reverse') ? 1 : -1);

test('the operations of every cell give the states that the run recorded', () => {
  const cells = new Set();
  for (const name of listTraces()) {
    const trace = readTrace(name);
    const cell = cellOf(trace);
    const forcedState = trace.interventions.some(({signal}) => cell.states.includes(signal.split('.').pop()));
    if (forcedState || !cell.operations.length) continue;
    for (const layer of layersOf(trace)) {
      for (const step of [0, 1, trace.tokens.length - 1].filter((t) => t in trace.tokens)) {
        const results = computeResults(cell.operations, trace, layer, step, step + wayOf(layer));
        for (const operation of cell.operations.filter(isUnitwise)) {
          const recorded = trace.signals[`${layer}.${operation.name}`];
          if (!recorded) continue;
          const computed = computeOperation(operation, results, trace.settings);
          const wanted = readStep(recorded, step);
          const tolerance = 1e-9 * Math.max(1, ...wanted.map(Math.abs)); // ten digits are frozen
          assertClose([...computed], wanted, tolerance, `${name} ${layer}.${operation.name} ${step}`);
          cells.add(cell.id);
        }
      }
    }
  }
  assert.deepEqual([...cells].sort(), ['bag', 'gru', 'jordan', 'lstm', 'rnn']);
});

test('what is kept and what is written are the products of the recorded gates', () => {
  const trace = readTrace('sentiment-lstm');
  const step = 4;
  const at = (name, t = step) => readStep(trace.signals[`layers.0.${name}`], t);
  const results = computeResults(cellOf(trace).operations, trace, 'layers.0', step, step - 1);
  const [f, i, g, c] = [at('f'), at('i'), at('g'), at('c', step - 1)];
  assert.deepEqual(
    [...results.kept],
    f.map((value, unit) => value * c[unit]),
  );
  assert.deepEqual(
    [...results.written],
    i.map((value, unit) => value * g[unit]),
  );
  assert.equal(norm([...computeResults(cellOf(trace).operations, trace, 'layers.0', 0, -1).c_prev]), 0);
});

test('ReLU stands in the place of tanh where the setting says so', () => {
  const operation = {name: 'h', kind: 'tanh', inputs: ['a'], title: null, setting: 'relu'};
  const results = {a: Float64Array.of(-2, 0.5)};
  assert.deepEqual([...computeOperation(operation, results, {relu: 1})], [0, 0.5]);
  assert.deepEqual([...computeOperation(operation, results, {relu: 0})], [Math.tanh(-2), Math.tanh(0.5)]);
});

test('a cell that describes no drawing has one operation a signal', () => {
  const cell = {...catalog.cells.find(({id}) => id === 'gru'), operations: []};
  const operations = listOperations(cell);
  assert.deepEqual(
    operations.map(({name}) => name),
    cell.signals.map(({name}) => name),
  );
  assert.ok(!operations.some(isUnitwise));
  const trace = readTrace('sentiment-gru');
  const results = computeResults(operations, trace, 'layers.0', 2, 1);
  assert.deepEqual([...results.z], readStep(trace.signals['layers.0.z'], 2));
});

test('what is multiplied and added shares one scale, a gate has its own from 0 to 1', () => {
  const trace = readTrace('sentiment-lstm');
  const cell = cellOf(trace);
  const scales = scaleResults(cell, cell.operations, trace, 'layers.0');
  for (const name of ['kept', 'written', 'g', 'c_prev']) assert.equal(scales[name].high, scales.c.high, name);
  for (const name of ['tanh_c', 'h', 'h_prev']) assert.equal(scales[name].high, 1, name);
  for (const name of ['i', 'f', 'o']) assert.deepEqual([scales[name].low, scales[name].high], [0, 1]);
  assert.deepEqual([scales.kept.role, scales.written.role, scales.tanh_c.role], ['cell', 'cell', 'hidden']);
  const sizes = ['c', 'g'].flatMap((name) => [...trace.signals[`layers.0.${name}`].values]).map(Math.abs);
  const paler = sizes.filter((size) => size <= scales.c.high).length / sizes.length;
  assert.ok(paler > 0.97 && paler < 0.99, `${paler} of all are paler than full`);
  const gru = catalog.cells.find(({id}) => id === 'gru');
  const replaced = scaleResults(gru, gru.operations, readTrace('sentiment-gru'), 'layers.0').replaced;
  assert.deepEqual([replaced.gate, replaced.low, replaced.high], ['z', 0, 1]);
});

test('the road of each cell: the state, what is kept of it and what is written', () => {
  const told = Object.fromEntries(
    catalog.cells.map(({id, operations, states}) => {
      const road = findRoad(operations, states);
      return [id, road && [road.state, road.kept, road.written, road.keep?.kind ?? null]];
    }),
  );
  assert.deepEqual(told, {
    bag: ['h', 'h_prev', 'w', null],
    gru: ['h', 'kept', 'written', 'multiply'],
    jordan: ['s', 'kept', 'y_prev', 'scale'],
    lif: null,
    lstm: ['c', 'kept', 'written', 'multiply'],
    rnn: null,
  });
});
