import assert from 'node:assert/strict';
import {test} from 'node:test';

import {percent, power} from '../../../static/core/format.js';
import view from '../../../static/views/network.js';
import {norm, readPixel, readStep, readTrace, seatOf, watchAnswer, watchContext} from '../frozen.js';

const NAMES = ['i', 'f', 'g', 'o', 'c', 'h'];
const figureOf = (name, changes) => view.figure(watchContext(view, name, {level: 'strips', ...changes}));
const curvesOf = ({data}) => data.filter(({type}) => type === 'scatter');
const opinionOf = (name, label = 1) =>
  readTrace(name).tokens.map((_, t) => readStep(readTrace(name).probabilities, t)[label]);

test('what it returns', (t) => {
  t.assert.snapshot(seatOf(view));
  t.assert.snapshot(figureOf('sentiment-lstm', {step: 3}));
  t.assert.snapshot(
    figureOf('sentiment-rnn', {direction: 'backward', language: 'pt-BR', theme: 'dark', width: 360}),
  );
  t.assert.snapshot(figureOf('accents-lstm-bidirectional', {step: 3}));
  t.assert.snapshot(figureOf('accents-lstm-stacked', {step: 3, width: 360}));
  t.assert.snapshot(figureOf('sentiment-lstm-unknown', {step: 2, width: 619}));
  t.assert.snapshot(figureOf('sentiment-lstm-unknown', {step: 2, width: 620}));
});

test('every pixel of a gate is its value, white at 0 and its colour at 1; the unit remembered most is at the top', () => {
  const {signals, tokens} = readTrace('sentiment-lstm');
  const memory = readStep(signals['layers.0.c'], tokens.length - 1);
  const order = memory.map((_, unit) => unit).sort((a, b) => memory[b] - memory[a]);
  const [image] = figureOf('sentiment-lstm').data;
  const {width, height} = image.bitmap;
  assert.deepEqual([width, height], [tokens.length * (NAMES.length + 1), order.length]);
  for (const t of [0, 4, tokens.length - 1]) {
    for (const line of [0, 20, order.length - 1]) {
      const value = readStep(signals['layers.0.f'], t)[order[line]];
      const wanted = [0xd5, 0x5e, 0x00].map((channel) => 255 + (channel - 255) * value);
      const pixel = readPixel(image, t * (NAMES.length + 1) + 1, order.length - 1 - line); // upward: the first unit is the last row
      [1, 3, 5].forEach((k, channel) => {
        assert.ok(Math.abs(Number.parseInt(pixel.slice(k, k + 2), 16) - wanted[channel]) <= 1.6);
      });
      assert.equal(readPixel(image, t * (NAMES.length + 1) + NAMES.length, line), 'clear'); // between two columns
    }
  }
});

test('the strips of a column stand around its step', () => {
  const [{x0, dx, y0, dy, bitmap}] = figureOf('sentiment-lstm').data;
  const slots = NAMES.length + 1;
  assert.ok(Math.abs(dx - 1 / slots) < 1e-12 && Math.abs(dy - 1 / bitmap.height) < 1e-12);
  const middle = x0 + ((NAMES.length - 1) / 2) * dx; // of the first column's strips
  assert.ok(Math.abs(middle) < 1e-12, String(middle));
  assert.ok(Math.abs(y0 - dy / 2) < 1e-12);
});

test('the opinion at every step is the probability of the class that is watched; a ring stands where it turned', () => {
  for (const name of ['sentiment-lstm', 'sentiment-gru', 'sentiment-pt-bag']) {
    const opinion = opinionOf(name);
    const [curve, ring] = curvesOf(figureOf(name, {width: 1440}));
    assert.deepEqual(curve.y, opinion);
    assert.deepEqual(
      curve.x,
      opinion.map((_, t) => t),
    );
    const paint = curve.marker.color;
    opinion.forEach((p, t) => {
      assert.equal(paint[t] === curve.line.color, p >= 0.5);
    });
    const changes = opinion.map((p, t) => (t ? Math.abs(p - opinion[t - 1]) : 0));
    assert.deepEqual([ring.x, ring.y], [[changes.indexOf(Math.max(...changes))], [opinion[ring.x[0]]]]);
  }
});

