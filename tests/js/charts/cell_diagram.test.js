import assert from 'node:assert/strict';
import {test} from 'node:test';

import {fitLanes} from '../../../static/charts/cell_diagram.js';
import {number, percent, power} from '../../../static/core/format.js';
import {explainLetter} from '../../../static/core/letter_notes.js';
import {localise} from '../../../static/core/locale.js';
import view from '../../../static/views/network.js';
import {channels, mean} from '../checking.js';
import {
  catalog,
  catalogues,
  norm,
  readPixel,
  readStep,
  readTrace,
  watchAnswer,
  watchContext,
} from '../frozen.js';

const figureOf = (name, changes) => view.figure(watchContext(view, name, {level: 'cell', ...changes}));
const stripOf = ({strips}, name) => strips.find((strip) => strip.name === name);
const textsOf = ({labels}) => labels.map(({text}) => text.replace(/<\/?b>/g, ''));
const at = ({signals}, name, t) => readStep(signals[`layers.0.${name}`], t);

test('what it returns', (t) => {
  t.assert.snapshot(figureOf('sentiment-lstm', {step: 3, unit: 5}));
  t.assert.snapshot(figureOf('sentiment-gru', {step: 3, language: 'pt-BR', theme: 'dark', width: 360}));
});

test('the sentence says the mean of the gate and the share of the norm that is kept, which are not the same', () => {
  for (const [name, gate, state, write] of [
    ['sentiment-lstm', 'f', 'c', (trace, t) => at(trace, 'i', t).map((i, u) => i * at(trace, 'g', t)[u])],
    [
      'sentiment-gru',
      'z',
      'h',
      (trace, t) => at(trace, 'z', t).map((z, u) => (1 - z) * at(trace, 'n', t)[u]),
    ],
  ]) {
    const trace = readTrace(name);
    for (const step of [1, 4, trace.tokens.length - 1]) {
      const before = at(trace, state, step - 1);
      const opening = at(trace, gate, step);
      const kept = norm(before.map((value, unit) => value * opening[unit])) / norm(before);
      const {summary, beats} = figureOf(name, {step});
      const sentences = beats.map(({sentence}) => sentence);
      const [arrive, forget, written, read] = sentences;
      // The summary tells the step once: as its beats do.
      const summed = `Step ${step + 1}, “${trace.tokens[step]}”. ${sentences.join(' ')} `;
      assert.ok(summary.startsWith(summed), summary);
      assert.equal(summary.slice(summed.length).split('. ').length, 1, summary);
      const length = (values) => number(norm(values), 'en');
      assert.ok(
        arrive.includes(trace.tokens[step]) && arrive.includes(`${gate} (${number(mean(opening), 'en')})`),
      );
      assert.equal(
        forget,
        `The mean of ${gate} is ${number(mean(opening), 'en')}: of ‖${state}‖ = ${length(before)}, ${number(kept * norm(before), 'en')} stays, ${percent(kept, 'en')}.`,
      );
      assert.equal(
        written,
        `What is written has length ${length(write(trace, step))}: ‖${state}‖ goes from ${number(kept * norm(before), 'en')} to ${length(at(trace, state, step))}.`,
      );
      const chance = (t) => percent(readStep(trace.probabilities, t)[1], 'en');
      assert.ok(read.includes(`has length ${length(at(trace, 'h', step))}.`), read);
      assert.ok(read.includes(`from ${chance(step - 1)} to ${chance(step)} positive`), read);
      assert.notEqual(percent(kept, 'en'), percent(mean(opening), 'en'));
    }
    assert.match(figureOf(name, {step: 0}).beats[1].sentence, /no old memory yet/);
  }
});

