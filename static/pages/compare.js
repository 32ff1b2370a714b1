// The room Compare: the same sequence through several networks, and what comes back.

import {choiceField, listField, numberField} from '../core/address.js';
import {findById} from '../core/catalog.js';
import {fetchGradients} from '../core/client.js';
import {networkHue} from '../core/colours.js';
import {buildCompareContext, countSameCell} from '../core/compare_context.js';
import {
  MOST_NETWORKS,
  nameNetwork,
  readNetwork,
  trainedNetwork,
  writeNetwork,
} from '../core/compared_network.js';
import {downloadBlob} from '../ui/downloads.js';
import {byId} from '../ui/elements.js';
import {bindNetworkList} from '../ui/network_list.js';
import {bindSequenceSource} from '../ui/sequence_source.js';
import {Room} from './room.js';

/** @extends {Room<CompareState, CompareAnswer>} */
class CompareRoom extends Room {
  constructor() {
    super({
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
      formats: ['png', 'svg', 'json'],
      pause: 160, // ms without a key before the slower figures, maps T x T and clipping, are asked for
    });
    const {say, text} = this.shell;
    this.source = bindSequenceSource({say, choose: (changes) => this.store.set(changes)});
    this.networkList = bindNetworkList(byId('networks'), {
      say,
      text,
      hue: (specs, k) => this.hueOfNetwork(specs, k),
      change: (networks) => this.store.set({networks}),
    });
  }

  /**
   * @override
   * @param {Catalog} catalog
   * @param {Readonly<CompareState>} state
   */
  settle(catalog, state) {
    const known = state.networks.filter(({model}) => catalog.models.some(({id}) => id === model));
    const task = findById(
      catalog.tasks,
      known.length ? findById(catalog.models, known[0].model).task : state.task,
    );
    return {
      task: task.id,
      text: state.text || longestExample(task),
      networks: known.length ? known : listTrained(catalog, task.id),
    };
  }

  /**
   * @override
   * @param {Readonly<CompareState>} state
   * @param {number} last
   */
  home({direction}, last) {
    return direction === 'backward' ? 0 : last;
  }

  /**
   * @override
   * @param {Readonly<CompareState>} state
   * @param {AskOptions} options
   */
  async ask(state, options) {
    const comparison = await fetchGradients(request(state, false), options);
    const mapped = comparison.tokens.length <= this.offers.limits.mapped;
    return {...wrapAnswer(comparison, state), maps: !mapped}; // where there are none, none are to come
  }

  /**
   * @override
   * @param {CompareAnswer} answer
   * @param {Readonly<CompareState>} state
   * @param {AskOptions} options
   */
  async askSlowly(answer, state, options) {
    const comparison = await fetchGradients(request(state, true), options);
    Object.assign(answer, wrapAnswer(comparison, state), {maps: true});
    return ['decay_summary', 'sensitivity_at_step', 'sensitivity_map', 'memory_map', 'memory_parts'];
  }

  /**
   * @override
   * @param {CompareAnswer} answer
   * @returns {[message: string, wrong: boolean]}
   */
  describe({comparison: {networks, tokens}, specs}) {
    const {say, text} = this.shell;
    const sentences = networks.flatMap(({overflow}, k) => {
      if (overflow === null) return [];
      const name = nameNetwork(specs[k], this.offers, say, text);
      return [say('notice.overflow', {name, step: overflow + 1, token: tokens[overflow]})];
    });
    return [sentences.join(' '), sentences.length > 0];
  }

  /**
   * @override
   * @param {CompareAnswer} answer
   * @param {Draw<CompareState>} draw
   */
  buildContext(answer, draw) {
    const catalogue = this.catalogues[draw.state.language];
    return buildCompareContext({...draw, answer, catalog: this.offers, catalogue});
  }

  /**
   * @override
   * @param {CompareAnswer} answer
   */
  marks({comparison}) {
    return {testid: 'comparison', networks: comparison.networks.length};
  }

  /**
   * @override
   * @param {Readonly<CompareState>} state
   * @param {Set<string>} keys
   */
  changed(state, keys) {
    if (keys.has('networks')) this.networkList.draw(state, this.offers);
  }

  /**
   * @override
   * @param {Readonly<CompareState>} state
   */
  caption({text, length, kind, networks}) {
    const {say, text: read} = this.shell;
    const source =
      length === null ? text : `${say(`source.${kind}`)}: ${say('source.length', {steps: length})}`;
    return {
      sentence: source,
      network: networks.map((network) => nameNetwork(network, this.offers, say, read)).join(' · '),
      forced: '',
    };
  }

  /** @override */
  reword() {
    const {shell, store, offers} = this;
    const state = store.get();
    const task = this.taskOf(state);
    shell.offerTasks(offers.tasks, task.id, (chosen) =>
      store.set({
        task: chosen,
        networks: listTrained(offers, chosen),
        length: null,
        step: null,
        text: longestExample(findById(offers.tasks, chosen)),
      }),
    );
    shell.offerExamples(task, (text) => store.set({text, length: null, step: null}));
    this.networkList.draw(state, offers);
  }

  /**
   * @override
   * @param {Readonly<CompareState>} state
   */
  follow(state) {
    this.source.show(state);
    const used = state.networks.map(({model}) => findById(this.offers.models, model).cell);
    this.shell.offerNotations(this.offers.cells.filter(({id}) => used.includes(id)));
  }

  /**
   * @override
   * @param {string} format
   * @param {CompareAnswer} _answer
   * @param {Readonly<CompareState>} state
   */
  async export(format, _answer, state) {
    const name = 'gatescope-gradients';
    if (format !== 'json') return this.saveNamed(format, this.panels[0].view.id, name);
    const whole = await fetchGradients(request(state, true), {language: state.language});
    return downloadBlob(new Blob([JSON.stringify(whole)], {type: 'application/json'}), `${name}.json`);
  }

  /**
   * @param {NetworkSpec[]} specs
   * @param {number} k
   */
  hueOfNetwork(specs, k) {
    const {cell} = findById(this.offers.models, specs[k].model);
    return networkHue(cell, countSameCell(specs, k, this.offers), this.store.get().theme);
  }
}

new CompareRoom().open();

/**
 * @param {Readonly<CompareState>} state
 * @param {boolean} maps
 */
function request({text, length, kind, networks, clip}, maps) {
  return {input: length === null ? {text} : {length, kind}, networks, clip: maps ? clip : null, maps};
}

/**
 * The networks that were asked for stay with their answer: a person may have changed the list meanwhile.
 * @param {Comparison} comparison
 * @param {Readonly<CompareState>} state
 */
function wrapAnswer(comparison, {networks: specs}) {
  return {comparison, specs, tokens: comparison.tokens};
}

/** @param {Task} task */
function longestExample({examples}) {
  return examples.reduce((longest, example) =>
    example.text.length > longest.text.length ? example : longest,
  ).text;
}

/**
 * The newest cell first: what remembers stands above what forgets.
 * @param {Catalog} catalog
 * @param {string} task
 */
function listTrained(catalog, task) {
  /** @param {Model} model */
  const yearOf = (model) => findById(catalog.cells, model.cell).year;
  const models = catalog.models.filter((model) => model.task === task);
  models.sort((a, b) => yearOf(b) - yearOf(a));
  return models.slice(0, MOST_NETWORKS).map(({id}) => trainedNetwork(id));
}
