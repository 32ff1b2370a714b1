import assert from 'node:assert/strict';
import {test} from 'node:test';

import {readNetwork} from '../../../static/core/compared_network.js';
import {listNetworkHues, markOf, measureDistance} from '../../../static/core/network_hues.js';
import {listPresets} from '../../../static/core/network_presets.js';
import {catalog} from '../frozen.js';

const THEMES = ['light', 'dark'];
const PAPER = {light: '#FFFFFF', dark: '#171B24'};
const TELLABLE = 20; // in CIELAB; about 2 is the least that is seen side by side

// WCAG 2.2, relative luminance and contrast.
function contrast(one, other) {
  const luminance = (hex) =>
    [1, 3, 5]
      .map((k) => Number.parseInt(hex.slice(k, k + 2), 16) / 255)
      .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
      .reduce((sum, v, k) => sum + v * [0.2126, 0.7152, 0.0722][k], 0);
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

const cellOf = ({model}) => {
  const {cell} = catalog.models.find(({id}) => id === model);
  return catalog.cells.find(({id}) => id === cell);
};

test('the first network of a cell has the cell’s own colour, in any order', () => {
  for (const theme of THEMES) {
    const cells = catalog.cells.filter(({hue}) => hue);
    assert.ok(cells.length >= 5);
    assert.deepEqual(
      listNetworkHues(cells, theme),
      cells.map(({hue}) => hue[theme]),
    );
    const twice = listNetworkHues([cells[1], cells[1], cells[0]], theme);
    assert.deepEqual([twice[0], twice[2]], [cells[1].hue[theme], cells[0].hue[theme]]);
  }
});

test('every network that can be on screen is told from every other, and from the paper', () => {
  const lists = catalog.tasks.flatMap(({id}) => listPresets(catalog, id).map(({networks}) => networks));
  lists.push(Array(6).fill(readNetwork('sentiment-lstm')));
  lists.push(['sentiment-lstm', 'sentiment-lstm', 'sentiment-gru', 'sentiment-rnn'].map(readNetwork));
  for (const theme of THEMES) {
    for (const specs of lists) {
      const hues = listNetworkHues(specs.map(cellOf), theme);
      for (const [k, hue] of hues.entries()) {
        assert.ok(contrast(hue, PAPER[theme]) >= 3, `${hue} on ${theme}`);
        for (const other of hues.slice(0, k))
          assert.ok(measureDistance(hue, other) > TELLABLE, `${theme}: ${hue} ${other}`);
      }
    }
  }
});

test('a cell that brings no colour is given one; twenty layers have twenty', () => {
  const strange = {id: 'strange', hue: null};
  const [lstm] = catalog.cells.filter(({id}) => id === 'lstm');
  for (const theme of THEMES) {
    assert.equal(new Set(listNetworkHues([strange, lstm, strange], theme)).size, 3);
    assert.equal(new Set(listNetworkHues(Array(17).fill(lstm), theme)).size, 17);
    assert.match(listNetworkHues([strange], theme)[0], /^#[0-9A-F]{6}$/);
  }
});

test('the distance of colours is that of CIELAB', () => {
  assert.ok(Math.abs(measureDistance('#000000', '#FFFFFF') - 100) < 0.1);
  assert.equal(measureDistance('#2166AC', '#2166AC'), 0);
});

test('the first eight networks have marks of their own', () => {
  const marks = Array.from({length: 8}, (_, k) => markOf(k));
  assert.equal(new Set(marks.map(({symbol}) => symbol)).size, 8);
  assert.equal(new Set(marks.map(({letter}) => letter)).size, 8);
  assert.deepEqual(markOf(8), markOf(0));
});
