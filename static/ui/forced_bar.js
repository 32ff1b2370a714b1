// The bar under the sentence that says what is forced: each with "off", and the run with it or without.

import {findSignal} from '../core/catalog.js';
import {hueOf} from '../core/colours.js';
import {number} from '../core/format.js';
import {layerOf, nameSignal, symbolOf} from '../core/layer_names.js';
import {byId, make, makeButton, makeMark} from './elements.js';
import {segments} from './segments.js';

/** @type {WatchState['forcing'][]} */
const WAYS = ['with', 'without'];

/**
 * Bind the bar; `change(interventions)` hears what is left once something is taken off.
 * @param {RoomOf<WatchState, WatchAnswer>} room
 * @param {Shell} shell
 * @param {{change: (interventions: Intervention[]) => void, titleLayer: (layerName: string) => string}} on
 */
export function bindForcedBar(room, {say, text}, {change, titleLayer}) {
  const bar = byId('forced');
  const title = make('b', {});
  const list = make('ul', {});
  const ways = make('div', {class: 'segments small', role: 'group'});
  const undo = makeButton('', () => room.undo(), {class: 'pill', 'data-testid': 'forced-undo'});
  const clear = makeButton('', () => change([]), {class: 'pill', 'data-testid': 'forced-clear'});
  bar.replaceChildren(title, list, make('div', {class: 'moves'}, ways, clear, undo));
  let shown = '';

  /**
   * `forget gate f = 0 · at “but” · all units`
   * @param {Intervention} intervention
   * @param {WatchAnswer} answer
   * @param {string} language
   */
  function describe({signal, value, step, unit}, {cell, tokens}, language) {
    const own = findSignal(cell, symbolOf(signal));
    const forced = value === 'previous' ? say('whatif.previous') : number(value, language);
    const token = step === null ? '' : (tokens[step] ?? '');
    return [
      `${text(own.title)} ${nameSignal(own.name, titleLayer(layerOf(signal)))} = ${forced}`,
      step === null ? say('whatif.steps') : say('forced.at', {step: step + 1, token}),
      unit === null ? say('whatif.units') : say('whatif.unit', {unit: unit + 1}),
    ].join(' · ');
  }

  /**
   * @param {Intervention} intervention
   * @param {WatchState} state
   * @param {WatchAnswer} answer
   */
  function makeEntry(intervention, {interventions, language, theme}, answer) {
    const name = describe(intervention, answer, language);
    const off = makeButton(
      say('forced.off'),
      () => change(interventions.filter((other) => other !== intervention)),
      {class: 'link', 'aria-label': say('forced.off_of', {name})},
    );
    const mark = makeMark(hueOf(findSignal(answer.cell, symbolOf(intervention.signal)), theme));
    return make('li', {}, mark, make('span', {}, name), off);
  }

  return {
    /**
     * @param {WatchState} state
     * @param {WatchAnswer | null} answer
     * @param {boolean} undoable
     */
    show(state, answer, undoable) {
      const {interventions, forcing, language, theme} = state;
      const any = interventions.length > 0;
      bar.hidden = !answer || (!any && !undoable);
      if (bar.hidden || !answer) return;
      // What is forced may be of the model that is asked for, and not yet of the one that answered.
      if (interventions.some(({signal}) => !answer.trace.signals[signal])) return;
      const content = JSON.stringify([interventions, forcing, language, theme, undoable, answer.tokens]);
      if (content === shown) return;
      shown = content;
      bar.setAttribute('aria-label', say('forced.label'));
      title.textContent = say(any ? 'forced.label' : 'forced.none');
      list.replaceChildren(...interventions.map((one) => makeEntry(one, state, answer)));
      ways.hidden = !any;
      ways.setAttribute('aria-label', say('forced.ways'));
      segments(
        ways,
        WAYS.map((id) => ({id, title: say(`forced.${id}`), testid: `forced-${id}`})),
        forcing,
        (id) => room.store.set({forcing: id}),
      );
      clear.hidden = interventions.length < 2;
      clear.textContent = say('whatif.clear');
      undo.hidden = !undoable;
      undo.replaceChildren(say('whatif.undo'), make('kbd', {}, 'U'));
    },
  };
}
