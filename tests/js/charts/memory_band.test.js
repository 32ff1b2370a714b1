import assert from 'node:assert/strict';
import {test} from 'node:test';

import {number, percent, power} from '../../../static/core/format.js';
import view from '../../../static/views/network.js';
import {assertClose, mean} from '../checking.js';
import {norm, readStep, readTrace, watchAnswer, watchContext} from '../frozen.js';

const figureOf = (name, changes) => view.figure(watchContext(view, name, {width: 1440, ...changes}));
const at = ({signals}, name, t, layer = 'layers.0') => readStep(signals[`${layer}.${name}`], t);
const areasOf = ({data}, step) => data.filter(({mode, meta}) => mode === 'none' && meta === step);
const sum = (values) => values.reduce((a, b) => a + b, 0);

// What each step wrote into the last memory, by the product of the gates since, along that memory.
function partsOf(trace, last = trace.tokens.length - 1) {
  const memory = at(trace, 'c', last);
  return trace.tokens.slice(0, last + 1).map((_, s) => {
    const [i, g] = [at(trace, 'i', s), at(trace, 'g', s)];
    const part = i.map((value, unit) => {
      let left = value * g[unit];
      for (let t = s + 1; t <= last; t += 1) left *= at(trace, 'f', t)[unit];
      return left;
    });
    return sum(part.map((value, unit) => value * memory[unit])) / norm(memory);
  });
}

// The height of the band at a place, from its own area, which is drawn before its parts.
function heightAt(figure, x) {
  const band = figure.data.filter(({mode}) => mode === 'none')[2];
  const heights = band.x.flatMap((value, k) => (Math.abs(value - x) < 1e-9 ? [band.y[k]] : []));
  return Math.max(...heights) - Math.min(...heights);
}

test('what it returns', (t) => {
  t.assert.snapshot(figureOf('sentiment-lstm', {step: 3, width: 620}));
  t.assert.snapshot(figureOf('sentiment-rnn', {language: 'pt-BR', theme: 'dark', width: 360}));
  t.assert.snapshot(figureOf('accents-lstm-stacked', {direction: 'backward', width: 700}));
});

test('the band is as wide as the memory is long: as it enters, after what is let go, and as it leaves', () => {
  const trace = readTrace('sentiment-lstm');
  const figure = figureOf('sentiment-lstm');
  const lengths = trace.tokens.map((_, t) => norm(at(trace, 'c', t)));
  const scale = 0.62 / Math.max(...lengths);
  for (const t of [1, 4, trace.tokens.length - 1]) {
    const [f, before] = [at(trace, 'f', t), at(trace, 'c', t - 1)];
    const kept = norm(before.map((value, unit) => value * f[unit]));
    assertClose(
      [heightAt(figure, t - 0.27), heightAt(figure, t - 0.1), heightAt(figure, t + 0.21)],
      [lengths[t - 1] * scale, kept * scale, lengths[t] * scale],
      1e-9,
      `step ${t}`,
    );
  }
});

test('where columns are narrow the band changes straight, by the same lengths', () => {
  const [wide, narrow] = [1440, 400].map((width) => figureOf('sentiment-lstm', {width, step: 0}));
  const countAreas = ({data}) => data.find(({mode, fill}, k) => k === 2 && mode === 'none' && fill).x.length;
  const shown = (figure) => figure.overlay.count;
  assert.equal(countAreas(wide) / shown(wide), 24);
  assert.equal(countAreas(narrow) / shown(narrow), 12);
  for (const x of [0.5, 0.73, 0.9, 1.03, 1.21])
    assertClose([heightAt(narrow, x)], [heightAt(wide, x)], 1e-9, `at ${x}`);
});

test('a part is as wide as what its word wrote is long along the memory; the sentence names the largest', () => {
  const trace = readTrace('sentiment-lstm');
  const parts = partsOf(trace);
  const last = trace.tokens.length - 1;
  const length = norm(at(trace, 'c', last));
  assertClose([sum(parts)], [length], 1e-8);
  const figure = figureOf('sentiment-lstm');
  const positive = sum(parts.map((part) => Math.max(0, part)));
  const longest = Math.max(...trace.tokens.map((_, t) => norm(at(trace, 'c', t))));
  for (const s of [last, last - 1]) {
    const [{x, y}] = areasOf(figure, s);
    const ends = x.flatMap((value, k) => (value === last + 0.5 ? [y[k]] : []));
    const wanted = ((Math.max(0, parts[s]) / positive) * length * 0.62) / longest;
    assertClose([Math.max(...ends) - Math.min(...ends)], [wanted], 1e-9, trace.tokens[s]);
  }
  const [first] = parts.map((part, s) => [part / length, s]).sort(([a], [b]) => b - a);
  assert.ok(
    figure.shows.includes(`${percent(first[0], 'en')} of it is what “${trace.tokens[first[1]]}” wrote`),
    figure.shows,
  );
});

test('under a pointer a part says whose it is, and how much', () => {
  const trace = readTrace('sentiment-lstm');
  const figure = figureOf('sentiment-lstm');
  const t = trace.tokens.length - 1;
  const [{x, y}] = areasOf(figure, t);
  const ends = x.flatMap((value, k) => (value === t + 0.5 ? [y[k]] : []));
  const middle = (Math.max(...ends) + Math.min(...ends)) / 2;
  const hit = figure.hitTest(t + 0.3, middle, 'yaxis2');
  const share = partsOf(trace)[t] / norm(at(trace, 'c', t));
  assert.deepEqual(hit, {
    step: t,
    label: `step ${t + 1}, “${trace.tokens[t]}”: ${percent(share, 'en')} of ‖c‖ is what “${trace.tokens[t]}” wrote (step ${t + 1})`,
  });
  assert.deepEqual(figure.hitTest(3, 0.01, 'yaxis2'), {step: 3});
  assert.deepEqual(figure.hitTest(2, 0.5, 'yaxis'), {step: 2});
  assert.equal(figure.hitTest(-2, 0.5, 'yaxis'), null);
});