test('of several classes the one that wins is watched', () => {
  const {probabilities, tokens} = readTrace('emotion-rnn');
  const last = readStep(probabilities, tokens.length - 1);
  const watched = last.indexOf(Math.max(...last));
  assert.notEqual(watched, 1);
  assert.deepEqual(curvesOf(figureOf('emotion-rnn', {width: 1440}))[0].y, opinionOf('emotion-rnn', watched));
  assert.deepEqual(figureOf('emotion-rnn').layout.yaxis.ticktext[0], '0 %');
});

test('what was before a signal was forced is drawn behind', () => {
  const [before, now] = curvesOf(
    figureOf('sentiment-lstm-forced', {baseline: 'sentiment-lstm', width: 1440}),
  );
  assert.deepEqual(before.y, opinionOf('sentiment-lstm'));
  assert.equal(before.line.dash, 'dot');
  assert.deepEqual(now.y, opinionOf('sentiment-lstm-forced'));
});

test('on the way back the curve goes down 12 decades, as the sentence says', () => {
  for (const language of ['en', 'pt-BR']) {
    const {shows, layout} = figureOf('sentiment-rnn', {direction: 'backward', language});
    assert.match(shows, /\b12\b/);
    assert.deepEqual(layout.yaxis.tickvals, [0, -6, -12]);
    assert.deepEqual(layout.yaxis.ticktext.slice(0, 2), ['1', '10<sup>−6</sup>']);
    assert.deepEqual(layout.yaxis.range, [-13, 1]);
  }
  for (const name of ['sentiment-lstm', 'sentiment-rnn', 'sentiment-lstm-fresh']) {
    const {gradients, tokens} = readTrace(name);
    const states = name.includes('lstm') ? ['h', 'c'] : ['h'];
    const curves = curvesOf(figureOf(name, {direction: 'backward', width: 1440}));
    assert.equal(curves.length, states.length);
    states.forEach((state, k) => {
      const norms = tokens.map((_, t) => norm(readStep(gradients[`layers.0.${state}`], t)));
      curves[k].y.forEach((exponent, t) => {
        assert.ok(
          Math.abs(exponent - Math.max(-12, Math.log10(norms[t] / norms.at(-1)))) < 1e-7,
          `${name} ${state} ${t}`,
        );
      });
    });
  }
});

test('where a gradient is gone it lies on the ground, with a mark of its own', () => {
  const answer = watchAnswer('sentiment-rnn');
  const {values} = answer.trace.norms['layers.0.h'];
  [values[0], values[1], values[2]] = [0, values.at(-1) * 1e-20, values.at(-1) * 1e-11];
  const figure = view.figure(
    watchContext(view, answer, {level: 'strips', direction: 'backward', width: 1440}),
  );
  const [{y, marker}] = curvesOf(figure);
  assert.deepEqual(y.slice(0, 2), [-12, -12]);
  assert.ok(Math.abs(y[2] + 11) < 1e-9);
  assert.deepEqual(marker.symbol.slice(0, 3), ['x', 'x', 'circle']);
  assert.equal(figure.overlay.unrolled.readouts[0].y, -12);
  values.fill(0);
  const [nothing] = curvesOf(
    view.figure(watchContext(view, answer, {level: 'strips', direction: 'backward', width: 1440})),
  );
  assert.ok(nothing.y.every((exponent) => exponent === -12));
});

test('on the way back a pixel is lit by how much of the largest gradient is left, over 12 decades', () => {
  const {
    trace,
    analysis: {largestGradient, unitOrders},
  } = watchAnswer('sentiment-rnn');
  const units = unitOrders['layers.0'];
  const [image] = figureOf('sentiment-rnn', {direction: 'backward'}).data;
  const slots = image.bitmap.width / trace.tokens.length;
  const hue = [0x3b, 0x42, 0x52]; // of h, the RNN's last signal
  const strip = slots - 2;
  let darkest = 255;
  for (let t = 0; t < trace.tokens.length; t += 1) {
    for (const line of [0, 31, 63]) {
      const value = Math.abs(readStep(trace.gradients['layers.0.h'], t)[units[line]]);
      const left = Math.min(1, Math.max(0, 1 + Math.log10(value / largestGradient) / 12));
      const pixel = readPixel(image, t * slots + strip, units.length - 1 - line);
      [1, 3, 5].forEach((k, channel) => {
        assert.ok(
          Math.abs(Number.parseInt(pixel.slice(k, k + 2), 16) - (255 + (hue[channel] - 255) * left)) <= 1.6,
        );
      });
      darkest = Math.min(darkest, Number.parseInt(pixel.slice(1, 3), 16));
    }
  }
  assert.ok(darkest < 100);
});

