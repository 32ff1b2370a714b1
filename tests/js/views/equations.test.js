import assert from 'node:assert/strict';
import {test} from 'node:test';

import {number, percent, power} from '../../../static/core/format.js';
import view from '../../../static/views/equations.js';
import unitActivations from '../../../static/views/unit_activations.js';
import {norm, readStep, readTrace, seatOf, watchAnswer, watchContext} from '../frozen.js';

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const figureOf = (name, changes) => view.figure(watchContext(view, name, changes));
const lineOf = ({lines}, name) => lines.find(({signal}) => signal.name === name);
const told = (value) => number(value, 'en', true); // as a factor or a summand

test('what it returns', (t) => {
  t.assert.snapshot(seatOf(view));
  t.assert.snapshot(figureOf('sentiment-lstm', {step: 3}));
  t.assert.snapshot(figureOf('sentiment-gru', {step: 3, direction: 'backward', language: 'pt-BR'}));
});

test('on the right is the mean over all units; on the way back the length of the gradient', () => {
  for (const name of ['sentiment-lstm', 'sentiment-gru', 'sentiment-rnn', 'sentiment-pt-jordan']) {
    const {signals, gradients, tokens} = readTrace(name);
    for (const step of [0, 2, tokens.length - 1]) {
      for (const {signal, signalName, value, title} of figureOf(name, {step}).lines) {
        assert.equal(
          value,
          number(mean(readStep(signals[signalName], step)), 'en'),
          `${name} ${signal.name}`,
        );
        assert.ok(title.length > 2);
      }
      for (const {signalName, value} of figureOf(name, {step, direction: 'backward'}).lines) {
        assert.equal(value, power(norm(readStep(gradients[signalName], step)), 'en'));
      }
    }
  }
});

test('the unit is the one that every panel shows: the one that ends highest, unless one is chosen', () => {
  for (const layer of ['layers.0', 'layers.0.reverse']) {
    const unit = unitActivations
      .figure(watchContext(unitActivations, 'accents-lstm-bidirectional', {layer}))
      .shows.match(/unit (\d+)/)[1];
    for (const step of [0, 3, 7]) {
      const {lines, aside} = figureOf('accents-lstm-bidirectional', {layer, step});
      assert.deepEqual([...new Set(lines.map((line) => line.unit + 1))], [Number(unit)], `${layer} ${step}`);
      assert.match(aside, new RegExp(` unit ${unit}$`));
    }
    const chosen = figureOf('accents-lstm-bidirectional', {layer, step: 3, unit: 7});
    assert.equal(chosen.lines[0].unit, 7);
    assert.match(chosen.aside, /unit 8$/);
  }
});

test('c_t is f_t times c of the step before, plus i_t times g_t, each with its number', () => {
  for (const [name, layer, way] of [
    ['sentiment-lstm', 'layers.0', -1],
    ['accents-lstm-bidirectional', 'layers.0.reverse', 1],
    ['accents-lstm-stacked', 'layers.1', -1],
  ]) {
    const {signals, tokens} = readTrace(name);
    for (const step of [0, 1, 4, tokens.length - 1]) {
      const unit = 5;
      const at = (symbol, t) =>
        tokens[t] === undefined ? 0 : readStep(signals[`${layer}.${symbol}`], t)[unit];
      const {numbers} = lineOf(figureOf(name, {layer, step, unit}), 'c');
      const [f, c, i, g] = [at('f', step), at('c', step + way), at('i', step), at('g', step)];
      for (const value of [f, c, i, g])
        assert.ok(numbers.includes(told(value)), `${name} ${step}: ${told(value)} in ${numbers}`);
      assert.ok(Math.abs(f * c + i * g - at('c', step)) < 1e-6);
      assert.ok(numbers.endsWith(`= ${number(at('c', step), 'en')}`), numbers);
      if (step === 4)
        assert.notEqual(told(c), told(at('c', step - way)), 'the step after would be another number');
      assert.ok(numbers.includes(`${told(f)} · ${told(c)} + ${told(i)} · ${told(g)}`), numbers);
    }
  }
});

test('a GRU’s state is mixed from that of the step before', () => {
  const {signals} = readTrace('sentiment-gru');
  const step = 3;
  const states = [step - 1, step + 1].map((t) => readStep(signals['layers.0.h'], t).map(told));
  const unit = states[0].findIndex((text, k) => text !== states[1][k] && text.length > 4);
  const at = (symbol, t) => readStep(signals[`layers.0.${symbol}`], t)[unit];
  const {numbers} = lineOf(figureOf('sentiment-gru', {step, unit}), 'h');
  assert.ok(numbers.includes(told(at('h', step - 1))), numbers);
  assert.ok(!numbers.includes(told(at('h', step + 1))));
  assert.ok(numbers.endsWith(`= ${number(at('h', step), 'en')}`));
});