test('cells without a gate on their state say what they do instead', () => {
  assert.match(
    figureOf('sentiment-rnn', {step: 2}).summary,
    /Nothing goes straight through: ‖h‖ was .* and is now /,
  );
  assert.deepEqual(
    figureOf('sentiment-rnn', {step: 2}).beats.map(({title}) => title),
    ['Arrive', 'Replace', 'Read'],
  );
  assert.match(figureOf('sentiment-pt-jordan', {step: 2}).beats[1].sentence, /multiplied by 0\.50/);
  assert.match(figureOf('sentiment-pt-bag', {step: 2}).beats[1].sentence, /stays whole/);
});

test('a strip has one line a unit, in the order of all strips, its colour that of the value', () => {
  const answer = watchAnswer('sentiment-lstm');
  const {trace, analysis} = answer;
  const order = analysis.unitOrders['layers.0'];
  const figure = view.figure(watchContext(view, answer, {level: 'cell', step: 4}));
  assert.deepEqual(figure.units, order);
  for (const strip of figure.strips)
    assert.deepEqual([strip.bitmap.width, strip.bitmap.height], [1, order.length]);
  assert.equal(new Set(figure.strips.map(({height}) => height)).size, 1);
  const forget = at(trace, 'f', 4);
  for (const row of [0, 10, 63]) {
    const share = Math.round(255 * forget[order[row]]) / 255;
    const wanted = channels('#D55E00').map((channel) => Math.round(255 + (channel - 255) * share));
    assert.deepEqual(channels(readPixel(stripOf(figure, 'f'), 0, row)), wanted);
  }
  // c, what is kept and what is written share one scale: equal values have equal colours, larger ones darker.
  const darkness = (name, row) =>
    channels(readPixel(stripOf(figure, name), 0, row)).reduce((sum, channel) => sum + 255 - channel, 0);
  const before = at(trace, 'c', 3);
  let compared = 0;
  order.forEach((unit, row) => {
    if (before[unit] === 0) return;
    assert.ok(darkness('kept', row) <= darkness('c_prev', row), `unit ${unit}`);
    compared += 1;
  });
  assert.equal(compared, order.length);
});

test('a valve stands as far open as its gate on average', () => {
  const trace = readTrace('sentiment-lstm');
  const {valves} = figureOf('sentiment-lstm', {step: 5});
  assert.deepEqual(
    valves.map(({opening}) => number(opening, 'en')),
    ['f', 'i', 'o'].map((name) => number(mean(at(trace, name, 5)), 'en')),
  );
  const gru = readTrace('sentiment-gru');
  const [keep, write] = figureOf('sentiment-gru', {step: 5}).valves.map(({opening}) => opening);
  assert.ok(Math.abs(keep - mean(at(gru, 'z', 5))) < 1e-9 && Math.abs(keep + write - 1) < 1e-9);
  assert.ok(
    textsOf(figureOf('sentiment-lstm', {step: 5, width: 1440})).includes(
      `mean ${number(mean(at(trace, 'f', 5)), 'en')}`,
    ),
  );
});

test('what is written of a unit adds up as it stands there, and = is written only where it does', () => {
  let [sums, products] = [0, 0];
  for (const name of ['sentiment-lstm', 'sentiment-gru', 'sentiment-pt-jordan', 'sentiment-pt-bag']) {
    for (const step of [1, 3, 5]) {
      for (const unit of [0, 7, 20]) {
        const {numbers} = figureOf(name, {step, unit});
        for (const line of numbers.slice(1)) {
          const parts = line.split(/ [=≈] /);
          const [term, result] = parts.slice(-2);
          const [a, b] = term
            .split(/ [·+] /)
            .map((text) => Number(text.replace(/[()]/g, '').replace('−', '-')));
          const told = Number(result.replace('−', '-'));
          const unitOfLastPlace = 10 ** -result.split('.')[1].length;
          if (term.includes(' + ')) {
            assert.ok(Math.abs(a + b - told) < 1e-9, line);
            sums += 1;
          } else if (term.includes(' · ')) {
            const off = Math.abs(a * b - told) - unitOfLastPlace / 2;
            if (Math.abs(off) > 1e-9) assert.equal(line.includes(' ≈ '), off > 0, line); // a tie may be either
            products += 1;
          }
        }
      }
    }
  }
  // The numbers beside the strips are those of the equations.
  const figure = figureOf('sentiment-lstm', {step: 3, unit: 7});
  const sum = figure.numbers.find((line) => line.includes(' + '));
  const result = sum.slice(sum.lastIndexOf(' ') + 1);
  assert.ok(textsOf(figure).includes(result), result);
  assert.ok(sums >= 36 && products >= 27);
  assert.deepEqual(figureOf('sentiment-lstm', {step: 3}).numbers, []);
});

