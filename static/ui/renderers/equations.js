// Draws a cell's equations with a step's own numbers in them.

import {hueOf} from '../../core/colours.js';
import {make, makeButton, makeMark, writeSubscripts} from '../elements.js';

/** Draw equations into a card; the button of each forces its signal. */
export function createEquations({body}, on) {
  function makeRow(line, {theme, forceLabel}) {
    const {signal, signalName, step, unit, formula, says, numbers, unitTitle, value, forced} = line;
    const button = makeButton(forceLabel, () => on.force({signal: signalName, step, unit}), {
      class: 'force',
      'data-signal': signalName,
      'aria-label': `${forceLabel} ${signal.name}`,
    });
    return make(
      'div',
      {class: `row${forced ? ' forced' : ''}`},
      makeMark(hueOf(signal, theme)),
      make(
        'div',
        {class: 'text'},
        make('p', {class: 'formula'}, ...writeSubscripts(formula)),
        make('p', {class: 'says'}, says),
        make('p', {class: 'numbers'}, make('span', {}, unitTitle), numbers),
      ),
      make('div', {class: 'value'}, make('b', {}, value), forced ? make('em', {}, forced) : '', button),
    );
  }

  return {
    draw({lines}, options) {
      const focused = document.activeElement?.closest?.('.row button')?.dataset.signal;
      body.replaceChildren(...lines.map((line) => makeRow(line, options)));
      if (focused) body.querySelector(`button[data-signal="${CSS.escape(focused)}"]`)?.focus();
    },
  };
}
