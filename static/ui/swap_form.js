// A form to change one word of a text: which word, what stands in its place, read again.

import {writeSwap} from '../core/word_swap.js';
import {make, makeButton, setText} from './elements.js';

/**
 * Make the form; `choose` hears what of the room's state a person changes.
 * @param {(changes: Record<string, string>) => void} choose
 */
export function makeSwapForm(choose) {
  let field = '';
  let drawn = '';
  const step = make('select', {'data-testid': 'swap-step'});
  const word = make('input', {
    type: 'text',
    maxlength: 60,
    size: 16,
    autocomplete: 'off',
    spellcheck: 'false',
    'data-testid': 'swap-word',
  });
  const read = make('button', {class: 'pill', 'data-testid': 'swap'});
  const undo = makeButton('', () => choose({[field]: ''}), {class: 'link', 'data-testid': 'swap-undo'});
  const root = make(
    'form',
    {class: 'swap'},
    step,
    make('span', {'aria-hidden': 'true'}, '→'),
    word,
    read,
    undo,
  );
  root.hidden = true;
  step.addEventListener('change', () => choose({[field]: writeSwap(step.value, '')}));
  word.addEventListener('input', allow);
  root.addEventListener('submit', (event) => {
    event.preventDefault();
    if (!read.disabled) choose({[field]: writeSwap(step.value, word.value)});
  });

  function allow() {
    read.disabled = !word.value.trim();
  }

  return {
    root,
    /** @param {SwapEntry | undefined} entry */
    draw(entry) {
      root.hidden = !entry;
      const asked = JSON.stringify(entry);
      if (!entry || asked === drawn) return; // what a person types meanwhile stays
      drawn = asked;
      field = entry.field;
      step.replaceChildren(...entry.steps.map(({id, title}) => make('option', {value: id}, title)));
      step.value = entry.step;
      word.value = entry.word;
      step.setAttribute('aria-label', entry.titles.step);
      word.setAttribute('aria-label', entry.titles.word);
      word.placeholder = entry.titles.word;
      setText(read, entry.titles.read);
      setText(undo, entry.titles.undo);
      undo.hidden = !entry.done;
      allow();
    },
  };
}
