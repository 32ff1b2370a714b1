import assert from 'node:assert/strict';
import {test} from 'node:test';

import {LOWER, MIDDLE, placeOperations, ROAD, shareColumn} from '../../../static/charts/diagram_layout.js';
import {isUnitwise, listOperations} from '../../../static/core/cell_operations.js';
import {catalog} from '../frozen.js';

const bare = catalog.cells.map((cell) => ({...cell, id: `bare ${cell.id}`, operations: []}));

test('every result of every cell has a place of its own, right of what it is computed from', () => {
  for (const cell of [...catalog.cells, ...bare]) {
    const operations = listOperations(cell);
    const {seats, columns} = placeOperations(operations, cell.states);
    const taken = new Set();
    for (const [name, {lane, column, circle}] of Object.entries(seats)) {
      for (const place of [column, circle].filter((one) => one !== null).map((k) => `${lane} ${k}`)) {
        if (column === 0) continue; // states of the step before may be two
        assert.ok(!taken.has(place), `${cell.id}: ${name} at ${place}`);
        taken.add(place);
      }
      assert.ok(column < columns);
    }
    for (const {name, inputs} of operations) {
      for (const input of inputs.filter((one) => one !== 'x'))
        assert.ok(seats[input].column < seats[name].column, `${cell.id}: ${input} → ${name}`);
    }
  }
});

test('a state that passes unit by unit has the upper road, gates stand below the circle they go into', () => {
  const {operations, states} = catalog.cells.find(({id}) => id === 'lstm');
  const {seats, lanes} = placeOperations(operations, states);
  for (const name of ['c_prev', 'kept', 'c']) assert.equal(seats[name].lane, ROAD, name);
  for (const name of ['written', 'tanh_c', 'h']) assert.equal(seats[name].lane, MIDDLE, name);
  for (const {name} of operations.filter((operation) => !isUnitwise(operation)))
    assert.equal(seats[name].lane, LOWER, name);
  assert.deepEqual(
    [seats.f.column, seats.g.column, seats.o.column],
    [seats.kept.circle, seats.written.circle, seats.h.circle],
  );
  assert.deepEqual(lanes, [ROAD, MIDDLE, LOWER]);
  assert.ok(!shareColumn(seats, ROAD, MIDDLE));
  const rnn = catalog.cells.find(({id}) => id === 'rnn');
  assert.deepEqual(placeOperations(rnn.operations, rnn.states).lanes, [MIDDLE, LOWER]);
});
