import assert from 'node:assert/strict';
import {test} from 'node:test';

import {layOutComparison, planColumns} from '../../../static/charts/comparison_layout.js';
import {
  drawBars,
  drawBlanks,
  drawComparisonStrips,
  drawOpinions,
  measureBars,
  opinionAt,
} from '../../../static/charts/comparison_marks.js';
import {surface} from '../../../static/core/colours.js';
import {assertClose} from '../checking.js';
import {readPixel, readStep, watchAnswer, watchContext} from '../frozen.js';

const VIEW = {words: {en: {}}, applies: () => false};
const [NAME, SECOND] = ['sentiment-pt-lstm', 'sentiment-pt-lstm-second'];

// What is drawn of two sentences; `change` makes the second another.
function plan(changes, change = () => {}) {
  const answer = watchAnswer(NAME, {second: SECOND});
  change(answer.second.trace, answer.trace);
  const ctx = watchContext(VIEW, answer, changes);
  const columns = planColumns(ctx);
  return [ctx, columns, layOutComparison(ctx, columns)];
}

const lonely = (trace) => {
  trace.tokens[3] = 'zzyzx'; // "pode" of the first stands alone, and so does this
};

// The boxes of a path: [left, right, low, high].
const readBoxes = (path) =>
  path
    .split('M')
    .slice(1)
    .map((part) => {
      assert.match(part, /Z$/);
      const points = part
        .slice(0, -1)
        .split('L')
        .map((point) => point.split(',').map(Number));
      const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
      const box = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
      const [left, right, low, high] = box;
      assert.deepEqual(
        points.map(String).sort(),
        [
          [left, low],
          [right, low],
          [right, high],
          [left, high],
        ]
          .map(String)
          .sort(),
      );
      return box;
    });

test('a word that stands alone leaves a box in the other text’s row and in that of the difference', () => {
  const [ctx, columns, geometry] = plan({}, lonely);
  const alone = columns.columns.map(([i, j], k) => [k, i, j]).filter(([, i, j]) => i === null || j === null);
  assert.equal(alone.length, 2);
  const blanks = drawBlanks(ctx, columns, geometry);
  const wanted = {
    y2: alone.filter(([, i]) => i === null).map(([k]) => k),
    y3: alone.filter(([, , j]) => j === null).map(([k]) => k),
    y4: alone.map(([k]) => k),
  };
  assert.deepEqual(
    blanks.map(({yref, xref, type}) => [yref, xref, type]),
    Object.keys(wanted).map((yref) => [yref, 'x', 'path']),
  );
  for (const {yref, path, fillcolor} of blanks) {
    assertClose(
      readBoxes(path).flat(),
      wanted[yref].flatMap((k) => [k - geometry.half, k + geometry.half, 0, 1]),
      1e-12,
    );
    assert.equal(fillcolor, surface('light').faint);
  }
});

test('what is not on the page is not drawn', () => {
  const [ctx, columns, geometry] = plan({width: 240, step: 7}, lonely);
  const {start, count} = columns.columnWindow;
  assert.ok(start > 0 && count < columns.columns.length);
  const within = (x) => x > start - 0.5 && x < start + count - 0.5;
  const paths = [
    ...drawBlanks(ctx, columns, geometry),
    ...drawBars(ctx, columns, measureBars(ctx, columns), geometry),
  ];
  for (const {path} of paths)
    assert.ok(readBoxes(path).every(([left, right]) => within(left) && within(right)));
  for (const {x} of drawOpinions(ctx, columns, ['one', 'two']))
    assert.ok(x.every((value) => value === null || within(value)));
  for (const {bitmap, x0} of drawComparisonStrips(ctx, columns, geometry)) {
    assert.equal(bitmap.width, count * geometry.slots);
    assert.ok(Math.abs(x0 - (start - geometry.half + 0.5 / geometry.slots)) < 1e-12);
  }
});

test('a strip of a word that a text does not have is clear', () => {
  const [ctx, columns, geometry] = plan({}, lonely);
  const images = drawComparisonStrips(ctx, columns, geometry);
  for (const [k, [i, j]] of columns.columns.entries()) {
    const clear = images.map((image) => readPixel(image, k * geometry.slots + 1, 30) === 'clear');
    assert.deepEqual(clear, [i === null, j === null, i === null || j === null]);
  }
});

test('where nothing differs there are no bars, and the axis still has a length', () => {
  const [ctx, columns, geometry] = plan({});
  const same = {...ctx, secondTrace: ctx.trace};
  const own = planColumns(same);
  const bars = measureBars(same, own);
  assert.equal(bars.largest, 1);
  assert.ok(bars.differences.flat().every((size) => size === 0));
  assert.deepEqual(drawBars(same, own, bars, geometry), []);
  const some = measureBars(ctx, columns);
  assert.equal(some.largest, Math.max(...some.differences.flat()));
  assert.equal(drawBars(ctx, columns, some, geometry).length, 6);
});

test('an opinion is the probability of the class that is watched', () => {
  const {trace} = watchAnswer('emotion-rnn');
  for (const k of [0, 3, 6]) assert.equal(opinionAt(trace, 4, k), readStep(trace.probabilities, 4)[k]);
});

test('a curve is broken where a text’s words do not follow each other; the gap is drawn where both have a word', () => {
  const [ctx, columns] = plan({}, lonely);
  const [gap, first, second] = drawOpinions(ctx, columns, ['one', 'two']);
  const both = columns.columns.flatMap(([i, j], k) => (i === null || j === null ? [] : [k]));
  assert.deepEqual(
    gap.x,
    both.flatMap((k) => [k, k, null]),
  );
  assert.ok(!first.x.includes(null)); // the first keeps its order, whatever stands between
  assert.deepEqual(
    first.x,
    columns.columns.flatMap(([i], k) => (i === null ? [] : [k])),
  );
  let before = null;
  for (const x of second.x) {
    if (x === null) before = null;
    else {
      const step = columns.columns[x][1];
      if (before !== null) assert.equal(step, before + 1);
      before = step;
    }
  }
  assert.equal(second.x.filter((x) => x !== null).length, ctx.secondTrace.tokens.length);
  assert.equal(gap.showlegend, false);
  assert.deepEqual([first.line.dash, second.line.dash], [undefined, 'dot']);
});
