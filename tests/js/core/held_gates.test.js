import assert from 'node:assert/strict';
import {test} from 'node:test';

import {
  chooseGate,
  compareOpinions,
  findExtreme,
  interventionsOf,
  isWord,
  listGates,
  listHolds,
  meanBySteps,
  readOutcome,
} from '../../../static/core/held_gates.js';
import {catalog, readStep, readTrace, watchAnswer} from '../frozen.js';

const cellOf = (id) => catalog.cells.find((cell) => cell.id === id);
const gate = (name, role, kind = 'gate') => ({name, role, kind});
const average = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const tableOf = (rows) => ({values: Float64Array.from(rows.flat()), shape: [rows.length, rows[0].length]});

test('the gates of a cell are known by kind and role, in one order whatever the cell calls them', () => {
  const named = (cell) => listGates(cell).map(({name}) => name);
  assert.deepEqual(named(cellOf('lstm')), ['f', 'i', 'o']);
  assert.deepEqual(named(cellOf('gru')), ['z', 'r']);
  assert.deepEqual(named(cellOf('rnn')), []);
  assert.deepEqual(
    named({
      signals: [
        gate('q', 'peephole'),
        gate('s', 'forget', 'state'),
        gate('b', 'update'),
        gate('a', 'forget'),
      ],
    }),
    ['a', 'b', 'q'],
  );
});

test('a word is a token that is more than punctuation', () => {
  assert.deepEqual(['.', ',', '…', '!?', "'", '—', 'a', '3', '😀', 'não', "n't", '___a'].map(isWord), [
    ...Array(6).fill(false),
    ...Array(6).fill(true),
  ]);
});

test('a mean is that of the units at each step', () => {
  const {signals, tokens} = readTrace('sentiment-lstm');
  const means = meanBySteps(signals['layers.0.f']);
  assert.equal(means.length, tokens.length);
  means.forEach((mean, t) => {
    assert.ok(Math.abs(mean - average(readStep(signals['layers.0.f'], t))) < 1e-12);
  });
});

test('asked for are the runs that are frozen: each gate at 1 and 0 throughout, the input gate shut after its widest word', () => {
  for (const name of [
    'sentiment-lstm',
    'sentiment-lstm-forced',
    'sentiment-gru',
    'cloze-gru',
    'emotion-rnn',
  ]) {
    const {trace, cell, heldRuns} = watchAnswer(name);
    const holds = listHolds(trace, cell, 'layers.0', false, 64);
    assert.deepEqual(
      holds,
      heldRuns.map(({signalName, value, after, steps}) => ({signalName, value, after, steps})),
      name,
    );
  }
});

test('in a layer that reads leftward, what comes after a word stands left of it', () => {
  const {trace, cell} = watchAnswer('sentiment-lstm');
  const forward = trace.signals['layers.0.i'];
  trace.signals['layers.0.reverse.i'] = forward;
  const {after, steps} = listHolds(trace, cell, 'layers.0.reverse', true, 64).find(
    (hold) => hold.after !== null,
  );
  const means = trace.tokens.map((_, t) => average(readStep(forward, t)));
  const words = means.map((mean, t) => (t > 0 && /\w/.test(trace.tokens[t]) ? mean : -1));
  assert.equal(after, words.indexOf(Math.max(...words)));
  assert.deepEqual(
    [...steps].sort((a, b) => a - b),
    Array.from({length: after}, (_, t) => t),
  );
});

test('a run that would force more than one request may is not asked for', () => {
  const {trace, cell} = watchAnswer('sentiment-lstm');
  trace.signals['layers.0.i'].values.fill(1, 0, trace.signals['layers.0.i'].shape[1]); // widest at the first word
  const wanted = (most) => listHolds(trace, cell, 'layers.0', false, most);
  const {steps} = wanted(64).find(({after}) => after !== null);
  assert.equal(wanted(steps.length).length, 6);
  assert.equal(wanted(steps.length - 1).length, 5);
  assert.deepEqual(wanted(0), []);
});

test('without a word before the last there is none to shut the input gate after', () => {
  const {trace, cell} = watchAnswer('sentiment-lstm');
  trace.tokens = ['.', ',', 'film'];
  assert.deepEqual(
    listHolds(trace, cell, 'layers.0', false, 64).filter(({after}) => after !== null),
    [],
  );
});

test('a hold forces its signal at its steps, in every unit', () => {
  assert.deepEqual(interventionsOf({signalName: 'layers.0.f', value: 1, after: null, steps: [null]}), [
    {signal: 'layers.0.f', value: 1, step: null, unit: null},
  ]);
  assert.deepEqual(interventionsOf({signalName: 'layers.0.i', value: 0, after: 1, steps: [2, 3]}), [
    {signal: 'layers.0.i', value: 0, step: 2, unit: null},
    {signal: 'layers.0.i', value: 0, step: 3, unit: null},
  ]);
});

