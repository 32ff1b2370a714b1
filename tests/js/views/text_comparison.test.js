import assert from 'node:assert/strict';
import {test} from 'node:test';

import {hueOf} from '../../../static/core/colours.js';
import {magnitude, number, percent} from '../../../static/core/format.js';
import view from '../../../static/views/text_comparison.js';
import {assertClose, channels, mean, tint} from '../checking.js';
import {catalog, norm, readPixel, readStep, seatOf, watchAnswer, watchContext} from '../frozen.js';
import {figureOfPair, NAME, one, other, PAIRS, SECOND} from '../text_pair.js';

const SIGNALS = catalog.cells.find(({id}) => id === 'lstm').signals;
const figureOf = (changes) => figureOfPair(view, changes);
const read = ({signals}, symbol, t) => readStep(signals[`layers.0.${symbol}`], t);
const opinion = ({probabilities}, t) => readStep(probabilities, t)[1];
// Two sentences, the second of them changed.
function changed(change, settings = {}, second = SECOND) {
  const answer = watchAnswer(NAME, {second});
  change(answer.second.trace, answer);
  return view.figure(watchContext(view, answer, settings));
}
// Keeps only some steps of a trace.
function keep(trace, steps) {
  for (const key of ['tokens', 'token_ids', 'known', 'targets']) trace[key] = steps.map((t) => trace[key][t]);
  for (const array of [trace.probabilities, ...Object.values(trace.signals)]) {
    const rows = steps.map((t) => readStep(array, t));
    Object.assign(array, {values: Float64Array.from(rows.flat()), shape: [rows.length, array.shape[1]]});
  }
}

test('what it returns', (t) => {
  t.assert.snapshot(seatOf(view));
  t.assert.snapshot(figureOf({step: 3}));
  t.assert.snapshot(
    figureOf({
      step: 3,
      alignment: 'position',
      shownSignal: 'f',
      language: 'pt-BR',
      theme: 'dark',
      width: 360,
    }),
  );
});

test('the table: each word under itself, both opinions, and how far every signal is apart', () => {
  const {head, rows} = figureOf().table();
  assert.deepEqual(
    head.slice(5),
    SIGNALS.map(({name}) => `‖Δ${name}‖`),
  );
  for (const [k, [i, j]] of PAIRS.entries()) {
    assert.deepEqual(rows[k], [
      one.tokens[i],
      i + 1,
      j + 1,
      percent(opinion(one, i), 'en'),
      percent(opinion(other, j), 'en'),
      ...SIGNALS.map(({name}) =>
        magnitude(norm(read(one, name, i).map((value, unit) => value - read(other, name, j)[unit])), 'en'),
      ),
    ]);
  }
});

test('by position, the k-th stands under the k-th', () => {
  const {rows} = figureOf({alignment: 'position'}).table();
  assert.deepEqual(
    rows.map((row) => row.slice(1, 3)),
    PAIRS.map((_, k) => [k + 1, k + 1]),
  );
  assert.equal(rows[0][0], `${one.tokens[0]} / ${other.tokens[0]}`);
});

test('every pixel: the first’s value, the second’s, and first minus second, through white where nothing differs', () => {
  const {data} = figureOf();
  const images = data.filter(({bitmap}) => bitmap);
  const memory = read(one, 'c', one.tokens.length - 1);
  const order = memory.map((_, unit) => unit).sort((a, b) => memory[b] - memory[a]);
  const slots = SIGNALS.length + 1;
  assert.deepEqual(
    images.map(({bitmap: {width, height}, yaxis}) => [width, height, yaxis]),
    ['y2', 'y3', 'y4'].map((axis) => [PAIRS.length * slots, order.length, axis]),
  );
  const signs = new Set();
  for (const [k, signal] of SIGNALS.entries()) {
    const values = [one, other].flatMap(({signals}) =>
      [...signals[`layers.0.${signal.name}`].values].map(Math.abs),
    );
    const limit = signal.high ?? Math.max(1, ...values);
    const range = signal.low === 0 ? limit : 2 * limit;
    for (const line of [0, 20, 63]) {
      for (const [column, [i, j]] of PAIRS.entries()) {
        const [a, b] = [read(one, signal.name, i)[order[line]], read(other, signal.name, j)[order[line]]];
        for (const [row, [value, full]] of [
          [a, limit],
          [b, limit],
          [a - b, range],
        ].entries()) {
          const hue = value >= 0 ? hueOf(signal, 'light') : '#7B2FA8';
          assertClose(
            channels(readPixel(images[row], column * slots + k, order.length - 1 - line)),
            tint(hue, Math.abs(value) / full),
            2.2,
            `${signal.name} ${line} ${column} ${row}`,
          );
          if (row === 2) signs.add(Math.sign(value));
        }
      }
    }
  }
  assert.deepEqual([...signs].sort(), [-1, 1]);
});