test('beside the curve stands what it says at each step', () => {
  const opinion = opinionOf('sentiment-lstm');
  const {readouts, tokens} = figureOf('sentiment-lstm').overlay.unrolled;
  assert.deepEqual(
    readouts,
    opinion.map((y) => ({y, text: `${percent(y, 'en')} positive`})),
  );
  assert.deepEqual(tokens, readTrace('sentiment-lstm').tokens);
  const {norms} = readTrace('sentiment-lstm');
  const h = norms['layers.0.h'].values;
  figureOf('sentiment-lstm', {direction: 'backward'}).overlay.unrolled.readouts.forEach(({y, text}, t) => {
    assert.ok(Math.abs(y - Math.log10(h[t] / h.at(-1))) < 1e-9);
    assert.equal(text, `h ${power(h[t] / h.at(-1), 'en')}`);
  });
});

test('where every step has an answer of its own it stands above its column, crossed out where it is wrong', () => {
  const answer = watchAnswer('accents-lstm-bidirectional');
  answer.trace.targets[2] = 'x'; // whatever it says there, it is wrong
  const {layout, overlay, look} = view.figure(watchContext(view, answer, {level: 'strips', width: 1440}));
  const written = layout.annotations.filter(({yref, xref}) => yref === 'y' && xref === 'x');
  const given = answer.trace.tokens.map((_, t) => {
    const row = readStep(answer.trace.probabilities, t);
    return answer.trace.classes[row.indexOf(Math.max(...row))];
  });
  assert.deepEqual(
    written.map(({text}) => text),
    given.map((label, t) => (answer.trace.targets[t] === label ? `<b>${label}</b>` : `<s>${label}</s>`)),
  );
  assert.match(written[2].text, /^<s>/);
  assert.notEqual(written[2].font.color, written[3].font.color);
  assert.equal(overlay.unrolled.readoutBelow, true);
  assert.match(look, /answer of its own/);
  assert.deepEqual(
    written.map(({x}) => x),
    given.map((_, t) => t),
  );
  const back = view.figure(watchContext(view, answer, {level: 'strips', direction: 'backward'}));
  assert.equal(
    back.layout.annotations.filter(
      ({text}) => /<[bs]>.<\/[bs]>/.test(text) && !NAMES.some((name) => text.includes(name)),
    ).length,
    0,
  );
});

test('a text that does not say what is right has answers without a verdict', () => {
  const answer = watchAnswer('accents-lstm-bidirectional');
  answer.trace.targets.fill(null);
  const written = view
    .figure(watchContext(view, answer))
    .layout.annotations.filter(({yref, xref}) => yref === 'y' && xref === 'x');
  assert.ok(written.every(({text}) => text.startsWith('<b>')));
});

test('a layer that reads leftward has its arrows leftward, the others rightward, from each step to the next it reads', () => {
  const {layout, overlay} = figureOf('accents-lstm-bidirectional', {width: 1440});
  const steps = readTrace('accents-lstm-bidirectional').tokens.length;
  for (const [yref, way] of [
    ['y2', 1],
    ['y3', -1],
  ]) {
    const paths = layout.shapes.filter((shape) => shape.yref === yref);
    assert.equal(paths.length, 2); // h and c
    for (const {path} of paths) {
      const ends = path
        .split('M')
        .slice(1)
        .map((part) => [...part.matchAll(/([-\d.]+),/g)].map(([, x]) => Number(x)));
      assert.equal(ends.length, steps - 1);
      for (const xs of ends) {
        const [from, to] = [xs[0], way > 0 ? Math.max(...xs) : Math.min(...xs)];
        assert.ok((to - from) * way > 0);
        assert.equal(Math.round(to) - Math.round(from), way);
      }
    }
  }
  assert.deepEqual(overlay.unrolled.reverse, [false, true]);
  assert.deepEqual(
    overlay.unrolled.pulses.map(({axis, reverse}) => [axis, reverse]),
    [
      ['yaxis2', false],
      ['yaxis2', false],
      ['yaxis3', true],
      ['yaxis3', true],
    ],
  );
  assert.deepEqual(overlay.axes, [{x: 'xaxis', y: ['yaxis', 'yaxis2', 'yaxis3']}]);
});

