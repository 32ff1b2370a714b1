// The sheet of an intervention ("what if"): force a signal and see the old and the new prediction side by side.

import {hueOf, isSigned, limitOf} from '../core/colours.js';
import {fill, number, percent} from '../core/format.js';
import {coversSame, meanOverCovered} from '../core/interventions.js';
import {layerOf, nameSignal, symbolOf} from '../core/layer_names.js';
import {make, makeButton, setStyle} from './elements.js';

/** Bind the sheet. `on.change(interventions, done)` hears every change, `on.undo()` the button. */
export function bindInterventionSheet(dialog, on) {
  let place = null; // {signal, step, unit, allSteps, allUnits}: what is being forced
  let last = null; // the context it was drawn with last

  function close() {
    const signal = place?.signal;
    dialog.close();
    place = null;
    // The panel it was opened from may have been drawn anew meanwhile.
    const focused = document.activeElement;
    if (signal && (dialog.contains(focused) || !focused?.closest('button, input, textarea, select'))) {
      document.querySelector(`button.force[data-signal="${CSS.escape(signal)}"]`)?.focus({preventScroll: true});
    }
  }

  function interventionAt({signal, step, unit, allSteps, allUnits}, value) {
    return {signal, value, step: allSteps ? null : step, unit: allUnits ? null : unit};
  }

  function findForced() {
    const own = interventionAt(place, 0);
    return last.state.interventions.find((intervention) => coversSame(intervention, own));
  }

  function force(value, done) {
    const forced = interventionAt(place, value);
    on.change([...last.state.interventions.filter((other) => !coversSame(other, forced)), forced], done);
  }

  // The choice of one unit or all, one step or all, changes what is forced already.
  function movePlace(changes) {
    const forced = findForced();
    Object.assign(place, changes);
    if (forced) on.change([...last.state.interventions.filter((other) => other !== forced), interventionAt(place, forced.value)], true);
    draw(last, true);
  }

  function build({low, high, signed, values}, say, show) {
    const slider = make('input', {type: 'range', min: low, max: high, step: (high - low) / 200, id: 'whatif-value', 'aria-label': say('whatif.value')});
    slider.addEventListener('input', () => force(Number(slider.value), false));
    slider.addEventListener('change', () => force(Number(slider.value), true));
    const quick = signed ? [[low, show(low)], [0, '0'], [high, show(high)]] : [[0, say('whatif.shut')], [1, say('whatif.open')]];
    dialog.replaceChildren(
      make('div', {class: 'head'}, make('h2', {id: 'whatif-title'}), makeButton('✕', close, {class: 'plain close', 'aria-label': say('whatif.close')})),
      make('p', {class: 'asks'}),
      make('div', {class: 'choices'},
        makeChoice('whatif-step', [[false, say('whatif.step', values)], [true, say('whatif.steps')]], place.allSteps, (allSteps) => movePlace({allSteps})),
        makeChoice('whatif-unit', [[false, say('whatif.unit', values)], [true, say('whatif.units')]], place.allUnits, (allUnits) => movePlace({allUnits}))),
      make('div', {class: 'slide'}, slider, make('output', {for: 'whatif-value'}),
        make('div', {class: 'quick'}, ...quick.map(([value, title]) => makeButton(title, () => force(value, true))),
          makeButton(say('whatif.previous'), () => force('previous', true)))),
      make('div', {class: 'outcome'}), make('ul', {class: 'forced-list'}),
      make('div', {class: 'actions'},
        makeButton(say('whatif.undo'), on.undo, {id: 'undo'}),
        makeButton(say('whatif.clear'), () => on.change([], true), {id: 'clear'})));
  }

  /** Draw it with what the room shows; `anew` where its words or its place have changed. */
  function draw(context, anew = false) {
    last = context;
    if (!place) return;
    const focused = dialog.contains(document.activeElement) ? document.activeElement : null;
    const {state, trace, baselineTrace, cell, catalogue, titleLayer, undoable} = context;
    const titleSignal = (signalName) => nameSignal(symbolOf(signalName), titleLayer(layerOf(signalName)));
    const say = (key, values) => fill(catalogue[key], values);
    const text = (words) => words[state.language] ?? words.en;
    const show = (value) => number(value, state.language);
    place.step = Math.min(place.step, trace.tokens.length - 1);
    const array = trace.signals[place.signal];
    if (!array) {
      close();
      return;
    }
    const signal = cell.signals.find(({name}) => name === symbolOf(place.signal));
    const before = (baselineTrace ?? trace).signals[place.signal] ?? array;
    const forced = findForced();
    const own = meanOverCovered(before, interventionAt(place, 0));
    const value = typeof forced?.value === 'number' ? forced.value : own;
    const limit = limitOf(signal, before.values);
    const low = signal.low ?? -Math.ceil(limit);
    const high = signal.high ?? Math.ceil(limit);
    const values = {token: trace.tokens[place.step], step: place.step + 1, unit: place.unit + 1};

    if (anew || !dialog.firstChild) build({low, high, signed: isSigned(signal), values}, say, show);
    dialog.style.setProperty('--hue', hueOf(signal, state.theme));
    dialog.querySelector('h2').textContent = say('whatif.title', {title: text(signal.title), name: titleSignal(place.signal)});
    dialog.querySelector('.asks').textContent = say(place.allUnits ? 'whatif.own_mean' : 'whatif.own', {...values, value: show(own)});
    const slider = dialog.querySelector('#whatif-value');
    if (document.activeElement !== slider || !forced) slider.value = value;
    dialog.querySelector('.slide output').textContent = forced?.value === 'previous' ? say('whatif.previous') : show(value);
    dialog.querySelector('.outcome').replaceChildren(...makeOutcome(context, say, text));
    dialog.querySelector('.forced-list').replaceChildren(...state.interventions.map((intervention) => {
      const name = describe(intervention, titleSignal, say, show);
      return make('li', {}, make('code', {}, name), makeButton('✕', () => on.change(state.interventions.filter((other) => other !== intervention), true),
        {class: 'plain', 'aria-label': say('whatif.remove', {name})}));
    }));
    dialog.querySelector('#undo').disabled = !undoable;
    dialog.querySelector('#clear').disabled = !state.interventions.length;
    if (focused && (!focused.isConnected || focused.disabled)) keepFocus(focused.id);
  }

  // The focus stays in the sheet, where Escape closes it, though what had it was made anew or has nothing more to do.
  function keepFocus(id) {
    const again = id && dialog.querySelector(`#${id}:enabled`);
    (again || dialog.querySelector('#whatif-value')).focus({preventScroll: true});
  }

  // At the last step; at the forced one where every step has an answer of its own.
  function makeOutcome({trace, baselineTrace, state, task, analysis: {predictions, watchedClass}}, say, text) {
    const step = predictions ? place.step : trace.tokens.length - 1;
    const shownClass = predictions?.[step] ?? watchedClass;
    const label = text(task.labels[trace.classes[shownClass]]);
    return [['whatif.before', baselineTrace ?? trace], ['whatif.after', trace]].map(([key, shown]) => {
      const probability = shown.probabilities.values[step * trace.classes.length + shownClass];
      const bar = make('span', {class: 'fill'});
      setStyle(bar, {transform: `scaleX(${probability})`});
      return make('div', {class: 'bar'}, make('span', {class: 'name'}, say(key)), make('span', {class: 'track'}, bar),
        make('b', {}, `${percent(probability, state.language)} ${label}`));
    });
  }

  dialog.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      close();
    }
  });

  return {
    draw,

    /** Open it for the signal, step and unit of a place that was picked. */
    open({signal, step, unit}) {
      place = {signal, step, unit: unit ?? 0, allSteps: false, allUnits: true};
      if (!dialog.open) dialog.show();
      draw(last, true);
      dialog.querySelector('#whatif-value').focus({preventScroll: true});
    },
  };
}

function describe({signal, value, step, unit}, titleSignal, say, show) {
  const where = step === null ? say('whatif.steps') : say('whatif.at', {step: step + 1});
  const which = unit === null ? say('whatif.units') : say('whatif.unit', {unit: unit + 1});
  return `${titleSignal(signal)} = ${value === 'previous' ? say('whatif.previous') : show(value)} · ${where} · ${which}`;
}

function makeChoice(name, options, chosen, change) {
  return make('div', {class: 'segments small'}, ...options.map(([value, title], k) => {
    const input = make('input', {type: 'radio', name, id: `${name}-${k}`});
    input.checked = value === chosen;
    input.addEventListener('change', () => change(value));
    return make('label', {}, input, make('span', {}, title));
  }));
}
