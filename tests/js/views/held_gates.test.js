import assert from 'node:assert/strict';
import {test} from 'node:test';

import {hueOf, surface} from '../../../static/core/colours.js';
import {number, percent} from '../../../static/core/format.js';
import view from '../../../static/views/held_gates.js';
import {catalog, readStep, readTrace, seatOf, watchAnswer, watchContext} from '../frozen.js';

const figureOf = (name, changes) => view.figure(watchContext(view, name, changes));
const average = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const isWord = (token) => /[\p{L}\p{N}]/u.test(token);
const pct = (value) => percent(value, 'en');

// A review of two classes, its opinion and its runs made up; `runs` are [signal, value, opinion, more].
function madeUp(opinion, runs, tokens) {
  const answer = watchAnswer('sentiment-lstm');
  const {trace} = answer;
  if (tokens) trace.tokens = tokens;
  trace.probabilities.values.set(opinion.flatMap((p) => [1 - p, p]));
  answer.heldRuns = runs.map(([name, value, held, more]) => {
    const last = held.at(-1);
    return {
      signalName: `layers.0.${name}`,
      value,
      after: null,
      steps: [null],
      opinion: held,
      answer: last > 0.5 ? 1 : 0,
      probability: Math.max(last, 1 - last),
      constant: false,
      ...more,
    };
  });
  return answer;
}
const REVIEW = readTrace('sentiment-lstm').tokens;
const always = (p) => REVIEW.map(() => p);
const from = (step, before, after) => REVIEW.map((_, t) => (t < step ? before : after));
const show = (answer, changes) => view.figure(watchContext(view, answer, changes));

test('what it returns', (t) => {
  t.assert.snapshot(seatOf(view));
  t.assert.snapshot(figureOf('sentiment-gru'));
  t.assert.snapshot(figureOf('cloze-gru', {language: 'pt-BR', heldGate: 'z'}));
});

test('three lines: the gate held at 1, at 0, and the run as it is', () => {
  for (const [name, symbol, titles] of [
    ['sentiment-lstm', 'f', ['never forget (f = 1)', 'forget everything (f = 0)']],
    ['sentiment-lstm', 'o', ['show everything (o = 1)', 'show nothing (o = 0)']],
    ['sentiment-gru', 'z', ['never forget (z = 1)', 'forget everything (z = 0)']],
    ['cloze-gru', 'r', ['let all of the past in (r = 1)', 'let none of the past in (r = 0)']],
  ]) {
    const {trace, heldRuns} = watchAnswer(name);
    const watched = trace.classes.length === 2 ? 1 : trace.classes.indexOf(trace.target);
    const {data, table} = figureOf(name, {heldGate: symbol});
    const runs = heldRuns.filter(({signalName}) => signalName === `layers.0.${symbol}`);
    assert.deepEqual(
      data.slice(0, 3).map((line) => line.name),
      [...titles, 'as it is'],
    );
    const real = trace.tokens.map((_, t) => readStep(trace.probabilities, t)[watched]);
    assert.deepEqual(
      data.slice(0, 3).map(({y}) => y),
      [...runs.map(({opinion}) => opinion), real],
    );
    const {signals} = catalog.cells.find(({id}) => id === trace.cell);
    const hue = hueOf(
      signals.find((signal) => signal.name === symbol),
      'light',
    );
    assert.deepEqual(
      data.slice(0, 3).map(({line}) => [line.color, line.dash]),
      [
        [hue, 'solid'],
        [hue, 'dash'],
        [surface('light').ink, 'solid'],
      ],
    );
    const {head, rows} = table();
    assert.equal(head.at(-1), `mean ${symbol}`);
    assert.deepEqual(
      rows,
      trace.tokens.map((token, t) => [
        t + 1,
        token,
        pct(real[t]),
        pct(runs[0].opinion[t]),
        pct(runs[1].opinion[t]),
        number(average(readStep(trace.signals[`layers.0.${symbol}`], t)), 'en'),
      ]),
    );
  }
});

