// Joins the room Compare: the same sentence through several networks, and what comes back.

import {fetchGradients} from './client.js';
import {networkHue} from './colours.js';
import {lastingState, nameRow, readsBack, speak} from './context.js';
import {percent, power} from './format.js';
import {bindFrame} from './frame.js';
import {bindNetworks, nameNetwork, readNetwork, writeNetwork} from './networks.js';
import {$, openRoom} from './room.js';
import {choice, list, number} from './store.js';

let room = null;
let frame = null;
let networks = null;

openRoom({
  name: 'compare',
  fields: {
    direction: choice('direction', ['backward', 'forward']), speed: choice('speed', [0.5, 1, 2, 4, 8, 16], 4),
    length: number('length', null, 5, 1000), kind: choice('kind', ['random', 'repeated']),
    clip: number('clip', 1, 0.0001, 1e9, false), networks: list('net', 6, writeNetwork, readNetwork),
  },
  asks: ['length', 'kind', 'networks', 'clip'],
  draws: [],
  calm: 160, // ms without a key before the slower figures, maps T x T and clipping, are asked for
  bind(given) {
    room = given;
    frame = bindFrame(room, ['png', 'svg', 'json']);
    networks = bindNetworks($('networks'), {
      say: frame.say, text: frame.text,
      hue: (entry, k) => networkHue(cellOf(entry), twin(entry, k), room.store.get().theme),
      change: (changed) => room.store.set({networks: changed}),
    });
    $('length').addEventListener('input', () => room.store.set({length: Number($('length').value), step: null}));
    $('clip').addEventListener('change', () => room.store.set({clip: Math.max(0.0001, Number($('clip').value) || 1)}));
    return frame;
  },
  settle(catalog, state) {
    const known = state.networks.filter(({model}) => catalog.models.some(({id}) => id === model));
    const task = catalog.tasks.find(({id}) => id === (known.length ? catalog.models.find((one) => one.id === known[0].model).task : state.task));
    return {task: task.id, text: state.text || longest(task), networks: known.length ? known : trained(catalog, task.id)};
  },
  home: ({direction}, last) => (direction === 'backward' ? 0 : last),

  async ask(state, options) {
    const found = wrap(await fetchGradients(request(state, false), options), state);
    return {...found, maps: found.tokens.length > room.catalog.limits.mapped}; // then there are none to come
  },
  async later(answer, state, options) {
    Object.assign(answer, wrap(await fetchGradients(request(state, true), options), state), {maps: true});
    return ['meaning', 'heard', 'listening', 'memory', 'remembered'];
  },
  tell({result, tokens}) {
    const over = result.networks.map((one, k) => [one.overflow, k]).filter(([step]) => step !== null);
    return [over.map(([step, k]) => frame.say('notice.overflow', {name: titleOf(k), step: step + 1, token: tokens[step]})).join(' '), over.length > 0];
  },

  context({result, asked}, {view, state, step, width}) {
    const {language, theme, direction} = state;
    const spoken = speak(view, language, room.catalogues[language]);
    const networks = result.networks.map((info, k) => ({
      ...info, title: nameNetwork(asked[k], room.catalog, frame.say, frame.text),
      colour: networkHue(info.cell, twin(asked[k], k, asked), theme),
      dash: info.weights === 'trained' ? 'solid' : ['dot', 'dash', 'longdash', 'dashdot'][k % 4],
    }));
    return {
      ...spoken, result, theme, language, direction, step, width, clip: state.clip, networks,
      // Each layer and direction with all that its network has; `end` is the step it reads last, `lasting`
      // the state that remembers.
      layers: networks.flatMap((network) => network.layers.map((layer, k) => {
        const cell = room.catalog.cells.find(({id}) => id === network.cell);
        const own = nameRow(layer.name, network.layers.map(({name}) => name), spoken.common);
        return {...network, ...layer, title: own ? `${network.title} · ${own}` : network.title, end: readsBack(layer.name) ? 0 : result.tokens.length - 1,
          colour: k ? networkHue(network.cell, k, theme) : network.colour, signals: cell.signals, lasting: lastingState(cell)};
      })),
      label: (name) => spoken.text(taskOf(asked[0]).labels[name]),
      left(value) {
        if (value === null) return '–';
        return value >= 0.01 ? percent(value, language) : power(value, language);
      },
    };
  },
  marks: ({result}) => ({testid: 'comparison', networks: result.networks.length}),

  changed(state, changed) {
    if (changed.has('networks')) networks.draw(state, room.catalog);
  },
  reword() {
    const {tasks} = room.catalog;
    const state = room.store.get();
    const task = tasks.find(({id}) => id === state.task);
    frame.offerTasks(tasks, task.id, (id) => room.store.set({task: id, networks: trained(room.catalog, id), length: null, step: null,
      text: longest(tasks.find((one) => one.id === id))}));
    frame.offerExamples(task, (text) => room.store.set({text, length: null, step: null}));
    networks.draw(state, room.catalog);
  },
  follow(state) {
    const source = state.length === null ? 'text' : state.kind;
    frame.segments($('source'), ['text', 'random', 'repeated'].map((id) => ({id, title: frame.say(`source.${id}`), testid: `source-${id}`})), source,
      (id) => room.store.set(id === 'text' ? {length: null, step: null} : {length: room.store.get().length ?? Number($('length').value), kind: id, step: null}));
    $('sentence').hidden = source !== 'text';
    $('length-box').hidden = source === 'text';
    $('length-name').textContent = frame.say('source.length', {steps: state.length ?? ''});
    if (state.length !== null) $('length').value = String(state.length);
    if (document.activeElement !== $('clip')) $('clip').value = String(state.clip);
  },

  async save(kind) {
    const name = `gatescope-gradients.${kind}`;
    if (kind !== 'json') return frame.download(await room.panels[0].picture(kind), name);
    const whole = await fetchGradients(request(room.store.get(), true), {language: room.store.get().language});
    return frame.keep(new Blob([JSON.stringify(whole)], {type: 'application/json'}), name);
  },
});

function request({text, length, kind, networks: wanted, clip}, maps) {
  return {input: length === null ? {text} : {length, kind}, networks: wanted, clip: maps ? clip : null, maps};
}

// The networks that were asked for stay with their answer: a person may have changed the list meanwhile.
function wrap(result, {networks: asked}) {
  return {result, asked, tokens: result.tokens};
}

function longest({examples}) {
  return examples.reduce((a, b) => (b.text.length > a.text.length ? b : a)).text;
}

// The newest cell first: what remembers stands above what forgets.
function trained(catalog, task) {
  const year = (model) => catalog.cells.find(({id}) => id === model.cell).year;
  return catalog.models.filter((one) => one.task === task).sort((a, b) => year(b) - year(a)).slice(0, 6).map(({id}) => readNetwork(id));
}

function titleOf(k) {
  return nameNetwork(room.store.get().networks[k], room.catalog, frame.say, frame.text);
}

function taskOf(entry) {
  const {task} = room.catalog.models.find(({id}) => id === entry.model);
  return room.catalog.tasks.find(({id}) => id === task);
}

function cellOf(entry) {
  return room.catalog.models.find(({id}) => id === entry.model).cell;
}

// How many networks before this one have the same cell: they are told apart by lightness.
function twin(entry, k, all = room.store.get().networks) {
  return all.slice(0, k).filter((one) => cellOf(one) === cellOf(entry)).length;
}
