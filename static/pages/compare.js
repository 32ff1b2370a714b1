// Joins the room Compare: the same sentence through several networks, and what comes back.

import {choiceField, listField, numberField} from '../core/address.js';
import {fetchGradients} from '../core/client.js';
import {networkHue} from '../core/colours.js';
import {buildCompareContext, countSameCell} from '../core/compare_context.js';
import {MOST_NETWORKS, nameNetwork, readNetwork, writeNetwork} from '../core/network_spec.js';
import {download, downloadBlob} from '../ui/downloads.js';
import {byId} from '../ui/elements.js';
import {bindNetworkList} from '../ui/network_list.js';
import {bindSequenceSource} from '../ui/sequence_source.js';
import {bindShell} from '../ui/shell.js';
import {openRoom} from './room.js';

let room = null;
let shell = null;
let source = null;
let networkList = null;

openRoom({
  name: 'compare',
  fields: {
    direction: choiceField('direction', ['backward', 'forward']),
    speed: choiceField('speed', [0.5, 1, 2, 4, 8, 16], 4),
    length: numberField('length', null, 5, 1000),
    kind: choiceField('kind', ['random', 'repeated']),
    clip: numberField('clip', 1, 0.0001, 1e9, false),
    networks: listField('net', MOST_NETWORKS, writeNetwork, readNetwork),
  },
  asks: ['length', 'kind', 'networks', 'clip'],
  draws: [],
  pause: 160, // ms without a key before the slower figures, maps T x T and clipping, are asked for

  bind(given) {
    room = given;
    shell = bindShell(room, ['png', 'svg', 'json']);
    source = bindSequenceSource({say: shell.say, choose: room.store.set});
    networkList = bindNetworkList(byId('networks'), {
      say: shell.say,
      text: shell.text,
      hue: hueOfNetwork,
      change: (networks) => room.store.set({networks}),
    });
    return shell;
  },
  settle(catalog, state) {
    const known = state.networks.filter(({model}) => catalog.models.some(({id}) => id === model));
    const taskId = known.length ? catalog.models.find(({id}) => id === known[0].model).task : state.task;
    const task = catalog.tasks.find(({id}) => id === taskId);
    return {
      task: task.id,
      text: state.text || longestExample(task),
      networks: known.length ? known : listTrained(catalog, task.id),
    };
  },
  home: ({direction}, last) => (direction === 'backward' ? 0 : last),

  async ask(state, options) {
    const comparison = await fetchGradients(request(state, false), options);
    const mapped = comparison.tokens.length <= room.catalog.limits.mapped;
    return {...wrapAnswer(comparison, state), maps: !mapped}; // where there are none, none are to come
  },
  async askSlowly(answer, state, options) {
    Object.assign(answer, wrapAnswer(await fetchGradients(request(state, true), options), state), {
      maps: true,
    });
    return ['decay_summary', 'sensitivity_at_step', 'sensitivity_map', 'memory_map', 'memory_parts'];
  },
  describe({comparison: {networks, tokens}}) {
    const sentences = networks.flatMap(({overflow}, k) =>
      overflow === null
        ? []
        : [
            shell.say('notice.overflow', {
              name: titleOfNetwork(k),
              step: overflow + 1,
              token: tokens[overflow],
            }),
          ],
    );
    return [sentences.join(' '), sentences.length > 0];
  },

  buildContext: (answer, {state, ...rest}) =>
    buildCompareContext({
      ...rest,
      state,
      answer,
      catalog: room.catalog,
      catalogue: room.catalogues[state.language],
    }),
  marks: ({comparison}) => ({testid: 'comparison', networks: comparison.networks.length}),

  changed(state, keys) {
    if (keys.has('networks')) networkList.draw(state, room.catalog);
  },
  reword() {
    const {tasks} = room.catalog;
    const state = room.store.get();
    const task = tasks.find(({id}) => id === state.task);
    shell.offerTasks(tasks, task.id, (chosen) =>
      room.store.set({
        task: chosen,
        networks: listTrained(room.catalog, chosen),
        length: null,
        step: null,
        text: longestExample(tasks.find(({id}) => id === chosen)),
      }),
    );
    shell.offerExamples(task, (text) => room.store.set({text, length: null, step: null}));
    networkList.draw(state, room.catalog);
  },
  follow: (state) => source.show(state),

  async save(format) {
    const name = `gatescope-gradients.${format}`;
    if (format !== 'json') return download(await room.panels[0].export(format), name);
    const state = room.store.get();
    const whole = await fetchGradients(request(state, true), {language: state.language});
    return downloadBlob(new Blob([JSON.stringify(whole)], {type: 'application/json'}), name);
  },
});

function request({text, length, kind, networks, clip}, maps) {
  return {input: length === null ? {text} : {length, kind}, networks, clip: maps ? clip : null, maps};
}

// The networks that were asked for stay with their answer: a person may have changed the list meanwhile.
function wrapAnswer(comparison, {networks: specs}) {
  return {comparison, specs, tokens: comparison.tokens};
}

function longestExample({examples}) {
  return examples.reduce((longest, example) =>
    example.text.length > longest.text.length ? example : longest,
  ).text;
}

// The newest cell first: what remembers stands above what forgets.
function listTrained(catalog, task) {
  const yearOf = (model) => catalog.cells.find(({id}) => id === model.cell).year;
  return catalog.models
    .filter((model) => model.task === task)
    .sort((a, b) => yearOf(b) - yearOf(a))
    .slice(0, MOST_NETWORKS)
    .map(({id}) => readNetwork(id));
}

function titleOfNetwork(k) {
  return nameNetwork(room.store.get().networks[k], room.catalog, shell.say, shell.text);
}

function hueOfNetwork(specs, k) {
  const {cell} = room.catalog.models.find(({id}) => id === specs[k].model);
  return networkHue(cell, countSameCell(specs, k, room.catalog), room.store.get().theme);
}
