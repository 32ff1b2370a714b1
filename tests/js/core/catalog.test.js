import assert from 'node:assert/strict';
import {test} from 'node:test';

import {findById, findSignal} from '../../../static/core/catalog.js';

test('what is asked for is found by its id or its name, or is an error that names it', () => {
  const entries = [
    {id: 'a', n: 1},
    {id: 'b', n: 2},
  ];
  assert.equal(findById(entries, 'b'), entries[1]);
  assert.throws(() => findById(entries, 'c'), /nothing has the id c/);
  const cell = {signals: [{name: 'i'}, {name: 'f'}]};
  assert.equal(findSignal(cell, 'f'), cell.signals[1]);
  assert.throws(() => findSignal(cell, 'g'), /no signal is called g/);
});
