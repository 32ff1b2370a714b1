// Draws a figure that is a table, always open.

import {make, makeMark, writeSubscripts} from '../elements.js';
import {writeLabel} from '../letter_note.js';

/**
 * Make a table of heads and rows of ready cells.
 * @param {(string | (Node | string)[])[]} head
 * @param {HTMLElement[][]} rows
 */
export function makeTable(head, rows) {
  return make(
    'table',
    {},
    make('thead', {}, make('tr', {}, ...head.map((title) => make('th', {scope: 'col'}, ...[title].flat())))),
    make('tbody', {}, ...rows.map((cells) => make('tr', {}, ...cells))),
  );
}

/**
 * Draw tables into a card; a line may have a colour, and be the one that stands for the step on screen.
 * @param {Card} card
 * @returns {Renderer<TableFigure>}
 */
export function createTable({body, title}) {
  let written = '';

  /**
   * @param {TableFigure} figure
   * @param {Letters} letters
   */
  function write({head, lines, symbols}, letters) {
    const rows = lines.map(({colour, letter, cells: [name, ...cells]}) => [
      make('th', {scope: 'row'}, ...(colour ? [makeMark(colour, letter)] : []), ...writeLabel(name, letters)),
      ...cells.map((cell, k) => make('td', {'data-head': head[k + 1]}, cell)),
    ]);
    const table = makeTable(
      head.map((heading) => (symbols ? writeSubscripts(heading) : heading)),
      rows,
    );
    body.replaceChildren(
      make(
        'div',
        {class: 'scroll open', tabindex: '0', role: 'region', 'aria-label': title.textContent},
        table,
      ),
    );
  }

  return {
    draw(figure, {letters}) {
      const content = JSON.stringify([
        figure.head,
        figure.lines.map(({colour, letter, cells}) => [colour, letter, cells]),
        letters,
      ]);
      if (content !== written) write(figure, letters);
      written = content;
      const rows = body.querySelectorAll('tbody tr');
      figure.lines.forEach(({here}, k) => {
        rows[k].classList.toggle('here', Boolean(here));
      });
    },
  };
}