test('the bars are the mean size of the difference, as a share of the signal’s range', () => {
  const {layout} = figureOf();
  const bars = layout.shapes.filter(({yref}) => yref === 'y5');
  assert.deepEqual(
    bars.map(({fillcolor}) => fillcolor),
    SIGNALS.map((signal) => hueOf(signal, 'light')),
  );
  let largest = 0;
  for (const [k, signal] of SIGNALS.entries()) {
    const values = [one, other].flatMap(({signals}) =>
      [...signals[`layers.0.${signal.name}`].values].map(Math.abs),
    );
    const range = signal.low === 0 ? 1 : 2 * (signal.high ?? Math.max(1, ...values));
    const wanted = PAIRS.map(
      ([i, j]) =>
        mean(
          read(one, signal.name, i).map((value, unit) => Math.abs(value - read(other, signal.name, j)[unit])),
        ) / range,
    );
    const drawn = bars[k].path
      .split('M')
      .slice(1)
      .map((part) => part.split('L').map((place) => Number.parseFloat(place.split(',')[1])));
    assertClose(
      drawn.map((heights) => Math.max(...heights)),
      wanted,
      1e-12,
    );
    assert.ok(drawn.every((heights) => Math.min(...heights) === 0));
    largest = Math.max(largest, ...wanted);
  }
  assert.ok(Math.abs(layout.yaxis5.range[1] - largest) < 1e-12);
  assert.deepEqual(layout.yaxis5.ticktext, [percent(largest, 'en')]);
});

test('the bars of a column stand where its strips stand', () => {
  const {layout, data} = figureOf();
  const [{x0, dx}] = data;
  const bars = layout.shapes.filter(({yref}) => yref === 'y5');
  for (const [k, {path}] of bars.entries()) {
    const [left, right] = path
      .slice(1)
      .split('L')
      .slice(0, 2)
      .map((place) => Number.parseFloat(place));
    assert.ok(Math.abs((left + right) / 2 - (x0 + k * dx)) < 1e-12, `${k}`);
    assert.ok(Math.abs(right - left - 0.8 * dx) < 1e-12);
  }
});

test('both opinions, each at its word’s column, and the gap between them', () => {
  const [gap, first, second] = figureOf().data.filter(({type}) => type === 'scatter');
  assert.deepEqual(
    first.y,
    PAIRS.map(([i]) => opinion(one, i)),
  );
  assert.deepEqual(
    first.x,
    PAIRS.map((_, k) => k),
  );
  // The second's words stand in another order: no line joins those that do not follow each other.
  const joined = second.x.map((x, k) => (x === null ? null : [PAIRS[x][1], second.y[k]])).filter(Boolean);
  assert.deepEqual(
    joined,
    PAIRS.map(([, j]) => [j, opinion(other, j)]),
  );
  for (const [k, x] of second.x.entries())
    if (k && x !== null && second.x[k - 1] !== null) assert.equal(PAIRS[x][1], PAIRS[second.x[k - 1]][1] + 1);
  assert.equal(
    second.x.filter((x) => x === null).length,
    PAIRS.filter(([, j], k) => k && j !== PAIRS[k - 1][1] + 1).length,
  );
  assert.ok(!first.x.includes(null));
  assert.deepEqual([first.name, second.name], ['1st sentence', '2nd sentence']);
  assert.deepEqual(
    gap.x,
    PAIRS.flatMap((_, k) => [k, k, null]),
  );
  assert.deepEqual(
    gap.y,
    PAIRS.flatMap(([i, j]) => [opinion(one, i), opinion(other, j), null]),
  );
});

