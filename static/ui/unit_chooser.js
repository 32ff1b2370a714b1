// The unit that every panel shows: the one before and the one after it, and those that have a name.

import {findById} from '../core/catalog.js';
import {count, number} from '../core/format.js';
import {chooseLayer} from '../core/layer_names.js';
import {letterOf} from '../core/notation.js';
import {chooseUnit, LEAST_CORRELATION, nameUnits} from '../core/unit_names.js';
import {byId, make, makeButton} from './elements.js';

/**
 * Bind the chooser; `choose(layer, unit)` hears a name that is picked, `step(by)` a step along the order on screen.
 * @param {{say: Say, text: (texts: Texts) => string}} shell
 * @param {{choose: (layer: string, unit: number) => void, step: (by: number) => void}} on
 */
export function bindUnitChooser({say, text}, on) {
  const before = makeButton('‹', () => on.step(-1), {class: 'pill', 'data-testid': 'unit-previous'});
  const current = make('output', {class: 'current', 'data-testid': 'unit'});
  const after = makeButton('›', () => on.step(1), {class: 'pill', 'data-testid': 'unit-next'});
  const names = make('div', {class: 'units'});
  let drawn = '';

  return {
    /**
     * Show the unit on screen, and offer those of the model that have a name.
     * @param {Readonly<WatchState>} state
     * @param {WatchAnswer | null} answer
     * @param {Catalog['properties']} properties
     */
    show({layer, unit, language, notation}, answer, properties) {
      if (!answer) return;
      const {trace, models, cell, analysis} = answer;
      const layerName = chooseLayer(analysis.layerNames, layer);
      const shown = chooseUnit(analysis.unitOrders[layerName], unit);
      if (!before.isConnected) byId('units').replaceChildren(before, current, after, names);
      const title = say('unit.title', {unit: shown + 1});
      if (current.textContent !== title) current.textContent = title;
      const model = findById(models, trace.model);
      const named = trace.weights === 'trained' ? nameUnits(model, properties) : [];
      const content = JSON.stringify([trace.model, trace.weights, language, notation, layerName, shown]);
      if (content === drawn) return;
      drawn = content;
      before.setAttribute('aria-label', say('unit.above'));
      after.setAttribute('aria-label', say('unit.below'));
      current.setAttribute('aria-label', say('unit.box'));
      const focused = document.activeElement?.getAttribute('data-unit');
      names.replaceChildren(
        ...named.map((one) => {
          const values = {
            name: text(one.title),
            unit: one.unit + 1,
            r: number(one.correlation, language),
            least: number(LEAST_CORRELATION, language),
            symbol: letterOf(
              cell.signals.find(({name}) => name === one.symbol) ?? {name: one.symbol},
              notation,
            ),
            count: count(model.facts.units?.samples ?? 0, language),
          };
          return makeButton(say('unit.chip', values), () => on.choose(one.layerName, one.unit), {
            class: 'pill',
            title: say('unit.follows', values),
            'data-unit': String(one.unit),
            'aria-pressed': String(one.layerName === layerName && one.unit === shown),
          });
        }),
      );
      if (focused)
        /** @type {HTMLElement | null} */ (names.querySelector(`[data-unit="${focused}"]`))?.focus();
    },
  };
}
