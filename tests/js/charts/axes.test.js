import assert from 'node:assert/strict';
import {test} from 'node:test';

import {
  blankLayout,
  legendAbove,
  numberAxis,
  powerAxis,
  stepAt,
  stepAxis,
  tokenAxis,
} from '../../../static/charts/axes.js';
import {surface} from '../../../static/core/colours.js';
import {assertClose} from '../checking.js';

test('the bare layout is clear, still and in the theme’s ink', () => {
  const margin = {l: 1, r: 2, t: 3, b: 4};
  for (const theme of ['light', 'dark']) {
    const layout = blankLayout({width: 300, height: 200, theme}, margin);
    assert.deepEqual(
      [layout.width, layout.height, layout.margin, layout.font.size, layout.font.color],
      [300, 200, margin, 12, surface(theme).quiet],
    );
    assert.deepEqual(
      [layout.showlegend, layout.hovermode, layout.dragmode, layout.annotations],
      [false, false, false, []],
    );
    assert.equal(blankLayout({width: 300, height: 200, theme}, margin, 13).font.size, 13);
    assert.equal(legendAbove(theme).font.color, surface(theme).ink);
    assert.deepEqual([legendAbove(theme).itemclick, legendAbove(theme).itemdoubleclick], [false, false]);
  }
});

