import {test} from 'node:test';

import {computeCellGradients} from '../../../static/core/cell_gradients.js';
import {computeResults} from '../../../static/core/cell_operations.js';
import {assertClose} from '../checking.js';
import {catalog, norm, readRest, readStep, readTrace} from '../frozen.js';

const LAYER = 'layers.0';

function gradientsOf(name, step) {
  const trace = readTrace(name);
  const {operations} = catalog.cells.find(({id}) => id === trace.cell);
  const values = computeResults(operations, trace, LAYER, step, step - 1);
  const {results, handed} = computeCellGradients(operations, trace, LAYER, step, step - 1, values);
  const operation = (wanted) => operations.find((one) => one.name === wanted);
  return {
    trace,
    results,
    values,
    handed: (from, input) => handed(operation(from), input),
    grad: (signal, t = step) => readStep(trace.gradients[`${LAYER}.${signal}`], t),
  };
}

test('what a product hands to a gate is the gradient that the run recorded for the gate', () => {
  for (const step of [1, 4]) {
    const {handed, grad} = gradientsOf('sentiment-lstm', step);
    const tolerance = 1e-8 * Math.max(...grad('c').map(Math.abs));
    assertClose([...handed('kept', 'f')], grad('f'), tolerance, 'f');
    assertClose([...handed('written', 'i')], grad('i'), tolerance, 'i');
    assertClose([...handed('written', 'g')], grad('g'), tolerance, 'g');
    assertClose([...handed('h', 'o')], grad('o'), 1e-8 * norm(grad('h')), 'o');
  }
  const {results, handed, grad} = gradientsOf('sentiment-gru', 3);
  const kept = handed('kept', 'z');
  const replaced = handed('replaced', 'z');
  assertClose(
    [...kept].map((value, unit) => value + replaced[unit]),
    grad('z'),
    1e-8 * norm(grad('h')),
    'z',
  );
  assertClose([...results.h_prev], grad('h', 2), 0);
});

test('what reaches c is what tanh hands down and what comes back from the step after', () => {
  const step = 3;
  const {trace, handed, grad} = gradientsOf('sentiment-lstm', step);
  const forget = readStep(trace.signals[`${LAYER}.f`], step + 1);
  const later = grad('c', step + 1);
  assertClose(
    [...handed('tanh_c', 'c')].map((value, unit) => value + later[unit] * forget[unit]),
    grad('c'),
    1e-8 * norm(grad('c')),
  );
});

test('the first step of a run that goes on from another has that one’s states and gradients before it', () => {
  const cell = catalog.cells.find(({id}) => id === 'lstm');
  const {operations} = cell;
  const [trace, rest] = [readTrace('sentiment-lstm'), readRest('sentiment-lstm', 3, cell)];
  const values = computeResults(operations, rest, LAYER, 0, -1);
  const expected = computeResults(operations, trace, LAYER, 3, 2);
  assertClose([...values.kept], [...expected.kept], 0, 'kept');
  const {results} = computeCellGradients(operations, rest, LAYER, 0, -1, values);
  for (const state of ['h', 'c']) {
    assertClose([...values[`${state}_prev`]], readStep(trace.signals[`${LAYER}.${state}`], 2), 0, state);
    assertClose([...results[`${state}_prev`]], readStep(trace.gradients[`${LAYER}.${state}`], 2), 0, state);
  }
});
