import assert from 'node:assert/strict';
import {test} from 'node:test';

import {changeLevel, isInside, LEVELS} from '../../../static/core/levels.js';

test('nearer is the cell, then the unit; farther leads back to the picture of the whole sentence seen last', () => {
  assert.deepEqual(LEVELS.filter(isInside), ['cell', 'unit']);
  assert.deepEqual(
    LEVELS.map((level) => changeLevel(level, true, 'memory')),
    ['cell', 'cell', 'unit', 'unit'],
  );
  for (const far of ['memory', 'strips'])
    assert.deepEqual(
      LEVELS.map((level) => changeLevel(level, false, far)),
      [far, far, far, 'cell'],
    );
});
