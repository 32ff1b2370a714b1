import assert from 'node:assert/strict';
import {test} from 'node:test';

import {cutLetters, explainLetter} from '../../../static/core/letter_notes.js';
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
    const {common, text} = localise({en: {}, 'pt-BR': {}}, language, catalogues[language]);
    for (const {id} of catalog.cells) {
      const cell = cellOf(id);
      for (const signal of cell.signals) {
        const told = explainLetter(signal.name, cell, common, text);
        assert.equal(told.sentences.length, 2, `${id} ${signal.name}`);
        for (const sentence of told.sentences) assert.match(sentence, /^[A-ZÀ-Ú].*\.$/);
        for (const equation of [signal.formula, signal.backward])
          for (const letter of lettersOf(equation, cell))
            assert.ok(explainLetter(letter, cell, common, text)?.title, `${id} ${letter}`);
      }
    }
  }
});
