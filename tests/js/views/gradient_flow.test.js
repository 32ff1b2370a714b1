import assert from 'node:assert/strict';
import {test} from 'node:test';

import {percent, power} from '../../../static/core/format.js';
import view from '../../../static/views/gradient_flow.js';
import {assertClose, channels, tint} from '../checking.js';
import {compareAnswer, compareContext, readComparison, readPixel, seatOf} from '../frozen.js';

const figureOf = (name, changes) => view.figure(compareContext(view, name, changes));
const share = (value) => {
  if (value >= 1.05) return `${power(value, 'en')} times`;
  return value >= 0.01 ? percent(value, 'en') : power(value, 'en');
};
const lanesOf = (name) =>
  readComparison(name).networks.flatMap(({layers}) =>
    layers.flatMap(({decay}) =>
      Object.keys(decay)
        .sort()
        .map((state) => decay[state]),
    ),
  );

test('what it returns', (t) => {
  t.assert.snapshot(seatOf(view));
  t.assert.snapshot(figureOf('compare-sentiment'));
  t.assert.snapshot(figureOf('compare-overflow', {language: 'pt-BR', theme: 'dark', width: 360}));
});

test('each square is lit by how much of the last word’s gradient is left, over the decades that are said', () => {
  const lanes = lanesOf('compare-sentiment');
  const figure = figureOf('compare-sentiment');
  const decades = Number(/log scale, (\d+) powers/.exec(figure.shows)[1]);
  assert.equal(decades, 12);
  assert.equal(figure.aside, 'log scale: full colour 1, paper 10⁻¹²');
  const hues = figureOf('compare-sentiment').table().head.length - 2;
  assert.equal(hues, lanes.length);
  const {layers} = compareContext(view, 'compare-sentiment');
  const colours = layers.flatMap(({colour, decay}) => Object.keys(decay).map(() => colour));
  const [image] = figure.data;
  const steps = lanes[0].norms.length;
  assert.deepEqual([image.bitmap.width, image.bitmap.height], [steps * 10, lanes.length * 20]);
  for (const [lane, {norms}] of lanes.entries()) {
    for (const [t, norm] of norms.entries()) {
      const left = Math.min(1, Math.max(6 / 255, 1 + Math.log10(norm / norms.at(-1)) / decades));
      for (const [x, y] of [
        [0, 4],
        [8, 16],
      ])
        assertClose(
          channels(readPixel(image, t * 10 + x, lane * 20 + y)),
          tint(colours[lane], left),
          1.6,
          `${lane} ${t}`,
        );
      for (const [x, y] of [
        [9, 10],
        [5, 3],
        [5, 17],
      ])
        assert.equal(readPixel(image, t * 10 + x, lane * 20 + y), 'clear');
    }
  }
});

test('a square lies at its step and its lane', () => {
  const [{x0, dx, y0, dy}] = figureOf('compare-sentiment').data;
  assertClose([x0, dx, y0, dy], [-0.45, 0.1, -0.475, 0.05], 1e-12);
});

test('where columns are too narrow a square is one pixel wide', () => {
  const figure = figureOf('compare-overflow');
  assert.equal(figure.data[0].bitmap.width, 330);
  assert.notEqual(readPixel(figure.data[0], 329, 5), 'clear');
  assertClose([figure.data[0].x0, figure.data[0].dx], [0, 1], 1e-12);
});

test('the words stand below where there is room for them, else numbers', () => {
  const {tokens} = readComparison('compare-sentiment');
  assert.deepEqual(figureOf('compare-sentiment').layout.xaxis.ticktext, tokens);
  const {xaxis} = figureOf('compare-overflow').layout;
  assert.deepEqual(
    xaxis.ticktext,
    xaxis.tickvals.map((t) => String(t + 1)),
  );
  const ctx = compareContext(view, 'compare-sentiment');
  assert.equal(view.figure(ctx).layout.height, ctx.height);
  const long = compareContext(view, 'compare-overflow');
  assert.equal(view.figure(long).layout.height, long.height - 40);
});