test('it names the answer that a held gate would give, and the word where the two part most', () => {
  const real = from(9, 0.2, 0.95);
  const held = from(9, 0.2, 0.1);
  const {shows, data} = show(
    madeUp(real, [
      ['f', 1, held],
      ['f', 0, real],
    ]),
    {heldGate: 'f'},
  );
  assert.ok(
    shows.includes('Never forgetting, the answer would be “negative”, 90%, instead of “positive”, 95%.'),
    shows,
  );
  assert.ok(shows.includes(`The two part most at “${REVIEW[9]}”: 10% “positive”, instead of 95%.`), shows);
  assert.ok(
    shows.includes('Forgetting everything at every word, it would hardly change: “positive”, 95%.'),
    shows,
  );
  assert.deepEqual(
    [data[3].x, data[3].y],
    [
      [9, 9],
      [0.95, 0.1],
    ],
  );
});

test('the direction is named, and only as much as the numbers say', () => {
  const real = always(0.8);
  for (const [held, wanted] of [
    [
      from(3, 0.8, 0.6),
      'the answer would still be “positive”, but its probability would fall from 80% to 60%.',
    ],
    [
      from(3, 0.8, 0.9),
      'the answer would still be “positive”, and its probability would rise from 80% to 90%.',
    ],
    [
      [...from(3, 0.8, 0.3).slice(0, -1), 0.82],
      'the answer would hardly change in the end: “positive”, 82%.',
    ],
    [from(3, 0.8, 0.3), 'the answer would be “negative”, 70%, instead of “positive”, 80%.'],
  ]) {
    const {shows} = show(madeUp(real, [['f', 1, held]]));
    assert.ok(shows.includes(`Never forgetting, ${wanted} The two part most at “${REVIEW[3]}”`), shows);
  }
  // The watched class is the second; the answer may be the first.
  const {shows} = show(madeUp(always(0.2), [['f', 1, from(3, 0.2, 0.4)]]));
  assert.ok(shows.includes('still be “negative”, but its probability would fall from 80% to 60%.'), shows);
});

test('where nothing changed its mind it says so and claims nothing', () => {
  const real = always(0.51);
  const close = REVIEW.map((_, t) => 0.51 + 0.04 * (t % 2));
  for (const [name, language, said] of [
    ['f', 'en', 'It changed nothing that shows: held open or held shut, the answer is still “positive”, 51%'],
    [
      'o',
      'pt-BR',
      'Ela não mudou nada que se veja: sempre aberta ou sempre fechada, a resposta ainda é “positiva”, 51%',
    ],
  ]) {
    const answer = madeUp(real, [
      [name, 1, close],
      [name, 0, real],
    ]);
    const {shows, summary, data} = show(answer, {language, heldGate: name});
    assert.ok(shows.startsWith(said), shows);
    assert.equal(summary, shows);
    assert.equal(shows.split('“').length, 2, 'no word is named');
    assert.equal(data.length, 3, 'nothing is marked');
  }
});

test('a full stop is never where two runs part', () => {
  const real = always(0.9);
  const last = REVIEW.length - 1;
  assert.equal(REVIEW[last], '.');
  const {shows, data} = show(madeUp(real, [['f', 1, from(last, 0.9, 0.1)]]));
  assert.ok(shows.includes('the answer would be “negative”, 90%, instead of “positive”, 90%.'), shows);
  assert.ok(!shows.includes('part most'), shows);
  assert.equal(data.length, 2);
});

test('a run to which nothing comes through says so', () => {
  const {shows} = figureOf('sentiment-lstm', {heldGate: 'o'});
  const {heldRuns} = watchAnswer('sentiment-lstm');
  const shut = heldRuns.find(({signalName, value}) => signalName === 'layers.0.o' && value === 0);
  assert.equal(shut.constant, true);
  assert.ok(
    shows.endsWith(
      `Showing nothing of its memory, nothing that it reads would reach the answer: “positive”, ${pct(shut.probability)}, the same at every word.`,
    ),
    shows,
  );
});

