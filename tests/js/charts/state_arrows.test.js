import assert from 'node:assert/strict';
import {test} from 'node:test';

import {drawStateArrows, heightOfState} from '../../../static/charts/state_arrows.js';
import {assertClose} from '../checking.js';
import {norm, readStep, watchContext} from '../frozen.js';

const VIEW = {words: {en: {}}, applies: () => false};
const HALF = 0.4;

// The arrows of a path: `{from, to, thick, middle}`.
function readArrows({path}) {
  return path
    .split('M')
    .slice(1)
    .map((part) => {
      const points = part
        .replace('Z', '')
        .split('L')
        .map((point) => point.split(',').map(Number));
      assert.equal(points.length, 7);
      const [[from, low], , [neck, headLow], [to, middle], [, headHigh], , [, high]] = points;
      assertClose([middle - low, headHigh - middle], [high - middle, middle - headLow], 1e-12);
      assert.ok((neck - from) * (to - neck) > 0);
      assert.ok(headHigh - middle >= high - middle);
      return {from, to, thick: high - middle, middle};
    });
}

const draw = (name, layer, changes) => {
  const ctx = watchContext(VIEW, name, changes);
  const steps = ctx.trace.tokens.map((_, t) => t);
  return {ctx, shapes: drawStateArrows(ctx, layer, ctx.cell.states, steps, HALF, 'y2')};
};

test('a memory runs above, what the cell hands on below', () => {
  assert.deepEqual(
    ['h', 'c'].map((state) => heightOfState({states: ['h', 'c'], output: 'h'}, state)),
    [0.16, 0.8],
  );
  assert.equal(heightOfState({states: ['h'], output: 'h'}, 'h'), 0.16);
  assert.equal(heightOfState({states: ['s'], output: 'h'}, 's'), 0.16);
});

test('an arrow a step, to the next one, as thick as the state is long', () => {
  const {
    ctx: {trace, cell},
    shapes,
  } = draw('sentiment-lstm', 'layers.0');
  assert.deepEqual(
    shapes.map(({yref}) => yref),
    ['y2', 'y2'],
  );
  for (const [k, state] of cell.states.entries()) {
    const norms = trace.tokens.map((_, t) => norm(readStep(trace.signals[`layers.0.${state}`], t)));
    const arrows = readArrows(shapes[k]);
    assert.equal(arrows.length, trace.tokens.length - 1);
    for (const [t, {from, to, thick, middle}] of arrows.entries()) {
      assertClose([from, to], [t + HALF, t + 1 - HALF], 1e-12);
      assert.ok(Math.abs(thick - (0.004 + (0.026 * norms[t]) / Math.max(...norms))) < 1e-9, `${state} ${t}`);
      assert.equal(middle, heightOfState(cell, state));
    }
  }
});

test('on the way back as thick as the gradient that is left, at every step', () => {
  const {
    ctx: {trace},
    shapes: [shape],
  } = draw('sentiment-rnn', 'layers.0', {direction: 'backward'});
  const norms = trace.tokens.map((_, t) => norm(readStep(trace.gradients['layers.0.h'], t)));
  const arrows = readArrows(shape);
  assert.equal(arrows.length, trace.tokens.length); // the last one's comes from the loss
  for (const [t, {thick, from, to}] of arrows.entries()) {
    // From the step after to this one, as the gradient goes.
    assertClose([from, to], [t + 1 - HALF, t + HALF], 1e-12);
    const left = Math.max(0, 1 + Math.log10(norms[t] / Math.max(...norms)) / 12);
    assert.ok(Math.abs(thick - (0.004 + 0.026 * left)) < 1e-8);
  }
});

test('a layer that reads leftward has its arrows leftward, none before its last step', () => {
  const {
    ctx: {trace},
    shapes: [shape],
  } = draw('accents-lstm-bidirectional', 'layers.0.reverse');
  const arrows = readArrows(shape);
  assertClose(
    arrows.map(({from}) => from),
    trace.tokens.slice(1).map((_, k) => k + 1 - HALF),
    1e-12,
  );
  assertClose(
    arrows.map(({to}) => to),
    trace.tokens.slice(1).map((_, k) => k + HALF),
    1e-12,
  );
});

test('a state that is 0 all along has thin arrows', () => {
  const ctx = watchContext(VIEW, 'sentiment-rnn');
  ctx.trace.signals['layers.0.h'].values.fill(0);
  const thickness = () =>
    readArrows(drawStateArrows(ctx, 'layers.0', ['h'], [0, 1], HALF, 'y2')[0]).map(({thick}) => thick);
  assertClose(thickness(), [0.004, 0.004], 1e-12);
  ctx.trace.signals['layers.0.h'].values[0] = 0.5; // the longest of all, whatever its length
  assertClose(thickness(), [0.03, 0.004], 1e-12);
});
