// Draws a cell's equations with a step's own numbers in them.

import {hueOf} from '../../core/colours.js';
import {make, makeButton, makeMark, writeSubscripts} from '../elements.js';
import {makeLetter} from '../letter_note.js';

/**
 * Draw equations into a card; the button of each forces its signal.
 * @param {Card} card
 * @param {PanelListener} on
 * @returns {Renderer<EquationsFigure>}
 */
export function createEquations({body}, on) {
  /**
   * @param {EquationLine} line
   * @param {DrawOptions} options
   */
  function makeRow(line, {theme, forceLabel}) {
    const {signal, signalName, step, unit, runs, says, numbers, unitTitle, value, forced} = line;
    const button = makeButton(forceLabel, () => on.force?.({signal: signalName, step, unit}), {
      class: 'force',
      'data-signal': signalName,
      'aria-label': `${forceLabel} ${signal.letter}`,
    });
    return make(
      'div',
      {class: `row${forced ? ' forced' : ''}`},
      makeMark(hueOf(signal, theme)),
      make(
        'div',
        {class: 'text'},
        make('p', {class: 'formula'}, ...runs.flatMap(makeRun)),
        make('p', {class: 'says'}, says),
        make('p', {class: 'numbers'}, make('span', {}, unitTitle), numbers),
      ),
      make('div', {class: 'value'}, make('b', {}, value), forced ? make('em', {}, forced) : '', button),
    );
  }

  return {
    draw({lines}, options) {
      const focused = document.activeElement?.closest('.row button')?.getAttribute('data-signal');
      body.replaceChildren(...lines.map((line) => makeRow(line, options)));
      for (const button of body.querySelectorAll('button')) {
        if (focused && button.dataset.signal === focused) button.focus();
      }
    },
  };
}

/**
 * A letter is a button that says what it means. Tab goes from legend to legend, not through every letter.
 * @param {{text: string, letter: string | null}} run
 * @returns {(Node | string)[]}
 */
function makeRun({text, letter}) {
  const written = writeSubscripts(text);
  if (!letter) return written;
  return [makeLetter(letter, written, {tabindex: '-1'})];
}
