import assert from 'node:assert/strict';
import {test} from 'node:test';

import {listAxes, measureAxis} from '../../../static/charts/axis_places.js';
import {splitFigure} from '../../../static/charts/figure_parts.js';
import {assertClose} from '../checking.js';

// 100 to 900 across, 50 to 450 down.
const LAYOUT = {
  width: 1000,
  height: 500,
  margin: {l: 100, r: 100, t: 50, b: 50},
  font: {size: 12, color: '#111111'},
  annotations: [],
  xaxis: {range: [0, 10], tickvals: [0, 5, 10, 11], ticktext: ['a', 'b', 'c', 'beyond']},
  yaxis: {range: [0, 1], tickvals: [0, 1], ticktext: ['low', 'high']},
};
const split = (changes, data = []) => splitFigure({data, layout: {...LAYOUT, ...changes}});
const labelOf = ({labels}, text) => labels.find((label) => label.text === text);
const place = ({x, y, across, down, angle}) => [x, y, across, down, angle];

test('an axis lies where its domain says, within the margins', () => {
  assert.deepEqual(measureAxis(LAYOUT, 'xaxis'), {offset: 100, length: 800, range: [0, 10]});
  assert.deepEqual(measureAxis(LAYOUT, 'yaxis'), {offset: 50, length: 400, range: [0, 1]});
  const layout = {
    ...LAYOUT,
    xaxis2: {domain: [0.5, 1], range: [10, 0]},
    yaxis2: {domain: [0, 0.25], range: [-5, 5]},
  };
  assert.deepEqual(measureAxis(layout, 'xaxis2'), {offset: 500, length: 400, range: [10, 0]});
  assert.deepEqual(measureAxis(layout, 'yaxis2'), {offset: 350, length: 100, range: [-5, 5]});
  assert.deepEqual(listAxes(layout), ['xaxis', 'yaxis', 'xaxis2', 'yaxis2']);
});

test('ticks stand below an x axis and left of a y axis; what is beyond the range is left out', () => {
  const figure = split({});
  assert.deepEqual(
    figure.labels.map(({text}) => text),
    ['a', 'b', 'c', 'low', 'high'],
  );
  assert.deepEqual(place(labelOf(figure, 'b')), [500, 453, 0.5, 0, 0]);
  assert.deepEqual(place(labelOf(figure, 'c')), [900, 453, 0.5, 0, 0]);
  assert.deepEqual(place(labelOf(figure, 'low')), [97, 450, 1, 0.5, 0]);
  assert.deepEqual(place(labelOf(figure, 'high')), [97, 50, 1, 0.5, 0]);
  assert.deepEqual([labelOf(figure, 'a').size, labelOf(figure, 'a').colour], [12, '#111111']);
});

test('ticks drawn outside push their labels away; slanted ones end at their place; a font is its own', () => {
  const xaxis = {
    ...LAYOUT.xaxis,
    ticks: 'outside',
    ticklen: 16,
    tickangle: -40,
    tickfont: {size: 13, color: '#222222'},
  };
  const yaxis = {...LAYOUT.yaxis, ticks: 'outside'};
  const figure = split({xaxis, yaxis});
  assert.deepEqual(place(labelOf(figure, 'b')), [500, 469, 1, 0, -40]);
  assert.deepEqual([labelOf(figure, 'b').size, labelOf(figure, 'b').colour], [13, '#222222']);
  assert.equal(labelOf(figure, 'low').x, 92); // five, where nothing else is said
});

test('an axis that runs the other way has its labels at the same edge', () => {
  const figure = split({xaxis: {...LAYOUT.xaxis, range: [10, 0]}, yaxis: {...LAYOUT.yaxis, range: [1, 0]}});
  assert.equal(labelOf(figure, 'a').x, 900);
  assert.equal(labelOf(figure, 'a').y, 453);
  assert.equal(labelOf(figure, 'low').y, 50);
  assert.equal(labelOf(figure, 'low').x, 97);
  assert.ok(!labelOf(figure, 'beyond'));
});

test('labels stand at the axis that theirs is anchored to', () => {
  const figure = split({
    xaxis2: {...LAYOUT.xaxis, domain: [0.5, 1], anchor: 'y2'},
    yaxis2: {...LAYOUT.yaxis, domain: [0.5, 1], anchor: 'x2'},
    xaxis: {range: [0, 10]},
    yaxis: {range: [0, 1]},
  });
  assert.deepEqual(place(labelOf(figure, 'a')), [500, 253, 0.5, 0, 0]);
  assert.deepEqual(place(labelOf(figure, 'high')), [497, 50, 1, 0.5, 0]);
});

