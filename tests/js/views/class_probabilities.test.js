import assert from 'node:assert/strict';
import {test} from 'node:test';

import {percent} from '../../../static/core/format.js';
import view from '../../../static/views/class_probabilities.js';
import {catalog, readStep, readTrace, seatOf, watchContext} from '../frozen.js';

const figureOf = (name, changes) => view.figure(watchContext(view, name, changes));

test('what it returns', (t) => {
  t.assert.snapshot(seatOf(view));
  t.assert.snapshot(figureOf('emotion-rnn'));
});

test('the likeliest answers at the step on screen, the first one strong', () => {
  for (const name of ['emotion-rnn', 'cloze-gru']) {
    const {classes, probabilities, tokens, task} = readTrace(name);
    const {labels} = catalog.tasks.find(({id}) => id === task);
    for (const step of [0, 4, tokens.length - 1]) {
      for (const language of ['en', 'pt-BR']) {
        const row = readStep(probabilities, step);
        const ranking = classes
          .map((label, k) => [labels[label][language] ?? labels[label].en, row[k]])
          .sort((a, b) => b[1] - a[1]);
        const {lines, aside, summary, table} = figureOf(name, {step, language});
        assert.deepEqual(
          lines.map(({title, probability}) => [title, probability]),
          ranking.slice(0, 6),
        );
        assert.deepEqual(
          lines.map(({value}) => value),
          ranking.slice(0, 6).map(([, p]) => percent(p, language)),
        );
        assert.deepEqual(
          lines.map(({strong}) => strong),
          lines.map((_, k) => k === 0),
        );
        assert.ok(aside.includes(`${step + 1}, “${tokens[step]}”`));
        assert.ok(summary.includes(`${ranking[1][0]} ${percent(ranking[1][1], language)}`));
        assert.deepEqual(
          table().rows,
          ranking.map(([label, p]) => [label, percent(p, language)]),
        );
      }
    }
  }
});

test('where every step has an answer of its own it says so', () => {
  const own = figureOf('accents-lstm-stacked');
  const soFar = figureOf('emotion-rnn');
  assert.equal(own.title, 'Its answer at this step');
  assert.equal(soFar.title, 'Its answer so far');
  assert.match(own.shows, /answers at this step/);
  assert.match(
    soFar.shows,
    new RegExp(`ended here: the likeliest of ${readTrace('emotion-rnn').classes.length} answers`),
  );
  assert.notEqual(own.look, soFar.look);
});

test('a blank that no answer is likely enough for says so beside the best guess', () => {
  const {classes, probabilities, tokens, task: id} = readTrace('cloze-gru');
  const threshold = catalog.tasks.find((task) => task.id === id).answer_threshold;
  assert.equal(threshold, 0.5);
  const said = {
    en: 'Not among the answers I know: the best guess, “',
    'pt-BR': 'Não está entre as respostas que conheço: o melhor palpite, “',
  };
  const seen = new Set();
  for (const step of tokens.keys()) {
    const row = readStep(probabilities, step);
    const most = Math.max(...row);
    seen.add(most < threshold);
    for (const [language, sentence] of Object.entries(said)) {
      const {shows, summary} = figureOf('cloze-gru', {step, language});
      const whole = `${sentence}${classes[row.indexOf(most)]}”`;
      assert.equal(shows.startsWith(whole), most < threshold);
      assert.equal(summary.includes(whole), most < threshold);
      assert.equal(shows.includes(percent(most, language)), most < threshold);
    }
  }
  assert.deepEqual([...seen].sort(), [false, true]);
  assert.equal(figureOf('emotion-rnn').shows.startsWith('What the network'), true);
});

test('it applies where there are more than two classes', () => {
  assert.equal(view.applies(watchContext(view, 'emotion-rnn')), true);
  assert.equal(view.applies(watchContext(view, 'sentiment-lstm')), false);
  const ctx = watchContext(view, 'sentiment-lstm');
  ctx.trace.classes.push('a third');
  assert.equal(view.applies(ctx), true);
});
