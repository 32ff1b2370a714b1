import assert from 'node:assert/strict';
import {test} from 'node:test';

import {power} from '../../../static/core/format.js';
import view from '../../../static/views/gradient_decay.js';
import {assertClose} from '../checking.js';
import {compareAnswer, compareContext, readComparison, seatOf} from '../frozen.js';

const figureOf = (name, changes) => view.figure(compareContext(view, name, changes));
const decaysOf = (name) =>
  readComparison(name).networks.flatMap(({layers}) => layers.flatMap(({decay}) => Object.entries(decay)));

test('what it returns', (t) => {
  t.assert.snapshot(seatOf(view));
  t.assert.snapshot(figureOf('compare-sentiment'));
});

test('a curve is the norm by distance from the last word, relative to it, as a power of ten', () => {
  for (const name of ['compare-sentiment', 'compare-accents', 'compare-sentiment-pt']) {
    const curves = figureOf(name).data.filter(({name: title, line}) => title && line.dash !== 'longdash');
    const decays = decaysOf(name);
    assert.equal(curves.length, decays.length);
    for (const [k, [, {norms}]] of decays.entries()) {
      const wanted = norms.map((norm) => norm / norms.at(-1)).reverse();
      assert.deepEqual(
        curves[k].x,
        norms.map((_, distance) => distance),
      );
      for (const [distance, share] of wanted.entries()) {
        const exponent = curves[k].y[distance];
        if (share === 0) assert.equal(exponent, null);
        else assert.ok(Math.abs(exponent - Math.log10(share)) < 1e-8, `${name} ${k} ${distance}`);
      }
      if (norms.at(-1) > 0) assert.equal(curves[k].y[0], 0);
    }
  }
});

test('the axis runs to the right towards the last word and holds every point', () => {
  for (const name of ['compare-sentiment', 'compare-accents']) {
    const {layout, data} = figureOf(name);
    const steps = readComparison(name).tokens.length;
    assert.deepEqual(layout.xaxis.range, [steps - 0.5, -0.5]);
    const [low, high] = layout.yaxis.range;
    for (const exponent of data.filter(({name: title}) => title).flatMap(({y}) => y))
      assert.ok(exponent === null || (low <= exponent && exponent <= high));
    assert.ok(low <= -2 && high >= 1);
  }
});

test('the state that remembers is drawn solid, the other dotted, each named by its state', () => {
  const styles = figureOf('compare-sentiment')
    .data.filter(({name}) => name?.startsWith('LSTM, trained'))
    .map(({name, line}) => [name.split(' · ')[1], line.dash]);
  assert.deepEqual(styles.sort(), [
    ['at c, all paths', 'solid'],
    ['at h', 'dot'],
    ['c, direct path', 'longdash'],
  ]);
  assert.ok(figureOf('compare-sentiment').data.some(({name}) => name === 'GRU, trained'));
});

test('the band is the spread over the seeds', () => {
  const {data} = figureOf('compare-sentiment');
  const bands = data.filter(({fill}) => fill === 'toself');
  const {decay} = readComparison('compare-sentiment').networks[3].layers[0];
  const states = Object.keys(decay);
  assert.equal(bands.length, states.length);
  for (const [k, state] of states.entries()) {
    const {low, high} = decay[state];
    const logs = (values) => values.map(Math.log10).reverse();
    assertClose(bands[k].y, [...logs(high), ...logs(low).reverse()], 1e-8);
    assert.deepEqual(bands[k].x, [...low.keys(), ...[...low.keys()].reverse()]);
    const next = data[data.indexOf(bands[k]) + 1];
    for (const [distance, exponent] of next.y.entries())
      assert.ok(exponent <= bands[k].y[distance] + 1e-9 && exponent >= bands[k].y.at(-1 - distance) - 1e-9);
  }
});

test('the direct path is a line of its own, where it is not what all paths give', () => {
  const answer = compareAnswer('compare-sentiment');
  const {decay} = answer.comparison.networks[1].layers[0];
  const direct = decay.c.relative.map((_, t, {length}) => 0.5 ** (length - 1 - t));
  decay.c.direct = direct;
  answer.comparison.networks[3].layers[0].decay.c.direct = null;
  answer.comparison.networks[0].layers[0].decay.h.direct = [
    ...answer.comparison.networks[0].layers[0].decay.h.relative,
  ];
  const {data, shows, layout} = view.figure(compareContext(view, answer));
  const lines = data.filter(({line}) => line.dash === 'longdash');
  assert.deepEqual(
    lines.map(({name}) => name),
    ['LSTM, trained · c, direct path'],
  );
  assertClose(
    lines[0].y,
    direct.map((_, k) => k * Math.log10(0.5)),
    1e-12,
  );
  assert.ok(layout.yaxis.range[0] <= Math.min(...lines[0].y));
  assert.match(shows, /direct path/);
  assert.doesNotMatch(figureOf('compare-one-word').shows, /direct path/);
});

