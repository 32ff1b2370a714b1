import assert from 'node:assert/strict';
import {test} from 'node:test';

import memoryMap from '../../../static/views/memory_map.js';
import memoryParts from '../../../static/views/memory_parts.js';
import {compareAnswer, compareContext, readComparison} from '../frozen.js';

const VIEWS = [memoryMap, memoryParts];
const gated = (name) =>
  readComparison(name)
    .networks.flatMap(({layers}) => layers)
    .filter(({memory}) => memory);

for (const view of VIEWS) {
  const figureOf = (answer, changes) => view.figure(compareContext(view, answer, changes));

  test(`${view.id}: the largest part is that of the last step a layer reads: the first of what reads leftward`, () => {
    for (const name of ['compare-sentiment', 'compare-accents']) {
      const {tokens} = readComparison(name);
      const {rows} = figureOf(name).table();
      assert.equal(rows.length, gated(name).length);
      rows.forEach(([, token], n) => {
        const {
          name: layer,
          memory: {norms},
        } = gated(name)[n];
        const final = norms[layer.endsWith('reverse') ? 0 : tokens.length - 1];
        assert.equal(token, tokens[final.indexOf(Math.max(...final))], `${name} ${layer}`);
      });
    }
  });

  test(`${view.id}: it is told of every network in a sentence, in the view's words`, () => {
    const {summary, table} = figureOf('compare-sentiment');
    const {head, rows} = table();
    assert.deepEqual(head.slice(0, 2), [view.words.en.network, view.words.en.largest]);
    const told = rows.map(([title, token]) =>
      view.words.en.of.replace('{title}', title).replace('{token}', token),
    );
    let place = 0;
    for (const sentence of told) {
      assert.ok(summary.indexOf(sentence, place) >= place, summary);
      place = summary.indexOf(sentence, place) + sentence.length;
    }
  });

  test(`${view.id}: of parts of the same length the first is told`, () => {
    const answer = compareAnswer('compare-sentiment');
    for (const {layers} of answer.comparison.networks) layers[0].memory?.norms.at(-1).fill(0.5);
    assert.ok(
      figureOf(answer)
        .table()
        .rows.every(([, token]) => token === answer.tokens[0]),
    );
  });

  test(`${view.id}: two stand side by side where there is room`, () => {
    const height = (width, name = 'compare-sentiment') => compareContext(view, name, {width}).height;
    const strip = view === memoryParts ? 60 : 0; // below each row of maps
    assert.deepEqual(
      [height(331), height(330), height(900, 'compare-one-word')],
      [520 + 2 * strip, 750 + 3 * strip, 290 + strip],
    );
  });
}
