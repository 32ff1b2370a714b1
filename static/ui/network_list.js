// The list of networks to compare: one card each, and presets.

import {nameModel} from '../core/model_names.js';
import {listPresets} from '../core/network_presets.js';
import {FRESH, MOST_NETWORKS, nameNetwork} from '../core/network_spec.js';
import {make, makeButton, makeMark} from './elements.js';

const STARTS = ['pytorch', 'orthogonal', 'identity'];
const CHRONO_GATES = ['input', 'forget']; // the chrono start sets both (Tallec & Ollivier 2018)

/** Bind the list's element; `draw(state, catalog)` shows it, `change(specs)` hears what a person asks for. */
export function bindNetworkList(box, {say, text, hue, change}) {
  const opened = new Set(); // the cards whose settings are open

  function makeCard(spec, k, specs, task, catalog) {
    const model = catalog.models.find(({id}) => id === spec.model);
    const cell = catalog.cells.find(({id}) => id === model.cell);
    const replace = (changes) => change(specs.map((other, j) => (j === k ? {...other, ...changes} : other)));

    const choose = (name, options, chosen, then) => {
      const select = make(
        'select',
        {id: `net-${k}-${name}`, 'aria-label': `${say(`networks.field.${name}`)} ${k + 1}`},
        ...options.map(([value, title]) => make('option', {value}, title)),
      );
      select.value = chosen;
      select.addEventListener('change', () => then(select.value));
      return select;
    };
    const adjust = (name, title, value, {low, high, step}, then) => {
      const input = make('input', {type: 'number', id: `net-${k}-${name}`, min: low, max: high, step, value});
      input.addEventListener('change', () => then(Math.min(high, Math.max(low, Number(input.value) || 0))));
      return make('label', {}, make('span', {}, title), input);
    };
    const adjustField = (name, value, low, high, step, round = Math.round) =>
      adjust(name, say(`networks.field.${name}`), value, {low, high, step}, (wanted) =>
        replace({[name]: round(wanted)}),
      );

    const titleModel = (one) =>
      nameModel(one, text(catalog.cells.find(({id}) => id === one.cell).title), say);
    const models = choose(
      'model',
      catalog.models.filter((one) => one.task === task).map((one) => [one.id, titleModel(one)]),
      spec.model,
      (value) => replace({model: value, settings: {}}),
    );
    const weights = choose(
      'weights',
      [
        ['trained', say('networks.trained')],
        ...STARTS.map((start) => [start, say(`networks.start.${start}`)]),
      ],
      spec.weights === 'trained' ? 'trained' : spec.start,
      (value) =>
        replace(value === 'trained' ? {weights: 'trained', ...FRESH} : {weights: 'fresh', start: value}),
    );
    const remove = makeButton('✕', () => change(specs.filter((_, j) => j !== k)), {
      class: 'plain close',
      'aria-label': say('networks.remove', {name: nameNetwork(spec, catalog, say, text)}),
    });
    remove.disabled = specs.length < 2;

    const fields = [];
    if (spec.weights === 'fresh') {
      fields.push(
        adjustField('gain', spec.gain, 0, 10, 0.1, (gain) => gain),
        adjustField('width', spec.width ?? model.hidden, 1, 256, 1),
        adjustField('seed', spec.seed, 0, 9999, 1),
        adjustField('seeds', spec.seeds, 1, 16, 1),
      );
      if (CHRONO_GATES.every((role) => cell.signals.some((signal) => signal.role === role)))
        fields.push(adjustField('chrono', spec.chrono, 0, 1000, 10));
    }
    for (const setting of cell.settings) {
      fields.push(
        adjust(
          setting.name,
          text(setting.title),
          spec.settings[setting.name] ?? setting.default,
          setting,
          (value) => replace({settings: {...spec.settings, [setting.name]: value}}),
        ),
      );
    }
    const details = fields.length
      ? make(
          'details',
          {class: 'tune', ...(opened.has(k) ? {open: ''} : {})},
          make('summary', {}, say('networks.tune')),
          make('div', {class: 'more'}, ...fields),
        )
      : null;
    details?.addEventListener('toggle', () => (details.open ? opened.add(k) : opened.delete(k)));
    return make(
      'div',
      {class: 'net'},
      make('div', {class: 'first'}, makeMark(hue(specs, k)), models, weights, remove),
      details ?? '',
    );
  }

  return {
    draw({networks: specs, task}, catalog) {
      const focused = document.activeElement?.id;
      const add = makeButton(
        say('networks.add'),
        () => change([...specs, {...specs.at(-1), settings: {...specs.at(-1).settings}, weights: 'fresh'}]),
        {class: 'pill'},
      );
      add.disabled = specs.length >= MOST_NETWORKS;
      const presets = Object.entries(listPresets(catalog, task)).map(([name, preset]) =>
        makeButton(say(`networks.preset.${name}`), () => change(preset), {
          class: 'link',
          'data-preset': name,
        }),
      );
      box.replaceChildren(
        make('p', {class: 'examples'}, make('span', {}, say('networks.presets')), ...presets),
        make('div', {class: 'nets'}, ...specs.map((spec, k) => makeCard(spec, k, specs, task, catalog)), add),
      );
      if (focused) document.getElementById(focused)?.focus();
    },
  };
}
