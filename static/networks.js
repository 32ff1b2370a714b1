// The list of networks to compare: one card each, presets, and how one is written in an address.

import {nameModel} from './format.js';
import {make} from './panel.js';

const FRESH = {seed: 0, seeds: 1, start: 'pytorch', gain: 1, chrono: 0, width: null};
const ORDER = ['weights', 'start', 'gain', 'chrono', 'width', 'seed', 'seeds']; // any other name is a setting of the cell
const MOST = 6;

/** `sentiment-lstm~weights=fresh~gain=1.5`, as it stands in the address. */
export function writeNetwork(entry) {
  const said = ORDER.filter((name) => entry[name] !== undefined && entry[name] !== null && entry[name] !== FRESH[name]
    && !(name === 'weights' && entry[name] === 'trained')).map((name) => [name, entry[name]]);
  return [entry.model, ...[...said, ...Object.entries(entry.settings)].map((pair) => pair.join('='))].join('~');
}

/** The reverse; null for what makes no sense. */
export function readNetwork(written) {
  const [model, ...said] = written.split('~');
  const entry = {model, weights: 'trained', ...FRESH, settings: {}};
  for (const part of said) {
    const [name, value] = part.split('=');
    if (name === 'weights' || name === 'start') entry[name] = value;
    else if (!value || !Number.isFinite(Number(value))) return null;
    else if (ORDER.includes(name)) entry[name] = Number(value);
    else entry.settings[name] = Number(value);
  }
  return entry;
}

/** Name a network by its cell and by all that is not as usual. */
export function nameNetwork(entry, catalog, say, text) {
  const model = catalog.models.find(({id}) => id === entry.model);
  const cell = catalog.cells.find(({id}) => id === model.cell);
  const parts = [];
  if (entry.weights === 'trained') parts.push(say('networks.trained'));
  else {
    parts.push(say(`networks.short.${entry.start}`));
    if (entry.gain !== 1) parts.push(`× ${entry.gain}`);
    if (entry.chrono) parts.push(`chrono ${entry.chrono}`);
    if (entry.width && entry.width !== model.hidden) parts.push(say('networks.units', {width: entry.width}));
    if (entry.seeds > 1) parts.push(say('networks.seeds', {seeds: entry.seeds}));
    else if (entry.seed) parts.push(say('networks.seed', {seed: entry.seed}));
  }
  for (const setting of cell.settings) {
    const value = entry.settings[setting.name] ?? setting.default;
    if (value === setting.default) continue;
    if (setting.name === 'relu') parts.push('ReLU');
    else parts.push(setting.name === 'forget_bias' ? say('networks.forget', {bias: value}) : `${setting.name} ${value}`);
  }
  return `${nameModel(model, text(cell.title), say)}, ${parts.join(', ')}`;
}

