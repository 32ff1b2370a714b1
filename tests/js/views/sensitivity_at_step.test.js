import assert from 'node:assert/strict';
import {test} from 'node:test';

import {percent, power} from '../../../static/core/format.js';
import view from '../../../static/views/sensitivity_at_step.js';
import {compareAnswer, compareContext, readComparison, seatOf} from '../frozen.js';

const figureOf = (name, changes) => view.figure(compareContext(view, name, changes));

test('what it returns', (t) => {
  t.assert.snapshot(seatOf(view));
  t.assert.snapshot(figureOf('compare-sentiment', {direction: 'forward', step: 6}));
});

test('forward, each word up to the step is shaded by how much the step depends on it', () => {
  const {networks, tokens} = readComparison('compare-sentiment');
  for (const step of [0, 6, tokens.length - 1]) {
    const {lines, aside, table} = figureOf('compare-sentiment', {direction: 'forward', step});
    assert.equal(aside, `at “${tokens[step]}”, step ${step + 1}`);
    lines.forEach(({words}, n) => {
      const row = networks[n].sensitivity_map[step].slice(0, step + 1);
      assert.deepEqual(
        words.map(({token}) => token),
        tokens.slice(0, step + 1),
      );
      words.forEach(({share, tip, here}, k) => {
        assert.ok(Math.abs(share - row[k] / Math.max(...row)) < 1e-12);
        assert.equal(tip, power(row[k], 'en'));
        assert.equal(here, k === step);
      });
      assert.equal(table().rows[n][1], tokens[row.indexOf(Math.max(...row))]);
    });
  }
});

test('backward it is what the last word depends on, whatever step is on screen', () => {
  const {tokens, networks} = readComparison('compare-sentiment');
  const {lines, aside} = figureOf('compare-sentiment', {direction: 'backward', step: 2});
  assert.match(aside, new RegExp(`step ${tokens.length}$`));
  assert.equal(lines[0].words.length, tokens.length);
  const row = networks[0].sensitivity_map.at(-1);
  assert.ok(Math.abs(lines[0].words[3].share - row[3] / Math.max(...row)) < 1e-12);
  assert.deepEqual(
    lines[0].words.map(({here}) => here),
    tokens.map((_, k) => k === 2),
  );
});

test('what is told of the networks is what the map holds, in every language', () => {
  const {tokens, networks} = readComparison('compare-sentiment');
  for (const [step, distance] of [
    [tokens.length - 1, 10],
    [4, 4],
  ]) {
    const {shows, lines, look} = figureOf('compare-sentiment', {direction: 'forward', step});
    assert.ok(shows.includes(`${distance} steps before it, at “${tokens[step - distance]}”`), shows);
    networks.forEach(({sensitivity_map: map}, n) => {
      const share = map[step][step - distance] / Math.max(...map[step]);
      const told = share >= 0.01 ? percent(share, 'en') : power(share, 'en');
      assert.ok(shows.includes(`${lines[n].title} ${told}`), shows);
    });
    assert.doesNotMatch(look, /RNN|others/); // it claims nothing of networks it has not looked at
  }
  const {shows} = figureOf('compare-sentiment-pt', {language: 'pt-BR', direction: 'backward'});
  assert.match(shows, /\d+ passos antes/);
  assert.doesNotMatch(figureOf('compare-sentiment', {direction: 'forward', step: 1}).shows, /before it/);
});

test('what reads both ways depends on every word', () => {
  const {tokens} = readComparison('compare-accents');
  const [both, stacked] = figureOf('compare-accents', {direction: 'forward', step: 2}).lines;
  assert.equal(both.words.length, tokens.length);
  assert.equal(stacked.words.length, 3);
});

test('what is not finite is the loudest', () => {
  const answer = compareAnswer('compare-sentiment');
  answer.comparison.networks[0].sensitivity_map[4][2] = null;
  const {lines, table} = view.figure(compareContext(view, answer, {direction: 'forward', step: 4}));
  assert.deepEqual([lines[0].words[2].share, lines[0].words[2].tip], [1, '∞']);
  assert.equal(table().rows[0][1], answer.tokens[2]);
  answer.comparison.networks[0].sensitivity_map[4].fill(0);
  assert.ok(
    view
      .figure(compareContext(view, answer, {direction: 'forward', step: 4}))
      .lines[0].words.every(({share}) => share === 0),
  );
});

test('of words that are equally loud the first is told', () => {
  const answer = compareAnswer('compare-sentiment');
  for (const {sensitivity_map: map} of answer.comparison.networks) map[6].fill(0.5);
  const {table, lines} = view.figure(compareContext(view, answer, {direction: 'forward', step: 6}));
  assert.ok(table().rows.every(([, token]) => token === answer.tokens[0]));
  assert.ok(lines.every(({words}) => words.every(({share}) => share === 1)));
});

test('one network without a map is enough for there to be none', () => {
  const answer = compareAnswer('compare-sentiment');
  answer.comparison.networks[2].sensitivity_map = null;
  assert.equal(view.applies(compareContext(view, answer)), false);
});

test('it applies where every network has a map', () => {
  assert.equal(view.applies(compareContext(view, 'compare-overflow')), false);
  assert.equal(view.applies(compareContext(view, 'compare-sentiment')), true);
});