test('labels that are not shown are not placed, a title is all the same', () => {
  for (const hidden of [{showticklabels: false}, {visible: false}]) {
    const figure = split({xaxis: {...LAYOUT.xaxis, ...hidden, title: {text: 'title'}}});
    assert.deepEqual(
      figure.labels.map(({text}) => text),
      ['title', 'low', 'high'],
    );
  }
});

test('a title stands at the figure’s edge, in the middle of its axis', () => {
  const figure = split({
    xaxis: {...LAYOUT.xaxis, title: {text: 'along'}},
    yaxis: {...LAYOUT.yaxis, domain: [0.5, 1], title: {text: 'up', font: {size: 9, color: '#333333'}}},
  });
  assert.deepEqual(place(labelOf(figure, 'along')), [500, 491, 0.5, 0.5, 0]);
  assert.deepEqual(place(labelOf(figure, 'up')), [9, 150, 0.5, 0.5, -90]);
  assert.deepEqual(
    [labelOf(figure, 'up').size, labelOf(figure, 'up').colour, labelOf(figure, 'along').size],
    [9, '#333333', 12],
  );
});

test('what is left for Plotly has no labels, no titles and no pictures', () => {
  const bitmap = {width: 2, height: 2, pixels: new Uint32Array(4)};
  const image = {type: 'image', bitmap, x0: 0, dx: 1, y0: 0, dy: 1, xaxis: 'x', yaxis: 'y'};
  const curve = {type: 'scatter', x: [1], y: [1]};
  const annotations = [{x: 5, y: 0.5, text: 'note'}];
  const {data, layout, images} = split(
    {annotations, showlegend: true, xaxis: {...LAYOUT.xaxis, title: {text: 'along'}}},
    [curve, image],
  );
  assert.deepEqual(data, [curve]);
  assert.equal(images.length, 1);
  assert.deepEqual([layout.annotations, layout.showlegend, layout.xaxis.showticklabels], [[], false, false]);
  assert.ok(!('ticktext' in layout.xaxis) && !('title' in layout.xaxis));
  assert.deepEqual(layout.xaxis.tickvals, LAYOUT.xaxis.tickvals); // the marks stay
});

test('a figure is not changed by being split', () => {
  const layout = {
    ...LAYOUT,
    annotations: [{x: 5, y: 0.5, text: 'note'}],
    xaxis: {...LAYOUT.xaxis, title: {text: 'along'}},
  };
  const before = structuredClone(layout);
  splitFigure({data: [], layout});
  assert.deepEqual(layout, before);
});

test('an axis without labels has none, and one of a fraction at its end has its last', () => {
  const bare = {range: [0, 10], tickvals: [0, 5], title: {text: 'alone'}};
  assert.deepEqual(
    split({xaxis: bare}).labels.map(({text}) => text),
    ['low', 'high'],
  );
  const {labels} = split({
    yaxis: {range: [0, 0.3], tickvals: [0.1 + 0.2, 0.31], ticktext: ['end', 'beyond']},
  });
  assert.deepEqual(
    labels.map(({text}) => text),
    ['a', 'b', 'c', 'end'],
  );
});

test('a picture lies from half a pixel before its first middle to half a pixel behind its last', () => {
  const bitmap = {width: 4, height: 2, pixels: new Uint32Array(8)};
  const image = (changes) =>
    split({}, [{type: 'image', bitmap, x0: 1, dx: 2, y0: 0.25, dy: 0.5, xaxis: 'x', yaxis: 'y', ...changes}])
      .images[0];
  const {left, width, top, height, upward, bitmap: drawn} = image({});
  assert.deepEqual([left, width, top, height], [100, 640, 50, 400]); // 0 to 8 of 10 across, 0 to 1 upward
  assert.equal(upward, true);
  assert.equal(drawn, bitmap);
  const turned = splitFigure({
    data: [{type: 'image', bitmap, x0: 1, dx: 2, y0: 0.25, dy: 0.5, xaxis: 'x', yaxis: 'y'}],
    layout: {...LAYOUT, yaxis: {...LAYOUT.yaxis, range: [1, 0]}},
  }).images[0];
  assert.deepEqual([turned.upward, turned.top, turned.height], [false, 50, 400]);
  const other = splitFigure({
    data: [{type: 'image', bitmap, x0: 1, dx: 2, y0: 0.25, dy: 0.5, xaxis: 'x2', yaxis: 'y2'}],
    layout: {...LAYOUT, xaxis2: {range: [0, 8], domain: [0.5, 1]}, yaxis2: {range: [0, 2], domain: [0, 0.5]}},
  }).images[0];
  assertClose([other.left, other.width, other.top, other.height], [500, 400, 350, 100], 1e-9);
});

