// The "what if": force a signal and see the old and the new prediction side by side.

import {hueOf, isSigned, limitOf} from './colours.js';
import {titleOf} from './context.js';
import {fill, number, percent} from './format.js';
import {make} from './panel.js';

/** Wire the sheet. `on.change(interventions)` hears every change, `on.undo()` the button. */
export function createWhatIf(dialog, on) {
  let place = null; // {signal, step, unit, allSteps, allUnits}
  let last = null;

  function close() {
    const signal = place?.signal;
    dialog.close();
    place = null;
    // The panel it was opened from may have been drawn anew meanwhile.
    const held = document.activeElement;
    if (signal && (dialog.contains(held) || !held?.closest('button, input, textarea, select'))) {
      document.querySelector(`button.force[data-signal="${CSS.escape(signal)}"]`)?.focus({preventScroll: true});
    }
  }

  function entryOf({signal, step, unit, allSteps, allUnits}, value) {
    return {signal, value, step: allSteps ? null : step, unit: allUnits ? null : unit};
  }

  function isSame(a, b) {
    return a.signal === b.signal && a.step === b.step && a.unit === b.unit;
  }

  function force(value, done) {
    const entry = entryOf(place, value);
    const others = last.state.interventions.filter((one) => !isSame(one, entry));
    on.change([...others, entry], done);
  }

  function move(changes) {
    // The choice of one unit or all, one step or all, changes what is forced already.
    const before = entryOf(place, 0);
    const forced = last.state.interventions.find((one) => isSame(one, before));
    Object.assign(place, changes);
    if (forced) {
      const rest = last.state.interventions.filter((one) => one !== forced);
      on.change([...rest, entryOf(place, forced.value)], true);
    }
    draw(last, true);
  }

  function draw(context, whole = false) {
    last = context;
    if (!place) return;
    const {state, trace, base, cell, catalogue, rowName} = context;
    const nameOf = (full) => titleOf(full.slice(full.lastIndexOf('.') + 1), rowName(full.slice(0, full.lastIndexOf('.'))));
    const say = (key, values) => fill(catalogue[key], values);
    const text = (words) => words[state.language] ?? words.en;
    const show = (value) => number(value, state.language);
    const steps = trace.tokens.length;
    place.step = Math.min(place.step, steps - 1);
    const found = trace.signals[place.signal];
    if (!found) {
      close();
      return;
    }
    const signal = cell.signals.find((one) => place.signal.endsWith(`.${one.name}`));
    const units = found.shape[1];
    const before = (base ?? trace).signals[place.signal]?.values ?? found.values;
    const forced = state.interventions.find((one) => isSame(one, entryOf(place, 0)));
    const own = meanAt(before, place, steps, units);
    const value = typeof forced?.value === 'number' ? forced.value : own;
    const limit = limitOf(signal, before);
    const low = signal.low ?? -Math.ceil(limit);
    const high = signal.high ?? Math.ceil(limit);
    const values = {token: trace.tokens[place.step], step: place.step + 1, unit: place.unit + 1};

    if (whole || !dialog.firstChild) {
      dialog.replaceChildren(
        make('div', {class: 'head'}, make('h2', {id: 'whatif-title'}), button('✕', close, {class: 'plain close', 'aria-label': say('whatif.close')})),
        make('p', {class: 'asks'}),
        make('div', {class: 'choices'},
          choice('whatif-step', [[false, say('whatif.step', values)], [true, say('whatif.steps')]], place.allSteps, (v) => move({allSteps: v})),
          choice('whatif-unit', [[false, say('whatif.unit', values)], [true, say('whatif.units')]], place.allUnits, (v) => move({allUnits: v}))),
        make('div', {class: 'slide'}), make('div', {class: 'outcome'}), make('ul', {class: 'forced-list'}),
        make('div', {class: 'actions'},
          button(say('whatif.undo'), on.undo, {id: 'undo'}),
          button(say('whatif.clear'), () => on.change([], true), {id: 'clear'})));
      const slider = make('input', {type: 'range', min: low, max: high, step: (high - low) / 200, id: 'whatif-value', 'aria-label': say('whatif.value')});
      slider.addEventListener('input', () => force(Number(slider.value), false));
      slider.addEventListener('change', () => force(Number(slider.value), true));
      const quick = isSigned(signal) ? [[low, show(low)], [0, '0'], [high, show(high)]]
        : [[0, say('whatif.shut')], [1, say('whatif.open')]];
      dialog.querySelector('.slide').append(slider, make('output', {for: 'whatif-value'}),
        make('div', {class: 'quick'}, ...quick.map(([to, name]) => button(name, () => force(to, true))),
          button(say('whatif.previous'), () => force('previous', true))));
    }
    dialog.style.setProperty('--hue', hueOf(signal, state.theme));
    dialog.querySelector('h2').textContent = say('whatif.title', {title: text(signal.title), name: nameOf(place.signal)});
    dialog.querySelector('.asks').textContent = say(place.allUnits ? 'whatif.own_mean' : 'whatif.own', {...values, value: show(own)});
    const slider = dialog.querySelector('#whatif-value');
    if (document.activeElement !== slider || !forced) slider.value = value;
    dialog.querySelector('.slide output').textContent = forced?.value === 'previous' ? say('whatif.previous') : show(value);
    dialog.querySelector('.outcome').replaceChildren(...outcome(context, say, text));
    dialog.querySelector('.forced-list').replaceChildren(...state.interventions.map((one, k) => make('li', {},
      make('code', {}, describe(one, nameOf, say, show)),
      button('✕', () => on.change(state.interventions.filter((_, j) => j !== k), true), {class: 'plain', 'aria-label': say('whatif.remove', {name: describe(one, nameOf, say, show)})}))));
    dialog.querySelector('#undo').disabled = !context.undoable;
    dialog.querySelector('#clear').disabled = !state.interventions.length;
  }

  // At the last step; at the forced one where every step has an answer of its own.
  function outcome({trace, base, state, task, study}, say, text) {
    const step = study.answers ? place.step : trace.tokens.length - 1;
    const watched = study.answers?.[step] ?? study.watchedIndex;
    const label = text(task.labels[trace.classes[watched]]);
    return [['whatif.before', base ?? trace], ['whatif.after', trace]].map(([key, of]) => {
      const p = of.probabilities.values[step * trace.classes.length + watched];
      const bar = make('span', {class: 'fill'});
      bar.style.transform = `scaleX(${p})`;
      return make('div', {class: 'bar'}, make('span', {class: 'name'}, say(key)), make('span', {class: 'track'}, bar),
        make('b', {}, `${percent(p, state.language)} ${label}`));
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
    open(found) {
      place = {...found, unit: found.unit ?? 0, allSteps: false, allUnits: true};
      if (!dialog.open) dialog.show();
      draw(last, true);
      dialog.querySelector('#whatif-value').focus({preventScroll: true});
    },
  };
}

function meanAt(values, {step, unit, allSteps, allUnits}, steps, units) {
  let [sum, n] = [0, 0];
  for (let t = allSteps ? 0 : step; t < (allSteps ? steps : step + 1); t += 1) {
    for (let k = allUnits ? 0 : unit; k < (allUnits ? units : unit + 1); k += 1) {
      sum += values[t * units + k];
      n += 1;
    }
  }
  return sum / n;
}

function describe({signal, value, step, unit}, nameOf, say, show) {
  const where = step === null ? say('whatif.steps') : say('whatif.at', {step: step + 1});
  const which = unit === null ? say('whatif.units') : say('whatif.unit', {unit: unit + 1});
  return `${nameOf(signal)} = ${value === 'previous' ? say('whatif.previous') : show(value)} · ${where} · ${which}`;
}

function button(name, action, attributes = {}) {
  const element = make('button', {type: 'button', ...attributes}, name);
  element.addEventListener('click', action);
  return element;
}

function choice(name, options, chosen, change) {
  return make('div', {class: 'segments small'}, ...options.map(([value, title], k) => {
    const input = make('input', {type: 'radio', name, id: `${name}-${k}`});
    input.checked = value === chosen;
    input.addEventListener('change', () => change(value));
    return make('label', {}, input, make('span', {}, title));
  }));
}
