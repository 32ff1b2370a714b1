import assert from 'node:assert/strict';
import {test} from 'node:test';

import {analyseTrace, memoryStateOf} from '../../../static/core/trace_analysis.js';
import {catalog, listTraces, norm, readRest, readStep, watchAnswer} from '../frozen.js';

const row = ({probabilities}, t) => readStep(probabilities, t);

test('a cell remembers by the state that is kept from the outside, where there is one', () => {
  const memory = Object.fromEntries(catalog.cells.map((cell) => [cell.id, memoryStateOf(cell)]));
  assert.deepEqual([memory.lstm, memory.gru, memory.rnn], ['c', 'h', 'h']);
  assert.equal(memoryStateOf({states: ['h', 'c'], output: 'c'}), 'h');
});

for (const name of listTraces()) {
  const {trace, cell, task, analysis} = watchAnswer(name);
  const steps = trace.tokens.length;

  test(`${name}: units are ordered by what their layer remembers after the last step it reads`, () => {
    assert.deepEqual(analysis.layerNames, Object.keys(analysis.unitOrders));
    for (const [layer, order] of Object.entries(analysis.unitOrders)) {
      const state = trace.signals[`${layer}.${memoryStateOf(cell)}`];
      const final = readStep(state, layer.endsWith('reverse') ? 0 : steps - 1);
      assert.deepEqual(
        [...order].sort((a, b) => a - b),
        final.map((_, unit) => unit),
      );
      for (let k = 1; k < order.length; k += 1) assert.ok(final[order[k - 1]] >= final[order[k]]);
    }
  });

  test(`${name}: the largest gradient is that of any signal, unit and step`, () => {
    const sizes = Object.values(trace.gradients).flatMap(({values}) => [...values].map(Math.abs));
    assert.equal(analysis.largestGradient, Math.max(...sizes));
    assert.ok(analysis.largestGradient > 0);
  });

  test(`${name}: the class that is watched, and where its probability changed most`, () => {
    if (!trace.classes.length) return;
    const last = row(trace, steps - 1);
    const watched = trace.classes.length === 2 ? 1 : last.indexOf(Math.max(...last));
    assert.equal(analysis.watchedClass, watched);
    const opinion = trace.tokens.map((_, t) => row(trace, t)[watched]);
    const changes = opinion.map((p, t) => (t ? Math.abs(p - opinion[t - 1]) : -1));
    assert.equal(analysis.turningStep, steps > 1 ? changes.indexOf(Math.max(...changes)) : 0);
  });

  test(`${name}: where every step has an answer of its own, it is the likeliest`, () => {
    if (task.topology === 'many-to-many' && trace.classes.length)
      assert.deepEqual(
        analysis.predictions,
        trace.tokens.map((_, t) => row(trace, t).indexOf(Math.max(...row(trace, t)))),
      );
    else assert.equal(analysis.predictions, null);
  });
}

test('of numbers the turn is where the first one changed most', () => {
  const {trace, analysis} = watchAnswer('sunspots-gru');
  const [steps, count] = trace.values.shape;
  const told = Array.from({length: steps}, (_, t) => trace.values.values[t * count]);
  const changes = told.slice(1).map((value, t) => Math.abs(value - told[t]));
  assert.equal(analysis.turningStep, 1 + changes.indexOf(Math.max(...changes)));
  assert.equal(analysis.predictions, null);
});

test('a gradient’s size has no sign; of two classes the second is watched, of more the likeliest', () => {
  const answer = watchAnswer('sentiment-lstm');
  const analyse = () => analyseTrace(answer.trace, answer.cell, answer.task);
  for (const {values} of Object.values(answer.trace.gradients)) values.fill(0);
  assert.equal(analyse().largestGradient, 0);
  answer.trace.gradients['layers.0.f'].values[3] = -0.25;
  answer.trace.gradients['layers.0.i'].values[4] = 0.125;
  assert.equal(analyse().largestGradient, 0.25);
  const {values} = answer.trace.probabilities;
  [values[values.length - 2], values[values.length - 1]] = [0.9, 0.1];
  assert.equal(analyse().watchedClass, 1);
  [values[values.length - 2], values[values.length - 1]] = [0.5, 0.5];
  const each = analyseTrace(answer.trace, answer.cell, {...answer.task, topology: 'many-to-many'});
  assert.equal(each.predictions.at(-1), 0); // of equally likely ones the first
});

test('of two changes of the same size the first is the turn, and the first step is none', () => {
  const answer = watchAnswer('sentiment-lstm');
  const turnOf = (...opinion) =>
    analyseTrace(
      {
        ...answer.trace,
        tokens: opinion.map(String),
        probabilities: {
          values: Float64Array.from(opinion.flatMap((p) => [1 - p, p])),
          shape: [opinion.length, 2],
        },
      },
      answer.cell,
      answer.task,
    ).turningStep;
  assert.equal(turnOf(0.5, 0.25, 0.5, 0.5), 1);
  assert.equal(turnOf(0.9, 0.9, 0.9), 1);
  assert.equal(turnOf(0.5, 0.6, 0.1), 2);
  assert.equal(turnOf(0.99), 0);
});

test('a run without a readout watches no class and turns where its memory changed most', () => {
  const {cell, task} = watchAnswer('sentiment-lstm');
  const rest = readRest('sentiment-lstm', 1, cell);
  const {watchedClass, predictions, turningStep} = analyseTrace(rest, cell, {
    ...task,
    topology: 'many-to-many',
  });
  assert.deepEqual([watchedClass, predictions], [-1, null]);
  const c = rest.signals['layers.0.c'];
  const changes = rest.tokens.slice(1).map((_, t) => {
    const before = readStep(c, t);
    return norm(readStep(c, t + 1).map((value, unit) => value - before[unit]));
  });
  assert.equal(turningStep, 1 + changes.indexOf(Math.max(...changes)));
});
