import assert from 'node:assert/strict';
import {test} from 'node:test';

import {mapTitle, placeGrid} from '../../../static/charts/small_multiples.js';
import {assertClose} from '../checking.js';

test('maps stand in rows from the top left, with gaps between them, and fill the figure', () => {
  const places = placeGrid(5, 3, {x: 0.06, y: 0.1});
  assert.deepEqual(
    places.map(({id}) => id),
    ['', 2, 3, 4, 5],
  );
  assert.deepEqual(
    places.map(({column}) => column),
    [0, 1, 2, 0, 1],
  );
  assert.deepEqual(
    places.map(({last}) => last),
    [false, false, true, true, true],
  ); // none stands below
  const wide = (1 - 2 * 0.06) / 3;
  assertClose(
    places.map(({x}) => x[0]),
    [0, wide + 0.06, 2 * (wide + 0.06), 0, wide + 0.06],
    1e-12,
  );
  assertClose(
    places.map(({x}) => x[1] - x[0]),
    [wide, wide, wide, wide, wide],
    1e-12,
  );
  assertClose(places[2].x, [1 - wide, 1], 1e-12);
  assertClose(
    places.map(({y}) => y[1]),
    [1, 1, 1, 0.45, 0.45],
    1e-12,
  );
  assertClose(
    places.map(({y}) => y[0]),
    [0.55, 0.55, 0.55, 0, 0],
    1e-12,
  );
});

test('one alone fills the figure', () => {
  assert.deepEqual(placeGrid(1, 1, {x: 0.06, y: 0.16}), [
    {id: '', x: [0, 1], y: [0, 1], column: 0, last: true},
  ]);
});

test('of any number none leaves the figure', () => {
  for (let count = 1; count < 14; count += 1) {
    for (let across = 1; across <= count; across += 1) {
      for (const {x, y} of placeGrid(count, across, {x: 0.06, y: 0.16 / Math.ceil(count / across)}))
        for (const [from, to] of [x, y]) assert.ok(from >= 0 && from < to && to <= 1 + 1e-12);
    }
  }
});

test('a title stands above its map, at the left', () => {
  assert.deepEqual(mapTitle(3, 'title', '#123456'), {
    xref: 'x3 domain',
    x: 0,
    xanchor: 'left',
    yref: 'y3 domain',
    y: 1,
    yanchor: 'bottom',
    text: 'title',
    showarrow: false,
    font: {size: 12.5, color: '#123456'},
  });
  assert.equal(mapTitle('', 'title', '#123456').xref, 'x domain');
});
