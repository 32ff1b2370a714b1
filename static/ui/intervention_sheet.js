// The sheet of an intervention ("what if"): force a signal and see the old and the new prediction side by side.

import {findSignal} from '../core/catalog.js';
import {hueOf, isSigned, limitOf} from '../core/colours.js';
import {followAnswer} from '../core/followed_answer.js';
import {fill, number} from '../core/format.js';
import {coversSame, describeIntervention, meanOverCovered} from '../core/interventions.js';
import {layerOf, nameSignal, symbolOf} from '../core/layer_names.js';
import {letterOf} from '../core/notation.js';
import {findAll, make, makeButton, setStyle} from './elements.js';

const SLIDER_STEPS = 200;

/**
 * What is being forced, and whether at every step, in every unit.
 * @typedef {{signal: string, step: number, unit: number, allSteps: boolean, allUnits: boolean}} Place
 */

/**
 * What the sheet shows: the room's answer, and what else concerns it.
 * @typedef {object} SheetContext
 * @property {WatchAnswer} answer
 * @property {Readonly<WatchState>} state
 * @property {Catalogue} catalogue
 * @property {boolean} undoable
 * @property {(layerName: string) => string} titleLayer
 */

/**
 * What is worked out of the context for the place on the sheet.
 * @typedef {object} Reading
 * @property {Signal} signal
 * @property {number} low the slider's ends
 * @property {number} high
 * @property {number} mean the signal's own value, where nothing is forced
 * @property {Intervention | undefined} forced
 * @property {Values} values what the sentences name: token, step, unit
 */

/** The sheet. `on.change(interventions, done)` hears every change, `on.undo()` the button. */
export class InterventionSheet {
  /**
   * @param {HTMLDialogElement} dialog
   * @param {{change: (interventions: Intervention[], done: boolean) => void, undo: () => void}} on
   */
  constructor(dialog, on) {
    this.dialog = dialog;
    this.on = on;
    /** @type {Place | null} */
    this.place = null;
    /** @type {SheetContext | null} */
    this.context = null;
    this.title = make('h2', {id: 'whatif-title'});
    this.asks = make('p', {class: 'asks'});
    this.choices = make('div', {class: 'choices'});
    this.slider = make('input', {type: 'range', id: 'whatif-value'});
    this.output = make('output', {for: 'whatif-value'});
    this.quick = make('div', {class: 'quick'});
    this.outcome = make('div', {class: 'outcome'});
    this.list = make('ul', {class: 'forced-list'});
    this.undo = makeButton('', on.undo, {id: 'undo'});
    this.clear = makeButton('', () => on.change([], true), {id: 'clear'});
    this.leave = makeButton('✕', () => this.close(), {class: 'plain close'});
    dialog.replaceChildren(
      make('div', {class: 'head'}, this.title, this.leave),
      this.asks,
      this.choices,
      make('div', {class: 'slide'}, this.slider, this.output, this.quick),
      this.outcome,
      this.list,
      make('div', {class: 'actions'}, this.undo, this.clear),
    );
    this.slider.addEventListener('input', () => this.force(Number(this.slider.value), false));
    this.slider.addEventListener('change', () => this.force(Number(this.slider.value), true));
    dialog.addEventListener('keydown', (event) => {
      if (event.key.toLowerCase() === 'u') on.undo();
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      this.close();
    });
  }

  /**
   * Open it for the signal, step and unit of a place that was picked.
   * @param {Hit} hit
   */
  open({signal, step, unit}) {
    if (signal === undefined || step === undefined || !this.context) return;
    this.place = {signal, step, unit: unit ?? 0, allSteps: false, allUnits: true};
    if (!this.dialog.open) this.dialog.show();
    this.draw(this.context, true);
    this.slider.focus({preventScroll: true});
  }

  close() {
    const signal = this.place?.signal;
    this.dialog.close();
    this.place = null;
    // The panel it was opened from may have been drawn anew meanwhile.
    const focused = document.activeElement;
    if (!signal || (!this.dialog.contains(focused) && focused?.closest('button, input, textarea, select')))
      return;
    const [button] = findAll(`button.force[data-signal="${CSS.escape(signal)}"]`);
    button?.focus({preventScroll: true});
  }

