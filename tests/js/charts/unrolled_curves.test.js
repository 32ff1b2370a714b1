import assert from 'node:assert/strict';
import {test} from 'node:test';

import {
  curveAxis,
  decayCurves,
  listReadouts,
  opinionCurves,
  writeAnswers,
} from '../../../static/charts/unrolled_curves.js';
import {inkOf, surface} from '../../../static/core/colours.js';
import network from '../../../static/views/network.js';
import {assertClose} from '../checking.js';
import {norm, readRest, readStep, watchAnswer, watchContext} from '../frozen.js';

const VIEW = {words: {en: {}, 'pt-BR': {}}, applies: () => false};
const contextOf = (name, changes) => watchContext(VIEW, name, changes);

test('the axis of two classes names both, of more the one that is watched', () => {
  const two = curveAxis(contextOf('sentiment-lstm'), false, false);
  assert.deepEqual(
    [two.range, two.tickvals, two.ticktext],
    [
      [-0.08, 1.08],
      [0, 0.5, 1],
      ['negative', 'opinion so far', 'positive'],
    ],
  );
  const ctx = contextOf('emotion-rnn');
  assert.deepEqual(curveAxis(ctx, false, false).ticktext, ['0 %', 'opinion so far', ctx.watchedLabel]);
  assert.notEqual(ctx.watchedLabel, ctx.label(ctx.trace.classes[1]));
});

test('the axis of answers has room for them above, that of gradients goes down to where they are gone', () => {
  const answers = curveAxis(contextOf('accents-lstm-stacked'), false, false);
  assert.deepEqual(
    [answers.range, answers.tickvals, answers.ticktext],
    [
      [-0.08, 1.5],
      [0, 0.5, 1, 1.3],
      ['0 %', '50 %', '100 %', 'its answer'],
    ],
  );
  for (const name of ['accents-lstm-stacked', 'sentiment-lstm']) {
    const back = curveAxis(contextOf(name), true, false);
    assert.deepEqual(
      [back.range, back.tickvals, back.ticktext],
      [
        [-13, 1],
        [0, -6, -12],
        ['1', '10<sup>−6</sup>', 'gone'],
      ],
    );
  }
});

test('where it is narrow nothing is written beside the axis', () => {
  for (const name of ['accents-lstm-stacked', 'sentiment-lstm']) {
    const {ticktext, tickvals} = curveAxis(contextOf(name), false, true);
    assert.deepEqual([ticktext, tickvals], [[''], [0.5]]);
    assert.deepEqual(curveAxis(contextOf(name), true, true).tickvals, []);
  }
});

test('a point is filled from a half on', () => {
  const answer = watchAnswer('sentiment-lstm');
  for (const [t, p] of [0.5, 0.499, 0.501].entries()) answer.trace.probabilities.values[2 * t + 1] = p;
  const {paper, ink} = surface('light');
  assert.deepEqual(opinionCurves(watchContext(VIEW, answer), [0, 1, 2])[0].marker.color, [ink, paper, ink]);
});

test('the ring stands at the turn, where it is among the steps, and nowhere where every step has its own answer', () => {
  const answer = watchAnswer('sentiment-lstm');
  const ringAt = (turningStep, steps) =>
    opinionCurves(watchContext(VIEW, {...answer, analysis: {...answer.analysis, turningStep}}), steps)
      .filter(({mode}) => mode === 'markers')
      .map(({x}) => x);
  assert.deepEqual(
    [2, 3, 5, 6].map((turn) => ringAt(turn, [3, 4, 5]).length),
    [0, 1, 1, 0],
  );
  assert.deepEqual(ringAt(4, [3, 4, 5]), [[4]]);
  // Whole where it reaches beyond the axis: there is room for it within the figure.
  const ctx = watchContext(network, 'sentiment-lstm');
  const {data, layout} = network.figure(ctx);
  const ring = data.find(({mode, marker}) => mode === 'markers' && marker.size === 18);
  assert.equal(ring.cliponaxis, false);
  const {domain, range} = layout.yaxis;
  const plot = layout.height - layout.margin.t - layout.margin.b;
  const above = ((range[1] - 1) / (range[1] - range[0])) * (domain[1] - domain[0]) * plot;
  assert.ok(above + layout.margin.t > ring.marker.size / 2 + 1);
  assert.equal(opinionCurves(contextOf('accents-lstm-stacked'), [0, 1]).length, 1);
});