test('a reverse layer takes the state of the step after, a lower one goes to the layer above', () => {
  const name = 'accents-lstm-bidirectional';
  const trace = readTrace(name);
  const figure = figureOf(name, {layer: 'layers.0.reverse', step: 2, unit: 4});
  const after = readStep(trace.signals['layers.0.reverse.c'], 3)[4];
  assert.ok(textsOf(figure).includes('c<sub>t+1</sub>'));
  const numbers = textsOf(figure).map((text) => Number(text.replace('−', '-')));
  assert.ok(numbers.some((value) => Math.abs(value - after) <= 0.005));
  assert.ok(
    textsOf(figureOf('accents-lstm-stacked', {layer: 'layers.0', step: 2})).includes('to the layer above'),
  );
  assert.ok(
    textsOf(figureOf('accents-lstm-stacked', {layer: 'layers.1', step: 2})).includes('from the layer below'),
  );
});

test('the answer of this step and of the one before', () => {
  const {probabilities} = readTrace('sentiment-lstm');
  const texts = textsOf(figureOf('sentiment-lstm', {step: 6}));
  assert.ok(texts.includes(`${percent(readStep(probabilities, 6)[1], 'en')} positive`), texts.join());
  assert.ok(texts.includes(`was ${percent(readStep(probabilities, 5)[1], 'en')}`));
});

test('a cell that describes no drawing is drawn from its signals', () => {
  const answer = watchAnswer('sentiment-lstm');
  const bare = {...answer, cell: {...answer.cell, operations: []}};
  const {strips, valves, circles} = view.figure(watchContext(view, bare, {level: 'cell', step: 3, unit: 2}));
  assert.deepEqual(strips.map(({name}) => name).sort(), ['c', 'c_prev', 'f', 'g', 'h', 'h_prev', 'i', 'o']);
  assert.equal(valves.length, 0);
  assert.ok(circles.every(({text}) => text === 'ƒ'));
});

test('what is forced says so, and everything lies within the drawing', () => {
  assert.ok(textsOf(figureOf('sentiment-lstm-forced', {step: 3})).includes('forced'));
  assert.ok(!textsOf(figureOf('sentiment-lstm', {step: 3})).includes('forced'));
  for (const {id} of catalog.models.filter(({task}) => task === 'sentiment')) {
    if (!['sentiment-lstm', 'sentiment-gru', 'sentiment-rnn'].includes(id)) continue;
    for (const width of [360, 900, 1440]) {
      const {strips, labels, ...figure} = figureOf(id, {step: 2, unit: 1, width});
      assert.ok(figure.width >= width);
      for (const {left, top, width: wide, height} of strips)
        assert.ok(left >= 0 && top >= 0 && left + wide <= figure.width && top + height <= figure.height);
      for (const {x, y} of labels) assert.ok(x >= 0 && x <= figure.width && y > 0 && y < figure.height);
    }
  }
});