// The lanes of the first network, changed.
function changed(change) {
  const answer = compareAnswer('compare-sentiment');
  answer.comparison.networks.splice(1);
  answer.specs.splice(1);
  change(answer.comparison.networks[0].layers[0].decay.h.relative, answer.comparison.networks[0]);
  return view.figure(compareContext(view, answer));
}

test('what is exactly 0, and what is below the scale, keeps a trace of colour', () => {
  const {data, shows} = changed((relative) => {
    [relative[0], relative[1], relative[2], relative[3]] = [0, 1e-30, 0.9, 1];
  });
  assert.match(shows, /12 powers/);
  const pixelAt = (t) => channels(readPixel(data[0], t * 10, 5));
  for (const t of [0, 1]) assertClose(pixelAt(t), tint('#1b7837', 6 / 255), 1.2);
  assertClose(pixelAt(3), tint('#1b7837', 1), 1.2);
  assertClose(pixelAt(2), tint('#1b7837', 1 + Math.log10(0.9) / 12), 1.6);
});

const namesOf = ({layout: {annotations}}) => annotations.filter(({xref}) => xref === 'paper');

test('a lane is named beside it, where it is narrow above it; all of the name is there', () => {
  for (const [name, language] of [
    ['compare-sentiment', 'en'],
    ['compare-accents', 'pt-BR'], // the longest names: both ways, layers
    ['compare-sentiment-pt', 'pt-BR'], // the bag
  ]) {
    for (const width of [286, 900]) {
      const figure = figureOf(name, {language, width});
      const titles = figure.table().head.slice(2);
      const {margin, height, width: wide} = figure.layout;
      const lane = (height - margin.t - margin.b) / titles.length; // pixels
      titles.forEach((title, k) => {
        const lines = namesOf(figure).filter(({y}) => Math.abs(y - k) < 0.5);
        assert.equal(lines.map(({text}) => text).join(' · '), title, `${width}: whole`);
        for (const {text, font, xanchor} of lines) {
          const room = xanchor === 'right' ? margin.l : wide - margin.l;
          assert.ok(0.57 * font.size * text.length < room, `${width}: “${text}” has ${room} px`);
        }
        assert.ok(lines.length * 14 <= lane, `${lines.length} lines in ${lane} px`);
      });
    }
  }
});

test('where it is narrow the cursor goes over the squares alone, and finds the same step and lane', () => {
  const narrow = figureOf('compare-sentiment', {width: 360});
  const lanes = lanesOf('compare-sentiment').length;
  assert.equal(narrow.overlay.axes.length, lanes);
  const spanOf = ({domain, range}) => ({domain, range});
  const axes = narrow.overlay.axes.map(({y}) => spanOf(narrow.layout[y]));
  axes.forEach(({domain: [from, to], range: [low, high]}, k) => {
    assert.ok(from < to && low > high && high > k - 0.5 && low < k + 0.5);
    // The same places as on the axis of all lanes.
    const all = (value) => (lanes - 0.5 - value) / lanes;
    assertClose([from, to], [all(low), all(high)], 1e-12);
    // The lines of its name end above the square.
    for (const {y} of namesOf(narrow).filter((label) => Math.abs(label.y - k) < 0.5))
      assertClose([y], [high], 1e-12);
  });
  assert.deepEqual(figureOf('compare-sentiment').overlay.axes, [{x: 'xaxis', y: 'yaxis'}]);
});

test('a long token is cut, and there is room for it below', () => {
  const answer = compareAnswer('compare-sentiment');
  answer.comparison.tokens[3] = 'x'.repeat(20);
  const {xaxis, margin} = view.figure(compareContext(view, answer)).layout;
  assert.equal(xaxis.ticktext[3], `${'x'.repeat(13)}…`);
  assert.ok(Math.abs(margin.b - (34 + 14 * 5.6)) < 1e-9);
});

