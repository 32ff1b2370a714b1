import assert from 'node:assert/strict';
import {test} from 'node:test';

import {classHues} from '../../../static/core/colours.js';
import {percent} from '../../../static/core/format.js';
import view from '../../../static/views/class_curves.js';
import bars from '../../../static/views/class_probabilities.js';
import {catalog, readStep, readTrace, seatOf, watchAnswer, watchContext} from '../frozen.js';

const trace = readTrace('emotion-rnn');
const {labels} = catalog.tasks.find(({id}) => id === 'emotion');
const figureOf = (changes) => view.figure(watchContext(view, 'emotion-rnn', changes));
const rows = trace.tokens.map((_, t) => readStep(trace.probabilities, t));

test('what it returns', (t) => {
  t.assert.snapshot(seatOf(view));
  t.assert.snapshot(figureOf());
});

test('the bands lie on each other: each is as high as its class is likely, all together 1', () => {
  const {data} = figureOf();
  assert.equal(data.length, trace.classes.length);
  for (const [t, row] of rows.entries()) {
    for (const [k, {x, y}] of data.entries()) {
      assert.deepEqual([x[2 * t], x[2 * t + 1]], [t - 0.5, t + 0.5]);
      const below = k ? data[k - 1].y[2 * t] : 0;
      assert.ok(Math.abs(y[2 * t] - below - row[k]) < 1e-9);
      assert.equal(y[2 * t], y[2 * t + 1]);
    }
    assert.ok(Math.abs(data.at(-1).y[2 * t] - 1) < 1e-9);
  }
});

test('the sentence names who leads from which word on, and how high', () => {
  for (const language of ['en', 'pt-BR']) {
    const leaders = rows.map((row) => row.indexOf(Math.max(...row)));
    const runs = [];
    leaders.forEach((k, t) => {
      if (leaders[t - 1] === k) runs.at(-1).high = Math.max(runs.at(-1).high, rows[t][k]);
      else runs.push({k, from: t, high: rows[t][k]});
    });
    const {shows} = figureOf({language});
    let place = 0;
    for (const {k, from, high} of runs.slice(0, 6)) {
      const name = labels[trace.classes[k]][language];
      const found = shows.indexOf(
        `“${trace.tokens[from]}” (${language === 'en' ? 'up to' : 'até'} ${percent(high, language)})`,
        place,
      );
      assert.ok(found > place, shows);
      assert.ok(shows.slice(place, found).includes(name), shows);
      place = found;
    }
  }
});

test('a class has one colour in the bands, in the legend and in the bars', () => {
  const {data, legend} = figureOf();
  const hues = classHues(trace.classes.length);
  assert.equal(new Set(hues).size, trace.classes.length);
  assert.deepEqual(
    data.map(({fillcolor}) => fillcolor),
    hues,
  );
  assert.deepEqual(
    legend.map(({colour}) => colour),
    hues,
  );
  const {lines} = bars.figure(watchContext(bars, 'emotion-rnn'));
  for (const {title, colour} of lines)
    assert.equal(colour, hues[trace.classes.findIndex((name) => labels[name].en === title)]);
});

test('a name stands in its own band, and never in a thin one', () => {
  const {layout, data} = figureOf();
  assert.ok(layout.annotations.length >= 2);
  for (const {text, x, y} of layout.annotations) {
    const k = trace.classes.findIndex((name) => labels[name].en === text);
    const t = Math.round(x);
    assert.ok(rows[t][k] >= 0.18);
    assert.ok(y > (k ? data[k - 1].y[2 * t] : 0) && y < data[k].y[2 * t]);
  }
});

test('under the pointer: the three likeliest at that word', () => {
  const {hitTest} = figureOf();
  const {step, label} = hitTest(2.2);
  const [first] = trace.classes.map((_, k) => k).sort((a, b) => rows[2][b] - rows[2][a]);
  assert.equal(step, 2);
  assert.ok(
    label.startsWith(
      `3 · ${trace.tokens[2]} · ${labels[trace.classes[first]].en} ${percent(rows[2][first], 'en')} · `,
    ),
  );
  assert.equal(hitTest(99), null);
});

test('two classes are one curve, too many have no colours, and where every step is asked it is another matter', () => {
  for (const name of ['sentiment-lstm', 'cloze-gru', 'shakespeare-rnn'])
    assert.equal(view.applies(watchContext(view, watchAnswer(name))), false);
  assert.deepEqual(classHues(10), []);
});
