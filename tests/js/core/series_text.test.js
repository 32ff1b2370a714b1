import assert from 'node:assert/strict';
import {test} from 'node:test';

import {readSeries, writeSeries} from '../../../static/core/series_text.js';

const column = (...values) => values.map((value) => [value]);

test('a column of numbers is read however it is written', () => {
  const wanted = column(14.8, 15, -2.5);
  for (const text of [
    '14.8 15 -2.5',
    '14.8, 15, -2.5',
    '14.8\n15\n-2.5',
    '14,8 15 −2,5',
    '14,8; 15; -2,5',
    '14,8\r\n15\r\n-2,5\r\n',
    'Temp\n14.8\n15\n-2.5',
    '"Date","Temp"\n"1981-01-01",14.8\n"1981-01-02",15\n"1981-01-03",-2.5',
    'data;mínima\n01/01/1981;14,8\n02/01/1981;15\n03/01/1981;-2,5',
  ])
    assert.deepEqual(readSeries(text, 1), wanted, text);
  assert.deepEqual(readSeries('1,2,3', 1), column(1, 2, 3));
  assert.deepEqual(readSeries('7', 1), column(7));
  assert.deepEqual(readSeries('', 1), []);
});

test('what is missing is null, what is no number stays for the server to name', () => {
  assert.deepEqual(readSeries('1 NA 3 – ?', 1), column(1, null, 3, null, null));
  assert.deepEqual(readSeries('1 two 3', 1), column(1, 'two', 3));
  assert.deepEqual(readSeries('1 2\n3 4', 1), [
    [1, 2],
    [3, 4],
  ]);
});

test('rows of several numbers are the lines of a table', () => {
  const wanted = [
    [129, -16, null],
    [148, -15, 4],
  ];
  for (const text of [
    '129,-16,NA\n148,-15,4',
    'pm,dew,rain\n129,-16,\n148,-15,4',
    '129\t-16\tNA\n148\t-15\t4',
    'hour,pm,dew,rain\nfirst,129,-16,NA\nsecond,148,-15,4',
  ])
    assert.deepEqual(readSeries(text, 3), wanted, text);
});

test('what is written is read again', () => {
  for (const [rows, features] of [
    [column(1.5, null, -3), 1],
    [
      [
        [1, null],
        [2.5, -1e-5],
      ],
      2,
    ],
  ])
    assert.deepEqual(readSeries(writeSeries(rows), features), rows);
});