/** Bind the list's element; `draw(state, catalog)` shows it. */
export function bindNetworks(box, {say, text, hue, change}) {
  function presets(catalog, task) {
    const id = (cell) => catalog.models.find((one) => one.cell === cell && one.task === task)?.id;
    const all = ['gru', 'lstm', 'rnn'].map(id).filter(Boolean);
    const fresh = '~weights=fresh';
    const rnn = `${id('rnn')}${fresh}`;
    const lstm = `${id('lstm')}${fresh}`;
    const found = {
      trained: all,
      fresh: all.map((one) => `${one}${fresh}`),
      start: [rnn, `${rnn}~start=orthogonal`, `${rnn}~start=identity~relu=1`],
      gain: [`${rnn}~start=orthogonal~gain=0.8`, `${rnn}~start=orthogonal~gain=1.2`, `${rnn}~start=identity~gain=1.3~relu=1`],
      forget: [lstm, `${lstm}~forget_bias=1`, `${lstm}~forget_bias=3`, `${lstm}~chrono=100`],
    };
    // A task need not have every cell.
    return Object.fromEntries(Object.entries(found).map(([name, list]) => [name, list.filter((one) => !one.startsWith('undefined'))]).filter(([, list]) => list.length > 1));
  }

  function field(name, input) {
    return make('label', {}, make('span', {}, say(`networks.field.${name}`)), input);
  }

  function draw(state, catalog) {
    const held = document.activeElement?.id;
    const entries = state.networks;
    const replace = (k, changes) => change(entries.map((one, j) => (j === k ? {...one, ...changes} : one)));
    const cards = entries.map((entry, k) => {
      const model = catalog.models.find(({id}) => id === entry.model);
      const cell = catalog.cells.find(({id}) => id === model.cell);
      const mark = make('span', {class: 'mark', 'aria-hidden': 'true'});
      mark.style.background = hue(entry, k);
      const choose = (name, options, chosen, then) => {
        const select = make('select', {id: `net-${k}-${name}`, 'aria-label': `${say(`networks.field.${name}`)} ${k + 1}`},
          ...options.map(([value, title]) => make('option', {value}, title)));
        select.value = chosen;
        select.addEventListener('change', () => then(select.value));
        return select;
      };
      const numeric = (name, value, low, high, step, then) => {
        const input = make('input', {type: 'number', id: `net-${k}-${name}`, min: low, max: high, step, value});
        input.addEventListener('change', () => {
          const wanted = Math.min(high, Math.max(low, Number(input.value) || 0));
          then(wanted);
        });
        return field(name, input);
      };
      const which = choose('model', catalog.models.filter((one) => one.task === state.task).map((one) => [one.id, nameModel(one, text(catalog.cells.find(({id}) => id === one.cell).title), say)]), entry.model,
        (value) => replace(k, {model: value, settings: {}}));
      const kind = choose('weights', [['trained', say('networks.trained')], ...['pytorch', 'orthogonal', 'identity'].map((start) => [start, say(`networks.start.${start}`)])],
        entry.weights === 'trained' ? 'trained' : entry.start,
        (value) => replace(k, value === 'trained' ? {weights: 'trained', ...FRESH} : {weights: 'fresh', start: value}));
      const remove = make('button', {type: 'button', class: 'plain close', 'aria-label': say('networks.remove', {name: nameNetwork(entry, catalog, say, text)})}, '✕');
      remove.disabled = entries.length < 2;
      remove.addEventListener('click', () => change(entries.filter((_, j) => j !== k)));
      const more = make('div', {class: 'more'});
      if (entry.weights === 'fresh') {
        more.append(
          numeric('gain', entry.gain, 0, 10, 0.1, (gain) => replace(k, {gain})),
          numeric('width', entry.width ?? model.hidden, 1, 256, 1, (width) => replace(k, {width: Math.max(1, Math.round(width))})),
          numeric('seed', entry.seed, 0, 9999, 1, (seed) => replace(k, {seed: Math.round(seed)})),
          numeric('seeds', entry.seeds, 1, 16, 1, (seeds) => replace(k, {seeds: Math.round(seeds)})));
        if (cell.signals.some(({name}) => name === 'f')) {
          more.append(numeric('chrono', entry.chrono, 0, 1000, 10, (chrono) => replace(k, {chrono: Math.round(chrono)})));
        }
      }
      for (const setting of cell.settings) {
        const value = entry.settings[setting.name] ?? setting.default;
        const input = make('input', {type: 'number', id: `net-${k}-${setting.name}`, min: setting.low, max: setting.high, step: setting.step, value});
        input.addEventListener('change', () => replace(k, {settings: {...entry.settings,
          [setting.name]: Math.min(setting.high, Math.max(setting.low, Number(input.value) || 0))}}));
        more.append(make('label', {}, make('span', {}, text(setting.title)), input));
      }
      return make('div', {class: 'net'}, make('div', {class: 'first'}, mark, which, kind, remove),
        more.childElementCount ? make('details', {class: 'tune', ...(open.has(k) ? {open: ''} : {})}, make('summary', {}, say('networks.tune')), more) : '');
    });
    const add = make('button', {type: 'button', class: 'pill'}, say('networks.add'));
    add.disabled = entries.length >= MOST;
    add.addEventListener('click', () => change([...entries, {...entries.at(-1), settings: {...entries.at(-1).settings}, weights: 'fresh'}]));
    const ready = Object.entries(presets(catalog, state.task)).map(([name, written]) => {
      const button = make('button', {type: 'button', class: 'link', 'data-preset': name}, say(`networks.preset.${name}`));
      button.addEventListener('click', () => change(written.map(readNetwork)));
      return button;
    });
    box.replaceChildren(make('p', {class: 'examples'}, make('span', {}, say('networks.presets')), ...ready), make('div', {class: 'nets'}, ...cards, add));
    box.querySelectorAll('details').forEach((details, k) => details.addEventListener('toggle', () => {
      if (details.open) open.add(k);
      else open.delete(k);
    }));
    if (held) document.getElementById(held)?.focus();
  }

  const open = new Set();
  return {draw};
}