test('layers stand above each other, the first below, each with its name', () => {
  const {layout, shows} = figureOf('accents-lstm-stacked', {width: 1440});
  const [low, high] = [layout.yaxis2.domain, layout.yaxis3.domain];
  assert.ok(low[1] <= high[0] && high[1] <= layout.yaxis.domain[0]);
  const names = layout.annotations.filter(({text}) => /layer/.test(text)).map(({yref, text}) => [yref, text]);
  assert.deepEqual(names, [
    ['y2', '<b>layer 1</b>'],
    ['y3', '<b>layer 2</b>'],
  ]);
  assert.match(shows, /Each row is a layer/);
  assert.ok(!/Each row/.test(figureOf('sentiment-lstm').shows));
});

test('a signal’s letter stands above its strip where there is room', () => {
  const letters = (width) =>
    figureOf('sentiment-lstm', {width}).layout.annotations.filter(
      ({yanchor, xref}) => yanchor === 'bottom' && xref === 'x',
    );
  assert.deepEqual(
    letters(1440).map(({text}) => text),
    NAMES.map((name) => `<b>${name}</b>`),
  );
  const xs = letters(1440).map(({x}) => x);
  xs.forEach((x, k) => {
    assert.ok(Math.abs(x - (k - 2.5) / 7) < 1e-12);
  });
  assert.equal(letters(360).length, 0);
});

test('a long text is shown by pages that hold the step', () => {
  const answer = watchAnswer('sentiment-lstm');
  const last = answer.tokens.length - 1;
  for (const step of [0, 5, last]) {
    const {data, layout, overlay} = view.figure(
      watchContext(view, answer, {level: 'strips', step, width: 360}),
    );
    const [low, high] = layout.xaxis.range;
    assert.ok(low < step && step < high);
    assert.deepEqual([overlay.from, overlay.from + overlay.count], [low + 0.5, high + 0.5]);
    assert.equal(overlay.count, 9); // 336 px of columns at least 37 wide
    assert.deepEqual(
      layout.xaxis.tickvals,
      Array.from({length: overlay.count}, (_, k) => overlay.from + k),
    );
    assert.deepEqual(curvesOf({data})[0].x, layout.xaxis.tickvals);
    assert.equal(view.page(watchContext(view, answer, {step, width: 360})), overlay.from);
    assert.deepEqual(
      curvesOf({data})[0].y,
      opinionOf('sentiment-lstm').slice(overlay.from, overlay.from + overlay.count),
    );
  }
});

test('the ring stands only on the page of the turn', () => {
  const answer = watchAnswer('sentiment-lstm');
  for (const [turningStep, shown] of [
    [0, true],
    [8, true],
    [9, false],
  ]) {
    const changed = {...answer, analysis: {...answer.analysis, turningStep}};
    assert.equal(
      curvesOf(view.figure(watchContext(view, changed, {level: 'strips', step: 0, width: 360}))).length,
      shown ? 2 : 1,
      String(turningStep),
    );
  }
});

test('an unknown token is marked', () => {
  const {known, tokens} = readTrace('sentiment-lstm-unknown');
  const {ticktext} = figureOf('sentiment-lstm-unknown', {width: 1440}).layout.xaxis;
  tokens.forEach((token, t) => {
    assert.equal(ticktext[t].includes(`<i>${token}</i>?`), !known[t]);
  });
  assert.ok(known.includes(false));
});