test('no sentence takes a gradient for a memory', () => {
  for (const language of ['en', 'pt-BR']) {
    const {shows, look} = figureOf('compare-sentiment', {language});
    assert.doesNotMatch(`${shows} ${look}`, /shorter the memory|curta a memória|forget|esque/i);
    assert.match(look, language === 'en' ? /no measure of what is remembered/ : /não mede o que é lembrado/);
  }
});

test('the thin line is the growth of the largest Lyapunov exponent, of what has no gates, from 30 steps on', () => {
  const {networks, tokens} = readComparison('compare-overflow');
  const {data} = figureOf('compare-overflow');
  const thin = data.filter(({line}) => line.width === 1);
  const told = networks.filter(
    ({layers: [layer]}) => layer.exponents[0] !== null && layer.expected_decay !== 'gated',
  );
  assert.equal(thin.length, told.length);
  assert.ok(!figureOf('compare-sentiment').data.some(({line}) => line.width === 1)); // 12 steps
  const {layers} = networks.find(({cell}) => cell === 'rnn');
  const answer = compareAnswer('compare-overflow');
  const rnn = answer.comparison.networks.find(({cell}) => cell === 'rnn');
  Object.assign(rnn.layers[0], {exponents: [-0.02]});
  const end = tokens.length - 1;
  const [line] = view.figure(compareContext(view, answer)).data.filter(({line: {width}}) => width === 1);
  assert.equal(layers.length, 1);
  assert.deepEqual(line.x, [0, end]);
  assertClose(line.y, [0, (-0.02 / Math.log(10)) * end], 1e-9);
});

function changed(change, name = 'compare-sentiment') {
  const answer = compareAnswer(name);
  answer.comparison.networks.splice(1);
  answer.specs.splice(1);
  change(answer.comparison.networks[0].layers[0], answer);
  return view.figure(compareContext(view, answer));
}

test('a slope that goes below the floor of 300 decades ends there; without an exponent there is none', () => {
  const lineOf = (exponents) =>
    changed((layer, answer) => {
      answer.comparison.tokens = Array.from({length: 40}, () => 'x');
      Object.assign(layer, {exponents, expected_decay: 'either'});
    }).data.find(({line}) => line.width === 1);
  const steep = lineOf([-100]);
  assert.equal(steep.y[1], -300);
  assert.ok(Math.abs(steep.x[1] - 300 / (100 / Math.log(10))) < 1e-9);
  assert.deepEqual(lineOf([0]).x, [0, 39]);
  assert.deepEqual(lineOf([0]).y, [0, 0]);
  assert.equal(lineOf([null]), undefined);
  assert.ok(!figureOf('compare-one-word').data.some(({line}) => line.width === 1));
});

test('the scale never goes below the floor, and a band that is zero lies on it', () => {
  const {layout, data} = changed(({decay}) => {
    decay.h.relative[0] = 1e-320;
    decay.h.low = decay.h.relative.map(() => 0);
    decay.h.high = decay.h.relative.map(() => 1);
  });
  assert.equal(layout.yaxis.range[0], -300);
  assert.equal(data.find(({fill}) => fill).y.at(-1), -300);
  assert.equal(changed(({decay}) => decay.h.relative.fill(1)).layout.yaxis.range[0], -2);
  assert.equal(
    changed(({decay}) => {
      decay.h.relative[0] = 5e4;
    }).layout.yaxis.range[1],
    5,
  );
});

test('distances are numbered in whole words', () => {
  const {xaxis} = figureOf('compare-sentiment').layout;
  assert.deepEqual(xaxis.tickvals, [0, 2, 4, 6, 8, 10]);
  assert.deepEqual(xaxis.ticktext, ['0', '2', '4', '6', '8', '10']);
  assert.equal(compareContext(view, 'compare-sentiment').height, 330 + 16 * 4);
});

test('told are slopes and exponents', () => {
  const {networks} = readComparison('compare-sentiment');
  const {table, summary} = figureOf('compare-sentiment');
  const rows = networks.flatMap(({layers: [{decay, exponents}]}) =>
    Object.values(decay).map(({slope}) => [power(slope, 'en'), exponents[0] === null ? '' : 'none']),
  );
  assert.deepEqual(
    table().rows.map((row) => row.slice(1)),
    rows,
  );
  for (const [title, slope] of table().rows) assert.ok(summary.includes(`${title} ${slope}`));
  const none = changed((layer) => {
    layer.exponents = [null];
    layer.decay.h.slope = null;
  });
  assert.deepEqual(none.table().rows[0].slice(1), ['none', 'none']);
});
