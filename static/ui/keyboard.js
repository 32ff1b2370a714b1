// The keys of the page, and the sheet that lists them.

import {byId, make, makeButton} from './elements.js';

const KEYS = [
  ['Space', 'keys.play'],
  ['← →', 'keys.step'],
  ['Home End', 'keys.ends'],
  ['B', 'keys.direction'],
  ['/', 'keys.write'],
  ['Enter', 'keys.read'],
  ['[ ]', 'keys.unit'],
  ['S', 'keys.slide'],
  ['U', 'keys.undo'],
  ['+ −', 'keys.zoom'],
  ['?', 'keys.help'],
  ['Esc', 'keys.close'],
];
const OF_SLIDERS = /^(Arrow|Home$|End$|Page)/;
const TERMS = ['hidden', 'cell', 'gate', 'gradient', 'unknown'];

/**
 * Bind the keys: `actions` by key, `close()` what Escape does anywhere but in a dialog or a note, which it closes by
 * itself. An action that gives false leaves its key to the browser.
 * @param {Record<string, () => unknown>} actions
 * @param {() => void} close
 */
export function bindKeys(actions, close) {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape') {
      if (!document.querySelector('dialog:modal, :popover-open')) close();
      return;
    }
    const target = /** @type {HTMLElement} */ (event.target);
    // A slider has keys of its own, and takes no letters.
    const slides = target instanceof HTMLInputElement && target.type === 'range';
    if (slides ? OF_SLIDERS.test(event.key) : target.closest('textarea, select, input')) return;
    if (target.closest('dialog[open]')) return;
    if (event.key === ' ' && target.closest('button, summary') && target.id !== 'play') return;
    const action = actions[event.key] ?? actions[event.key.toLowerCase()];
    if (!action) return;
    if (action() !== false) event.preventDefault();
  });
}

/**
 * Show the sheet of the keys and of the words that need a definition.
 * @param {Say} say
 */
export function showKeys(say) {
  const dialog = byId('keys');
  /**
   * @param {Record<string, string>} attributes
   * @param {[term: (Node | string)[], meaning: string][]} entries
   */
  const listing = (attributes, entries) =>
    make(
      'dl',
      attributes,
      ...entries.flatMap(([term, meaning]) => [make('dt', {}, ...term), make('dd', {}, meaning)]),
    );
  dialog.replaceChildren(
    make(
      'div',
      {class: 'head'},
      make('h2', {id: 'keys-title'}, say('keys.title')),
      makeButton('✕', () => dialog.close(), {class: 'plain close', 'aria-label': say('whatif.close')}),
    ),
    listing(
      {},
      KEYS.map(([keys, action]) => [
        keys
          .split(' ')
          .map((key) => make('kbd', {}, key.length > 2 ? say(`keys.key.${key.toLowerCase()}`) : key)),
        say(action),
      ]),
    ),
    make('h3', {}, say('words.title')),
    listing(
      {class: 'words'},
      TERMS.map((term) => [[say(`words.${term}`)], say(`words.${term}.means`)]),
    ),
  );
  if (!dialog.open) dialog.showModal();
}
