import assert from 'node:assert/strict';
import {test} from 'node:test';

import {writeCsv} from '../../../static/core/csv.js';

test('a cell with a comma, a quote or a line break is quoted (RFC 4180)', () => {
  const table = {
    head: ['step', 'a "word"'],
    rows: [
      [1, '0,42'],
      [2, 'two\nlines'],
      [3, '–'],
      [4, 'a;b'],
      [5, '"'],
    ],
  };
  assert.equal(writeCsv(table), 'step,"a ""word"""\n1,"0,42"\n2,"two\nlines"\n3,–\n4,a;b\n5,""""\n');
});
