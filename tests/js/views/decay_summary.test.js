import assert from 'node:assert/strict';
import {test} from 'node:test';

import {percent, power} from '../../../static/core/format.js';
import view from '../../../static/views/decay_summary.js';
import {compareAnswer, compareContext, readComparison, seatOf} from '../frozen.js';

const figureOf = (name, changes) => view.figure(compareContext(view, name, changes));
const share = (value) => (value === null ? '–' : value >= 0.01 ? percent(value, 'en') : power(value, 'en'));

test('what it returns', (t) => {
  t.assert.snapshot(seatOf(view));
  t.assert.snapshot(figureOf('compare-sentiment'));
  t.assert.snapshot(figureOf('compare-overflow', {language: 'pt-BR'}));
});

test('a row a state: what is left at each distance is the norm there over the norm at the last step', () => {
  const {networks} = readComparison('compare-sentiment');
  const {lines, head} = figureOf('compare-sentiment');
  assert.deepEqual(head.slice(1, 5), ['1 back', '10 back', '30 back', '50 back']);
  const states = networks.flatMap(({layers: [layer]}) =>
    Object.keys(layer.decay)
      .sort()
      .map((state) => layer.decay[state]),
  );
  assert.equal(lines.length, states.length);
  for (const [k, {norms}] of states.entries()) {
    const wanted = [1, 10, 30, 50].map((distance) =>
      norms.length > distance ? norms.at(-1 - distance) / norms.at(-1) : null,
    );
    assert.deepEqual(lines[k].cells.slice(1, 5), wanted.map(share), `row ${k}`);
  }
  assert.deepEqual(
    lines.map(({cells}) => cells[0].split(' · ')[1]),
    [undefined, 'c', 'h', undefined, 'c', 'h'],
  );
});

test('the sentence speaks of the farthest distance that there is', () => {
  const {shows, summary, lines} = figureOf('compare-sentiment');
  assert.ok(shows.startsWith('10 words back, '), shows);
  for (const {cells} of lines) assert.ok(shows.includes(`${cells[0]} keeps ${cells[2]}`), cells[0]);
  assert.equal(summary, shows);
  assert.equal(
    figureOf('compare-one-word').shows,
    'The sentence is too short to tell: give the networks more words.',
  );
});

test('half-life, clipping and answer are those of the answer', () => {
  const {networks} = readComparison('compare-sentiment');
  const {lines, head} = figureOf('compare-sentiment');
  assert.equal(head[6], '‖∂L/∂weights‖, clipped at 1');
  const [gru] = networks;
  const {half_life: half} = gru.layers[0].decay.h;
  const [before, after] = gru.clipped.map((norm) => power(norm, 'en'));
  assert.deepEqual(lines[0].cells.slice(5), [
    half === null ? 'never halves' : String(half),
    before === after ? before : `${before} → ${after}`,
    `${percent(Math.max(...gru.probabilities), 'en')} ${gru.target}`,
  ]);
});

// One network whose answer is changed.
function changed(change) {
  const answer = compareAnswer('compare-sentiment');
  answer.comparison.networks.splice(1);
  answer.specs.splice(1);
  change(answer.comparison.networks[0]);
  return view.figure(compareContext(view, answer));
}

test('with one distance alone, one word back, it is too short to tell', () => {
  const {shows} = changed(({layers: [{decay}]}) => Object.assign(decay.h.left, {10: null}));
  assert.match(shows, /too short/);
});

test('a gradient that never halves, that is exactly zero, or that overflowed is said in words', () => {
  const cellOf = (change) => changed((network) => change(network.layers[0].decay.h, network)).lines[0].cells;
  assert.equal(cellOf((decay) => Object.assign(decay, {half_life: null}))[5], 'never halves');
  assert.equal(cellOf((decay) => Object.assign(decay, {half_life: 3}))[5], '3');
  assert.equal(cellOf(({norms}) => norms.fill(0))[5], 'no gradient: the loss is exactly 0');
  const over = cellOf((_, network) => Object.assign(network, {overflow: 6}));
  assert.deepEqual(over.slice(1, 6), [
    'not finite',
    'not finite',
    'not finite',
    'not finite',
    'overflowed at step 7',
  ]);
  const {networks} = readComparison('compare-overflow');
  assert.equal(
    figureOf('compare-overflow').lines[0].cells[5],
    `overflowed at step ${networks[0].overflow + 1}`,
  );
});

test('what overflowed or has no gradient is not in the sentence', () => {
  assert.ok(!figureOf('compare-overflow').shows.includes('RNN'));
  assert.ok(figureOf('compare-overflow').shows.startsWith('50 words back, LSTM'));
  assert.match(changed(({layers}) => layers[0].decay.h.norms.fill(0)).shows, /too short/);
});

test('clipping: still asked for, not finite, changed or not', () => {
  const told = (clipped) => changed((network) => Object.assign(network, {clipped})).lines[0].cells[6];
  assert.deepEqual(
    [told(null), told([null, 1]), told([0.25, 0.25]), told([4, 1])],
    ['…', '∞', '0.25', '4 → 1'],
  );
});

test('an answer that is not finite is a dash', () => {
  assert.equal(
    changed((network) => Object.assign(network, {probabilities: [null, null]})).lines[0].cells[7],
    '–',
  );
});

test('each row has its network’s colour, and the table says the same', () => {
  const {lines, table} = figureOf('compare-sentiment');
  const {layers} = compareContext(view, 'compare-sentiment');
  assert.deepEqual(
    [...new Set(lines.map(({colour}) => colour))],
    layers.map(({colour}) => colour),
  );
  assert.deepEqual(
    table().rows,
    lines.map(({cells}) => cells),
  );
});
