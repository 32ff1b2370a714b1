// Draws lines of code, each listing with a button that copies it.

import {make, makeButton} from '../elements.js';

const COPIED = 1800; // ms for which the button says so

/**
 * Draw listings into a card.
 * @param {Card} card
 * @returns {Renderer<CodeFigure>}
 */
export function createCode({body}) {
  let written = '';

  /**
   * @param {{title: string, text: string}} listing
   * @param {CodeFigure} figure
   */
  function makeListing({title, text}, {copy, copied}) {
    const code = make('pre', {tabindex: '0', 'aria-label': title}, make('code', {}, text));
    const button = makeButton(
      copy,
      async () => {
        try {
          await navigator.clipboard.writeText(text);
          button.textContent = copied;
          setTimeout(() => (button.textContent = copy), COPIED);
        } catch {
          // the browser does not let us: let a person copy it
          getSelection()?.selectAllChildren(code);
        }
      },
      {class: 'pill', 'aria-label': `${copy} ${title}`},
    );
    return make('details', {class: 'code'}, make('summary', {}, title), button, code);
  }

  return {
    draw(figure) {
      const content = JSON.stringify([figure.lines, figure.copy]);
      if (content === written) return;
      written = content;
      body.replaceChildren(...figure.lines.map((line) => makeListing(line, figure)));
    },
  };
}