test('told is the largest difference of one unit’s gate', () => {
  let [largest, wanted] = [0, null];
  for (const {name, title} of SIGNALS.filter(({kind}) => kind === 'gate')) {
    for (const [i, j] of PAIRS) {
      for (const [unit, a] of read(one, name, i).entries()) {
        const b = read(other, name, j)[unit];
        if (Math.abs(a - b) > largest)
          [largest, wanted] = [Math.abs(a - b), {i, j, unit, a, b, name, title: title.en}];
      }
    }
  }
  const {shows, summary} = figureOf();
  const {i, j, unit, a, b, name, title} = wanted;
  const place =
    i === j
      ? `“${one.tokens[i]}” (position ${i + 1})`
      : `“${one.tokens[i]}” (position ${i + 1} in the 1st, ${j + 1} in the 2nd)`;
  assert.equal(
    shows,
    `They differ most at ${place}: the ${title} ${name} of unit ${unit + 1} is ${number(a, 'en')} in the first sentence and ${number(b, 'en')} in the second. They differ from the first position on.`,
  );
  assert.equal(summary, `8 of 8 columns hold a word of both. ${shows}`);
});

test('by position two words stand under each other; with one signal shown it is that signal’s', () => {
  const {shows} = figureOf({alignment: 'position', shownSignal: 'g'});
  assert.match(shows, /^They differ most at position \d, “.+” and “.+”: the candidate g of unit/);
});

test('where both read the same it is said, with what they differ by', () => {
  const differing = (t, change = 0) =>
    changed(
      (trace) => {
        trace.token_ids[t] += 1;
        trace.signals['layers.0.f'].values[0] += change;
      },
      {},
      NAME,
    ).shows;
  assert.match(
    differing(6),
    /Up to “qualquer” \(position 6\) they read the same, and the difference is exactly 0\./,
  );
  assert.match(differing(0), /They differ from the first position on\./);
  assert.match(differing(3, 1e-16 * 4), /the difference is (exactly 0|0 but for rounding)/);
  assert.match(differing(3, 1e-13), /the difference is 0 but for rounding \(1\.0 × 10⁻¹³\)/);
  assert.equal(
    changed(() => {}, {}, NAME).shows,
    'They read the same to the end, and the difference is exactly 0.',
  );
  const both = 'accents-lstm-bidirectional';
  const answer = watchAnswer(both, {second: both});
  answer.second.trace.token_ids[6] += 1;
  answer.second.trace.signals['layers.0.reverse.c'].values[0] += 0.25;
  assert.match(
    view.figure(watchContext(view, answer)).shows,
    /and the difference is up to 0\.25: this network also reads from the end/,
  );
});

test('a difference that only rounding made is not told as the largest', () => {
  const told = (size) =>
    changed(
      ({signals}) => {
        signals['layers.0.f'].values[3] += size;
      },
      {},
      NAME,
    ).shows;
  assert.match(told(9e-13), /^They read the same/);
  assert.match(told(2e-12), /^They differ most at “um” \(position 1\): the forget gate f of unit 4/);
});

test('a word that stands alone has a box, and no bar; nothing is drawn of it in the difference', () => {
  const settings = {width: 1440};
  const without = (trace) => keep(trace, [5, 6, 3, 4]); // "um acidente pode ocorrer"
  const figure = changed(without, settings);
  const {layout, data, table, summary} = figure;
  assert.match(summary, /^4 of 8 columns/);
  assert.deepEqual(table().rows[4].slice(2), [
    '–',
    percent(opinion(one, 4), 'en'),
    '–',
    ...SIGNALS.map(() => '–'),
  ]);
  const boxes = Object.fromEntries(
    layout.shapes
      .filter(({yref}) => yref !== 'y5')
      .map(({yref, path}) => [
        yref,
        path
          .split('M')
          .slice(1)
          .map((part) => Math.round(Number.parseFloat(part) + 0.4)),
      ]),
  );
  assert.deepEqual(boxes, {y3: [4, 5, 6, 7], y4: [4, 5, 6, 7]});
  const images = data.filter(({bitmap}) => bitmap);
  assert.deepEqual(
    images.map((image) => readPixel(image, 5 * 7 + 1, 9) === 'clear'),
    [false, true, true],
  );
  const bars = layout.shapes.filter(({yref}) => yref === 'y5');
  for (const {path} of bars) assert.equal(path.split('M').length - 1, 4);
  const gap = data.find(({line, type}) => type === 'scatter' && line.width === 7);
  assert.equal(gap.x.length, 12);
});

test('without a word in common it says so', () => {
  const {shows, summary, table} = changed((trace) => {
    trace.tokens = trace.tokens.map((token) => `${token}!`);
    trace.token_ids = trace.token_ids.map(() => 1);
  });
  assert.equal(
    shows,
    'No word of the first sentence has a partner in the second. They differ from the first position on.',
  );
  assert.match(summary, /^0 of 16 columns/);
  assert.equal(table().rows.length, 16);
});