test('a note stands at a place of its axes, of their span, or of the whole', () => {
  const note = (annotation) =>
    place(
      labelOf(
        split({
          annotations: [{text: 'note', ...annotation}],
          xaxis2: {range: [0, 8], domain: [0.5, 1]},
          yaxis2: {range: [0, 2], domain: [0, 0.5]},
        }),
        'note',
      ),
    );
  assert.deepEqual(note({x: 5, y: 0.5}), [500, 250, 0.5, 0.5, 0]);
  assert.deepEqual(note({x: 4, xref: 'x2', y: 2, yref: 'y2'}), [700, 250, 0.5, 0.5, 0]);
  assert.deepEqual(note({x: 0, xref: 'x2 domain', y: 1, yref: 'y2 domain'}), [500, 250, 0.5, 0.5, 0]);
  assert.deepEqual(
    note({x: 0, xref: 'paper', y: 1, yref: 'paper', xshift: -6, yshift: 7}),
    [94, 43, 0.5, 0.5, 0],
  );
  assert.deepEqual(
    note({x: 5, y: 0.5, xanchor: 'left', yanchor: 'top', textangle: 40}),
    [500, 250, 0, 0, 40],
  );
  assert.deepEqual(note({x: 5, y: 0.5, xanchor: 'right', yanchor: 'bottom'}), [500, 250, 1, 1, 0]);
});

test('a note’s font is its own, or the figure’s', () => {
  const font = (annotation) => {
    const {size, colour} = labelOf(split({annotations: [{text: 'note', x: 0, y: 0, ...annotation}]}), 'note');
    return [size, colour];
  };
  assert.deepEqual(font({}), [12, '#111111']);
  assert.deepEqual(font({font: {size: 20, color: '#444444'}}), [20, '#444444']);
});

test('the legend names what has a name, by its line or its mark', () => {
  const data = [
    {type: 'scatter', mode: 'lines', name: 'solid', line: {color: '#aaaaaa'}},
    {type: 'scatter', mode: 'lines', name: 'dotted', line: {color: '#bbbbbb', dash: 'dot'}},
    {type: 'scatter', mode: 'markers', name: 'marks', marker: {color: '#cccccc', symbol: 'diamond'}},
    {type: 'scatter', mode: 'markers', name: 'plain marks', marker: {color: '#dddddd'}},
    {type: 'scatter', mode: 'lines', name: 'hidden', showlegend: false, line: {}},
    {type: 'scatter', mode: 'lines', line: {}},
  ];
  assert.deepEqual(split({showlegend: true}, data).legend, [
    {name: 'solid', colour: '#aaaaaa', dash: 'solid', symbol: null},
    {name: 'dotted', colour: '#bbbbbb', dash: 'dot', symbol: null},
    {name: 'marks', colour: '#cccccc', dash: 'solid', symbol: 'diamond'},
    {name: 'plain marks', colour: '#dddddd', dash: 'solid', symbol: 'circle'},
  ]);
  assert.deepEqual(split({}, data).legend, []);
});

test('areas in one colour are taken off with their corners in pixels; a band around a curve stays Plotly’s', () => {
  const area = {
    type: 'scatter',
    mode: 'none',
    fill: 'toself',
    fillcolor: '#123456',
    x: [0, 10, null, 5],
    y: [0, 1, null, 0.5],
    meta: 3,
  };
  const band = {type: 'scatter', mode: 'lines', fill: 'toself', x: [0], y: [0], line: {}};
  const {painted, data} = split({}, [area, band]);
  assert.deepEqual(painted.areas, [
    {corners: Float64Array.of(100, 450, 900, 50, NaN, NaN, 500, 250), colour: '#123456', step: 3},
  ]);
  assert.deepEqual([painted.rules, painted.lines, painted.marks], [[], [], []]);
  assert.deepEqual(data, [band]);
});

test('an axis that stands free has its labels below its own place', () => {
  const figure = split({xaxis: {...LAYOUT.xaxis, anchor: 'free', position: 0.25}});
  assert.deepEqual(place(labelOf(figure, 'b')), [500, 353, 0.5, 0, 0]);
});

test('of a painted figure nothing is left for Plotly; what is written beside a curve is a label', () => {
  const curve = {
    type: 'scatter',
    mode: 'lines+text',
    x: [0, 5, 10],
    y: [0, 0.5, 1],
    text: ['', 'here', ''],
    textposition: 'bottom left',
    textfont: {size: 11, color: '#555555'},
    line: {color: '#666666', width: 1},
  };
  const figure = splitFigure({data: [curve], layout: LAYOUT, painted: true});
  assert.deepEqual(figure.data, []);
  assert.equal(figure.painted.lines.length, 1);
  const label = labelOf(figure, 'here');
  assert.deepEqual(place(label), [500, 250, 1, 0, 0]);
  assert.deepEqual([label.size, label.colour], [11, '#555555']);
  assert.equal(labelOf(figure, ''), undefined);
});
