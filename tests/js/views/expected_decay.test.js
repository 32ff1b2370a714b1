import assert from 'node:assert/strict';
import {test} from 'node:test';

import {number} from '../../../static/core/format.js';
import view from '../../../static/views/expected_decay.js';
import {compareAnswer, compareContext, readComparison, seatOf} from '../frozen.js';

const figureOf = (name, changes) => view.figure(compareContext(view, name, changes));

test('what it returns', (t) => {
  t.assert.snapshot(seatOf(view));
  t.assert.snapshot(figureOf('compare-sentiment'));
  t.assert.snapshot(figureOf('compare-sentiment-pt', {language: 'pt-BR'}));
});

test('radius before sigma, block by block; what is expected, and the slope of the state that remembers', () => {
  for (const name of ['compare-sentiment', 'compare-accents', 'compare-sentiment-pt']) {
    const layers = readComparison(name).networks.flatMap(({cell, layers: own}) =>
      own.map((layer) => ({cell, ...layer})),
    );
    for (const [k, {cells}] of figureOf(name).lines.entries()) {
      const {cell, spectrum, decay, exponents, expected_decay: expected} = layers[k];
      assert.equal(
        cells[1],
        spectrum
          .map(
            ({block, radius, sigma}) =>
              `${block}\u00a0${number(radius, 'en')}\u00a0/\u00a0${number(sigma, 'en')}`,
          )
          .join(' · '),
      );
      assert.equal(cells[2], view.words.en[expected]);
      const state = {lstm: 'c', jordan: 's'}[cell] ?? 'h';
      const {slope} = decay[state];
      const fromTheEnd = name === 'compare-accents' && layers[k].name.endsWith('.reverse');
      const happened = slope === null ? 'not finite' : number(slope, 'en');
      assert.equal(cells[3], fromTheEnd ? '–' : happened);
      assert.ok(exponents[0] !== null);
      assert.equal(cells[4], '–'); // fewer than 30 steps
    }
  }
});

function changed(change) {
  const answer = compareAnswer('compare-sentiment');
  answer.comparison.networks.splice(1);
  answer.specs.splice(1);
  change(answer.comparison.networks[0].layers[0], answer.comparison.networks[0]);
  return view.figure(compareContext(view, answer)).lines[0].cells;
}

// The exponent told of a network without gates that read so many steps.
function toldExponent(exponent, steps, expected = 'either') {
  const answer = compareAnswer('compare-sentiment');
  answer.comparison.tokens = Array.from({length: steps}, () => 'x');
  Object.assign(answer.comparison.networks[2].layers[0], {exponents: [exponent], expected_decay: expected});
  return view.figure(compareContext(view, answer)).lines[2].cells[4];
}

test('the exponent is told in the unit of the slope, from 30 steps on, of what has no gates', () => {
  assert.equal(toldExponent(-0.5, 30), '−0.22'); // -0.5 / ln 10
  assert.equal(toldExponent(-0.5, 29), '–');
  assert.equal(toldExponent(-0.5, 60, 'gated'), '–');
  assert.equal(toldExponent(null, 60), '–');
});

test('what is not finite is said', () => {
  assert.equal(changed((_, network) => Object.assign(network, {overflow: 3}))[3], 'not finite');
  assert.equal(changed(({decay}) => Object.assign(decay.h, {slope: null}))[3], 'not finite');
  assert.equal(
    changed((layer) => Object.assign(layer, {spectrum: [{block: 'r', radius: null, sigma: null}]}))[1],
    'r\u00a0–\u00a0/\u00a0–',
  );
});

test('an exponent that only rounding made is 0', () => {
  assert.equal(toldExponent(-9e-10, 30), '0.00');
  assert.notEqual(toldExponent(-2e-9, 30), '0.00');
});

test('the summary names each network with what is expected and what happened', () => {
  const {lines, summary, table} = figureOf('compare-sentiment');
  for (const {cells} of lines) assert.ok(summary.includes(`${cells[0]}: ${cells[2]}, ${cells[3]}`));
  assert.deepEqual(
    table().rows,
    lines.map(({cells}) => cells),
  );
});