test('the word after which nothing is written is named, in the sentence and the line', () => {
  const {heldRuns, trace} = watchAnswer('sentiment-lstm');
  const {after} = heldRuns.find((run) => run.after !== null);
  const {shows, data} = figureOf('sentiment-lstm', {heldGate: 'i'});
  assert.ok(isWord(trace.tokens[after]));
  assert.ok(`${shows}`.includes(`riting nothing after “${trace.tokens[after]}”`), shows);
  assert.equal(data[1].name, `write nothing after “${trace.tokens[after]}” (i = 0)`);
});

test('it says at which word the gate was lowest or highest, and which way it had moved', () => {
  for (const [name, symbol, open, title] of [
    ['sentiment-lstm', 'f', false, 'forget gate'],
    ['sentiment-lstm', 'i', true, 'input gate'],
    ['sentiment-gru', 'r', false, 'reset gate'],
    ['cloze-gru', 'z', false, 'update gate'],
  ]) {
    const {signals, tokens} = readTrace(name);
    const means = tokens.map((_, t) => average(readStep(signals[`layers.0.${symbol}`], t)));
    const words = tokens.flatMap((token, t) =>
      isWord(token) && !('fz'.includes(symbol) && t === 0) ? [t] : [],
    );
    const wanted = words.sort((a, b) => (open ? means[b] - means[a] : means[a] - means[b]))[0];
    const [value, before] = [means[wanted], means[wanted - 1]].map((mean) => number(mean, 'en'));
    const {shows} = figureOf(name, {heldGate: symbol});
    const moved = open ? means[wanted] > means[wanted - 1] : means[wanted] < means[wanted - 1];
    assert.ok(
      shows.startsWith(
        moved && value !== before
          ? `At “${tokens[wanted]}” the mean ${title} ${open ? 'rose' : 'fell'} from ${before} to ${value}, its ${open ? 'highest' : 'lowest'}.`
          : `The mean ${title} was ${open ? 'highest' : 'lowest'} at “${tokens[wanted]}”: ${value}.`,
      ),
      shows,
    );
  }
});

test('an answer less likely than its task asks for is no answer', () => {
  const answer = watchAnswer('cloze-gru');
  const [run] = answer.heldRuns;
  Object.assign(run, {answer: 3, probability: 0.3});
  const {shows} = view.figure(watchContext(view, answer, {heldGate: 'z'}));
  const label = answer.trace.classes[3];
  assert.ok(shows.includes(`“${label}”, 30% (too little to count as an answer)`), shows);
  run.probability = answer.task.answer_threshold;
  const enough = view.figure(watchContext(view, answer, {heldGate: 'z'})).shows;
  assert.ok(enough.includes(`“${label}”, 50%`) && !enough.includes('50% (too'), enough);
});

test('every gate is offered; the one shown unless chosen is the one that does most', () => {
  const real = always(0.9);
  const answer = madeUp(real, [
    ['f', 1, real],
    ['f', 0, from(4, 0.9, 0.8)],
    ['i', 1, real],
    ['o', 1, from(4, 0.9, 0.4)],
    ['o', 0, always(0.5), {constant: true}],
  ]);
  const [choice] = show(answer).choices;
  assert.deepEqual(
    [choice.field, choice.chosen, choice.options.map(({id, title}) => [id, title])],
    [
      'heldGate',
      'o',
      [
        ['f', 'f · forget gate'],
        ['i', 'i · input gate'],
        ['o', 'o · output gate'],
      ],
    ],
  );
  assert.equal(show(answer).title, 'What the output gate did');
  const chosen = show(answer, {heldGate: 'i'});
  assert.equal(chosen.choices[0].chosen, 'i');
  assert.equal(chosen.title, 'What the input gate did');
  assert.equal(chosen.data[0].name, 'write everything (i = 1)');
});