test('the line of a gate is its mean at every step', () => {
  const trace = readTrace('sentiment-lstm');
  const lines = figureOf('sentiment-lstm').data.filter(({yaxis, mode}) => yaxis === 'y3' && mode === 'lines');
  assert.equal(lines.length, 3);
  ['i', 'f', 'o'].forEach((name, k) => {
    assertClose(
      lines[k].y,
      trace.tokens.map((_, t) => mean(at(trace, name, t))),
      1e-12,
      name,
    );
  });
});

test('a cell that computes its state anew says so, and claims nothing of what is left', () => {
  const {shows} = figureOf('sentiment-rnn');
  assert.match(shows, /computes it anew at every step/);
  assert.ok(!shows.includes('%'));
});

test('on the way back every piece is as bright as the gradient that is left, on 12 decades', () => {
  const trace = readTrace('sentiment-rnn');
  const figure = figureOf('sentiment-rnn', {direction: 'backward'});
  const norms = trace.tokens.map((_, t) => norm(readStep(trace.gradients['layers.0.h'], t)));
  const largest = Math.max(...norms);
  norms.forEach((size, t) => {
    const share = Math.max(0, 1 + Math.log10(size / largest) / 12);
    const [{fillcolor}] = areasOf(figure, t);
    const wanted = [0x3b, 0x42, 0x52].map((channel) => 255 + (channel - 255) * share);
    const shown = [1, 3, 5].map((k) => Number.parseInt(fillcolor.slice(k, k + 2), 16));
    assertClose(shown, wanted, 0.51, `step ${t}`);
  });
});

test('beside a network that carries its memory stands one that does not, with what each has left', () => {
  const [own, other] = [readTrace('sentiment-lstm'), readTrace('sentiment-rnn')];
  assert.deepEqual(own.tokens, other.tokens);
  const {shows, layout, data} = figureOf('sentiment-lstm', {
    direction: 'backward',
    companion: 'sentiment-rnn',
  });
  const left = ({gradients, tokens}, name) =>
    norm(readStep(gradients[name], 0)) / norm(readStep(gradients[name], tokens.length - 1));
  assert.ok(
    shows.includes(`${power(left(other, 'layers.0.h'), 'en')} of its last gradient left (at h)`),
    shows,
  );
  assert.ok(shows.includes(`this network ${power(left(own, 'layers.0.c'), 'en')} (at c)`), shows);
  assert.ok(layout.yaxis4.domain[1] < layout.yaxis2.domain[0]);
  assert.equal(data.filter(({line}) => line?.dash === 'dot').length, 1);
  const alone = figureOf('sentiment-lstm', {direction: 'backward'});
  assert.equal(alone.layout.yaxis4, undefined);
});

test('two layers are two floors with what one hands up, two directions two roads', () => {
  const stacked = figureOf('accents-lstm-stacked');
  const joins = stacked.layout.shapes.filter(({yref}) => yref === 'paper');
  assert.equal(joins.length, 1);
  const steps = readTrace('accents-lstm-stacked').tokens.length;
  assert.equal(joins[0].path.split('M').length - 1, Math.min(steps, 34));
  const both = figureOf('accents-lstm-bidirectional');
  assert.equal(both.layout.shapes.filter(({yref}) => yref === 'paper').length, 0);
  const reverse = both.layout.annotations.filter(({text}) => text.startsWith('←'));
  assert.equal(reverse.length, 2);
});

test('the table holds the lengths and the largest part of every step', () => {
  const trace = readTrace('sentiment-lstm');
  const {rows} = figureOf('sentiment-lstm').table();
  const t = trace.tokens.length - 1;
  const parts = partsOf(trace);
  const largest = parts.indexOf(Math.max(...parts));
  const row = rows[t];
  assert.deepEqual(row.slice(0, 2), [t + 1, trace.tokens[t]]);
  assert.deepEqual(row.slice(-3), [
    number(norm(at(trace, 'c', t)), 'en'),
    trace.tokens[largest],
    percent(parts[largest] / norm(at(trace, 'c', t)), 'en'),
  ]);
});

test('the table goes through the whole text, also where a page of it is on screen', () => {
  const trace = readTrace('sentiment-lstm');
  const {rows} = figureOf('sentiment-lstm', {width: 360, step: 0}).table();
  assert.equal(rows.length, trace.tokens.length);
  assert.deepEqual(
    rows.map((row) => row.at(-3)),
    trace.tokens.map((_, t) => number(norm(at(trace, 'c', t)), 'en')),
  );
  assert.equal(rows.at(-1).at(-2), '–');
});

test('in Jordan’s network the step before wrote it', () => {
  const answer = watchAnswer('sentiment-pt-jordan');
  const figure = view.figure(watchContext(view, answer, {width: 1440}));
  const last = answer.tokens.length - 1;
  assert.equal(areasOf(figure, last).length, 0);
  assert.equal(areasOf(figure, last - 1).length, 1);
});
