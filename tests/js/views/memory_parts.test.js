import assert from 'node:assert/strict';
import {test} from 'node:test';
import {percent, power} from '../../../static/core/format.js';
import view from '../../../static/views/memory_parts.js';
import {assertClose, channels, tint} from '../checking.js';
import {
  compareAnswer,
  compareContext,
  readComparison,
  readPixel,
  readStep,
  readTrace,
  seatOf,
} from '../frozen.js';

const figureOf = (name, changes) => view.figure(compareContext(view, name, changes));
const gated = (name) =>
  readComparison(name)
    .networks.flatMap(({layers}) => layers)
    .filter(({memory}) => memory);
const sumOf = (parts) => parts[0].map((_, unit) => parts.reduce((sum, step) => sum + step[unit], 0));

test('what it returns', (t) => {
  t.assert.snapshot(seatOf(view));
  t.assert.snapshot(figureOf('compare-sentiment'));
});

test('the parts add up to the memory of the trace, and the units are ordered by it', () => {
  const {signals, tokens} = readTrace('sentiment-lstm');
  const memory = readStep(signals['layers.0.c'], tokens.length - 1);
  const {parts} = gated('compare-sentiment')[1].memory;
  sumOf(parts).forEach((sum, unit) => {
    assert.ok(Math.abs(sum - memory[unit]) < 1e-6);
  });
  const order = memory.map((_, unit) => unit).sort((a, b) => memory[b] - memory[a]);
  const {hitTest} = figureOf('compare-sentiment');
  for (const line of [0, 1, 40, 63]) {
    assert.equal(
      hitTest(3, line + 0.5, 'yaxis2').label,
      `“${tokens[3]}” gives unit ${order[line] + 1} ${power(parts[3][order[line]], 'en')}`,
    );
  }
});

test('line: a unit, column: a word; the state’s colour above zero, violet below', () => {
  const hues = {h: '#3B4252', c: '#B8860B'};
  const {data} = figureOf('compare-sentiment');
  gated('compare-sentiment').forEach(({memory: {parts, state}}, n) => {
    const final = sumOf(parts);
    const order = final.map((_, unit) => unit).sort((a, b) => final[b] - final[a]);
    const largest = Math.max(1, ...parts.flat().map(Math.abs));
    assert.deepEqual([data[n].bitmap.width, data[n].bitmap.height], [parts.length, order.length]);
    for (const line of [0, 5, order.length - 1]) {
      parts.forEach((part, t) => {
        const value = part[order[line]];
        const hue = channels(value >= 0 ? hues[state] : '#7B2FA8');
        channels(readPixel(data[n], t, line)).forEach((channel, c) => {
          assert.ok(
            Math.abs(channel - (255 + ((hue[c] - 255) * Math.abs(value)) / largest)) <= 2.2,
            `${n} ${line} ${t}`,
          );
        });
      });
    }
  });
});

test('beside the maps there is nothing under the pointer; what is not finite is a dash', () => {
  const {hitTest} = figureOf('compare-sentiment');
  for (const [x, y, axis] of [
    [-1, 3, 'yaxis'],
    [3, 64.5, 'yaxis'],
    [3, -1, 'yaxis'],
    [3, 3, 'yaxis9'],
  ])
    assert.equal(hitTest(x, y, axis), null);
  assert.equal(hitTest(3, 3.5, 'yaxis').step, 3);
  const answer = compareAnswer('compare-sentiment');
  const {parts} = answer.comparison.networks[1].layers[0].memory;
  for (const part of parts) part[0] = null;
  const changed = view.figure(compareContext(view, answer));
  const labels = Array.from({length: 64}, (_, line) => changed.hitTest(2, line + 0.5, 'yaxis2').label);
  assert.equal(labels.filter((label) => /unit 1 –$/.test(label)).length, 1);
});