  /**
   * @param {number | 'previous'} value
   * @param {boolean} done
   */
  force(value, done) {
    if (!this.place || !this.context) return;
    const forced = interventionAt(this.place, value);
    const others = this.context.state.interventions.filter((other) => !coversSame(other, forced));
    this.on.change([...others, forced], done);
  }

  /**
   * Choose one unit or all, one step or all: this changes what is forced already.
   * @param {Partial<Place>} changes
   */
  movePlace(changes) {
    if (!this.place || !this.context) return;
    const {interventions} = this.context.state;
    const forced = findForced(interventions, this.place);
    this.place = {...this.place, ...changes};
    if (forced) {
      const others = interventions.filter((other) => other !== forced);
      this.on.change([...others, interventionAt(this.place, forced.value)], true);
    }
    this.draw(this.context, true);
  }

  /**
   * Draw it with what the room shows; `anew` where its words or its place have changed.
   * @param {SheetContext} context
   * @param {boolean} [anew]
   */
  draw(context, anew = false) {
    this.context = context;
    if (!this.place) return;
    const focused = this.dialog.contains(document.activeElement) ? document.activeElement : null;
    const {answer, state, catalogue, titleLayer, undoable} = context;
    if (!answer.trace.signals[this.place.signal]) {
      this.close();
      return;
    }
    this.place.step = Math.min(this.place.step, answer.tokens.length - 1);
    const {place} = this;
    const reading = read(answer, state.interventions, place);
    const {signal, mean, forced, values} = reading;
    /** @type {Say} */
    const say = (key, given) => fill(catalogue[key], given);
    /** @param {Texts} texts */
    const text = (texts) => texts[state.language] ?? texts.en;
    /** @param {number} value */
    const show = (value) => number(value, state.language);
    /** @param {string} signalName */
    const titleSignal = (signalName) =>
      nameSignal(
        letterOf(findSignal(answer.cell, symbolOf(signalName)), state.notation),
        titleLayer(layerOf(signalName)),
      );

    if (anew) this.reword(reading, say, show);
    const value = typeof forced?.value === 'number' ? forced.value : mean;
    this.dialog.style.setProperty('--hue', hueOf(signal, state.theme));
    this.title.textContent = say('whatif.title', {
      title: text(signal.title),
      name: titleSignal(place.signal),
    });
    const [ofUnit, ofUnits] = place.allSteps
      ? ['whatif.own_steps', 'whatif.own_steps_mean']
      : ['whatif.own', 'whatif.own_mean'];
    this.asks.textContent = say(place.allUnits ? ofUnits : ofUnit, {
      ...values,
      value: show(mean),
    });
    if (anew || document.activeElement !== this.slider || !forced) this.slider.value = String(value);
    this.output.textContent = forced?.value === 'previous' ? say('whatif.previous') : show(value);
    this.outcome.replaceChildren(...makeOutcome(answer, place, state.language, say, text));
    this.list.replaceChildren(
      ...state.interventions.map((intervention) => {
        const name = describeIntervention(
          intervention,
          titleSignal(intervention.signal),
          say,
          state.language,
        );
        const remove = () =>
          this.on.change(
            state.interventions.filter((other) => other !== intervention),
            true,
          );
        const button = makeButton('✕', remove, {class: 'plain', 'aria-label': say('whatif.remove', {name})});
        return make('li', {}, make('code', {}, name), button);
      }),
    );
    this.undo.disabled = !undoable;
    this.clear.disabled = !state.interventions.length;
    if (focused && (!focused.isConnected || focused.matches(':disabled'))) this.keepFocus(focused.id);
  }

  /**
   * Keep the focus in the sheet, where Escape closes it, though what had it was made anew or is disabled.
   * @param {string} id what had it
   */
  keepFocus(id) {
    const again = [...this.dialog.querySelectorAll('button, input')].find(
      (element) => id && element.id === id && !element.matches(':disabled'),
    );
    /** @type {HTMLElement} */ (again ?? this.slider).focus({preventScroll: true});
  }

