import assert from 'node:assert/strict';
import {test} from 'node:test';

import {bendAt, placePaintedParts} from '../../../static/charts/painted_parts.js';
import {assertClose} from '../checking.js';

// 100 to 900 across, 50 to 450 down.
const LAYOUT = {
  width: 1000,
  height: 500,
  margin: {l: 100, r: 100, t: 50, b: 50},
  font: {size: 12, color: '#111111'},
  annotations: [],
  xaxis: {range: [0, 10], showgrid: false},
  yaxis: {range: [0, 1], showgrid: false},
};
const paint = (data, changes = {}) => placePaintedParts(data, {...LAYOUT, ...changes});
const curve = (changes) => ({type: 'scatter', x: [0, 5, 10], y: [0, 1, 0.5], ...changes});

test('a line has its points, its width and its dashes in pixels', () => {
  const line = {color: '#abcdef', width: 1.6, dash: 'dot'};
  const dotted = curve({mode: 'lines', line});
  const smooth = curve({mode: 'lines', line: {color: '#000000', width: 5, shape: 'spline', smoothing: 0.5}});
  const {lines, marks} = paint([dotted, smooth]);
  assert.deepEqual(lines, [
    {points: [100, 450, 500, 50, 900, 250], colour: '#abcdef', width: 1.6, dash: [3, 3], smoothing: 0},
    {points: [100, 450, 500, 50, 900, 250], colour: '#000000', width: 5, dash: [], smoothing: 0.5},
  ]);
  assert.deepEqual(marks, []);
});

test('a line is interrupted where a point is missing, and lies on its own axis', () => {
  const broken = curve({mode: 'lines', y: [0, null, 1], yaxis: 'y2', line: {color: '#000000', dash: 'dash'}});
  const {lines} = paint([broken], {yaxis2: {range: [0, 1], domain: [0, 0.5], showgrid: false}});
  assert.deepEqual(lines[0].points, [100, 450, 500, NaN, 900, 250]);
  assert.deepEqual([lines[0].width, lines[0].dash], [2, [9, 9]]);
});

test('marks have a colour and a symbol for all, or one each', () => {
  const rim = {color: '#999999', width: 1.5};
  const alike = curve({mode: 'markers', marker: {size: 8, color: '#aaaaaa', line: rim}});
  const each = curve({
    mode: 'lines+markers',
    line: {},
    marker: {symbol: ['circle', 'x', 'circle'], color: ['#111111', '#222222', '#333333']},
  });
  const {lines, marks} = paint([alike, each]);
  assert.equal(lines.length, 1);
  assert.equal(marks.length, 6);
  assert.deepEqual(marks[1], {
    x: 500,
    y: 50,
    size: 8,
    symbol: 'circle',
    fill: '#aaaaaa',
    colour: '#999999',
    width: 1.5,
  });
  assert.deepEqual(
    marks.slice(3).map(({symbol, fill, width}) => [symbol, fill, width]),
    [
      ['circle', '#111111', 0],
      ['x', '#222222', 0],
      ['circle', '#333333', 0],
    ],
  );
});

test('a shape is areas between the places that its path names, also of the whole figure’s height', () => {
  const shape = {
    type: 'path',
    xref: 'x',
    yref: 'y',
    path: 'M0,0L10,0L5,1ZM1,0.5L2,0.5L2,1Z',
    fillcolor: '#321321',
    line: {width: 0},
  };
  const tall = {...shape, yref: 'paper', path: 'M0,0L-1e-1,1Z'};
  const {areas} = paint([], {shapes: [shape, tall], yaxis: {range: [0, 2]}});
  assert.deepEqual(
    [...areas[0].corners],
    [100, 450, 900, 450, 500, 250, NaN, NaN, 180, 350, 260, 350, 260, 250],
  );
  assertClose([...areas[1].corners], [100, 450, 92, 50], 1e-9);
  assert.deepEqual([areas[0].colour, areas[0].step], ['#321321', null]);
});

test('rules lie at the ticks within the range, ticks below an axis that stands free', () => {
  const {rules} = paint([], {
    yaxis: {range: [0, 1], tickvals: [0, 0.5, 2], showgrid: true, gridcolor: '#dddddd', griddash: 'dot'},
    yaxis2: {range: [0, 1], tickvals: [0.5], visible: false},
    xaxis: {
      range: [0, 10],
      showgrid: false,
      anchor: 'free',
      position: 0.25,
      tickvals: [5],
      ticks: 'outside',
      ticklen: 16,
      tickcolor: '#eeeeee',
    },
  });
  // The axes in the layout's order, every line on whole pixels.
  const [ticks, grid] = rules;
  assert.equal(rules.length, 2);
  assert.deepEqual(grid.points, [100.5, 450.5, 900.5, 450.5, NaN, NaN, 100.5, 250.5, 900.5, 250.5, NaN, NaN]);
  assert.deepEqual([grid.colour, grid.width, grid.dash], ['#dddddd', 1, [3, 3]]);
  assert.deepEqual(ticks.points, [500.5, 350.5, 500.5, 366.5, NaN, NaN]);
  assert.deepEqual([ticks.colour, ticks.dash], ['#eeeeee', []]);
});

test('a smooth curve bends nowhere along a straight line, and as its neighbours lie elsewhere', () => {
  // Evenly spaced points of a line: a third of the way to each neighbour, or half of that.
  assertClose(bendAt([0, 0, 3, 3, 6, 6], 1, 1), [2, 2, 4, 4], 1e-12);
  assertClose(bendAt([0, 0, 3, 3, 6, 6], 1, 0.5), [2.5, 2.5, 3.5, 3.5], 1e-12);
  // At a peak between equal neighbours it is level.
  const [, before, , after] = bendAt([0, 0, 1, 5, 2, 0], 1, 0.7);
  assertClose([before, after], [5, 5], 1e-12);
  // Two points at one place: no direction, no bend.
  assertClose(bendAt([1, 1, 1, 1, 4, 4], 1, 1), [1, 1, 1, 1], 1e-12);
});
