import assert from 'node:assert/strict';
import {test} from 'node:test';

import {
  cutLabel,
  cutLetters,
  explainInCells,
  explainLetter,
  listLetters,
} from '../../../static/core/letter_notes.js';
import {localise} from '../../../static/core/locale.js';
import {writeCell} from '../../../static/core/notation.js';
import {catalog, catalogues} from '../frozen.js';

const cellOf = (id, notation = 'pytorch') =>
  writeCell(
    catalog.cells.find((cell) => cell.id === id),
    notation,
  );
const lettersOf = (equation, cell) => cutLetters(equation, cell.signals).flatMap(({letter}) => letter ?? []);

test('an equation is cut at its letters, and nothing of it is lost', () => {
  for (const {id} of catalog.cells) {
    for (const notation of ['pytorch', 'lectures', 'complement']) {
      const cell = cellOf(id, notation);
      for (const {formula, backward, name} of cell.signals) {
        for (const equation of [formula, backward].filter(Boolean)) {
          const runs = cutLetters(equation, cell.signals);
          assert.equal(runs.map(({text}) => text).join(''), equation);
          assert.ok(lettersOf(equation, cell).includes(name), `${equation} ${name}`);
        }
      }
    }
  }
});

test('a letter is found under every notation, by the name of its signal', () => {
  const cell = cellOf('lstm', 'lectures');
  const {formula} = cell.signals.find(({name}) => name === 'c');
  assert.deepEqual(lettersOf(formula, cell), ['c', 'f', '⊙', 'c', 'i', '⊙', 'g']);
});

test('every letter of every equation says what it means, in both languages', () => {
  for (const language of ['en', 'pt-BR']) {
    const {common, text} = localise({en: {}, 'pt-BR': {}}, language, catalogues[language], 'words');
    for (const {id} of catalog.cells) {
      const cell = cellOf(id);
      for (const signal of cell.signals) {
        const told = explainLetter(signal.name, cell, common, text);
        assert.equal(told.sentences.length, cell.operations.length ? 2 : 1, `${id} ${signal.name}`);
        for (const sentence of told.sentences) assert.match(sentence, /^[A-ZÀ-Ú].*\.$/);
        for (const equation of [signal.formula, signal.backward])
          for (const letter of lettersOf(equation, cell))
            assert.ok(explainLetter(letter, cell, common, text)?.title, `${id} ${letter}`);
      }
    }
  }
});

test('a label is cut where it names a signal by its letter, and a token is none', () => {
  const letters = listLetters([cellOf('lstm'), cellOf('gru')]);
  assert.deepEqual(letters, {i: 'i', f: 'f', g: 'g', o: 'o', c: 'c', h: 'h', r: 'r', z: 'z', n: 'n'});
  const letterOf = (label) => {
    const runs = cutLabel(label, letters);
    assert.equal(runs.map(({text}) => text).join(''), label);
    return runs.flatMap(({letter}) => letter ?? []);
  };
  for (const [label, letter] of [
    ['f · forget gate', 'f'],
    ['LSTM, trained · h', 'h'],
    ['LSTM, trained · at c, all paths', 'c'],
    ['LSTM, treinada · em c, todos os caminhos', 'c'],
    ['cell state c →', 'c'],
    ['← hidden state h', 'h'],
    ['‖∂L/∂h‖ left to right', 'h'],
  ])
    assert.deepEqual(letterOf(label), [letter], label);
  for (const token of ['o', 'i', 'c', 'GRU, trained', '1 · c’est', 'RNN (Elman), trained', '4 · o filme'])
    assert.deepEqual(letterOf(token), [], token);
  const lectures = listLetters([cellOf('lstm', 'lectures')]);
  assert.deepEqual(
    cutLabel('LSTM · C̃', lectures).map(({letter}) => letter),
    [null, 'g'],
  );
  assert.deepEqual(
    cutLabel('LSTM · at C, all paths', lectures).map(({letter}) => letter),
    [null, 'c', null],
  );
});

test('a letter that means other things in other cells says which; one note where they mean the same', () => {
  const {common, text} = localise({en: {}}, 'en', catalogues.en, 'words');
  const told = (name, ids) =>
    explainInCells(
      name,
      ids.map((id) => cellOf(id)),
      common,
      text,
    );
  const of = (id) => explainLetter('h', cellOf(id), common, text);
  assert.deepEqual(
    told('f', ['gru', 'lstm']).sentences,
    explainLetter('f', cellOf('lstm'), common, text).sentences,
  );
  assert.deepEqual(told('h', ['lstm']), {
    letter: 'h',
    title: of('lstm').title,
    sentences: of('lstm').sentences,
  });
  const [gru, lstm] = told('h', ['gru', 'lstm']).sentences;
  assert.equal(gru, `GRU: ${of('gru').sentences.join(' ')}`);
  assert.equal(lstm, `LSTM: ${of('lstm').sentences.join(' ')}`);
  assert.equal(told('σ', ['gru', 'lstm']).title, common('letter.sigmoid'));
  assert.equal(told('q', ['gru']), null);
});