test('under the pointer: step, unit, and both numbers', () => {
  const ctx = watchContext(view, NAME, {second: SECOND, width: 1440});
  const {hitTest} = view.figure(ctx);
  const order = ctx.unitOrders['layers.0'];
  const [column, k] = [4, 1]; // "a", the forget gate
  const [i, j] = PAIRS[column];
  const x = column + (k - 2.5) / 7;
  const unit = order[2];
  const [a, b] = [read(one, 'f', i)[unit], read(other, 'f', j)[unit]];
  // As many decimals as make what is shown add up, and no difference 0.
  const [first, second, difference] = [2, 3, 4, 5]
    .map((decimals) => [a, b, a - b].map((value) => value.toFixed(decimals)))
    .find(([p, q, d]) => Math.abs(p - q - d) < 1e-9 && (Number(d) !== 0 || a === b));
  assert.deepEqual(hitTest(x, 1 - 2.5 / 64, 'yaxis2'), {
    step: i,
    unit,
    label: `“a” (position ${i + 1} in the 1st, ${j + 1} in the 2nd): forget gate f, unit ${unit + 1}: ${first} − ${second} = ${difference.replace('-', '−')}`,
  });
  assert.deepEqual(hitTest(x, 0.5, 'yaxis'), {step: i});
  assert.deepEqual(hitTest(x, 0.5, 'yaxis5'), {step: i});
  assert.deepEqual(hitTest(column + 0.47, 0.5, 'yaxis2'), {step: i});
  assert.deepEqual(hitTest(x, 1.2, 'yaxis2'), {step: i});
  assert.equal(hitTest(-0.6, 0.5, 'yaxis2'), null);
  assert.equal(hitTest(8, 0.5, 'yaxis2'), null);
});

test('under the pointer, a word of one sentence alone', () => {
  const figure = changed(
    (trace) => {
      trace.tokens[0] = 'zzyzx';
    },
    {width: 1440},
  );
  const rows = figure.table().rows;
  const alone = rows.findIndex(([token]) => token === 'zzyzx');
  const hit = figure.hitTest(alone - 1.5 / 7, 0.5, 'yaxis3');
  assert.equal(hit.step, undefined);
  assert.match(hit.label, /^“zzyzx” \(position 1\): forget gate f, unit \d+: [\d.]+$/);
  const first = rows.findIndex(([token]) => token === 'a');
  const lonely = figure.hitTest(first - 1.5 / 7, 0.5, 'yaxis2');
  assert.equal(lonely.step, 4);
  assert.match(lonely.label, /^“a” \(position 5\): forget gate f, unit \d+: [\d.]+$/);
});

test('each column’s tokens stand above its strips with their places; an unknown one is marked', () => {
  const figure = changed(
    (trace) => {
      trace.known[6] = false;
    },
    {width: 1440},
  );
  const written = figure.layout.annotations.filter(({text}) => /<span/.test(text) && !/■/.test(text));
  assert.equal(written.length, 16);
  const bare = (text) => text.replace(/<[^>]+>/g, '');
  for (const [k, [i, j]] of PAIRS.entries()) {
    assert.equal(bare(written[k].text), `${i + 1} ${one.tokens[i]}`);
    assert.equal(written[k].x, k);
    assert.equal(bare(written[8 + k].text), `${j + 1} ${other.tokens[j]}${j === 6 ? '?' : ''}`);
  }
  assert.ok(written[0].y > written[8].y, 'the first’s above the second’s');
});

test('a person chooses how words are set under each other, and which signals are shown', () => {
  const [by, only] = figureOf({shownSignal: 'f'}).choices;
  assert.deepEqual(
    [by.field, by.chosen, by.options.map(({id}) => id)],
    ['alignment', 'word', ['word', 'position']],
  );
  assert.deepEqual(
    [only.field, only.chosen, only.options.map(({id}) => id)],
    ['shownSignal', 'f', ['', ...SIGNALS.map(({name}) => name)]],
  );
  assert.deepEqual(
    by.options.map(({testid}) => testid),
    ['align-word', 'align-position'],
  );
  assert.equal(only.options[2].testid, 'only-f');
  assert.equal(figureOf().choices[1].chosen, '');
  assert.equal(figureOf({alignment: 'position'}).choices[0].chosen, 'position');
  const {legend, data} = figureOf({shownSignal: 'f'});
  assert.deepEqual(
    legend.map(({name}) => name),
    ['f'],
  );
  assert.equal(data[0].bitmap.width, PAIRS.length * 5); // four pixels of one strip, one clear
  assert.deepEqual(
    figureOf({shownSignal: 'nothing'}).legend.map(({name}) => name),
    SIGNALS.map(({name}) => name),
  );
});

