// The room Watch: one text, or two side by side, one network, every gate.

import {choiceField, listField, numberField, textField} from '../core/address.js';
import {findById, findSignal} from '../core/catalog.js';
import {findRoad, listOperations} from '../core/cell_operations.js';
import {
  fetchEveryday,
  fetchFile,
  fetchStretched,
  fetchTrace,
  Refusal,
  streamWriting,
} from '../core/client.js';
import {writeCsv} from '../core/csv.js';
import {interventionsOf, listHolds, readOutcome} from '../core/held_gates.js';
import {describeIntervention, readIntervention, writeIntervention} from '../core/interventions.js';
import {chooseLayer, isReverse, layerOf, nameLayer, symbolOf} from '../core/layer_names.js';
import {changeLevel, isInside, LEVELS} from '../core/levels.js';
import {nameModel} from '../core/model_names.js';
import {letterOf} from '../core/notation.js';
import {listExamples} from '../core/reading_language.js';
import {analyseTrace} from '../core/trace_analysis.js';
import {chooseUnit, stepUnit} from '../core/unit_names.js';
import {buildWatchContext} from '../core/watch_context.js';
import {bindDistanceControl} from '../ui/distance_control.js';
import {downloadBlob} from '../ui/downloads.js';
import {byId} from '../ui/elements.js';
import {bindForcedBar} from '../ui/forced_bar.js';
import {bindGenerationControl} from '../ui/generation_control.js';
import {InterventionSheet} from '../ui/intervention_sheet.js';
import {bindModelControls, chooseModel} from '../ui/model_controls.js';
import {bindSecondText} from '../ui/second_text.js';
import {bindUnitChooser} from '../ui/unit_chooser.js';
import {bindZoom} from '../ui/zoom_gestures.js';
import {Room} from './room.js';

const MOST_INTERVENTIONS = 64;
const SECONDS_A_STEP = 1.2; // of a step with its beats, at a speed of 1
const COMPARISON = 'pair_'; // formats of both texts' panel

/** @type {Record<string, string>} */
const TYPES = {csv: 'text/csv', safetensors: 'application/x-safetensors', json: 'application/json'};

/** @extends {Room<WatchState, WatchAnswer>} */
class WatchRoom extends Room {
  constructor() {
    super({
      name: 'watch',
      fields: {
        weights: choiceField('weights', ['trained', 'fresh']),
        seed: numberField('seed', 0, 0, 2 ** 31 - 1),
        layer: textField('row'),
        unit: numberField('unit', null, 0, 2 ** 31),
        level: choiceField('level', LEVELS),
        interventions: listField('force', MOST_INTERVENTIONS, writeIntervention, readIntervention),
        secondText: textField('beside'),
        alignment: choiceField('align', ['word', 'position']),
        shownSignal: textField('only'),
        heldGate: textField('gate'),
        forcing: choiceField('forcing', ['with', 'without']),
      },
      afresh: {interventions: [], forcing: 'with', secondText: ''},
      asks: ['model', 'weights', 'seed', 'interventions', 'forcing', 'secondText', 'layer'],
      draws: ['unit', 'level', 'alignment', 'shownSignal', 'heldGate'],
      formats: ['png', 'svg', 'csv', 'safetensors', 'json', 'pair_png', 'pair_svg', 'pair_csv'],
      pause: 420, // ms without a key before the slower questions are asked
    });
    this.models = bindModelControls(this, this.shell, fetchEveryday);
    // What only some tasks have to press.
    this.taskControls = [
      bindDistanceControl(this, this.shell, fetchStretched),
      bindGenerationControl(this, this.shell, streamWriting),
    ];
    this.secondText = bindSecondText(this, this.shell);
    this.units = bindUnitChooser(this.shell, {
      choose: (layer, unit) => this.store.set({layer, unit}),
      step: (by) => this.stepUnit(by),
    });
    this.sheet = new InterventionSheet(byId('whatif'), {
      change: (interventions, done) => this.intervene(interventions, done),
      undo: () => this.undo(),
    });
    this.forcedBar = bindForcedBar(this, this.shell, {
      change: (interventions) => this.intervene(interventions, true),
      titleLayer: (layerName) => this.titleLayer(layerName),
    });
    this.far = LEVELS[0]; // the picture of the whole sentence seen last
    bindZoom(byId('top'), {
      zoom: (nearer) => this.zoom(nearer),
    });
    /** @type {Intervention[][]} */
    this.earlier = []; // lists of interventions, for undo
    /** @type {Intervention[] | null} */
    this.drafted = null; // the list as it was before the slider moved
  }

