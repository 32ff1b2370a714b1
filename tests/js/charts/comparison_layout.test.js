import assert from 'node:assert/strict';
import {test} from 'node:test';

import {
  BARS,
  layOutComparison,
  OPINION,
  planColumns,
  STRIP,
} from '../../../static/charts/comparison_layout.js';
import {watchContext} from '../frozen.js';

const VIEW = {words: {en: {}}, applies: () => false};
const contextOf = (changes) =>
  watchContext(VIEW, 'sentiment-pt-lstm', {second: 'sentiment-pt-lstm-second', ...changes});
const layOut = (changes, change = () => {}) => {
  const ctx = contextOf(changes);
  change(ctx);
  return layOutComparison(ctx, planColumns(ctx));
};

test('the columns, each step’s column, the signals shown, and the page', () => {
  const plan = planColumns(contextOf({step: 2, shownSignal: 'o'}));
  assert.equal(plan.columns.length, 8);
  assert.deepEqual(plan.columnOf, [0, 1, 2, 3, 4, 5, 6, 7]);
  assert.deepEqual(
    plan.signals.map(({name}) => name),
    ['o'],
  );
  assert.equal(planColumns(contextOf({shownSignal: 'x'})).signals.length, 6);
  assert.deepEqual(plan.columnWindow, {start: 0, count: 8});
  assert.equal(planColumns(contextOf({step: 7, width: 240})).columnWindow.start, 3);
});

test('the bands lie below each other without gaps but for headings', () => {
  for (const width of [360, 619, 620, 900, 1440]) {
    const {strips, bars, height, heading, narrow} = layOut({width});
    assert.equal(narrow, width < 620);
    assert.equal(strips[0], OPINION + heading);
    assert.equal(strips[1], strips[0] + STRIP + heading);
    assert.equal(strips[2], strips[1] + STRIP + (narrow ? 26 : 14));
    assert.equal(bars, strips[2] + STRIP + 8);
    assert.equal(height, bars + BARS);
  }
});

test('a pixel decides what is narrow, what is slanted and what has letters', () => {
  // "acidente", its place and a space: 10 letters, 80 px; a column of eight gives 0.96 of its width.
  const least = Math.ceil((80 / 0.96) * 8) + 154;
  assert.deepEqual([layOut({width: least - 2}).slanted, layOut({width: least + 1}).slanted], [true, false]);
  const lettered = Math.ceil(8.5 * 7 * 8) + 154;
  assert.deepEqual(
    [layOut({width: lettered - 2}).lettered, layOut({width: lettered + 1}).lettered],
    [false, true],
  );
});

test('the bands are as high as the page has always drawn them', () => {
  assert.deepEqual([STRIP, OPINION, BARS, layOut({width: 900}).margin.t], [104, 84, 46, 18]);
});

test('the strips fill their column but for one slot; a single signal is as thick as four', () => {
  for (const [shownSignal, slots, thickness] of [
    ['', 7, 1],
    ['f', 5, 4],
  ]) {
    const geometry = layOut({width: 900, shownSignal});
    assert.deepEqual([geometry.slots, geometry.thickness], [slots, thickness]);
    assert.ok(Math.abs(geometry.half - (slots - 1) / slots / 2) < 1e-12);
    assert.ok(Math.abs(geometry.column - (900 - 132 - 22) / 8) < 1e-12);
  }
  const two = layOut({}, (ctx) => {
    ctx.cell = {...ctx.cell, signals: ctx.cell.signals.slice(0, 2)};
  });
  assert.deepEqual([two.thickness, two.slots], [2, 5]);
});

test('signals have letters, and room for them below, where a strip is wide enough', () => {
  assert.deepEqual([layOut({width: 1440}).lettered, layOut({width: 1440}).margin.b], [true, 26]);
  assert.deepEqual([layOut({width: 360}).lettered, layOut({width: 360}).margin.b], [false, 8]);
  assert.equal(layOut({width: 360, shownSignal: 'f'}).lettered, true);
});

test('tokens are slanted where they have no room, and the first of them cut so that none leaves the figure', () => {
  const wide = layOut({width: 1440});
  assert.equal(wide.slanted, false);
  assert.equal(wide.heading, 27);
  assert.equal(wide.lettersAt(0), 14);
  const narrow = layOut({width: 360});
  assert.equal(narrow.slanted, true);
  for (let k = 0; k < 8; k += 1) {
    const letters = narrow.lettersAt(k);
    assert.ok(letters >= 2 && letters <= 14);
    assert.ok(
      letters === 2 || (letters + 4) * 6.2 <= narrow.margin.l + (k + 0.5) * narrow.column + 1e-9,
      `${k}`,
    );
    assert.ok(letters === 14 || (letters + 5) * 6.2 > narrow.margin.l + (k + 0.5) * narrow.column, `${k}`);
  }
});

test('the longest token of either text counts, with its place, up to 14 letters', () => {
  const slanted = (token, side) =>
    layOut({width: 1440}, ({trace, secondTrace}) => {
      [trace, secondTrace][side].tokens[3] = token;
    }).slanted;
  // A column of at least (1440 - 154) / 9 = 142 px: 14 letters, a place and a space take 16 · 7.6 + 4 = 126.
  assert.deepEqual(
    [slanted('x'.repeat(14), 0), slanted('x'.repeat(40), 0), slanted('x'.repeat(40), 1)],
    [false, false, false],
  );
  const at = (width, side) =>
    layOut({width}, ({trace, secondTrace}) => {
      [trace, secondTrace][side].tokens[3] = 'x'.repeat(20);
    });
  assert.equal(at(1200, 0).slanted, true);
  assert.equal(at(1200, 1).slanted, true);
  assert.equal(at(1200, 0).heading, 18 + 16 * 5);
  assert.equal(layOut({width: 1200}).slanted, false);
});