test('of a run are kept the opinion, the last answer, and whether it answers alike at every step', () => {
  for (const name of ['sentiment-lstm', 'cloze-gru', 'emotion-rnn']) {
    const trace = readTrace(name);
    const {opinion, answer, probability, constant} = readOutcome(trace, 1);
    const rows = trace.tokens.map((_, t) => readStep(trace.probabilities, t));
    assert.deepEqual(
      opinion,
      rows.map((row) => row[1]),
    );
    assert.equal(probability, Math.max(...rows.at(-1)));
    assert.equal(rows.at(-1)[answer], probability);
    assert.equal(constant, false);
  }
  const run = (rows) => ({classes: ['no', 'yes'], tokens: rows.map(String), probabilities: tableOf(rows)});
  const even = [0.4, 0.6];
  assert.equal(readOutcome(run([even, [0.4 + 1e-13, 0.6 - 1e-13], even]), 1).constant, true);
  assert.equal(readOutcome(run([even, [0.4001, 0.5999], even]), 1).constant, false);
  // So sure that only what is left for the other class tells them apart.
  assert.equal(
    readOutcome(
      run([
        [1e-14, 1],
        [3e-14, 1],
      ]),
      1,
    ).constant,
    false,
  );
  assert.equal(readOutcome(run([even]), 1).constant, false);
});

test('two runs part most where the difference grows most from word to word, the first of such, never at a full stop', () => {
  const tokens = ['a', ',', 'b', 'c', 'd', '.'];
  const flat = [0.5, 0.5, 0.5, 0.5, 0.5, 0.5];
  const partOf = (held) => compareOpinions(tokens, flat, held).partingStep;
  assert.equal(partOf([0.5, 0.5, 0.5, 0.5, 0.5, 0.99]), null);
  assert.equal(partOf([0.5, 0.9, 0.9, 0.9, 0.9, 0.9]), 2); // the comma is no word
  assert.equal(partOf([0.5, 0.5, 0.75, 0.75, 0.5, 0.5]), 2);
  assert.equal(partOf([0.5, 0.5, 0.75, 1, 1, 1]), 2); // the first of equals
  assert.equal(partOf([0.5, 0.5, 0.4, 0, 0, 0]), 3);
  assert.equal(partOf([0.9, 0.5, 0.5, 0.6, 0.7, 0.5]), 0);
  assert.equal(partOf([0.54, 0.54, 0.58, 0.62, 0.66, 0.66]), null); // no word adds 5 points
  const {change, largest} = compareOpinions(tokens, flat, [0.5, 0.1, 0.5, 0.5, 0.5, 0.75]);
  assert.deepEqual([change, largest], [0.25, 0.4]);
});

test('where frozen runs part, no word adds more to what they differ by', () => {
  for (const name of ['sentiment-lstm', 'sentiment-gru', 'cloze-gru', 'sentiment-pt-lstm']) {
    const {trace, heldRuns} = watchAnswer(name);
    const watched =
      trace.classes.length === 2
        ? 1
        : readStep(trace.probabilities, trace.tokens.length - 1).reduce(
            (best, p, k, row) => (p > row[best] ? k : best),
            0,
          );
    const real = trace.tokens.map((_, t) => readStep(trace.probabilities, t)[watched]);
    for (const {opinion} of heldRuns) {
      const words = trace.tokens.flatMap((token, t) => (/[\p{L}\p{N}]/u.test(token) ? [t] : []));
      const steps = words.map((t, k) => {
        const gap = (at) => Math.abs(opinion[at] - real[at]);
        return {t, growth: gap(t) - (k ? gap(words[k - 1]) : 0)};
      });
      const most = [...steps].sort((a, b) => b.growth - a.growth || a.t - b.t)[0];
      assert.equal(
        compareOpinions(trace.tokens, real, opinion).partingStep,
        most.growth >= 0.05 ? most.t : null,
      );
    }
  }
});

test('shown is the gate that was chosen, or the one that moves the answer most; what reads nothing does not count', () => {
  const gates = [gate('f', 'forget'), gate('i', 'input'), gate('o', 'output')];
  const run = (name, last, more) => ({
    signalName: `layers.0.${name}`,
    value: 1,
    after: null,
    opinion: [0.5, last],
    constant: false,
    ...more,
  });
  const chosen = (runs, name = '') => chooseGate(gates, name, 0.9, runs).name;
  const runs = [run('f', 0.8), run('i', 0.4), run('o', 0.6)];
  assert.equal(chosen(runs), 'i');
  assert.equal(chosen(runs, 'o'), 'o');
  assert.equal(chosen(runs, 'z'), 'i'); // a gate that the cell does not have
  assert.equal(chosen([run('f', 0.8), run('i', 0.4, {constant: true}), run('o', 0.6)]), 'o');
  assert.equal(chosen([run('f', 0.8), run('i', 0.4, {after: 0}), run('o', 0.86)]), 'f');
  assert.equal(chosen([run('f', 0.86), run('i', 0.83), run('o', 0.86)]), 'f'); // not noticeably more
  assert.equal(chosen([run('f', 0.9), run('f', 1), run('i', 0.83)]), 'f');
});

test('a gate is lowest at a word, one that lets in or out highest; there is nothing to forget at the first', () => {
  const tokens = ['a', ',', 'b', 'c', '.'];
  const means = [0.1, 0.05, 0.4, 0.3, 0.99];
  assert.deepEqual(findExtreme(tokens, 'forget', means, false), {step: 3, open: false});
  assert.deepEqual(findExtreme(tokens, 'reset', means, false), {step: 0, open: false});
  assert.deepEqual(findExtreme(tokens, 'input', means, false), {step: 2, open: true});
  assert.deepEqual(findExtreme(tokens, 'output', means, false), {step: 2, open: true});
  assert.deepEqual(findExtreme(['a', 'b', 'c'], 'forget', [0.5, 0.6, 0.1], true), {step: 0, open: false});
  assert.equal(findExtreme(['a', 'b'], 'forget', [0.5, 0.6], false), null);
  assert.equal(findExtreme(['.', ','], 'input', [0.5, 0.6], false), null);
});