  /**
   * @override
   * @param {Catalog} catalog
   * @param {Readonly<WatchState>} state
   */
  settle({models, tasks}, {task, model, text, language}) {
    const offered = models.filter((candidate) => candidate.task === task);
    const preferred = offered.find(({cell}) => cell === 'lstm') ?? offered[0] ?? models[0];
    const chosen = models.find(({id}) => id === model) ?? preferred;
    return {
      model: chosen.id,
      task: chosen.task,
      text: text || listExamples(findById(tasks, chosen.task), language)[0].text,
    };
  }

  /**
   * @override
   * @param {string} task
   * @param {string} text
   * @param {string} [model]
   * @returns {Partial<WatchState>}
   */
  read(task, text, model = chooseModel(this.offers.models, task, this.store.get().model).id) {
    return {task, text, model, step: null, unit: null, interventions: [], secondText: ''};
  }

  /**
   * @override
   * @param {Readonly<WatchState>} state
   */
  keepsReading({interventions, secondText}) {
    return interventions.length > 0 || secondText !== '';
  }

  /**
   * @override
   * @param {Readonly<WatchState>} state
   * @param {AskOptions} options
   */
  async ask(state, options) {
    const [plainTrace, forcedTrace, second] = await Promise.all([
      this.fetchTrace(state, {interventions: []}, options),
      state.interventions.length ? this.fetchTrace(state, {}, options) : null,
      this.askSecond(state, options),
    ]);
    const shown = state.forcing === 'with' ? forcedTrace : null;
    const trace = shown ?? plainTrace;
    const {tasks, cells, models, properties} = this.offers;
    const task = findById(tasks, trace.task);
    const cell = findById(cells, trace.cell);
    return {
      trace,
      baselineTrace: shown && plainTrace,
      forcedTrace,
      second,
      task,
      cell,
      cells,
      models: models.filter((model) => model.task === task.id),
      tokens: trace.tokens,
      known: trace.known,
      properties,
      analysis: analyseTrace(trace, cell, task),
      heldRuns: null,
      companion: null,
    };
  }

  /**
   * @param {Readonly<WatchState>} state
   * @param {object} changes
   */
  request({model, text, weights, seed, interventions}, changes = {}) {
    return {model, input: this.readInput(text), weights, seed, interventions, ...changes};
  }

  /**
   * One run, its steps named as the reader writes them.
   * @param {Readonly<WatchState>} state
   * @param {object} changes
   * @param {AskOptions} options
   */
  async fetchTrace(state, changes, options) {
    return this.nameSteps(await fetchTrace(this.request(state, changes), options));
  }

  /**
   * The second text's trace, or why it is refused; null where there is none. What is forced at a step that it does
   * not have is left out.
   * @param {Readonly<WatchState>} state
   * @param {AskOptions} options
   * @returns {Promise<SecondAnswer | null>}
   */
  async askSecond(state, options) {
    if (!state.secondText.trim()) return null;
    const wanted = listActive(state);
    let interventions = wanted;
    for (;;) {
      try {
        const changes = {input: this.readInput(state.secondText), interventions};
        const trace = await this.fetchTrace(state, changes, options);
        const unknown = this.models.describeUnknown(trace);
        const leftOut = interventions.length < wanted.length ? this.shell.say('beside.left') : '';
        return {trace, message: [unknown, leftOut].filter(Boolean).join(' ')};
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const wrong =
          error.code === 'unknown_step' ? interventions[indexOfField(error.field) ?? -1]?.step : null;
        if (wrong === null || wrong === undefined) return {refused: true, message: error.message};
        interventions = interventions.filter(({step}) => step === null || step < wrong);
      }
    }
  }

  /**
   * What a gate did: read the text again with each gate held open, and held shut.
   * @override
   * @param {WatchAnswer} answer
   * @param {Readonly<WatchState>} state
   * @param {AskOptions} options
   */
  async askSlowly(answer, state, options) {
    const {trace, cell} = answer;
    const {layerNames, predictions, watchedClass} = answer.analysis;
    if (state.direction === 'backward') answer.companion = await this.askCompanion(answer, state, options);
    const changed = answer.companion ? ['network'] : [];
    if (trace.tokens.length < 2 || predictions || !trace.classes.length) return changed;
    const layerName = chooseLayer(layerNames, state.layer);
    const active = listActive(state);
    const free = MOST_INTERVENTIONS - active.length;
    const heldRuns = [];
    // One by one: a key pressed meanwhile waits for one run at most.
    for (const hold of listHolds(trace, cell, layerName, isReverse(layerName), free)) {
      const interventions = [...active, ...interventionsOf(hold)];
      const run = await this.fetchTrace(state, {interventions}, options);
      heldRuns.push({...hold, ...readOutcome(run, watchedClass)});
    }
    answer.heldRuns = heldRuns;
    return ['held_gates', ...changed];
  }