  /**
   * What is said of the place: the choices, the slider's range, the buttons.
   * @param {Reading} reading
   * @param {Say} say
   * @param {(value: number) => string} show
   */
  reword({signal, low, high, values}, say, show) {
    const {allSteps = false, allUnits = false} = this.place ?? {};
    this.leave.setAttribute('aria-label', say('whatif.close'));
    this.undo.textContent = say('whatif.undo');
    this.clear.textContent = say('whatif.clear');
    this.choices.replaceChildren(
      makeChoice('whatif-step', [say('whatif.step', values), say('whatif.steps')], allSteps, (all) =>
        this.movePlace({allSteps: all}),
      ),
      makeChoice('whatif-unit', [say('whatif.unit', values), say('whatif.units')], allUnits, (all) =>
        this.movePlace({allUnits: all}),
      ),
    );
    const range = {min: low, max: high, step: (high - low) / SLIDER_STEPS};
    for (const [name, end] of Object.entries(range)) this.slider.setAttribute(name, String(end));
    this.slider.setAttribute('aria-label', say('whatif.value'));
    const ends = isSigned(signal) ? [low, 0, high] : [0, 1];
    const titles = isSigned(signal) ? [show(low), '0', show(high)] : [say('whatif.shut'), say('whatif.open')];
    this.quick.replaceChildren(
      ...ends.map((end, k) => makeButton(titles[k], () => this.force(end, true))),
      makeButton(say('whatif.previous'), () => this.force('previous', true)),
    );
  }
}

/**
 * @param {Place} place
 * @param {number | 'previous'} value
 * @returns {Intervention}
 */
function interventionAt({signal, step, unit, allSteps, allUnits}, value) {
  return {signal, value, step: allSteps ? null : step, unit: allUnits ? null : unit};
}

/**
 * @param {Intervention[]} interventions
 * @param {Place} place
 */
function findForced(interventions, place) {
  const wanted = interventionAt(place, 0);
  return interventions.find((intervention) => coversSame(intervention, wanted));
}

/**
 * @param {WatchAnswer} answer
 * @param {Intervention[]} interventions
 * @param {Place} place
 * @returns {Reading}
 */
function read({trace, baselineTrace, cell}, interventions, place) {
  const signal = findSignal(cell, symbolOf(place.signal));
  const array = (baselineTrace ?? trace).signals[place.signal] ?? trace.signals[place.signal];
  const limit = Math.ceil(limitOf(signal, array.values));
  return {
    signal,
    low: signal.low ?? -limit,
    high: signal.high ?? limit,
    mean: meanOverCovered(array, interventionAt(place, 0)),
    forced: findForced(interventions, place),
    values: {token: trace.tokens[place.step], step: place.step + 1, unit: place.unit + 1},
  };
}

/**
 * The prediction before and after: at the last step; at the forced one where every step has an answer of its own.
 * @param {WatchAnswer} answer
 * @param {Place} place
 * @param {string} language
 * @param {Say} say
 * @param {(texts: Texts) => string} text
 */
function makeOutcome(
  {trace, baselineTrace, forcedTrace, task, analysis: {predictions, watchedClass}},
  place,
  language,
  say,
  text,
) {
  const step = predictions ? place.step : trace.tokens.length - 1;
  const shownClass = predictions?.[step] ?? watchedClass;
  const followed = followAnswer({
    task,
    classes: trace.classes,
    shownClass: () => shownClass,
    language,
    text,
  });
  const largest = Math.max(
    ...[trace, baselineTrace ?? trace, forcedTrace ?? trace].map((run) => Math.abs(followed.at(run, step))),
  );
  /**
   * @param {string} title
   * @param {Trace} shown
   */
  const makeBar = (title, shown) => {
    const told = followed.at(shown, step);
    const filled = make('span', {class: 'fill'});
    setStyle(filled, {transform: `scaleX(${followed.numeric ? Math.abs(told) / (largest || 1) : told})`});
    return make(
      'div',
      {class: 'bar'},
      make('span', {class: 'name'}, title),
      make('span', {class: 'track'}, filled),
      make('b', {}, followed.tell(shown, step)),
    );
  };
  return [
    makeBar(say('whatif.before'), baselineTrace ?? trace),
    makeBar(say('whatif.after'), forcedTrace ?? trace),
  ];
}

/**
 * A choice between one and all.
 * @param {string} name
 * @param {[one: string, all: string]} titles
 * @param {boolean} chosen whether all
 * @param {(all: boolean) => void} change
 */
function makeChoice(name, titles, chosen, change) {
  const labels = titles.map((title, k) => {
    const input = make('input', {type: 'radio', name, id: `${name}-${k}`});
    input.checked = chosen === (k === 1);
    input.addEventListener('change', () => change(k === 1));
    return make('label', {}, input, make('span', {}, title));
  });
  return make('div', {class: 'segments small'}, ...labels);
}