test('a gate of a role without words of its own is held open or shut', () => {
  const answer = madeUp(always(0.9), [
    ['f', 1, from(4, 0.9, 0.4)],
    ['f', 0, always(0.9)],
  ]);
  answer.cell = structuredClone(answer.cell);
  answer.cell.signals.find(({name}) => name === 'f').role = 'carry';
  const {data, shows} = show(answer);
  assert.deepEqual(
    data.slice(0, 2).map(({name}) => name),
    ['held open (f = 1)', 'held shut (f = 0)'],
  );
  assert.ok(shows.includes('With this gate held open, the answer would be “negative”, 60%'), shows);
});

test('a cell without gates has nothing to hold', () => {
  for (const [name, cell] of [
    ['emotion-rnn', 'RNN (Elman)'],
    ['sentiment-pt-bag', 'Bag of words (feed-forward)'],
  ]) {
    const {shows, data, choices, title} = figureOf(name);
    assert.equal(shows, `${cell}: a cell without gates, so there is nothing to hold.`);
    assert.deepEqual(
      data.map((line) => line.name),
      ['as it is'],
    );
    assert.deepEqual([choices, title], [[], 'What the gates did']);
  }
});

test('until the runs are there it says that it asks; where none may be asked for, what to do', () => {
  const answer = watchAnswer('sentiment-lstm');
  for (const [heldRuns, said] of [
    [null, /^Asking the network/],
    [[], /let go of something/],
  ]) {
    const {shows, data, choices} = show({...answer, heldRuns});
    assert.match(shows, said);
    assert.deepEqual([data.length, choices], [1, []]);
  }
});

test('one word has nothing before it', () => {
  const {probabilities} = readTrace('sentiment-lstm-one-word');
  const {shows, summary, data} = figureOf('sentiment-lstm-one-word');
  const said = `One word only, with nothing before it: the opinion is ${pct(probabilities.values[1])} “positive”.`;
  assert.deepEqual([shows, summary, data.length, data[0].mode], [said, said, 1, 'markers']);
});

test('under the pointer is a step, with the three probabilities there', () => {
  const {hitTest, data} = figureOf('sentiment-lstm', {heldGate: 'f'});
  assert.deepEqual(hitTest(3.4), {
    step: 3,
    label: `4 · ${REVIEW[3]} · positive: as it is ${pct(data[2].y[3])}, never forget (f = 1) ${pct(data[0].y[3])}, forget everything (f = 0) ${pct(data[1].y[3])}`,
  });
  assert.equal(hitTest(-0.6), null);
  assert.equal(hitTest(REVIEW.length), null);
});

test('of many steps as many are marked as have room', () => {
  const marked = (width) => figureOf('sentiment-lstm', {width}).layout.xaxis.tickvals;
  assert.deepEqual(marked(900), [...REVIEW.keys()]);
  assert.deepEqual(marked(42 * 12 - 1), [0, 2, 4, 6, 8, 10]);
  assert.deepEqual(marked(60), [0, 4, 8]); // three at least
});

test('it applies where the opinion is asked for at the end, not where each step has an answer of its own', () => {
  assert.equal(view.applies(watchContext(view, 'sentiment-lstm')), true);
  assert.equal(view.applies(watchContext(view, 'accents-lstm-stacked')), false);
});

test('a word that stands more than once in the text is named with its step', () => {
  const tokens = REVIEW.with(4, REVIEW[9]);
  const answer = madeUp(always(0.9), [['f', 1, from(9, 0.9, 0.3)]], tokens);
  assert.ok(show(answer).shows.includes(`part most at “${REVIEW[9]}” (step 10): 30%`), show(answer).shows);
  const {shows} = show(answer, {language: 'pt-BR'});
  assert.ok(shows.includes(`mais em “${REVIEW[9]}” (passo 10): 30%`), shows);
});