test('the opinion without what is forced is drawn behind, at the same steps', () => {
  const ctx = contextOf('sentiment-lstm-forced', {baseline: 'sentiment-lstm'});
  const [before, now] = opinionCurves(ctx, [3, 4]);
  assert.deepEqual([before.x, before.xaxis, before.yaxis, before.mode], [[3, 4], 'x', 'y', 'lines+text']);
  assert.deepEqual(
    before.y,
    [3, 4].map((t) => readStep(ctx.baselineTrace.probabilities, t)[1]),
  );
  assert.deepEqual(
    now.y,
    [3, 4].map((t) => readStep(ctx.trace.probabilities, t)[1]),
  );
});

test('the curve without what is forced has its name where the two are farthest apart', () => {
  const ctx = contextOf('sentiment-lstm-forced', {baseline: 'sentiment-lstm'});
  const steps = ctx.trace.tokens.map((_, t) => t);
  const [before, now] = opinionCurves(ctx, steps);
  const gaps = steps.map((t) => Math.abs(before.y[t] - now.y[t]));
  const named = steps.filter((t) => before.text[t]);
  assert.deepEqual(named, [gaps.indexOf(Math.max(...gaps))]);
  assert.equal(before.text[named[0]], 'without what is forced');
});

test('a gradient that is nothing at all lies on the ground', () => {
  const answer = watchAnswer('sentiment-rnn');
  const {values} = answer.trace.norms['layers.0.h'];
  const curve = () => decayCurves(watchContext(VIEW, answer), [0, 1])[0];
  values[0] = 0;
  values[1] = values.at(-1);
  assert.deepEqual(curve().y, [-12, 0]);
  assert.deepEqual(curve().marker.symbol, ['x', 'circle']);
  values.fill(0);
  assert.deepEqual(curve().y, [-12, -12]);
  assert.deepEqual(
    listReadouts(watchContext(VIEW, answer), true).map(({y}) => y),
    answer.tokens.map(() => -12),
  );
});

test('an answer is bold, crossed out where another was right; one target alone makes no verdict', () => {
  const answer = watchAnswer('accents-lstm-stacked');
  const given = answer.trace.tokens.map((_, t) => {
    const row = readStep(answer.trace.probabilities, t);
    return answer.trace.classes[row.indexOf(Math.max(...row))];
  });
  const written = (targets, narrow = false) => {
    answer.trace.targets = given.map((_, t) => targets[t] ?? null);
    return writeAnswers(watchContext(VIEW, answer), [0, 1, 2], narrow).map(({text, font}) => [
      text,
      font.color,
      font.size,
    ]);
  };
  const [right, wrong, open] = ['input', 'forget', 'hidden'].map((role) => inkOf({role}, 'light'));
  assert.deepEqual(written([given[0], 'other']), [
    [`<b>${given[0]}</b>`, right, 16],
    [`<s>${given[1]}</s>`, wrong, 16],
    [`<b>${given[2]}</b>`, open, 16],
  ]);
  assert.deepEqual(
    written(['other']),
    given.slice(0, 3).map((label) => [`<b>${label}</b>`, open, 16]),
  );
  assert.equal(written(['other'], true)[0][2], 14);
});

test('a long answer is cut to eight letters, a wrong one too', () => {
  const ctx = contextOf('accents-lstm-stacked');
  for (const [letters, text] of [
    [9, `<s>${'x'.repeat(7)}…</s>`],
    [8, `<s>${'x'.repeat(8)}</s>`],
  ]) {
    ctx.trace.classes = ctx.trace.classes.map(() => 'x'.repeat(letters));
    assert.equal(writeAnswers(ctx, [0], false)[0].text, text);
  }
});

test('without a readout the curve is the length of the output, and no answer is told anywhere', () => {
  const ctx = contextOf('sentiment-lstm');
  const rest = readRest('sentiment-lstm', 2, ctx.cell);
  const still = {...ctx, trace: rest, readOut: false, forcible: false, layerName: 'layers.0'};
  const lengths = rest.tokens.map((_, t) => norm(readStep(rest.signals['layers.0.h'], t)));
  const longest = Math.max(...lengths);
  const steps = rest.tokens.map((_, t) => t);
  const [curve, ...more] = opinionCurves(still, steps);
  assert.deepEqual(more, []);
  assertClose(
    curve.y,
    lengths.map((length) => length / longest),
    1e-12,
    'curve',
  );
  const {ticktext} = curveAxis(still, false, false);
  assert.deepEqual(ticktext, ['0', '‖h‖', still.magnitude(longest)]);
  const readouts = listReadouts(still, false);
  assert.equal(readouts[1].text, `‖h‖ = ${still.magnitude(lengths[1])}`);
  assertClose([readouts[1].y], [lengths[1] / longest], 1e-12, 'readout');
});
