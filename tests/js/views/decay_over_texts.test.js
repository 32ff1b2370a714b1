import assert from 'node:assert/strict';
import {test} from 'node:test';

import view from '../../../static/views/decay_over_texts.js';
import {catalog, compareAnswer, compareContext, seatOf} from '../frozen.js';

const figureOf = (changes) => view.figure(compareContext(view, 'compare-sentiment', changes));

test('what it returns', (t) => {
  t.assert.snapshot(seatOf(view));
  t.assert.snapshot(figureOf());
  t.assert.snapshot(figureOf({language: 'pt-BR'}));
});

test('a row a state of each trained network, its numbers from the file', () => {
  const {lines, head, shows, look, summary} = figureOf();
  const models = compareContext(view, 'compare-sentiment')
    .networks.filter(({weights}) => weights === 'trained')
    .map(({model}) => catalog.models.find(({id}) => id === model));
  const rows = models.flatMap(({facts: {decay}}) => Object.values(decay.remaining));
  assert.equal(lines.length, rows.length);
  assert.equal(head.length, 1 + 3 + 1);
  for (const [k, remaining] of rows.entries()) {
    const {median} = remaining[30];
    const told = lines[k].cells[2];
    const number = told.endsWith('%') ? Number.parseFloat(told) / 100 : null;
    if (number !== null) assert.ok(Math.abs(number - median) <= 0.006, told);
    assert.ok(shows.includes(`${lines[k].cells[0]} ${told}`), shows);
  }
  const {samples, shortest, longest} = models[0].facts.decay;
  assert.ok(shows.startsWith(`Over ${samples} test texts of ${shortest} to ${longest} words, 30 words back`));
  assert.equal(summary, shows);
  const stopped = models.filter(({facts}) => facts.recipe.stop_epoch);
  for (const {facts} of stopped)
    assert.ok(look.includes(`after epoch ${facts.recipe.stop_epoch} of ${facts.recipe.epochs},`), look);
  assert.equal(look.split('stopped').length - 1, stopped.length);
});

test('a network with fresh weights or changed settings was not measured', () => {
  const answer = compareAnswer('compare-sentiment');
  for (const spec of answer.specs) spec.weights = 'fresh';
  for (const network of answer.comparison.networks) network.weights = 'fresh';
  assert.equal(view.applies(compareContext(view, answer)), false);
  const changed = compareAnswer('compare-sentiment');
  for (const spec of changed.specs) {
    const {cell} = catalog.models.find(({id}) => id === spec.model);
    const [setting] = catalog.cells.find(({id}) => id === cell).settings;
    if (setting)
      spec.settings = {[setting.name]: setting.default === setting.low ? setting.high : setting.low};
  }
  const left = compareContext(view, changed).networks.filter(({facts}) => facts.decay);
  for (const {cell} of left)
    assert.equal(catalog.cells.find(({id}) => id === cell).settings.length, 0, 'no setting to change');
});
