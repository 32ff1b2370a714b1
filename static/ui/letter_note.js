// The note that says what a letter means: a small popover beside the letter, closed by Esc or a click elsewhere. While it
// is open, the places where the letter stands are lit.

import {cutLabel, explainInCells} from '../core/letter_notes.js';
import {byId, make, setStyle} from './elements.js';

const GAP = 6; // pixels between the letter and its note
const GLOW = 'drop-shadow(0 0 1.5px var(--link)) drop-shadow(0 0 3px var(--link))';

/**
 * Let every letter of the page, an element with `data-letter`, tell what it means.
 * @param {() => {cells: LetteredCell[], say: Say, text: (texts: Texts) => string}} look what is on screen
 */
export function bindLetterNotes(look) {
  const note = byId('letter-note');
  const light = new CSSStyleSheet(); // a rule finds what is drawn later, too
  document.adoptedStyleSheets.push(light);
  note.addEventListener('beforetoggle', (event) => {
    if (event.newState === 'closed') light.replaceSync('');
  });
  document.addEventListener('click', (event) => {
    const place = findLetter(event);
    if (!place) return;
    const {cells, say, text} = look();
    const name = String(place.dataset.letter);
    const told = explainInCells(name, cells, say, text);
    if (!told) return;
    note.replaceChildren(
      make('p', {}, make('b', {}, told.letter), ` ${told.title}`),
      ...told.sentences.map((sentence) => make('p', {}, sentence)),
    );
    const box = place.getBoundingClientRect();
    note.showPopover();
    const escaped = CSS.escape(name);
    light.replaceSync(`[data-part="${escaped}"], .figure [data-letter="${escaped}"] { filter: ${GLOW}; }`);
    const [width, height] = [note.offsetWidth, note.offsetHeight];
    const below = box.bottom + GAP + height < innerHeight;
    setStyle(note, {
      left: `${Math.max(GAP, Math.min(box.left, innerWidth - width - GAP))}px`,
      top: `${below ? box.bottom + GAP : Math.max(GAP, box.top - GAP - height)}px`,
    });
    note.focus();
  });
}

/**
 * The letter under a pointer; one of a chart lies below what moves over it.
 * @param {MouseEvent} event
 */
export function findLetter({target, clientX, clientY}) {
  const own = /** @type {Element} */ (target).closest('[data-letter]');
  const chart = own ? null : /** @type {Element} */ (target).closest('.chart');
  const under =
    chart &&
    document
      .elementsFromPoint(clientX, clientY)
      .find((one) => chart.contains(one) && one.closest('[data-letter]'));
  const found = own ?? under?.closest('[data-letter]');
  return found instanceof HTMLElement ? found : null;
}

/**
 * A letter as a button that says what it means.
 * @param {string} letter the signal's name, or a sign
 * @param {(Node | string)[]} written
 * @param {Record<string, string>} [attributes]
 */
export const makeLetter = (letter, written, attributes = {}) =>
  make('button', {type: 'button', class: 'letter', 'data-letter': letter, ...attributes}, ...written);

/**
 * A label whose letter is a button. Tab does not stop there: it stops at the letters of a legend.
 * @param {string} label
 * @param {Letters} letters
 * @returns {(Node | string)[]}
 */
export const writeLabel = (label, letters) =>
  cutLabel(label, letters).map(({text, letter}) =>
    letter ? makeLetter(letter, [text], {tabindex: '-1'}) : text,
  );