test('what is drawn comes with a beat: the gates as the word arrives, then ⊗ f, then what is written, then the output', () => {
  const lstm = figureOf('sentiment-lstm', {step: 3});
  const beatsOf = ({strips}) => Object.fromEntries(strips.map(({name, beat}) => [name, beat]));
  assert.deepEqual(beatsOf(lstm), {
    h_prev: 0,
    c_prev: 0,
    f: 0,
    i: 0,
    g: 0,
    o: 0,
    kept: 1,
    written: 2,
    c: 2,
    tanh_c: 3,
    h: 3,
  });
  assert.deepEqual(
    lstm.valves.map(({signal, beat}) => [signal, beat]),
    [
      ['layers.0.f', 1],
      ['layers.0.i', 2],
      ['layers.0.o', 3],
    ],
  );
  const {replaced, written, h, kept} = beatsOf(figureOf('sentiment-gru', {step: 3}));
  assert.deepEqual([kept, replaced, written, h], [1, 2, 2, 2]);
  assert.deepEqual(beatsOf(figureOf('sentiment-rnn', {step: 3})), {h_prev: 0, a: 0, h: 1});
  for (const {beat} of [...lstm.wires, ...lstm.circles, ...lstm.labels])
    assert.ok(beat >= 0 && beat < lstm.beats.length);
});

test('of one unit the wires carry its numbers, and a valve is as open as its gate', () => {
  const trace = readTrace('sentiment-lstm');
  const [step, unit] = [4, 9];
  const figure = figureOf('sentiment-lstm', {level: 'unit', step, unit});
  assert.deepEqual(figure.units, [unit]);
  for (const {bitmap} of figure.strips) assert.equal(bitmap.height, 1);
  assert.deepEqual(
    figure.valves.map(({opening, unit: forced}) => [opening, forced]),
    ['f', 'i', 'o'].map((name) => [at(trace, name, step)[unit], unit]),
  );
  const written = at(trace, 'i', step)[unit] * at(trace, 'g', step)[unit];
  const sizes = textsOf(figure).map((text) => Number(text.replace('−', '-')));
  assert.ok(sizes.some((value) => Math.abs(value - written) <= 0.005));
  // Where none was chosen: the one that the network ends up remembering most.
  const {units} = figureOf('sentiment-lstm', {level: 'unit', step});
  const memory = at(trace, 'c', trace.tokens.length - 1);
  assert.equal(memory[units[0]], Math.max(...memory));
});

test('behind a valve stands where it would be if nothing were forced', () => {
  const real = readTrace('sentiment-lstm');
  const {valves} = figureOf('sentiment-lstm-forced', {baseline: 'sentiment-lstm', step: 5});
  valves.forEach(({signal, ghost}) => {
    assert.ok(Math.abs(ghost - mean(readStep(real.signals[signal], 5))) < 1e-12);
  });
  assert.ok(figureOf('sentiment-lstm', {step: 5}).valves.every(({ghost}) => ghost === null));
});

test('on the way back every arrow points the other way, and the sentence says what the road alone leaves', () => {
  for (const [name, gate, state] of [
    ['sentiment-lstm', 'f', 'c'],
    ['sentiment-gru', 'z', 'h'],
  ]) {
    const step = 5;
    const trace = readTrace(name);
    const gradient = (t) => readStep(trace.gradients[`layers.0.${state}`], t);
    const opening = at(trace, gate, step);
    const direct = norm(gradient(step).map((value, unit) => value * opening[unit]));
    const {shows, summary, beats, wires} = figureOf(name, {step, direction: 'backward'});
    assert.ok(summary.includes(shows), summary);
    for (const size of [norm(gradient(step)), direct, norm(gradient(step - 1))])
      assert.ok(shows.includes(power(size, 'en')), `${size} ${shows}`);
    assert.match(shows, new RegExp(`only multiplied by ${gate}:`));
    assert.deepEqual(beats, []);
    const forward = figureOf(name, {step}).wires;
    const startOf = ({path}) => /^M(-?[\d.]+) (-?[\d.]+)/.exec(path).slice(1).map(Number);
    wires.forEach((wire, k) => {
      if (!wire.arrow) return;
      const numbers = forward[k].path.match(/-?[\d.]+/g).map(Number);
      // It begins where the other one ends.
      const [x, y] = startOf(wire);
      assert.ok(numbers.includes(x) && numbers.includes(y), `${wire.path} ${forward[k].path}`);
      assert.notDeepEqual(startOf(wire), startOf(forward[k]));
    });
  }
  assert.match(figureOf('sentiment-rnn', {step: 2, direction: 'backward'}).shows, /There is no road/);
});