test('what stood inside σ or tanh is the inverse of what came out', () => {
  const {signals} = readTrace('sentiment-lstm');
  const [step, unit] = [3, 5];
  const {lines} = figureOf('sentiment-lstm', {step, unit});
  for (const symbol of ['i', 'f', 'g', 'o']) {
    const value = readStep(signals[`layers.0.${symbol}`], step)[unit];
    const inside = symbol === 'g' ? 0.5 * Math.log((1 + value) / (1 - value)) : -Math.log(1 / value - 1);
    assert.ok(
      lineOf({lines}, symbol).numbers.includes(`(${number(inside, 'en')})`),
      `${symbol}: ${lineOf({lines}, symbol).numbers}`,
    );
  }
});

test('on the way back c takes its gradient from the step after, times that step’s forget gate', () => {
  const {signals, gradients} = readTrace('sentiment-lstm');
  const [step, unit] = [3, 5];
  const {formula, numbers} = lineOf(figureOf('sentiment-lstm', {step, unit, direction: 'backward'}), 'c');
  const gradient = power(readStep(gradients['layers.0.c'], step + 1)[unit], 'en');
  assert.ok(numbers.includes(gradient), `${gradient} in ${numbers}`);
  assert.ok(numbers.includes(told(readStep(signals['layers.0.f'], step + 1)[unit])), numbers);
  assert.ok(!numbers.includes(power(readStep(gradients['layers.0.c'], step - 1)[unit], 'en')));
  assert.match(formula, /∂L/);
  assert.notEqual(formula, lineOf(figureOf('sentiment-lstm', {step, unit}), 'c').formula);
  const last = lineOf(
    figureOf('sentiment-lstm', {step: signals['layers.0.c'].shape[0] - 1, unit, direction: 'backward'}),
    'c',
  ).numbers;
  assert.match(last, / 0( |$)/); // nothing comes from after the last step
});

