import assert from 'node:assert/strict';
import {test} from 'node:test';

import {percent, power} from '../../../static/core/format.js';
import view from '../../../static/views/decay_summary.js';
import {compareAnswer, compareContext, readComparison, seatOf} from '../frozen.js';

const figureOf = (name, changes) => view.figure(compareContext(view, name, changes));
const share = (value) => {
  if (value === null) return '–';
  if (value >= 1.05) return `${power(value, 'en')} times`;
  return value >= 0.01 ? percent(value, 'en') : power(value, 'en');
};

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
    [undefined, 'at c, all paths', 'at h', undefined, 'at c, all paths', 'at h'],
  );
});

test('the sentence speaks of the farthest distance that there is', () => {
  const {shows, summary, lines} = figureOf('compare-sentiment');
  assert.ok(shows.startsWith('Of the gradient at the last step, 10 steps back: '), shows);
  for (const {cells} of lines) assert.ok(shows.includes(`${cells[0]} ${cells[2]}`), cells[0]);
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
  const [before, after] = gru.clipped.map((norm) => power(norm, 'en'));
  assert.deepEqual(lines[0].cells.slice(6), [
    before === after ? before : `${before} → ${after}`,
    `${percent(Math.max(...gru.probabilities), 'en')} ${gru.target}`,
  ]);
  const states = networks.flatMap(({layers: [{decay}]}) =>
    Object.keys(decay)
      .sort()
      .map((state) => decay[state]),
  );
  // Whether the logarithm is a straight line, worked out from the normal equations.
  for (const [k, {norms, half_life: halvedAfter}] of states.entries()) {
    const points = norms.map((norm, t, {length}) => [length - 1 - t, Math.log(norm)]);
    const sum = (of) => points.reduce((total, point) => total + of(point), 0);
    const [n, x, y] = [points.length, sum(([a]) => a), sum(([, b]) => b)];
    const [xx, xy, yy] = [sum(([a]) => a * a), sum(([a, b]) => a * b), sum(([, b]) => b * b)];
    const straight = (n * xy - x * y) ** 2 / ((n * xx - x * x) * (n * yy - y * y));
    const half = power((Math.log(0.5) * (n * xx - x * x)) / (n * xy - x * y), 'en');
    const fitted = straight < 0.95 ? 'not exponential' : half;
    assert.equal(lines[k].cells[5], halvedAfter === null ? 'not within this text' : fitted);
  }
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

test('a gradient that stays above half in this text, that is exactly zero, or that overflowed is said in words', () => {
  const cellOf = (change) => changed((network) => change(network.layers[0].decay.h, network)).lines[0].cells;
  assert.equal(cellOf((decay) => Object.assign(decay, {half_life: null}))[5], 'not within this text');
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

test('a half-life is told of an exponential alone: not of what falls to 27 % and stays there', () => {
  const cellOf = (shareAt) =>
    changed(({layers: [{decay}]}) => {
      decay.h.relative = decay.h.relative.map((_, t, {length}) => shareAt(length - 1 - t));
      decay.h.half_life = 2; // both are below one half from two steps on
    }).lines[0].cells[5];
  assert.equal(
    cellOf((k) => 0.5 ** (k / 2)),
    '2',
  );
  assert.equal(
    cellOf((k) => Math.max(0.27, 0.5 ** (k / 2))),
    'not exponential',
  );
});

test('a direction that starts at the loss has nothing before it, and is not in the sentence', () => {
  const {lines, shows} = figureOf('compare-accents');
  const row = lines.find(({cells}) => cells[0].includes('right to left'));
  assert.deepEqual(row.cells.slice(1, 6), [
    '–',
    '–',
    '–',
    '–',
    'starts at the last step: nothing was read before it',
  ]);
  assert.ok(!shows.includes('right to left'), shows);
});

test('what a gradient tells, and what it does not, is said', () => {
  assert.match(
    figureOf('compare-sentiment').look,
    /training can still learn.*not what is remembered.*read again/,
  );
  assert.match(
    figureOf('compare-sentiment', {language: 'pt-BR'}).look,
    /treino.*não diz o que é lembrado.*leia de novo/,
  );
});

test('what overflowed or has no gradient is not in the sentence', () => {
  assert.ok(!figureOf('compare-overflow').shows.includes('RNN'));
  assert.ok(
    figureOf('compare-overflow').shows.startsWith('Of the gradient at the last step, 50 steps back: LSTM'),
  );
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