  /**
   * Where the network carries its memory, the same text in one of its task that computes its state anew.
   * @param {WatchAnswer} answer
   * @param {Readonly<WatchState>} state
   * @param {AskOptions} options
   */
  async askCompanion({cell, models}, state, options) {
    const {cells} = this.offers;
    /** @param {Cell} one */
    const carries = (one) => findRoad(listOperations(one), one.states) !== null;
    const other = models.find(
      (one) => one.layers === 1 && !one.bidirectional && !carries(findById(cells, one.cell)),
    );
    if (!carries(cell) || !other) return null;
    const trace = await this.fetchTrace(state, {model: other.id, interventions: []}, options);
    return {trace, cell: findById(cells, other.cell)};
  }

  /**
   * The text became shorter than what was forced in it, or the cell has no such signal.
   * @override
   * @param {Refusal} error
   * @param {Readonly<WatchState>} state
   */
  mend({field}, {interventions}) {
    const wrong = indexOfField(field);
    return wrong === null ? null : {interventions: interventions.filter((_, k) => k !== wrong)};
  }

  /**
   * @override
   * @param {WatchAnswer} answer
   * @returns {[message: string, wrong: boolean]}
   */
  describe({trace}) {
    return [this.inputKind.isText ? this.models.describeUnknown(trace) : '', false];
  }

  /**
   * @override
   * @param {WatchAnswer} answer
   * @param {Draw<WatchState>} draw
   */
  buildContext(answer, draw) {
    return buildWatchContext({...draw, answer, catalogue: this.catalogues[draw.state.language]});
  }

  /**
   * @override
   * @param {WatchAnswer} answer
   * @param {Readonly<WatchState>} state
   */
  marks({trace}, {direction}) {
    return {testid: 'network', model: trace.model, weights: trace.weights, direction};
  }

  /**
   * @override
   * @param {Readonly<WatchState>} state
   * @param {Set<string>} keys
   */
  changed(state, keys) {
    if (keys.has('model')) this.earlier.length = 0;
    if (keys.has('direction')) this.followDirection(state);
  }

  /**
   * Only the way back is seen beside another network: it is asked then, of an answer that has none yet.
   * @param {Readonly<WatchState>} state
   */
  async followDirection(state) {
    const {answer} = this;
    if (!answer || answer.companion || state.direction !== 'backward') return;
    try {
      answer.companion = await this.askCompanion(answer, state, {language: state.language});
    } catch (error) {
      this.tellError(error);
    }
    if (answer === this.answer && answer.companion) await this.board.drawViews(['network']);
  }

  /** @override */
  cellsOnScreen() {
    return this.answer ? [this.answer.cell] : [];
  }

  /**
   * @override
   * @param {Readonly<WatchState>} state
   */
  caption({text, secondText, model, weights, interventions, notation}) {
    const {say, text: read} = this.shell;
    const {models, cells} = this.offers;
    const {cell: id, ...rest} = findById(models, model);
    const cell = findById(cells, id);
    return {
      sentence: [text, secondText].filter(Boolean).join('\n'),
      network: [
        nameModel(rest, read(cell.title), say),
        read(this.taskOf(this.store.get()).title),
        ...(weights === 'fresh' ? [say('weights.fresh')] : []),
      ].join(' · '),
      forced: interventions
        .map((one) =>
          describeIntervention(
            one,
            letterOf(findSignal(cell, symbolOf(one.signal)), notation),
            say,
            this.store.get().language,
          ),
        )
        .join('; '),
    };
  }

  /** @override */
  reword() {
    this.models.reword();
    this.drawSheet(true);
  }

  /**
   * @override
   * @param {Readonly<WatchState>} state
   * @param {WatchAnswer | null} answer
   */
  follow(state, answer) {
    const task = this.taskOf(state);
    this.models.show(state);
    this.shell.offerNotations(answer ? [answer.cell] : []);
    byId('task-controls').hidden = !task.stretches && !task.writes && !task.runs_free;
    byId('beside-toggle').hidden = !this.inputKind.isText;
    for (const control of this.taskControls) control.show(task);
    this.shell.describeTask(task, state.text);
    this.secondText.show(state, answer);
    this.forcedBar.show(state, answer, this.earlier.length > 0);
    this.units.show(state, answer, this.offers.properties);
    this.drawSheet();
  }

  /**
   * @override
   * @param {Hit} hit
   */
  pick(hit) {
    if (!hit.signal) return;
    this.store.set({layer: layerOf(hit.signal)});
    this.sheet.open(hit);
  }

  /**
   * Choose the unit that lies `by` lines below the one on screen.
   * @override
   * @param {number} by
   */
  stepUnit(by) {
    if (!this.answer) return;
    const {layerNames, unitOrders} = this.answer.analysis;
    const {layer, unit} = this.store.get();
    const order = unitOrders[chooseLayer(layerNames, layer)];
    this.store.set({unit: stepUnit(order, chooseUnit(order, unit), by)});
  }

