import assert from 'node:assert/strict';
import {test} from 'node:test';
import {power} from '../../../static/core/format.js';
import view from '../../../static/views/sensitivity_map.js';
import {assertClose, channels, tint} from '../checking.js';
import {compareAnswer, compareContext, readComparison, readPixel, seatOf} from '../frozen.js';

const figureOf = (name, changes) => view.figure(compareContext(view, name, changes));

test('what it returns', (t) => {
  t.assert.snapshot(seatOf(view));
  t.assert.snapshot(figureOf('compare-sentiment'));
});

test('row t, column k: nothing above the diagonal of what reads one way, and each pixel its own number', () => {
  const {networks, tokens} = readComparison('compare-sentiment');
  const {data, layout, shows} = figureOf('compare-sentiment');
  assert.equal(data.length, networks.length);
  const decades = Number(/log scale, (\d+) powers/.exec(shows)[1]);
  const ctx = compareContext(view, 'compare-sentiment');
  data.forEach((image, n) => {
    const map = networks[n].sensitivity_map;
    const largest = Math.max(...map.flat());
    const hue = [1, 3, 5].map((k) => Number.parseInt(ctx.networks[n].colour.slice(k, k + 2), 16));
    assert.deepEqual(
      [image.bitmap.width, image.bitmap.height, image.y0, image.x0],
      [tokens.length, tokens.length, 0, 0],
    );
    for (let t = 0; t < tokens.length; t += 1) {
      for (let k = 0; k < tokens.length; k += 1) {
        const pixel = readPixel(image, k, t);
        if (k > t) assert.equal(pixel, 'clear', `${n}: ${t} does not depend on ${k}`);
        else {
          const share = Math.max(4 / 255, 1 + Math.log10(map[t][k] / largest) / decades);
          [1, 3, 5].forEach((at, c) => {
            assert.ok(
              Math.abs(Number.parseInt(pixel.slice(at, at + 2), 16) - (255 + (hue[c] - 255) * share)) <= 1.6,
              `${n} ${t} ${k}`,
            );
          });
        }
      }
    }
  });
  const {range} = layout.yaxis;
  assert.ok(range[0] > range[1], 'the first row is at the top');
  assert.ok(layout.xaxis.range[0] < layout.xaxis.range[1]);
});

test('the scale is the same in every view of gradients, and is said beside the title', () => {
  for (const name of ['compare-sentiment', 'compare-accents']) {
    const {shows, aside} = figureOf(name);
    assert.match(shows, /log scale, 12 powers of ten/);
    assert.equal(aside, 'log scale: full colour 1, paper 10⁻¹²');
  }
});

test('what reads both ways depends on what is to come as well', () => {
  const {networks} = readComparison('compare-accents');
  const [both, stacked] = figureOf('compare-accents').data;
  assert.ok(networks[0].sensitivity_map[1][5] > 0);
  assert.notEqual(readPixel(both, 5, 1), 'clear');
  assert.equal(readPixel(stacked, 5, 1), 'clear');
});

test('under the pointer is the word that is heard, where it is heard, and the number', () => {
  const {networks, tokens} = readComparison('compare-sentiment');
  const {hitTest} = figureOf('compare-sentiment');
  for (const [axis, network] of [
    ['yaxis', networks[0]],
    ['yaxis3', networks[2]],
  ]) {
    const {step, label} = hitTest(2, 7, axis);
    assert.equal(step, 2);
    assert.equal(label, `“${tokens[2]}” at “${tokens[7]}”: ${power(network.sensitivity_map[7][2], 'en')}`);
  }
  assert.equal(hitTest(-1, 3, 'yaxis'), null);
  assert.equal(hitTest(3, 99, 'yaxis'), null);
  assert.equal(hitTest(3, 3, 'yaxis9'), null);
});

test('the table tells what the last step hears of the first word and of itself', () => {
  const {networks} = readComparison('compare-sentiment');
  const {rows} = figureOf('compare-sentiment').table();
  rows.forEach((row, n) => {
    const last = networks[n].sensitivity_map.at(-1);
    assert.deepEqual(row.slice(1), [power(last[0], 'en'), power(last.at(-1), 'en')]);
  });
});

test('what is not finite is infinite, and as strong as can be', () => {
  const answer = compareAnswer('compare-sentiment');
  answer.comparison.networks[0].sensitivity_map[5][1] = null;
  answer.comparison.networks[0].sensitivity_map[6][1] = 0;
  const ctx = compareContext(view, answer);
  const {data, hitTest, shows} = view.figure(ctx);
  assert.equal(readPixel(data[0], 1, 5), ctx.networks[0].colour.toLowerCase());
  assert.match(hitTest(1, 5, 'yaxis').label, /∞$/);
  assert.match(shows, /12 powers/); // down to nothing
});

test('the scale is relative to each network’s own largest, and a 0 is gone', () => {
  const answer = compareAnswer('compare-sentiment');
  const {networks} = answer.comparison;
  for (const [k, network] of networks.entries()) {
    const largest = [4, 0.01, 8, 2][k];
    network.sensitivity_map = network.sensitivity_map.map((row, t) =>
      row.map((_, from) => (from > t ? 0 : largest * (from === t ? 1 : 1e-3))),
    );
  }
  const ctx = compareContext(view, answer);
  const {data} = view.figure(ctx);
  for (const [n, {colour}] of ctx.networks.entries()) {
    assertClose(channels(readPixel(data[n], 5, 5)), tint(colour, 1), 1.2);
    assertClose(channels(readPixel(data[n], 2, 5)), tint(colour, 1 - 3 / 12), 1.6);
  }
  networks[0].sensitivity_map[5][2] = 0;
  assertClose(
    channels(readPixel(view.figure(ctx).data[0], 2, 5)),
    tint(ctx.networks[0].colour, 4 / 255),
    1.2,
  );
});

test('one network without a map is enough for there to be none', () => {
  const answer = compareAnswer('compare-sentiment');
  answer.comparison.networks[2].sensitivity_map = null;
  assert.equal(view.applies(compareContext(view, answer)), false);
});

test('it applies where every network has a map', () => {
  assert.equal(view.applies(compareContext(view, 'compare-overflow')), false);
  assert.equal(view.applies(compareContext(view, 'compare-sentiment-quick')), false);
  assert.equal(view.applies(compareContext(view, 'compare-sentiment')), true);
});

test('as many maps stand side by side as have room', () => {
  const rows = (name, width) =>
    new Set(
      Object.entries(figureOf(name, {width}).layout)
        .filter(([key]) => key.startsWith('yaxis'))
        .map(([, {domain}]) => domain[0].toFixed(6)),
    ).size;
  assert.deepEqual(
    [rows('compare-sentiment', 521), rows('compare-sentiment', 520), rows('compare-sentiment', 330)],
    [2, 2, 4],
  );
  const height = (width) => compareContext(view, 'compare-sentiment', {width}).height;
  assert.deepEqual(
    [height(900), height(521), height(520), height(331), height(330)],
    [480, 480, 480, 480, 900],
  );
});
