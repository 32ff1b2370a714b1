import assert from 'node:assert/strict';
import {test} from 'node:test';

import {drawStroke, readPicture, writePicture} from '../../../static/core/picture_text.js';

const blank = (width, height) => Array.from({length: height}, () => new Array(width).fill(0));

test('a digit a pixel, row by row, from paper to ink', () => {
  assert.deepEqual(readPicture('0f07', 2), [
    [0, 1],
    [0, 7 / 15],
  ]);
  assert.deepEqual(readPicture('f', 2), [[1, 0]]);
  assert.deepEqual(readPicture('', 28), []);
  assert.deepEqual(readPicture('zf', 2), [[0, 1]]);
});

test('what is written is read again, to a fifteenth', () => {
  const rows = [
    [0, 0.4, 1],
    [0.2, 1.7, -3],
  ];
  const again = readPicture(writePicture(rows), 3);
  again.flat().forEach((level, k) => {
    assert.ok(Math.abs(level - Math.max(0, Math.min(1, rows.flat()[k]))) <= 1 / 30, `${k}`);
  });
});

test('a stroke inks what lies under it, and leaves the rest', () => {
  const drawn = drawStroke(blank(9, 9), {x: 1.5, y: 4.5}, {x: 7.5, y: 4.5}, 1);
  assert.deepEqual(
    drawn[4].map((level) => level > 0.99),
    [false, true, true, true, true, true, true, true, false],
  );
  assert.equal(Math.max(...drawn[1], ...drawn[7]), 0);
  assert.deepEqual(drawn[3], drawn[5]);
  const crossed = drawStroke(drawn, {x: 4.5, y: 0}, {x: 4.5, y: 9}, 1);
  assert.ok(crossed.flat().every((level, k) => level >= drawn.flat()[k]));
  assert.ok(drawStroke(blank(3, 3), {x: 1.5, y: 1.5}, {x: 1.5, y: 1.5}, 0.6)[1][1] > 0.99);
});
