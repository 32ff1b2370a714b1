// The room Compare: the same sequence through several networks, and what comes back.

import {choiceField, listField, numberField, textField} from '../core/address.js';
import {findById} from '../core/catalog.js';
import {fetchGradients, Refusal} from '../core/client.js';
import {buildCompareContext} from '../core/compare_context.js';
import {MOST_NETWORKS, nameNetwork, readNetwork, writeNetwork} from '../core/compared_network.js';
import {listNetworkHues, markOf} from '../core/network_hues.js';
import {listTrained} from '../core/network_presets.js';
import {listExamples} from '../core/reading_language.js';
import {readSwap, swapToken} from '../core/word_swap.js';
import {downloadBlob} from '../ui/downloads.js';
import {byId} from '../ui/elements.js';
import {chooseModel} from '../ui/model_controls.js';
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
        swap: textField('swap'),
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
      mark: (specs) => this.markNetworks(specs),
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
    const networks = known.length ? known : listTrained(catalog, task.id, state.model);
    return {
      task: task.id,
      text: state.text || longestExample(task, state.language),
      networks,
      // The one that Watch showed, and shows again, where it is compared.
      model: networks.some(({model}) => model === state.model) ? state.model : networks[0].model,
    };
  }

  /**
   * @override
   * @param {string} task
   * @param {string} text
   * @param {string} [model]
   * @returns {Partial<CompareState>}
   */
  read(task, text, model = chooseModel(this.offers.models, task, this.store.get().model).id) {
    const networks = listTrained(this.offers, task, model);
    return {task, text, model, networks, length: null, step: null};
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
    const comparison = this.nameSteps(await fetchGradients(this.request(state, false), options));
    const mapped = comparison.tokens.length <= this.offers.limits.mapped;
    const answer = {...wrapAnswer(comparison, state), maps: !mapped, swapped: null}; // where there are none, none are to come
    return {...answer, swapped: await this.readSwapped(answer, options)};
  }

  /**
   * @param {Readonly<CompareState>} state
   * @param {boolean} maps with the figures that take longer
   */
  request({text, length, kind, networks, clip}, maps) {
    const input = length === null ? this.readInput(text) : {length, kind};
    return {input, networks, clip: maps ? clip : null, maps};
  }

  /**
   * The text read again with one word changed, where one is.
   * @param {CompareAnswer} answer
   * @param {AskOptions} options
   */
  async readSwapped({tokens, specs}, options) {
    const {swap: written} = this.store.get();
    const swap = readSwap(written, tokens.length);
    if (!swap?.word) return null;
    const input = {text: swapToken(tokens, swap.step, swap.word)};
    try {
      const asked = {input, networks: specs, clip: null, maps: false};
      return {written, comparison: await fetchGradients(asked, options)};
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.tellError(error);
      return null;
    }
  }

  /** Read the text again with the word that was changed, and show what it does. */
  async followSwap() {
    const {answer} = this;
    if (!answer) return;
    try {
      const swapped = await this.readSwapped(answer, {language: this.store.get().language});
      if (swapped && swapped.written !== this.store.get().swap) return;
      answer.swapped = swapped;
    } catch (error) {
      this.tellError(error);
    }
    if (answer === this.answer) await this.board.drawViews(['word_swap']);
  }

  /**
   * @override
   * @param {CompareAnswer} answer
   * @param {Readonly<CompareState>} state
   * @param {AskOptions} options
   */
  async askSlowly(answer, state, options) {
    const comparison = this.nameSteps(await fetchGradients(this.request(state, true), options));
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
    if (keys.has('swap')) this.followSwap();
    else if (state.swap && ['text', 'length', 'kind'].some((key) => keys.has(key)))
      this.store.set({swap: ''});
    if (!keys.has('networks')) return;
    const {networks} = state;
    if (!networks.some(({model}) => model === state.model)) this.store.set({model: networks[0].model});
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
      this.readWith(chosen, longestExample(findById(offers.tasks, chosen), state.language)),
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
    this.shell.describeTask(this.taskOf(state), state.text);
    this.shell.offerNotations(this.cellsOnScreen(state));
    this.shell.showLetters(this.letteredCells);
  }

  /**
   * @override
   * @param {Readonly<CompareState>} state
   */
  cellsOnScreen({networks}) {
    const used = networks.map(({model}) => findById(this.offers.models, model).cell);
    return this.offers.cells.filter(({id}) => used.includes(id));
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
    const whole = this.nameSteps(await fetchGradients(this.request(state, true), {language: state.language}));
    return downloadBlob(new Blob([JSON.stringify(whole)], {type: 'application/json'}), `${name}.json`);
  }

  /**
   * The colour and the mark of each network.
   * @param {NetworkSpec[]} specs
   */
  markNetworks(specs) {
    const {cells, models} = this.offers;
    const hues = listNetworkHues(
      specs.map(({model}) => findById(cells, findById(models, model).cell)),
      this.store.get().theme,
    );
    return hues.map((colour, k) => ({colour, ...markOf(k)}));
  }
}

new CompareRoom().open();

/**
 * The networks that were asked for stay with their answer: a person may have changed the list meanwhile.
 * @param {Comparison} comparison
 * @param {Readonly<CompareState>} state
 */
function wrapAnswer(comparison, {networks: specs}) {
  return {comparison, specs, tokens: comparison.tokens, known: comparison.known};
}

/**
 * @param {Task} task
 * @param {string} language
 */
function longestExample(task, language) {
  return listExamples(task, language).reduce((longest, example) =>
    example.text.length > longest.text.length ? example : longest,
  ).text;
}
