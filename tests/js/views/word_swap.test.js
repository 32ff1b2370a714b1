import assert from 'node:assert/strict';
import {test} from 'node:test';

import {percent, power} from '../../../static/core/format.js';
import view from '../../../static/views/word_swap.js';
import {compareAnswer, compareContext, readComparison, seatOf} from '../frozen.js';

const BEFORE = readComparison('compare-sentiment');
const AFTER = readComparison('compare-sentiment-swapped');
const STEP = BEFORE.tokens.indexOf('loved');
const SWAP = `${STEP}:hated`;

/** The comparison with "loved" changed for "hated"; `change` may change what came of it. */
function contextOf(changes = {}, change = () => {}) {
  const answer = compareAnswer('compare-sentiment');
  answer.swapped = {written: SWAP, comparison: readComparison('compare-sentiment-swapped')};
  change(answer.comparison.networks, answer.swapped.comparison.networks);
  return compareContext(view, answer, {swap: SWAP, ...changes});
}

test('what it returns', (t) => {
  t.assert.snapshot(seatOf(view));
  t.assert.snapshot(view.figure(contextOf()));
  t.assert.snapshot(view.figure(compareContext(view, 'compare-sentiment', {language: 'pt-BR'})));
});

test('one word alone differs between the two texts', () => {
  assert.deepEqual(BEFORE.tokens.with(STEP, 'hated'), AFTER.tokens);
});

test('a row a network: the gradient left at the word, its rank, the answer before and after', () => {
  const {lines} = view.figure(contextOf());
  for (const [k, {cells}] of lines.entries()) {
    const {layers, cell} = BEFORE.networks[k];
    const {norms} = layers[0].decay[cell === 'lstm' ? 'c' : 'h'];
    const left = norms[STEP] / norms.at(-1);
    const told =
      left >= 1.05 ? `${power(left, 'en')} times` : left >= 0.01 ? percent(left, 'en') : power(left, 'en');
    const rank = norms.toSorted((a, b) => b - a).indexOf(norms[STEP]) + 1;
    assert.deepEqual(cells.slice(1, 3), [told, String(rank)]);
    for (const [column, {networks}] of [
      [3, BEFORE],
      [4, AFTER],
    ]) {
      const [negative, positive] = networks[k].probabilities;
      const word = positive > negative ? 'positive' : 'negative';
      assert.equal(cells[column], `${percent(Math.max(negative, positive), 'en')} ${word}`);
    }
  }
});

test('before the text was read again it asks, and tells no answer', () => {
  for (const ctx of [
    compareContext(view, 'compare-sentiment', {swap: SWAP}),
    contextOf({swap: `${STEP}:`}),
  ]) {
    const {shows, lines, entry} = view.figure(ctx);
    assert.match(shows, /^Little gradient left .* “loved” /);
    assert.ok(lines.every(({cells}) => cells[4] === '–'));
    assert.equal(entry.done, false);
    assert.deepEqual([entry.step, entry.word], [String(STEP), ctx.swap.word]);
  }
  assert.equal(view.figure(contextOf()).entry.done, true);
});

// The first network alone, with a gradient of `left` at the word and probabilities of its answer.
const tell = (left, before, after) =>
  view.figure(
    contextOf({}, (networks, swapped) => {
      for (const list of [networks, swapped]) list.length = 1;
      networks[0].layers[0].decay.h.relative[STEP] = left;
      networks[0].target = 'positive';
      networks[0].probabilities = [1 - before, before];
      swapped[0].probabilities = [1 - after, after];
    }),
  ).shows;

test('the sentence follows the numbers: gradient and swap tell two things', () => {
  assert.match(
    tell(2.9e-6, 0.9, 0.07),
    /is 2\.9 × 10⁻⁶ of .* and yet .* “positive” goes from 90% to 7%.*is remembered/,
  );
  assert.match(tell(2.9e-6, 0.9, 0.88), /goes from 90% to 88%: here the word hardly matters/);
  assert.match(
    tell(0.5, 0.9, 0.07),
    /is 50% of .*, and with “hated” in its place “positive” goes from 90% to 7%\.$/,
  );
  assert.match(tell(0.5, 0.9, 0.88), /is 50% of .*, but with “hated” .* only goes from 90% to 88%\.$/);
});

test('of several networks the one with the least gradient left is told of those that the swap changes', () => {
  const {shows} = view.figure(contextOf());
  const told = BEFORE.networks
    .map(({layers, cell, probabilities}, k) => {
      const {relative} = layers[0].decay[cell === 'lstm' ? 'c' : 'h'];
      const answer = probabilities.indexOf(Math.max(...probabilities));
      return {
        k,
        left: relative[STEP],
        change: probabilities[answer] - AFTER.networks[k].probabilities[answer],
      };
    })
    .filter(({change}) => Math.abs(change) >= 0.05)
    .sort((a, b) => a.left - b.left);
  assert.ok(shows.startsWith(contextOf().networks[told[0].k].title), shows);
  const turned = BEFORE.networks.filter(({target}, k) => target !== AFTER.networks[k].target).length;
  assert.ok(shows.endsWith(`Networks that answer otherwise with “hated”: ${turned} of 4.`), shows);
});

test('a network that overflowed tells nothing; of two directions the one with more gradient counts', () => {
  const overflowed = contextOf({}, ([first]) => {
    first.overflow = 2;
  });
  assert.deepEqual(view.figure(overflowed).lines[0].cells.slice(1), ['not finite', '–', '–', '–']);
  const [both] = readComparison('compare-accents').networks;
  const ctx = compareContext(view, 'compare-accents', {swap: '1:'});
  const shares = both.layers.map(({decay}) => decay.c.relative[1]);
  assert.equal(view.figure(ctx).lines[0].cells[1], ctx.shareLeft(Math.max(...shares)));
});
