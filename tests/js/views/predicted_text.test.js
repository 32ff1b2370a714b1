import assert from 'node:assert/strict';
import {test} from 'node:test';

import {hueOf} from '../../../static/core/colours.js';
import {percent} from '../../../static/core/format.js';
import view from '../../../static/views/predicted_text.js';
import {readStep, readTrace, seatOf, watchAnswer, watchContext} from '../frozen.js';

const BOTH = 'accents-lstm-bidirectional';
const figureOf = (name, changes) => view.figure(watchContext(view, name, changes));
const [RIGHT, WRONG, OPEN] = ['input', 'forget', 'preactivation'].map((role) => hueOf({role}, 'light'));

// The likeliest answer of every step, `[label, probability]`.
const answersOf = (trace) =>
  trace.tokens.map((_, t) => {
    const row = readStep(trace.probabilities, t);
    const best = row.indexOf(Math.max(...row));
    return [trace.classes[best], row[best]];
  });

// A trace whose third answer is wrong, whatever the network says there.
function withMistake() {
  const answer = watchAnswer(BOTH);
  answer.trace.targets = answersOf(answer.trace).map(([label], t) =>
    t === 2 ? 'x' : t === 4 ? null : label,
  );
  return answer;
}

test('what it returns', (t) => {
  t.assert.snapshot(seatOf(view));
  t.assert.snapshot(figureOf(BOTH));
});

test('what it read and what it answers, in order; a space is a space', () => {
  const trace = readTrace(BOTH);
  const [read, answered] = figureOf(BOTH).lines;
  const visible = (token) => (token === '␣' ? ' ' : token);
  assert.ok(trace.tokens.includes('␣'));
  assert.deepEqual(
    read.words.map(({token}) => token),
    trace.tokens.map(visible),
  );
  assert.deepEqual(
    answered.words.map(({token}) => token),
    answersOf(trace).map(([label]) => visible(label)),
  );
  assert.equal(
    figureOf(BOTH).summary,
    `It read “${trace.tokens.map(visible).join('')}” and answered “${answersOf(trace)
      .map(([label]) => visible(label))
      .join('')}”.`,
  );
});

test('green where the text says it is right, orange where it says something else, grey where it says nothing', () => {
  const answer = withMistake();
  const answers = answersOf(answer.trace);
  const [read, {words}] = view.figure(watchContext(view, answer)).lines;
  assert.deepEqual(
    words.map(({colour}) => colour),
    answers.map((_, t) => (t === 2 ? WRONG : t === 4 ? OPEN : RIGHT)),
  );
  for (const [t, [, p]] of answers.entries())
    assert.ok(Math.abs(words[t].share - (t === 2 ? p : 0.45 * p)) < 1e-12);
  assert.ok(read.words.every(({share, tip}) => share === 0 && tip === ''));
  assert.equal(read.colour, OPEN);
});

test('a tip names what is right where the answer is wrong', () => {
  const answer = withMistake();
  const {tokens} = answer.trace;
  const answers = answersOf(answer.trace);
  const {words} = view.figure(watchContext(view, answer)).lines[1];
  assert.equal(
    words[2].tip,
    `3 · “${tokens[2]}” → “${answers[2][0]}”, ${percent(answers[2][1], 'en')}; right: “x”`,
  );
  assert.equal(words[1].tip, `2 · “${tokens[1]}” → “${answers[1][0]}”, ${percent(answers[1][1], 'en')}`);
});

test('counted are the right ones of those that are asked for', () => {
  const answer = withMistake();
  const steps = answer.trace.tokens.length;
  const {look, shows} = view.figure(watchContext(view, answer));
  assert.equal(
    look,
    `${steps - 2} of the ${steps - 1} answers asked for are right. Orange and strong: sure of itself, and wrong.`,
  );
  assert.match(shows, /Green/);
});

test('a text that does not say what is right has no verdicts', () => {
  for (const targets of [() => null, (t) => (t ? null : 'x')]) {
    const answer = watchAnswer(BOTH);
    answer.trace.targets = answer.trace.targets.map((_, t) => targets(t));
    const {lines, look, shows} = view.figure(watchContext(view, answer));
    assert.equal(look, '');
    assert.match(shows, /does not say what is right/);
    assert.ok(lines[1].words.every(({colour}) => colour === OPEN));
  }
});

test('the step on screen is marked in both; words of more letters stand apart', () => {
  for (const {words} of figureOf(BOTH, {step: 3}).lines)
    assert.deepEqual(
      words.map(({here}) => here),
      words.map((_, t) => t === 3),
    );
  assert.ok(figureOf(BOTH).lines.every(({close}) => close));
  const answer = watchAnswer(BOTH);
  answer.trace.tokens[1] = 'two';
  answer.trace.tokens[2] = '↵';
  const {lines, summary} = view.figure(watchContext(view, answer));
  assert.ok(lines.every(({close}) => !close));
  assert.ok(summary.startsWith('It read “V two ↵\n '), summary);
});

test('the table: what was read, answered, right, and how likely', () => {
  const answer = withMistake();
  const answers = answersOf(answer.trace);
  const {rows} = view.figure(watchContext(view, answer)).table();
  for (const t of [2, 4])
    assert.deepEqual(rows[t], [
      t + 1,
      answer.trace.tokens[t],
      answers[t][0],
      t === 2 ? 'x' : '–',
      percent(answers[t][1], 'en'),
    ]);
});

test('it applies where every step has an answer of its own', () => {
  assert.equal(view.applies(watchContext(view, BOTH)), true);
  assert.equal(view.applies(watchContext(view, 'sentiment-lstm')), false);
});