test('a part that is not finite counts as nothing', () => {
  const answer = compareAnswer('compare-sentiment');
  const {memory} = answer.comparison.networks[0].layers[0];
  for (const part of memory.parts) part.fill(0.25);
  memory.parts[3][5] = null;
  memory.parts[4][6] = -4;
  const figure = view.figure(compareContext(view, answer));
  // Unit 7 ends lowest, unit 6 before it, all others alike and in their order.
  assert.match(figure.hitTest(0, 63.5, 'yaxis').label, /unit 7 /);
  assert.match(figure.hitTest(0, 62.5, 'yaxis').label, /unit 6 /);
  assert.match(figure.hitTest(0, 0.5, 'yaxis').label, /unit 1 /);
  // The largest is 4: a quarter is a sixteenth of the colour.
  assertClose(channels(readPixel(figure.data[0], 0, 0)), tint('#3B4252', 0.25 / 4), 2.2);
  assertClose(channels(readPixel(figure.data[0], 4, 63)), tint('#7B2FA8', 1), 1.2);
});

test('it applies where one network has gates', () => {
  const ctx = compareContext(view, 'compare-sentiment');
  assert.equal(view.applies({...ctx, layers: ctx.layers.slice(0, 1)}), true);
  assert.equal(view.applies({...ctx, layers: []}), false);
  assert.equal(view.applies(compareContext(view, 'compare-overflow')), false);
});

test('an axis says that the units are ranked; a title which state', () => {
  const {layout} = figureOf('compare-sentiment', {width: 1440});
  assert.deepEqual(layout.yaxis2.range, [64, 0]);
  assert.deepEqual(layout.yaxis3.ticktext, ['max', 'min']);
  assert.deepEqual(
    layout.annotations.map(({text}) => text.split(' · ')[1]),
    ['h', 'c', 'c'],
  );
});

test('below each map: what leaving a word out does to the answer, and how long each step’s writing is', () => {
  const {data, layout, hitTest, table} = figureOf('compare-sentiment');
  const networks = readComparison('compare-sentiment').networks.filter(({layers}) => layers[0].memory);
  const {tokens} = readComparison('compare-sentiment');
  networks.forEach(({left_out, probabilities, layers: [{memory}]}, n) => {
    const [filled, line] = data.slice(networks.length + 2 * n);
    const answered = Math.max(...probabilities);
    const lengths = memory.parts.map((part) => Math.sqrt(part.reduce((sum, value) => sum + value ** 2, 0)));
    for (const t of [0, 3, tokens.length - 1]) {
      assertClose(
        [filled.y[2 * t], filled.y[2 * t + 1]],
        Array(2).fill(Math.abs(answered - left_out[t])),
        1e-9,
      );
      assertClose([line.y[t]], [lengths[t] / Math.max(...lengths)], 1e-9);
      assert.deepEqual([filled.x[2 * t], filled.x[2 * t + 1]], [t - 0.5, t + 0.5]);
    }
    const axis = `yaxis${networks.length + n + 1}`;
    assert.equal(filled.yaxis, axis.replace('axis', ''));
    assert.ok(layout[axis].domain[1] < layout[`yaxis${n ? n + 1 : ''}`].domain[0]);
    const {step, label} = hitTest(3.1, 0.5, axis);
    assert.equal(step, 3);
    assert.ok(
      label.endsWith(
        `without “${tokens[3]}” the answer goes from ${percent(answered, 'en')} to ${percent(left_out[3], 'en')}`,
      ),
    );
    const moved = left_out.map((without) => Math.abs(without - answered));
    const most = moved.indexOf(Math.max(...moved));
    assert.deepEqual(table().rows[n].slice(2), [
      tokens[most],
      `${percent(answered, 'en')} → ${percent(left_out[most], 'en')}`,
    ]);
  });
});

test('where nothing is left to read there is nothing to leave out', () => {
  const {table, summary, hitTest} = figureOf('compare-one-word');
  assert.deepEqual(table().rows[0].slice(2), ['–', '–']);
  assert.doesNotMatch(summary, /leaving out/);
  assert.equal(hitTest(0, 0.5, 'yaxis2'), null);
});
