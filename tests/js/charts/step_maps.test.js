import assert from 'node:assert/strict';
import {test} from 'node:test';

import {drawStepMaps, largestOf, mayDepend, titleLength} from '../../../static/charts/step_maps.js';
import {assertClose, channels, tint} from '../checking.js';
import {readPixel} from '../frozen.js';

const CTX = {comparison: {tokens: ['a', 'b', 'c']}, width: 900, height: 300, theme: 'light'};
const ITEM = {
  colour: '#2166ac',
  title: 'a <long> title',
  map: [
    [0.5, 0, 0],
    [0.1, 1, 0.3],
    [0.2, 0.4, 0],
  ],
};
const draw = (items, across = 1) =>
  drawStepMaps(CTX, items, {
    across,
    read: ({map}) => map,
    share: (value) => value,
    title: ({title}) => title,
  });

test('row t, column k; above the diagonal only what is not 0', () => {
  const {
    data: [image],
  } = draw([ITEM]);
  for (const [t, row] of ITEM.map.entries()) {
    for (const [k, value] of row.entries()) {
      if (k > t && value === 0) assert.equal(readPixel(image, k, t), 'clear');
      else
        assertClose(
          channels(readPixel(image, k, t)),
          tint(ITEM.colour, Math.max(4 / 255, value)),
          1.2,
          `${t} ${k}`,
        );
    }
  }
  assert.deepEqual([image.y0, image.x0, image.xaxis, image.yaxis], [0, 0, 'x', 'y']);
});

test('the first row is at the top; a map has its own axes, title and place', () => {
  const {layout, data, axes} = draw([ITEM, {...ITEM, title: 'other'}, ITEM], 2);
  assert.deepEqual(axes, [
    {x: 'xaxis', y: 'yaxis'},
    {x: 'xaxis2', y: 'yaxis2'},
    {x: 'xaxis3', y: 'yaxis3'},
  ]);
  assert.deepEqual(
    data.map(({yaxis}) => yaxis),
    ['y', 'y2', 'y3'],
  );
  for (const {x, y} of axes) {
    assert.deepEqual(layout[x].range, [-0.5, 2.5]);
    assert.deepEqual(layout[y].range, [2.5, -0.5]);
    assert.deepEqual([layout[x].anchor, layout[y].anchor], [y.replace('axis', ''), x.replace('axis', '')]);
  }
  assert.deepEqual(
    axes.map(({y}) => layout[y].showticklabels),
    [true, false, true],
  );
  assert.deepEqual(
    layout.annotations.map(({text}) => text),
    ['a &lt;long&gt; title', 'other', 'a &lt;long&gt; title'],
  );
});

test('a place is found in its map', () => {
  const other = {...ITEM, map: ITEM.map.map((row) => row.map((value) => 10 * value))};
  const {find} = draw([ITEM, other]);
  assert.deepEqual(find(1.2, 1.8, 'yaxis'), {item: ITEM, row: 2, column: 1, value: 0.4});
  assert.deepEqual(find(0, 1, 'yaxis2'), {item: other, row: 1, column: 0, value: 1});
  for (const [x, y, axis] of [
    [-0.6, 0, 'yaxis'],
    [0, 2.6, 'yaxis'],
    [0, 0, 'yaxis3'],
  ])
    assert.equal(find(x, y, axis), null);
});

test('what reads one way depends on no later step', () => {
  assert.deepEqual(
    [0, 1, 2].map((k) => mayDepend([0, 0, 0], 1, k)),
    [true, true, false],
  );
  assert.equal(mayDepend([0, 0, 1e-9], 1, 2), true);
  assert.equal(mayDepend([0, 0, null], 1, 2), true);
});

test('the largest of a map; 1 where there is none', () => {
  assert.equal(
    largestOf([
      [0.1, 0.7],
      [0.2, null],
    ]),
    0.7,
  );
  assert.equal(largestOf([[0, 0]]), 1);
  assert.equal(largestOf([[-3, null]]), 1);
});

test('a title has as many letters as have room, four at least', () => {
  assert.equal(titleLength([0, 1], 36 + 7.4 * 20 + 1), 20);
  assert.equal(titleLength([0.5, 1], 36 + 7.4 * 20 + 1), 10);
  assert.equal(titleLength([0, 0.1], 100), 4);
});