test('steps are numbered from 1, at most about as many as there is room for', () => {
  for (const [steps, most, marked] of [
    [3, 12, [1, 2, 3]],
    [12, 12, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
    [13, 12, [2, 4, 6, 8, 10, 12]],
    [14, 5, [5, 10]],
    [60, 12, [5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60]],
    [1, 12, [1]],
    [1000, 5, [200, 400, 600, 800, 1000]],
    [
      9000,
      12,
      [
        500, 1000, 1500, 2000, 2500, 3000, 3500, 4000, 4500, 5000, 5500, 6000, 6500, 7000, 7500, 8000, 8500,
        9000,
      ],
    ],
  ]) {
    const axis = stepAxis(steps, most);
    assert.deepEqual(axis.ticktext, marked.map(String), `${steps}`);
    assert.deepEqual(
      axis.tickvals,
      marked.map((step) => step - 1),
    );
    assert.deepEqual(axis.range, [-0.5, steps - 0.5]);
  }
  assert.equal(stepAxis(13).tickvals.length, 6); // twelve, where nothing else is said
  for (const [steps, every] of [
    [24, 2],
    [25, 5],
    [100, 10],
    [121, 20],
    [240, 20],
    [241, 50],
    [601, 100],
    [1201, 200],
    [2401, 500],
  ]) {
    const {tickvals} = stepAxis(steps);
    assert.deepEqual(
      tickvals,
      Array.from({length: Math.floor(steps / every)}, (_, k) => (k + 1) * every - 1),
    );
  }
});

test('an axis of numbers has round ticks within its range', () => {
  for (const [low, high, wanted, most] of [
    [0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [-1, 1, [-1, -0.5, 0, 0.5, 1]],
    [0, 0.013, [0, 0.005, 0.01]],
    [-0.06, 1.06, [0, 0.5, 1]],
    [3, 47, [10, 20, 30, 40]],
    [0, 13, [0, 2, 4, 6, 8, 10, 12], 8],
    [5, 5, [5]],
    [0, 0.1, [0, 0.02, 0.04, 0.06, 0.08, 0.1]],
  ]) {
    const axis = numberAxis(low, high, 'light', (value) => `<${value.toFixed(3)}>`, most);
    assertClose(axis.tickvals, wanted, 1e-12, `${low} to ${high}`);
    assert.deepEqual(
      axis.ticktext,
      wanted.map((value) => `<${Math.abs(value) < 1e-12 ? '0.000' : value.toFixed(3)}>`),
    );
    assert.deepEqual([axis.range, axis.fixedrange, axis.zeroline], [[low, high], true, false]);
    assert.equal(axis.gridcolor, surface('light').line);
  }
});

test('of any range the ticks are round, evenly apart, and neither many nor few', () => {
  for (const [low, high] of [
    [0, 0.7],
    [-3.3, 2.2],
    [0.001, 0.009],
    [100, 1234],
    [-0.9, -0.1],
  ]) {
    const {tickvals} = numberAxis(low, high, 'light', String);
    assert.ok(tickvals.length >= 2 && tickvals.length <= 7, `${low} ${high}: ${tickvals}`);
    assert.ok(tickvals[0] >= low - 1e-9 && tickvals.at(-1) <= high + 1e-9);
    const every = tickvals[1] - tickvals[0];
    assertClose(
      tickvals,
      tickvals.map((_, k) => tickvals[0] + k * every),
      1e-9,
    );
    const lead = every / 10 ** Math.floor(Math.log10(every) + 1e-9);
    assert.ok(
      [1, 2, 5, 10].some((round) => Math.abs(lead - round) < 1e-6),
      `${every}`,
    );
    assert.ok(tickvals[0] - every < low && tickvals.at(-1) + every > high, 'none is missing at either end');
  }
});

test('an axis of powers of ten names its powers from the top', () => {
  for (const [low, high, vals, text] of [
    [
      -3,
      1,
      [1, 0, -1, -2, -3],
      ['10<sup>1</sup>', '1', '10<sup>−1</sup>', '10<sup>−2</sup>', '10<sup>−3</sup>'],
    ],
    [0, 1, [1, 0], ['10<sup>1</sup>', '1']],
    [
      -9,
      8,
      [6, 3, 0, -3, -6, -9],
      ['10<sup>6</sup>', '10<sup>3</sup>', '1', '10<sup>−3</sup>', '10<sup>−6</sup>', '10<sup>−9</sup>'],
    ],
    [-2, 0.5, [0, -1, -2], ['1', '10<sup>−1</sup>', '10<sup>−2</sup>']],
    [
      -12,
      1,
      [0, -3, -6, -9, -12],
      ['1', '10<sup>−3</sup>', '10<sup>−6</sup>', '10<sup>−9</sup>', '10<sup>−12</sup>'],
    ],
    [
      -300,
      5,
      [0, -51, -102, -153, -204, -255],
      [
        '1',
        '10<sup>−51</sup>',
        '10<sup>−102</sup>',
        '10<sup>−153</sup>',
        '10<sup>−204</sup>',
        '10<sup>−255</sup>',
      ],
    ],
  ]) {
    const axis = powerAxis(low, high, 'dark');
    assert.deepEqual(
      axis.tickvals.map((value) => value + 0),
      vals,
    );
    assert.deepEqual(axis.ticktext, text);
    assert.deepEqual(axis.range, [low, high]);
    assert.equal(axis.gridcolor, surface('dark').line);
  }
});

test('the step under a place', () => {
  assert.deepEqual(
    [-0.6, -0.4, 0.4, 2.6, 3.4, 3.6].map((x) => stepAt(x, 4)),
    [null, -0, 0, 3, 3, null],
  );
});

test('tokens mark an axis of steps, as many as have room, cut and made harmless', () => {
  const tokens = Array.from({length: 30}, (_, t) => (t === 3 ? '<b>extraordinarily' : `w${t}`));
  const {tickvals, ticktext, range} = tokenAxis(tokens, 420); // ten of 42 pixels
  assert.deepEqual(tickvals, [0, 3, 6, 9, 12, 15, 18, 21, 24, 27]);
  assert.deepEqual(ticktext.slice(0, 3), ['w0', '&lt;b&gt;extra…', 'w6']);
  assert.deepEqual(range, [-0.5, 29.5]);
  assert.equal(tokenAxis(tokens, 10).tickvals.length, 3);
  assert.equal(tokenAxis(tokens.slice(0, 4), 1440).tickvals.length, 4);
});
