// Buttons side by side of which one is chosen.

import {fitChildren, make, setText} from './elements.js';

/**
 * Fill `box` with a button for each of `options`, `{id, title, hint, testid}`; `change(id)` hears the choice.
 * @template {string} I
 * @param {HTMLElement} box
 * @param {Option<I>[]} options
 * @param {string} chosen
 * @param {(id: I) => void} change
 */
export function segments(box, options, chosen, change) {
  const buttons = fitChildren(box, options, () => make('button', {type: 'button'}));
  options.forEach(({id, title, hint, testid}, k) => {
    const button = buttons[k];
    button.onclick = () => change(id);
    setText(button, title);
    if (hint) button.title = hint;
    if (testid) button.dataset.testid = testid;
    button.setAttribute('aria-pressed', String(id === chosen));
  });
}
