import assert from 'node:assert/strict';
import {test} from 'node:test';

import {percent} from '../../../static/core/format.js';
import view from '../../../static/views/turning_point.js';
import {catalog, readStep, readTrace, seatOf, watchAnswer, watchContext} from '../frozen.js';

const figureOf = (name, changes) => view.figure(watchContext(view, name, changes));

test('what it returns', (t) => {
  t.assert.snapshot(seatOf(view));
  t.assert.snapshot(figureOf('sentiment-lstm'));
  t.assert.snapshot(figureOf('emotion-rnn', {language: 'pt-BR'}));
});

test('it names the step where the opinion changed most, from what to what', () => {
  for (const name of ['sentiment-lstm', 'sentiment-gru', 'sentiment-pt-bag', 'emotion-rnn', 'cloze-gru']) {
    const {probabilities, tokens, classes} = readTrace(name);
    const last = readStep(probabilities, tokens.length - 1);
    const watched = classes.length === 2 ? 1 : last.indexOf(Math.max(...last));
    const opinion = tokens.map((_, t) => readStep(probabilities, t)[watched]);
    const changes = opinion.map((p, t) => (t ? Math.abs(p - opinion[t - 1]) : 0));
    const turn = changes.indexOf(Math.max(...changes));
    const {step, shows, look, summary} = figureOf(name);
    assert.equal(step, turn);
    assert.ok(shows.startsWith(`At “${tokens[turn]}” (step ${turn + 1}) the opinion`), shows);
    assert.ok(
      shows.endsWith(`went from ${percent(opinion[turn - 1], 'en')} to ${percent(opinion[turn], 'en')}.`),
      shows,
    );
    assert.ok(look.includes(`“${tokens[turn]}”`));
    assert.ok(
      summary.startsWith(
        `At “${tokens[turn]}” the opinion went from ${percent(opinion[turn - 1], 'en')} to ${percent(opinion[turn], 'en')}.`,
      ),
    );
  }
});

test('a bar a held signal, in its cell’s order, after what it was; the one that changes most is strong and named', () => {
  for (const name of ['sentiment-lstm', 'sentiment-gru', 'emotion-rnn']) {
    const {
      heldRuns,
      trace,
      analysis: {turningStep, watchedClass},
    } = watchAnswer(name);
    const after = readStep(trace.probabilities, turningStep)[watchedClass];
    const {lines, most, waiting, table} = figureOf(name);
    const signals = catalog.cells
      .find(({id}) => id === trace.cell)
      .signals.filter(({kind}) => kind !== 'state');
    assert.deepEqual(
      [lines[0].title, lines[0].probability, lines[0].value],
      ['as it was', after, percent(after, 'en')],
    );
    assert.deepEqual(
      lines.slice(1).map(({title}) => title),
      signals.map((signal) => `${signal.title.en} ${signal.name}`),
    );
    assert.deepEqual(
      lines.slice(1).map(({probability}) => probability),
      heldRuns.map(({probability}) => probability),
    );
    const effects = heldRuns.map(({probability}) => Math.abs(probability - after));
    const strongest = effects.indexOf(Math.max(...effects));
    assert.deepEqual(
      lines.slice(1).map(({strong}) => strong),
      effects.map((_, k) => k === strongest),
    );
    assert.equal(most, `The ${signals[strongest].title.en} did most.`);
    assert.equal(waiting, '');
    assert.deepEqual(
      table().rows,
      lines.slice(1).map(({title, value}) => [title, value]),
    );
    assert.deepEqual(
      lines.slice(1).map(({value}) => value),
      heldRuns.map(({probability}) => percent(probability, 'en')),
    );
  }
});

test('until the runs are there it says that it asks', () => {
  const {lines, waiting, most} = view.figure(
    watchContext(view, {...watchAnswer('sentiment-lstm'), heldRuns: null}),
  );
  assert.deepEqual([lines, waiting, most], [[], 'Asking the network…', '']);
});

test('one word turns nothing', () => {
  const {probabilities} = readTrace('sentiment-lstm-one-word');
  const {shows, summary, look, lines, waiting} = figureOf('sentiment-lstm-one-word');
  const said = `One word only: the opinion is ${percent(probabilities.values[1], 'en')} “positive”.`;
  assert.deepEqual([shows, summary, look, lines, waiting], [said, said, '', [], '']);
});

test('a turn at the first step comes from a half', () => {
  const answer = watchAnswer('sentiment-lstm');
  answer.analysis.turningStep = 0;
  assert.match(view.figure(watchContext(view, answer)).shows, /went from 50% to/);
});

test('it applies where the opinion is asked for at the end', () => {
  assert.equal(view.applies(watchContext(view, 'sentiment-lstm')), true);
  assert.equal(view.applies(watchContext(view, 'accents-lstm-stacked')), false);
});