test('under the pointer is a step, and in a strip its signal and unit', () => {
  const ctx = watchContext(view, 'sentiment-lstm', {level: 'strips', step: 3, width: 1440});
  const {hitTest} = view.figure(ctx);
  const order = ctx.unitOrders['layers.0'];
  for (const [k, name] of NAMES.entries()) {
    const x = 4 + (k - 2.5) / 7;
    for (const line of [0, 30, 63]) {
      const {step, unit, signal, label} = hitTest(x, 1 - (line + 0.5) / 64, 'yaxis2');
      assert.deepEqual([step, unit, signal], [4, order[line], `layers.0.${name}`]);
      assert.ok(label.includes(`unit ${unit + 1}`) && label.includes(ctx.trace.tokens[4]), label);
    }
  }
  assert.ok(hitTest(-0.3, 0.5, 'yaxis2').step === 0);
  assert.deepEqual(hitTest(4, 0.5, 'yaxis'), {step: 4});
  assert.deepEqual(hitTest(4.47, 0.5, 'yaxis2'), {step: 4}); // between two columns
  assert.deepEqual(hitTest(4, 1.5, 'yaxis2'), {step: 4});
  assert.equal(hitTest(-0.6, 0.5, 'yaxis2'), null);
  assert.equal(hitTest(ctx.trace.tokens.length - 0.4, 0.5, 'yaxis2'), null);
  const both = view.figure(watchContext(view, 'accents-lstm-bidirectional', {level: 'strips', width: 1440}));
  assert.equal(both.hitTest(4 - 1.5 / 7, 0.5, 'yaxis3').signal, 'layers.0.reverse.f');
  assert.equal(both.hitTest(4 - 1.5 / 7, 0.5, 'yaxis2').signal, 'layers.0.f');
});

test('the summary says where the opinion starts, ends and turns', () => {
  const opinion = opinionOf('sentiment-lstm');
  const {tokens} = readTrace('sentiment-lstm');
  const changes = opinion.map((p, t) => (t ? Math.abs(p - opinion[t - 1]) : 0));
  const turn = changes.indexOf(Math.max(...changes));
  const {summary} = figureOf('sentiment-lstm');
  assert.equal(
    summary,
    `${tokens.length} steps. The opinion starts at ${percent(opinion[0], 'en')} “positive” and ends at ${percent(opinion.at(-1), 'en')}; its largest change is at “${tokens[turn]}” (step ${turn + 1}).`,
  );
  const {norms} = readTrace('sentiment-rnn');
  const h = norms['layers.0.h'].values;
  assert.ok(
    figureOf('sentiment-rnn', {direction: 'backward'}).summary.includes(power(h[0] / h.at(-1), 'en')),
  );
});

test('the table has a row a step: every class, and every state’s gradient', () => {
  const {classes, probabilities, norms, tokens} = readTrace('sentiment-lstm');
  const states = Object.keys(norms)
    .map((name) => name.at(-1))
    .filter((name) => 'hc'.includes(name));
  assert.equal(states.length, 2);
  const {head, rows} = figureOf('sentiment-lstm').table();
  assert.deepEqual(head, ['step', 'word', ...classes, ...states.map((state) => `‖∂L/∂${state}‖`)]);
  assert.deepEqual(rows[4], [
    5,
    tokens[4],
    ...readStep(probabilities, 4).map((p) => percent(p, 'en')),
    ...states.map((state) => power(norms[`layers.0.${state}`].values[4], 'en')),
  ]);
  assert.equal(rows.length, tokens.length);
  const both = figureOf('accents-lstm-bidirectional').table();
  assert.ok(both.head.includes('‖∂L/∂c‖ right to left'));
});

test('each layer more makes the figure higher', () => {
  const height = (name, width) => watchContext(view, name, {width}).height;
  assert.deepEqual(
    [height('sentiment-lstm', 620), height('accents-lstm-stacked', 900), height('sentiment-lstm', 619)],
    [448, 638, 400],
  );
});

test('the figure is as high as the window has room for, within bounds', () => {
  const heightIn = (room, name = 'sentiment-lstm') =>
    view.height({...watchContext(view, name, {width: 900}), room});
  assert.equal(heightIn(null), 448);
  assert.equal(heightIn(410), 410, 'all that there is');
  assert.equal(heightIn(470), 448, 'the line below it is seen only where the picture loses nothing');
  assert.equal(heightIn(520), 520 - 44, 'with the line below it');
  assert.equal(heightIn(100), 320);
  assert.equal(heightIn(2000), 560);
  assert.ok(heightIn(100, 'accents-lstm-stacked') > 320, 'two layers');
});
