import assert from 'node:assert/strict';
import {test} from 'node:test';

import {letterOf, listNotations, writeCell, writeEquation} from '../../../static/core/notation.js';
import equations from '../../../static/views/equations.js';
import {catalog, watchContext} from '../frozen.js';

const cellOf = (id) => catalog.cells.find((cell) => cell.id === id);
const written = (id, notation) =>
  Object.fromEntries(writeCell(cellOf(id), notation).signals.map((signal) => [signal.name, signal]));

test('PyTorch’s letters are the names, and all equations stay as the cell wrote them', () => {
  for (const cell of catalog.cells) {
    for (const [k, {letter, ...signal}] of writeCell(cell, 'pytorch').signals.entries()) {
      assert.equal(letter, signal.name);
      assert.deepEqual(signal, cell.signals[k]);
    }
  }
});

test('the lectures write C̃ and C, in formulas, gradients, δ and the indices of weights', () => {
  const {g, c, f, h} = written('lstm', 'lectures');
  assert.deepEqual([g.letter, c.letter, f.letter], ['C̃', 'C', 'f']);
  assert.equal(g.formula, 'C̃_t = tanh(W_iC̃ x_t + b_iC̃ + W_hC̃ h_t−1 + b_hC̃)');
  assert.equal(c.formula, 'C_t = f_t ⊙ C_t−1 + i_t ⊙ C̃_t');
  assert.equal(f.backward, '∂L/∂f_t = ∂L/∂C_t ⊙ C_t−1');
  assert.match(h.backward, /W_hC̃ᵀ δC̃_t\+1/);
  assert.equal(c.numbers, 'C = {f} · {c-1} + {i} · {g} = {c}'); // what is filled in is found by name
});

test('where an update gate says what is written, what stays is 1 − z: the same numbers, the same arrays', () => {
  const {z, n, h} = written('gru', 'complement');
  assert.deepEqual([z.name, z.letter, n.letter], ['z', '1 − z', 'h̃']);
  assert.equal(z.formula, '1 − z_t = σ(W_iz x_t + b_iz + W_hz h_t−1 + b_hz)');
  assert.equal(h.formula, 'h_t = z_t ⊙ h̃_t + (1 − z_t) ⊙ h_t−1');
  assert.equal(n.backward, '∂L/∂h̃_t = ∂L/∂h_t ⊙ z_t');
  assert.equal(z.backward, '∂L/∂(1 − z_t) = ∂L/∂h_t ⊙ (h_t−1 − h̃_t)');
  assert.match(h.backward, /⊙ \(1 − z_t\+1\) \+ .*W_hzᵀ δz_t\+1/);
  assert.equal(written('gru', 'lectures').h.formula, 'h_t = (1 − z_t) ⊙ h̃_t + z_t ⊙ h_t−1');
});

test('what lies between the signals of a drawing is written alike', () => {
  const titles = (id, notation) => writeCell(cellOf(id), notation).operations.map(({title}) => title?.en);
  assert.ok(titles('lstm', 'lectures').includes('tanh(C)'));
  assert.ok(titles('gru', 'complement').includes('z') && titles('gru', 'pytorch').includes('1 − z'));
});

test('a notation that a cell has no letters for is the one before it', () => {
  assert.equal(letterOf({name: 'g', letters: {lectures: 'C̃'}}, 'complement'), 'C̃');
  assert.equal(letterOf({name: 'g'}, 'lectures'), 'g');
  assert.equal(letterOf({name: 'g', letters: {lectures: 'C̃'}}, 'no such'), 'g');
  assert.equal(writeEquation('tanh(h_t) W_hh', {h: 'h'}), 'tanh(h_t) W_hh');
  assert.equal(writeEquation('tanh(h_t) W_hhᵀ', {h: 's'}), 'tanh(s_t) W_hsᵀ');
});

test('offered are the notations in which the cells on screen differ, with the letters that tell them apart', () => {
  assert.deepEqual(listNotations([cellOf('lstm')]), [
    {id: 'pytorch', letters: ['g', 'c']},
    {id: 'lectures', letters: ['C̃', 'C']},
  ]);
  assert.deepEqual(
    listNotations([cellOf('gru')]).map(({letters}) => letters.join()),
    ['z,n', 'z,h̃', '1 − z,h̃'],
  );
  assert.deepEqual(listNotations([cellOf('rnn'), cellOf('bag')]), []);
  assert.deepEqual(listNotations([]), []);
});

test('a view writes the letters of the notation on screen', () => {
  const {lines} = equations.figure(
    watchContext(equations, 'sentiment-lstm', {step: 2, notation: 'lectures'}),
  );
  const line = lines.find(({signal}) => signal.name === 'c');
  assert.match(line.formula, /^C_t = /);
  assert.match(line.numbers, /^C = .* = −?\d/);
  assert.match(line.signalName, /\.c$/);
});