test('the cursor stands at the column of the step; a long pair turns its pages', () => {
  const {overlay} = figureOf();
  assert.deepEqual(overlay.columnOf, [0, 1, 2, 3, 4, 5, 6, 7]);
  const figure = changed((trace) => {
    trace.tokens[0] = 'zzyzx'; // stands alone before the word that follows it
  });
  assert.equal(figure.overlay.columnOf.length, 8);
  const columns = figure.table().rows.map(([, i]) => i);
  for (const [step, column] of figure.overlay.columnOf.entries()) assert.equal(columns[column], step + 1);
  for (const step of [0, 3, 7]) {
    const ctx = watchContext(view, NAME, {second: SECOND, step, width: 240});
    const {
      layout,
      overlay: {from, count, columnOf},
    } = view.figure(ctx);
    assert.ok(from <= columnOf[step] && columnOf[step] < from + count && count < 8);
    assert.equal(view.page(ctx), from);
    assert.deepEqual(layout.xaxis.range, [from - 0.5, from + count - 0.5]);
    assert.equal(ctx.height, layout.height);
  }
});

test('the bands lie below each other and fill the figure', () => {
  for (const width of [360, 900, 1440]) {
    const {layout} = figureOf({width});
    const domains = ['yaxis', 'yaxis2', 'yaxis3', 'yaxis4', 'yaxis5'].map((name) => layout[name].domain);
    assert.equal(domains[0][1], 1);
    assert.equal(domains[4][0], 0);
    for (let k = 1; k < domains.length; k += 1)
      assert.ok(domains[k][1] <= domains[k - 1][0] + 1e-12, `${width} ${k}`);
    const plot = layout.height - layout.margin.t - layout.margin.b;
    assertClose(
      domains.map(([from, to]) => (to - from) * plot),
      [84, 104, 104, 104, 46],
      1e-9,
    );
  }
});

test('of a cell without gates the largest difference of a signal with bounds is told', () => {
  const told = (change) => {
    const answer = watchAnswer('sentiment-rnn', {second: 'sentiment-rnn'});
    change(answer.second.trace.signals);
    return view.figure(watchContext(view, answer)).shows;
  };
  const both = ({'layers.0.a': a, 'layers.0.h': h}) => {
    a.values[5] += 9; // without bounds
    h.values[7] += 0.5;
  };
  assert.match(told(both), /hidden state h of unit 8/);
  const answer = watchAnswer('sentiment-rnn', {second: 'sentiment-rnn'});
  answer.cell = {...answer.cell, signals: answer.cell.signals.map((signal) => ({...signal, high: null}))};
  both(answer.second.trace.signals);
  assert.match(view.figure(watchContext(view, answer)).shows, / a of unit 6/); // where none has bounds, any
});

test('the texts are the same to the end where neither goes on', () => {
  const shorter = (side) => {
    const answer = watchAnswer(NAME, {second: NAME});
    keep([answer.trace, answer.second.trace][side], [0, 1, 2]);
    if (!side) answer.analysis = {...answer.analysis, turningStep: 1};
    return view.figure(watchContext(view, answer)).shows;
  };
  for (const side of [0, 1])
    assert.match(
      shorter(side),
      /^Up to “pode” \(position 3\) they read the same, and the difference is exactly 0\.$/,
    );
});

test('a single signal’s strip is found under the pointer over all its width', () => {
  const ctx = watchContext(view, NAME, {second: SECOND, shownSignal: 'f', width: 1440});
  const {hitTest} = view.figure(ctx);
  for (const x of [1.65, 2, 2.35]) assert.match(hitTest(x, 0.5, 'yaxis3').label, /forget gate f, unit/);
  assert.equal(hitTest(2.45, 0.5, 'yaxis3').label, undefined);
});

test('a place that both lack at the first step is not the first text’s', () => {
  const {rows} = changed((trace) => {
    trace.tokens[5] = 'zzyzx';
  }).table();
  const lonely = rows.find(([token]) => token === 'zzyzx');
  assert.deepEqual(lonely.slice(1, 4), ['–', 6, '–']);
  assert.notEqual(lonely[4], '–');
});

test('it applies where there is a second sentence', () => {
  assert.equal(view.applies(watchContext(view, NAME)), false);
  assert.equal(view.applies(watchContext(view, NAME, {second: SECOND})), true);
});