  /**
   * @override
   * @param {ForcePlace} place
   */
  force(place) {
    this.sheet.open(place);
  }

  /**
   * @override
   * @param {Readonly<WatchState>} state
   * @param {number} last
   */
  home({level}, last) {
    return isInside(level) && this.answer ? findTellingStep(this.answer) : last;
  }

  /**
   * Within a cell a step takes its time.
   * @override
   * @param {Readonly<WatchState>} state
   */
  pace({speed, level}) {
    const beats = isInside(level);
    return {speed: beats ? speed / SECONDS_A_STEP : speed, beats};
  }

  /**
   * @override
   * @param {boolean} nearer
   */
  zoom(nearer) {
    const {level} = this.store.get();
    if (!isInside(level)) this.far = level;
    this.store.set({level: changeLevel(level, nearer, this.far)});
  }

  /**
   * What a dragged valve forces takes the place of what was forced there.
   * @override
   * @param {ForcePlace & {value: number}} place
   * @param {boolean} done
   */
  drag({signal, step, value, ...place}, done) {
    const unit = place.unit ?? null;
    this.playback.pause();
    const others = this.store
      .get()
      .interventions.filter((one) => one.signal !== signal || one.step !== step || one.unit !== unit);
    if (others.length >= MOST_INTERVENTIONS) return;
    this.intervene([...others, {signal, value, step, unit}], done);
  }

  /** @override */
  undo() {
    this.drafted = null;
    const interventions = this.earlier.pop();
    if (interventions) this.store.set({interventions, forcing: 'with'});
    this.redrawForcing();
  }

  /**
   * Force signals; `done` once the slider rests.
   * @param {Intervention[]} interventions
   * @param {boolean} done
   */
  intervene(interventions, done) {
    this.drafted ??= this.store.get().interventions;
    if (done) {
      this.earlier.push(this.drafted);
      this.drafted = null;
    }
    this.store.set({interventions, forcing: 'with'});
    this.redrawForcing();
  }

  /** The bar and the sheet say what can be undone, which is no part of the state. */
  redrawForcing() {
    this.forcedBar.show(this.store.get(), this.answer, this.earlier.length > 0);
    this.drawSheet();
  }

  /** @param {string} layerName */
  titleLayer(layerName) {
    return nameLayer(layerName, this.answer?.analysis.layerNames ?? [layerName], this.shell.say);
  }

  /** @param {boolean} [anew] */
  drawSheet(anew = false) {
    const {answer} = this;
    if (!answer) return;
    const state = this.store.get();
    this.sheet.draw(
      {
        answer,
        state,
        catalogue: this.catalogues[state.language],
        undoable: this.earlier.length > 0,
        titleLayer: (layerName) => this.titleLayer(layerName),
      },
      anew,
    );
  }

  /**
   * @override
   * @param {string} format
   * @param {WatchAnswer} answer
   * @param {Readonly<WatchState>} state
   */
  async export(format, {trace}, state) {
    const name = `gatescope-${trace.model}`;
    if (format.startsWith(COMPARISON))
      return this.exportComparison(format.slice(COMPARISON.length), `${name}-beside`);
    if (format === 'png' || format === 'svg') return this.saveNamed(format, this.panels[0].view.id, name);
    return downloadBlob(
      await fetchFile(this.request(state, {interventions: listActive(state)}), TYPES[format], state.language),
      `${name}.${format}`,
    );
  }

  /**
   * @param {string} format
   * @param {string} name
   */
  async exportComparison(format, name) {
    const panel = this.panels.find(({view}) => view.id === 'text_comparison');
    if (!panel?.figure) return;
    if (format !== 'csv') await this.saveNamed(format, panel.view.id, name);
    else downloadBlob(new Blob([writeCsv(panel.figure.table())], {type: TYPES.csv}), `${name}.csv`);
  }
}

new WatchRoom().open();

/**
 * What is forced in the run that is shown.
 * @param {Readonly<WatchState>} state
 */
function listActive({interventions, forcing}) {
  return forcing === 'with' ? interventions : [];
}

/**
 * The step that a cell is first looked into at: the word at which the answer changed most, or, where that is a full
 * stop, the word before it.
 * @param {WatchAnswer} answer
 */
function findTellingStep({tokens, analysis: {turningStep}}) {
  const word = tokens.slice(0, turningStep + 1).findLastIndex((token) => /[\p{L}\p{N}]/u.test(token));
  return word < 0 ? turningStep : word;
}

/**
 * Which intervention an error is about: 2 of `interventions.2.step`.
 * @param {string | null} field
 */
function indexOfField(field) {
  const index = /^interventions\.(\d+)/.exec(field ?? '')?.[1];
  return index === undefined ? null : Number(index);
}
