import assert from 'node:assert/strict';
import {test} from 'node:test';

import {computeMemoryFlow, LOOKBACK, measureMemoryFlow} from '../../../static/core/memory_flow.js';
import {assertClose} from '../checking.js';
import {catalog, listTraces, norm, readRest, readStep, readTrace} from '../frozen.js';

const cellOf = ({cell}) => catalog.cells.find(({id}) => id === cell);
const layersOf = ({signals}) => [...new Set(Object.keys(signals).map((name) => name.replace(/\.\w+$/, '')))];
const whole = ({tokens}) => ({start: 0, count: tokens.length});
const flowOf = (trace, layer) =>
  computeMemoryFlow(trace, cellOf(trace), layer, layer.endsWith('reverse'), whole(trace));
const sum = (values) => values.reduce((a, b) => a + b, 0);

test('the parts of every cell and layer add up to the lengths that the run recorded', () => {
  for (const name of listTraces()) {
    const trace = readTrace(name);
    for (const layer of layersOf(trace)) {
      const {state, steps} = flowOf(trace, layer);
      for (const {step, entering, kept, leaving, ...parts} of steps) {
        const length = norm(readStep(trace.signals[`${layer}.${state}`], step));
        const tolerance = 1e-7 * Math.max(1, length);
        assertClose(
          [leaving, sum(parts.leavingParts), sum(parts.keptParts), sum(parts.enteringParts)],
          [length, length, kept, entering],
          tolerance,
          `${name} ${layer} ${step}`,
        );
      }
    }
  }
});

test('a part of an LSTM is what its step wrote times every forget gate since', () => {
  const trace = readTrace('sentiment-lstm');
  const at = (name, t) => readStep(trace.signals[`layers.0.${name}`], t);
  const {steps, writers} = flowOf(trace, 'layers.0');
  const last = trace.tokens.length - 1;
  const memory = at('c', last);
  for (const s of [0, 3, last - 1]) {
    const [i, g] = [at('i', s), at('g', s)];
    const part = i.map((value, unit) => {
      let left = value * g[unit];
      for (let t = s + 1; t <= last; t += 1) left *= at('f', t)[unit];
      return left;
    });
    const along = sum(part.map((value, unit) => value * memory[unit])) / norm(memory);
    assertClose([steps[last].leavingParts[writers.indexOf(s)]], [along], 1e-8, `written at ${s}`);
  }
  const [f, before] = [at('f', 5), at('c', 4)];
  assertClose([steps[5].kept], [norm(f.map((value, unit) => value * before[unit]))], 1e-9);
});

test('a cell that computes its state anew carries nothing through', () => {
  const {carried, steps, writers} = flowOf(readTrace('emotion-rnn'), 'layers.0');
  assert.equal(carried, false);
  for (const {step, kept, leaving, leavingParts} of steps) {
    assert.equal(kept, 0);
    assertClose([leavingParts[writers.indexOf(step)]], [leaving], 1e-12);
  }
});

test('a layer that reads the other way begins at the last step', () => {
  const trace = readTrace('accents-lstm-bidirectional');
  const {steps} = flowOf(trace, 'layers.0.reverse');
  assert.equal(steps[0].step, trace.tokens.length - 1);
  assert.equal(steps[0].entering, 0);
});

test('what is further back than the lookback is one part, and the sum is the same', () => {
  const steps = LOOKBACK + 40;
  const draw = (k) => Math.sin(k * 12.9898) / 2 + 0.5; // any numbers between 0 and 1
  const units = 3;
  const signal = (seed) => ({
    values: Float64Array.from({length: steps * units}, (_, k) => draw(k + seed)),
    shape: [steps, units],
  });
  const [f, i, g] = [signal(1), signal(2), signal(3)];
  const c = {values: new Float64Array(steps * units), shape: [steps, units]};
  for (let k = 0; k < steps * units; k += 1)
    c.values[k] = f.values[k] * (k < units ? 0 : c.values[k - units]) + i.values[k] * g.values[k];
  const signals = {'layers.0.f': f, 'layers.0.i': i, 'layers.0.g': g, 'layers.0.c': c};
  const trace = {signals, settings: {}, tokens: Array(steps).fill('a')};
  const lstm = catalog.cells.find(({id}) => id === 'lstm');
  const late = computeMemoryFlow(trace, lstm, 'layers.0', false, {start: steps - 20, count: 20});
  assert.equal(late.writers[0], null);
  assert.equal(late.steps.length, 20);
  const all = computeMemoryFlow(trace, lstm, 'layers.0', false, {start: 0, count: steps});
  const [near, far] = [late.steps[19], all.steps[steps - 1]];
  assertClose([sum(near.leavingParts)], [far.leaving], 1e-9);
  const oldest = late.writers[1];
  assertClose([near.leavingParts[0]], [sum(far.leavingParts.slice(0, oldest))], 1e-9);
});

test('a run that goes on from another enters with the memory of that one', () => {
  for (const name of ['sentiment-lstm', 'sentiment-gru', 'sentiment-rnn']) {
    const trace = readTrace(name);
    const rest = readRest(name, 3, cellOf(trace));
    const all = flowOf(trace, 'layers.0');
    const {steps, writers, state} = flowOf(rest, 'layers.0');
    assert.equal(writers[0], null, 'it was written before');
    const before = norm(readStep(trace.signals[`layers.0.${state}`], 2));
    assertClose([steps[0].entering], [before], 1e-12, name);
    steps.forEach((one, t) => {
      const whole = all.steps[t + 3];
      assertClose(
        [one.entering, one.kept, one.written, one.leaving],
        [whole.entering, whole.kept, whole.written, whole.leaving],
        1e-12,
        `${name} ${t}`,
      );
      const old = sum([...whole.leavingParts.slice(0, 3)]);
      assertClose([one.leavingParts[0]], [old], 1e-7, `${name} ${t}: what is left of it`);
    });
    const lengths = measureMemoryFlow(rest, cellOf(rest), 'layers.0', false);
    assertClose(
      lengths.map(({entering}) => entering),
      steps.map(({entering}) => entering),
      1e-12,
      name,
    );
  }
});
