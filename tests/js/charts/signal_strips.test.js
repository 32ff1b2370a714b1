import assert from 'node:assert/strict';
import {test} from 'node:test';

import {pixelImage} from '../../../static/charts/pixel_image.js';
import {drawStrips} from '../../../static/charts/signal_strips.js';
import {assertClose} from '../checking.js';

const colour = (strip) => (column, unit) => 1000 * (strip + 1) + 100 * column + unit;
const rowsOf = ({bitmap: {width, height, pixels}}) =>
  Array.from({length: height}, (_, row) => [...pixels.subarray(row * width, (row + 1) * width)]);

test('a column has a strip a signal, the first unit in the last row; between columns it is clear', () => {
  const image = drawStrips({
    strips: [colour(0), colour(1)],
    columns: [3, 4],
    units: [7, 5],
    slots: 3,
    half: 1 / 3,
    yaxis: 'y2',
  });
  assert.deepEqual(rowsOf(image), [
    [1305, 2305, 0, 1405, 2405, 0],
    [1307, 2307, 0, 1407, 2407, 0],
  ]);
  assert.deepEqual([image.xaxis, image.yaxis], ['x', 'y2']);
  assertClose([image.x0, image.dx, image.y0, image.dy], [3 - 1 / 3 + 1 / 6, 1 / 3, 0.25, 0.5], 1e-12);
});

test('a strip may be several pixels thick', () => {
  const image = drawStrips({
    strips: [colour(0), colour(1)],
    columns: [0],
    units: [1],
    slots: 5,
    half: 0.4,
    thickness: 2,
    yaxis: 'y',
  });
  assert.deepEqual(rowsOf(image), [[1001, 1001, 2001, 2001, 0]]);
});

test('a picture given as pixels is a trace of a figure, drawn sharp and silent', () => {
  const bitmap = {width: 1, height: 1, pixels: new Uint32Array(1)};
  assert.deepEqual(pixelImage(bitmap, {y0: 3}), {
    type: 'image',
    bitmap,
    x0: 0,
    dx: 1,
    y0: 3,
    dy: 1,
    xaxis: 'x',
    yaxis: 'y',
    hoverinfo: 'skip',
    zsmooth: false,
  });
  const placed = pixelImage(bitmap, {x0: 1, dx: 2, y0: 3, dy: 4, xaxis: 'x2', yaxis: 'y3'});
  assert.deepEqual(
    [placed.x0, placed.dx, placed.y0, placed.dy, placed.xaxis, placed.yaxis],
    [1, 2, 3, 4, 'x2', 'y3'],
  );
});