test('“gone” stands where the last share below 10⁻¹² is', () => {
  const gone = (relative) =>
    changed((shares) => shares.splice(0, relative.length, ...relative)).layout.annotations.filter(({text}) =>
      text.startsWith('gone'),
    );
  assert.deepEqual(
    gone([0, 1e-13, 9e-13, 1.1e-12]).map(({x, y}) => [x, Math.round(y)]),
    [[2, 0]],
  );
  assert.equal(gone([1e-13, 1]).length, 0); // there is nothing before the first
  assert.equal(gone([1e-11, 1e-12, 1]).length, 0);
  assert.equal(gone([null, null, 1]).length, 0); // overflowed is not gone
  assert.equal(gone([0, 0, 1])[0].xanchor, 'left');
  assert.equal(gone([0, 0, 0, 0, 0, 0, 0])[0].xanchor, 'right');
});

test('what overflowed is as strong as can be, and said', () => {
  const {data, hitTest, table, summary} = changed((relative) => {
    relative[0] = null;
  });
  assert.equal(readPixel(data[0], 0, 5), '#1b7837');
  assert.match(hitTest(0, 0).label, /gradient left overflowed$/);
  assert.equal(table().rows[0][2], 'overflowed');
  assert.match(summary, /overflowed/);
});

test('what is left is said under the pointer, in the summary and the table', () => {
  const lanes = lanesOf('compare-sentiment');
  const {tokens} = readComparison('compare-sentiment');
  const {hitTest, summary, table} = figureOf('compare-sentiment');
  const {rows, head} = table();
  for (const [lane, {relative}] of lanes.entries()) {
    const title = head[lane + 2];
    assert.deepEqual(hitTest(3.3, lane - 0.4), {
      step: 3,
      label: `4 · “${tokens[3]}” · ${title}: gradient left ${share(relative[3])}`,
    });
    assert.ok(summary.includes(`${title} ${share(relative[0])}`));
    for (const [t, value] of relative.entries()) assert.equal(rows[t][lane + 2], share(value));
  }
  for (const [x, y] of [
    [-0.6, 0],
    [tokens.length, 0],
    [3, -0.6],
    [3, lanes.length],
  ])
    assert.equal(hitTest(x, y), null);
});

test('a lane is named by its network, and by its state where it has two', () => {
  const {head} = figureOf('compare-sentiment').table();
  assert.deepEqual(head.slice(2, 5), [
    'GRU, trained',
    'LSTM, trained · at c, all paths',
    'LSTM, trained · at h',
  ]);
  const {layout} = figureOf('compare-sentiment');
  assert.deepEqual(layout.yaxis.range, [head.length - 2.5, -0.5]);
  assert.equal(layout.annotations.filter(({text}) => text === '◀').length, head.length - 2);
});

test('a direction that starts at the loss is not called gone: nothing was read before', () => {
  const {networks} = readComparison('compare-accents');
  const {layers} = networks[0];
  const lane = Object.keys(layers[0].decay).length; // the forward direction's lanes come first
  assert.ok(layers[1].name.endsWith('.reverse'));
  const {relative} = layers[1].decay.c;
  assert.ok(relative.slice(0, -1).every((share) => share === 0) && relative.at(-1) === 1);
  const {layout, table, hitTest} = figureOf('compare-accents');
  const said = layout.annotations
    .filter(({y, xref, text}) => Math.round(y) === lane && xref !== 'paper' && text !== '◀')
    .map(({text}) => text);
  assert.deepEqual(said, ['starts here: nothing was read before']);
  assert.equal(table().rows[0][lane + 2], 'not read yet, no gradient');
  assert.equal(table().rows.at(-1)[lane + 2], '100%');
  assert.match(hitTest(0, lane).label, /not read yet/);
});

test('each lane makes the figure higher', () => {
  assert.equal(
    compareContext(view, 'compare-sentiment').height,
    110 + 46 * lanesOf('compare-sentiment').length,
  );
});