test('a negative factor or summand stands in brackets, what comes out does not', () => {
  let [factors, results] = [0, 0];
  for (const step of [0, 1, 2, 3, 4, 5]) {
    for (const direction of ['forward', 'backward']) {
      for (const {numbers} of figureOf('sentiment-lstm', {step, unit: 5, direction}).lines) {
        assert.ok(!/[·+] −/.test(numbers) && !/= −[\d.,]+( × 10\S+)? [·+]/.test(numbers), numbers);
        if (/[·+] \(−/.test(numbers)) factors += 1;
        if (/= −/.test(numbers)) results += 1;
        assert.ok(!/= \(−[^()=]*\)$/.test(numbers), numbers);
      }
    }
  }
  assert.ok(factors > 0 && results > 0);
});

test('what a line says holds the mean, as a number and a share, and the lengths before and after', () => {
  const {signals, tokens} = readTrace('sentiment-lstm');
  const step = 4;
  const says = Object.fromEntries(
    figureOf('sentiment-lstm', {step}).lines.map((line) => [line.signal.name, line.says]),
  );
  assert.ok(says.f.includes(percent(mean(readStep(signals['layers.0.f'], step)), 'en')), says.f);
  const [before, length] = [step - 1, step].map((t) =>
    number(norm(readStep(signals['layers.0.c'], t)), 'en'),
  );
  assert.ok(
    says.c.includes(length) && says.c.includes(before) && before !== length,
    `${says.c} ${before} ${length}`,
  );
  assert.ok(says.c.indexOf(before) < says.c.indexOf(length), says.c);
  const first = lineOf(figureOf('sentiment-lstm', {step: 0}), 'c').says;
  assert.ok(first.includes('0.00'), first); // before the first step there was nothing
  assert.ok(Object.values(says).some((text) => text.includes(tokens[step])));
});

test('what is kept is told of the norm that is really kept, not of the mean of the gate', () => {
  const answer = watchAnswer('sentiment-lstm');
  answer.cell = structuredClone(answer.cell);
  answer.cell.signals.find(({name}) => name === 'f').says = {en: '{kept} of {percent}'};
  const {signals} = answer.trace;
  let apart = 0;
  for (const step of [1, 4, 7]) {
    const [f, c] = [readStep(signals['layers.0.f'], step), readStep(signals['layers.0.c'], step - 1)];
    const kept = norm(c.map((value, unit) => value * f[unit])) / norm(c);
    const {says} = lineOf(view.figure(watchContext(view, answer, {step})), 'f');
    assert.equal(says, `${percent(kept, 'en')} of ${percent(mean(f), 'en')}`);
    apart = Math.max(apart, Math.abs(kept - mean(f)));
  }
  assert.ok(apart > 0.02, 'the two are not the same');
  assert.match(lineOf(view.figure(watchContext(view, answer, {step: 0})), 'f').says, /^– of/);
  // Of a sentence with another part, that part is all that is said at the first step.
  for (const [name, gate] of [
    ['sentiment-lstm', 'f'],
    ['sentiment-gru', 'z'],
  ]) {
    assert.match(lineOf(figureOf(name, {step: 1}), gate).says, /% on average; of the old .* is kept$/);
    assert.match(lineOf(figureOf(name, {step: 0}), gate).says, /% on average$/);
  }
});

test('a lower layer is sent its gradient by the layer above, the top one by the readout', () => {
  const backward = (layer) => figureOf('accents-lstm-stacked', {layer, step: 2, direction: 'backward'});
  const [below, top] = ['layers.0', 'layers.1'].map((layer) => lineOf(backward(layer), 'h').formula);
  assert.match(top, /W_yᵀ ∂L\/∂y_t$/);
  assert.doesNotMatch(below, /W_y/);
  assert.match(below, /\+ ∂L\/∂x_t \(layer 2\)$/);
  assert.match(backward('layers.0').shows, /layer 2 sends down/);
  assert.doesNotMatch(backward('layers.0').shows, /W_y/);
  assert.match(backward('layers.1').shows, /W_y the readout/);
});

test('a sum is written with the decimals at which what is shown adds up', () => {
  const {tokens, signals} = readTrace('sentiment-pt-bag');
  let finer = 0;
  for (const step of tokens.keys()) {
    for (let unit = 0; unit < signals['layers.0.h'].shape[1]; unit += 1) {
      const {numbers} = lineOf(figureOf('sentiment-pt-bag', {step, unit}), 'h');
      const [, ...shown] = /= (\S+) \+ (\S+) = (\S+)$/.exec(numbers);
      const [before, word, after] = shown.map((text) => Number(text.replace(/[()]/g, '').replace('−', '-')));
      const decimals = /\.(\d+)/.exec(shown[0])[1].length;
      assert.ok(Math.abs(before + word - after) < 0.4 * 10 ** -decimals, numbers);
      if (decimals > 2) finer += 1;
    }
  }
  assert.ok(finer > 0);
});

test('what is forced says so, at the steps and units where it is', () => {
  const name = 'sentiment-lstm-forced'; // f = 0.2 everywhere; i at step 3, unit 4, as it was a step before
  const forced = (changes) =>
    figureOf(name, changes)
      .lines.filter((line) => line.forced)
      .map(({signal}) => signal.name);
  assert.deepEqual(forced({step: 0, unit: 0}), ['f']);
  assert.deepEqual(forced({step: 3, unit: 4}), ['i', 'f']);
  assert.deepEqual(forced({step: 3, unit: 5}), ['f']);
  assert.deepEqual(forced({step: 4, unit: 4}), ['f']);
  assert.equal(lineOf(figureOf(name, {step: 0, unit: 0}), 'f').numbers, 'f = 0.20');
  assert.equal(lineOf(figureOf(name, {step: 0, unit: 0}), 'f').forced, 'forced');
  const {signals} = readTrace(name);
  const held = readStep(signals['layers.0.i'], 3)[4];
  assert.equal(lineOf(figureOf(name, {step: 3, unit: 4}), 'i').numbers, `i = ${number(held, 'en')}`);
  assert.match(lineOf(figureOf(name, {step: 3, unit: 4, direction: 'backward'}), 'f').numbers, /[·=]/);
});

test('the table holds the mean and the unit’s own number of every signal', () => {
  const {signals} = readTrace('sentiment-lstm');
  const {head, rows} = figureOf('sentiment-lstm', {step: 2, unit: 5}).table();
  assert.deepEqual(head.slice(1), ['mean', 'unit 6']);
  for (const [k, symbol] of ['i', 'f', 'g', 'o', 'c', 'h'].entries()) {
    const values = readStep(signals[`layers.0.${symbol}`], 2);
    assert.deepEqual(rows[k].slice(1), [number(mean(values), 'en'), number(values[5], 'en')]);
  }
});
