import assert from 'node:assert/strict';
import {test} from 'node:test';

import {hueOf, inkOf} from '../../../static/core/colours.js';
import {fill, number, power} from '../../../static/core/format.js';
import {catalogues, readStep, watchAnswer, watchContext} from '../frozen.js';

const VIEW = {words: {en: {own: 'own {n}'}, 'pt-BR': {own: 'própria {n}'}}, applies: () => false};
const contextOf = (name, changes) => watchContext(VIEW, name, changes);
const BOTH = 'accents-lstm-bidirectional';

test('a view is handed the answer and where the person is', () => {
  const answer = watchAnswer('sentiment-lstm');
  const ctx = watchContext(VIEW, answer, {step: 3, width: 700, theme: 'dark', direction: 'backward'});
  assert.equal(ctx.trace, answer.trace);
  assert.equal(ctx.cell.id, answer.cell.id);
  assert.deepEqual(
    [ctx.step, ctx.width, ctx.theme, ctx.direction, ctx.language],
    [3, 700, 'dark', 'backward', 'en'],
  );
  assert.deepEqual([ctx.baselineTrace, ctx.secondTrace], [null, null]);
  assert.deepEqual([ctx.turningPoint.step, ctx.heldGate], [answer.analysis.turningStep, '']);
  assert.equal(ctx.heldRuns, answer.heldRuns);
  assert.equal(
    contextOf('sentiment-pt-lstm', {second: 'sentiment-pt-lstm-second'}).secondTrace.tokens.length,
    8,
  );
  assert.equal(ctx.say('own', {n: 2}), 'own 2');
  assert.equal(contextOf('sentiment-lstm', {language: 'pt-BR'}).say('own', {n: 2}), 'própria 2');
});

test('the layer is the one that was chosen, or the top forward one', () => {
  for (const [name, layer, wanted, reverse, title] of [
    ['sentiment-lstm', '', 'layers.0', false, ''],
    ['sentiment-lstm', 'layers.7', 'layers.0', false, ''],
    [BOTH, '', 'layers.0', false, 'left to right'],
    [BOTH, 'layers.0.reverse', 'layers.0.reverse', true, 'right to left'],
    ['accents-lstm-stacked', '', 'layers.1', false, 'layer 2'],
  ]) {
    const ctx = contextOf(name, {layer});
    assert.deepEqual([ctx.layerName, ctx.reverse, ctx.layerTitle], [wanted, reverse, title]);
  }
});

test('the step read before and the one read after, by the way the layer reads', () => {
  const [forward, reverse] = [contextOf(BOTH), contextOf(BOTH, {layer: 'layers.0.reverse'})];
  assert.deepEqual([forward.previousStep(3), forward.nextStep(3)], [2, 4]);
  assert.deepEqual([reverse.previousStep(3), reverse.nextStep(3)], [4, 2]);
});

test('a unit that the layer does not have is none', () => {
  assert.deepEqual(
    [null, 0, 63, 64, 9999].map((unit) => contextOf('sentiment-lstm', {unit}).unit),
    [null, 0, 63, null, null],
  );
});

test('counted are the steps where the loss asks; a class that is shown at a step is the likeliest where each has its own', () => {
  const one = contextOf('sentiment-lstm');
  const each = contextOf(BOTH);
  assert.equal(one.targetCount, one.trace.targets.filter(Boolean).length);
  assert.equal(each.targetCount, each.trace.tokens.length);
  assert.deepEqual([one.shownClass(0), one.shownClass(5)], [1, 1]);
  each.trace.tokens.forEach((_, t) => {
    const row = readStep(each.trace.probabilities, t);
    assert.equal(each.shownClass(t), row.indexOf(Math.max(...row)));
  });
});

test('norms are held against the last step’s where the loss asks there alone, else against the largest', () => {
  const norms = Float64Array.of(4, 9, 2);
  assert.equal(contextOf('sentiment-lstm').referenceNorm(norms), 2);
  assert.equal(contextOf(BOTH).referenceNorm(norms), 9);
  assert.equal(contextOf('sentiment-lstm').referenceNorm(Float64Array.of(4, 9, 0)), 9); // nothing arrives at the last step
  assert.equal(contextOf('sentiment-lstm').referenceNorm(Float64Array.of(0, 0)), 0);
  const answer = watchAnswer('sentiment-lstm');
  answer.trace.targets = answer.trace.targets.map((_, t) => (t < 2 ? 'positive' : null));
  assert.equal(watchContext(VIEW, answer).referenceNorm(norms), 9);
  answer.trace.targets[0] = null;
  assert.equal(watchContext(VIEW, answer).referenceNorm(norms), 2);
});

test('a state of a layer is told from its other signals', () => {
  const ctx = contextOf('sentiment-lstm');
  assert.deepEqual(['layers.0.c', 'layers.0.h', 'layers.0.f', 'layers.0.g'].map(ctx.isState), [
    true,
    true,
    false,
    false,
  ]);
});

test('labels, weights and colours are in the language and theme on screen', () => {
  for (const [language, theme, positive] of [
    ['en', 'light', 'positive'],
    ['pt-BR', 'dark', 'positiva'],
  ]) {
    const ctx = contextOf('sentiment-lstm', {language, theme});
    assert.equal(ctx.watchedLabel, ctx.label('positive'));
    assert.ok(ctx.watchedLabel.startsWith(positive.slice(0, 7)), ctx.watchedLabel);
    assert.equal(ctx.weightsTitle, catalogues[language]['weights.trained']);
    const signal = ctx.cell.signals[1];
    assert.deepEqual([ctx.hue(signal), ctx.ink(signal)], [hueOf(signal, theme), inkOf(signal, theme)]);
  }
  assert.equal(contextOf('sentiment-lstm-fresh').weightsTitle, catalogues.en['weights.fresh']);
});

test('a value is described with its step, token, signal and unit; on the way back it is the gradient', () => {
  const name = 'layers.0.reverse.f';
  for (const [direction, key, group, write] of [
    ['forward', 'tip.signal', 'signals', number],
    ['backward', 'tip.gradient', 'gradients', power],
  ]) {
    const ctx = contextOf(BOTH, {direction});
    const values = readStep(ctx.trace[group][name], 2);
    const unit = values.findIndex((value) => number(value, 'en') !== power(value, 'en')); // written in its own way
    const named = {
      step: 3,
      token: ctx.trace.tokens[2],
      title: 'forget gate',
      name: 'f (right to left)',
      unit: unit + 1,
    };
    assert.equal(
      ctx.describeValue(name, 2, unit),
      fill(catalogues.en[key], {...named, value: write(values[unit], 'en')}),
    );
  }
  assert.ok(contextOf('sentiment-lstm').describeValue('layers.0.f', 0, 0).includes(' f'));
});

test('the columns on screen are those of the page that holds the step', () => {
  assert.deepEqual(contextOf('sentiment-lstm', {width: 360, step: 0}).columnWindow, {start: 0, count: 9});
  assert.deepEqual(contextOf('sentiment-lstm', {width: 1440}).columnWindow, {start: 0, count: 12});
});
