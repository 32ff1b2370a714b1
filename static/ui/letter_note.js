// The note that says what a letter means: a small popover beside the letter, closed by Esc or a click elsewhere.

import {explainLetter} from '../core/letter_notes.js';
import {byId, make, setStyle} from './elements.js';

const GAP = 6; // pixels between the letter and its note

/**
 * Let every letter of the page, an element with `data-letter`, tell what it means.
 * @param {() => {cells: LetteredCell[], say: Say, text: (texts: Texts) => string}} look what is on screen
 */
export function bindLetterNotes(look) {
  document.addEventListener('click', (event) => {
    const place = /** @type {Element} */ (event.target).closest('[data-letter]');
    if (!(place instanceof HTMLElement)) return;
    const {cells, say, text} = look();
    const name = String(place.dataset.letter);
    const cell = cells.find(({signals}) => signals.some((signal) => signal.name === name)) ?? cells[0];
    const told = cell && explainLetter(name, cell, say, text);
    if (!told) return;
    const note = byId('letter-note');
    note.replaceChildren(
      make('p', {}, make('b', {}, told.letter), ` ${told.title}`),
      ...told.sentences.map((sentence) => make('p', {}, sentence)),
    );
    const box = place.getBoundingClientRect();
    note.showPopover();
    const [width, height] = [note.offsetWidth, note.offsetHeight];
    const below = box.bottom + GAP + height < innerHeight;
    setStyle(note, {
      left: `${Math.max(GAP, Math.min(box.left, innerWidth - width - GAP))}px`,
      top: `${below ? box.bottom + GAP : Math.max(GAP, box.top - GAP - height)}px`,
    });
    note.focus();
  });
}