test('every letter of the drawing says what it means, and every signal has places that are lit', () => {
  const {common, text} = localise({en: {}}, 'en', catalogues.en, 'words');
  for (const [name, changes] of [
    ['sentiment-lstm', {}],
    ['sentiment-gru', {direction: 'backward'}],
    ['sentiment-rnn', {level: 'unit'}],
    ['sentiment-pt-jordan', {}],
    ['sentiment-gru', {notation: 'complement'}],
  ]) {
    const ctx = watchContext(view, name, {level: 'cell', step: 3, ...changes});
    const figure = view.figure(ctx);
    const {labels, circles, strips, wires, valves} = figure;
    const letters = [...labels, ...circles].flatMap(({letter}) => letter ?? []);
    for (const letter of new Set(letters))
      assert.ok(explainLetter(letter, ctx.cell, common, text)?.title, `${name} ${letter}`);
    for (const sign of ['x', 'tanh']) assert.ok(letters.includes(sign), `${name} ${sign}`);
    for (const {name: signal, kind} of ctx.cell.signals) {
      assert.ok(letters.includes(signal), `${name}: the letter ${signal}`);
      for (const list of [strips, wires, labels])
        assert.ok(
          list.some(({part}) => part === signal),
          `${name}: nothing of ${signal} is lit`,
        );
      if (kind === 'gate') assert.ok(valves.some(({part}) => part === signal) || signal === 'r', signal);
    }
  }
});

test('strips become lower where there is little room, then the lanes come nearer, as far as all can be read', () => {
  const measure = (height, spacing) => 2 * height + 200 * spacing; // of two lanes
  assert.deepEqual(fitLanes(128, 50, measure, null), [128, 1]);
  assert.deepEqual(fitLanes(128, 50, measure, 456), [128, 1]);
  assert.deepEqual(fitLanes(128, 50, measure, 401), [100, 1]);
  const [height, spacing] = fitLanes(128, 50, measure, 280);
  assert.equal(height, 50);
  assert.ok(Math.abs(measure(height, spacing) - 280) < 1e-9);
  assert.deepEqual(fitLanes(128, 50, measure, 10), [50, 0.8]);
});

test('the drawing of a cell is no higher than the window has room for', () => {
  for (const name of ['sentiment-lstm', 'sentiment-gru', 'sentiment-rnn'])
    for (const level of ['cell', 'unit']) {
      const free = figureOf(name, {level});
      const low = view.figure({...watchContext(view, name, {level}), room: 380});
      assert.ok(low.height <= Math.max(380, free.height * 0.8), `${name} ${level} ${low.height}`);
      const lowest = Math.max(...low.strips.map(({top, height}) => top + height));
      assert.ok(lowest < low.height - 54, 'and the line of all weights is below its strips');
    }
});

test('the word does not lie over its neighbours, however narrow the drawing', () => {
  for (const width of [286, 900])
    for (const name of ['sentiment-lstm', 'sentiment-gru', 'sentiment-rnn']) {
      const {labels, height} = figureOf(name, {step: 5, width});
      // Half of what a label takes up across and down, as the renderer draws it.
      const measure = ({text, size, pill}) => {
        const letters = text.replace(/<[^>]+>/g, '').length;
        return pill ? [11 + 4.2 * letters, 13] : [0.3 * size * letters, size / 2];
      };
      const word = labels.find(({pill}) => pill);
      const [half, high] = measure(word);
      assert.ok(word.y + high <= height);
      for (const label of labels) {
        if (label === word || label.anchor !== 'middle') continue;
        const [wide, tall] = measure(label);
        const apart =
          Math.abs(label.x - word.x) >= half + wide || Math.abs(label.y - word.y) >= high + tall - 1.5;
        assert.ok(apart, `${name} ${width}: “${word.text}” lies over “${label.text}”`);
      }
    }
});
