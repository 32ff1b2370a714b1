// The stage in a notebook: traces that stand in the document itself, drawn without a server.

import {initialState, SHARED_FIELDS, SPEEDS} from '../core/address.js';
import {findById} from '../core/catalog.js';
import {readTrace} from '../core/client.js';
import {fill} from '../core/format.js';
import {chooseLayer, layerOf} from '../core/layer_names.js';
import {changeLevel, isInside, LEVELS} from '../core/levels.js';
import {createStore} from '../core/store.js';
import {analyseTrace} from '../core/trace_analysis.js';
import {chooseUnit, stepUnit} from '../core/unit_names.js';
import {buildWatchContext} from '../core/watch_context.js';
import {download} from '../ui/downloads.js';
import {byId} from '../ui/elements.js';
import {coalesce} from '../ui/scheduling.js';
import {segments} from '../ui/segments.js';
import {bindTransport} from '../ui/transport.js';
import {bindUnitChooser} from '../ui/unit_chooser.js';
import {bindZoom} from '../ui/zoom_gestures.js';
import {PanelBoard} from './panel_board.js';
import {Playback} from './playback.js';

const SECONDS_A_STEP = 1.2; // of a step with its beats, at a speed of 1

/** @typedef {WatchState & {chosen: number}} StageState `chosen` is the place of the trace on screen */

/** What is drawn of a run that nobody can ask for again. */
class Stage {
  /** @param {NotebookData} data */
  constructor({language, catalogue, cells, traces}) {
    this.catalogue = catalogue;
    this.cells = cells;
    this.traces = traces;
    /** @type {Map<number, WatchAnswer>} */
    this.answers = new Map(); // by place, once they were on screen
    this.far = LEVELS[0]; // the picture of the whole run seen last
    /** @type {Store<StageState>} */
    this.store = createStore(
      /** @type {any} */ ({
        ...initialState(SHARED_FIELDS),
        language,
        theme: matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light',
        weights: 'trained',
        seed: 0,
        layer: '',
        unit: null,
        level: this.far,
        interventions: [],
        secondText: '',
        alignment: 'word',
        shownSignal: '',
        heldGate: '',
        forcing: 'with',
        chosen: 0,
      }),
    );
    /** @type {Say} */
    const say = (key, values) => fill(catalogue[key], values);
    this.say = say;
    this.playback = new Playback({
      store: /** @type {any} */ (this.store),
      countSteps: () => this.answer.tokens.length,
      home: (last) => (isInside(this.store.get().level) ? this.answer.analysis.turningStep : last),
      pace: () => this.pace(),
      move: (step, part) => this.board.move(step, part),
      refresh: () => this.board.drawStep(),
      showPlaying: (playing) => this.transport.showPlaying(playing),
    });
    this.transport = bindTransport({
      say,
      speeds: SPEEDS,
      play: (on) => this.playback.play(on),
      seek: (step) => this.playback.seek(step),
      choose: (changes) => this.store.set(/** @type {Partial<StageState>} */ (changes)),
    });
    this.units = bindUnitChooser(
      {say, text: (texts) => texts[language] ?? texts.en},
      {
        choose: (layer, unit) => this.store.set({layer, unit}),
        step: (by) => this.stepUnit(by),
      },
    );
    /** @type {PanelBoard<StageState, WatchAnswer>} */
    this.board = new PanelBoard({
      look: () => this.look(),
      buildContext: (answer, draw) => buildWatchContext({...draw, answer, catalogue}),
      marks: ({trace}, {direction}) => ({testid: 'network', model: trace.model, direction}),
      follow: () => this.follow(),
      letters: () => ({}),
    });
  }

  /** The trace on screen, as a room's views are handed it. */
  get answer() {
    const {chosen} = this.store.get();
    let known = this.answers.get(chosen);
    if (!known) {
      const bytes = Uint8Array.from(atob(this.traces[chosen].bytes), (letter) => letter.charCodeAt(0));
      known = this.readAnswer(readTrace(bytes.buffer));
      this.answers.set(chosen, known);
    }
    return known;
  }

  /**
   * @param {Trace} trace
   * @returns {WatchAnswer}
   */
  readAnswer(trace) {
    const cell = findById(this.cells, trace.cell);
    const task = /** @type {any} */ ({
      id: '',
      topology: 'many-to-one',
      labels: {},
      classes: [],
      quantities: [],
      features: [],
      reads: 'values',
    });
    return {
      trace,
      baselineTrace: null,
      forcedTrace: null,
      second: null,
      task,
      cell,
      cells: this.cells,
      models: [/** @type {Model} */ ({id: trace.model, cell: trace.cell, facts: {}})],
      tokens: trace.tokens,
      known: trace.known,
      properties: [],
      analysis: analyseTrace(trace, cell, task),
      forcible: false,
      heldRuns: null,
      companion: null,
    };
  }

  look() {
    const {step, part, playing, backward} = this.playback;
    return {
      answer: this.answer,
      state: this.store.get(),
      catalogue: this.catalogue,
      asking: false, // there is nobody to ask
      step,
      part,
      playing,
      backward,
    };
  }

  pace() {
    const {speed, level} = this.store.get();
    const beats = isInside(level);
    return {speed: beats ? speed / SECONDS_A_STEP : speed, beats};
  }

  /** @param {View[]} views */
  async open(views) {
    const {store, playback} = this;
    document.documentElement.dataset.theme = store.get().theme;
    this.transport.reword(store.get());
    this.board.fill(views, {
      hover: (hit) => playback.hover(hit?.step ?? null),
      pick: (hit) => this.pick(hit),
      force: () => {},
      choose: (changes) => store.set(/** @type {any} */ (changes)),
      take: (id, format) => this.take(id, format),
      holdBeat: (beat, beats) => playback.hold(beat === null ? 0 : (beat + 0.999) / beats),
    });
    bindZoom(byId('top'), {zoom: (nearer) => this.zoom(nearer)});
    store.subscribe((state, keys) => this.onChange(state, keys));
    await this.board.drawAll();
    new ResizeObserver(coalesce(() => this.board.drawAll())).observe(byId('top'));
  }

  /**
   * @param {Readonly<StageState>} state
   * @param {Set<string>} keys
   */
  onChange(state, keys) {
    if (keys.has('chosen')) {
      this.playback.pause();
      this.store.set({step: null, layer: '', unit: null, ...this.withoutGradients(state)});
    }
    if (keys.has('speed') && this.playback.playing) this.playback.play(true);
    if ([...keys].some((key) => key !== 'step' && key !== 'speed')) this.board.drawAll();
    else if (keys.has('step')) this.board.drawStep();
    this.follow();
  }

  /**
   * There is no way back where there was no loss.
   * @param {Readonly<StageState>} state
   * @returns {Partial<StageState>}
   */
  withoutGradients({direction}) {
    return direction === 'backward' && !this.hasGradients ? {direction: 'forward'} : {};
  }

  get hasGradients() {
    return Object.keys(this.answer.trace.gradients).length > 0;
  }

  follow() {
    const state = this.store.get();
    const {answer} = this;
    this.transport.show(state, answer.tokens, this.playback.step);
    byId('direction').hidden = !this.hasGradients;
    this.units.show(state, answer, []);
    const box = byId('traces');
    box.hidden = this.traces.length < 2;
    const options = this.traces.map(({title}, k) => ({id: String(k), title}));
    segments(box, options, String(state.chosen), (id) => this.store.set({chosen: Number(id)}));
  }

  /** @param {Hit} hit */
  pick(hit) {
    if (hit.step === undefined) return;
    this.playback.pause();
    this.store.set({
      step: hit.step,
      ...(hit.unit === undefined ? {} : {unit: hit.unit}),
      ...(hit.signal ? {layer: layerOf(hit.signal)} : {}),
    });
  }

  /** @param {number} by */
  stepUnit(by) {
    const {layerNames, unitOrders} = this.answer.analysis;
    const {layer, unit} = this.store.get();
    const order = unitOrders[chooseLayer(layerNames, layer)];
    this.store.set({unit: stepUnit(order, chooseUnit(order, unit), by)});
  }

  /** @param {boolean} nearer */
  zoom(nearer) {
    const {level} = this.store.get();
    if (!isInside(level)) this.far = level;
    this.store.set({level: changeLevel(level, nearer, this.far)});
  }

  /**
   * Save a panel as a picture, or let it fill the screen.
   * @param {string} id
   * @param {string} format
   */
  async take(id, format) {
    const panel = this.board.panels.find(({view}) => view.id === id);
    if (!panel?.figure) return;
    if (format === 'slide') {
      await panel.root.requestFullscreen();
      return;
    }
    const {trace} = this.answer;
    const caption = {sentence: trace.tokens.join(' '), network: trace.model, forced: ''};
    download(await this.board.drawPicture(panel, format, caption), `gatescope-${id}.${format}`);
  }
}

/**
 * Draw the document's traces by these views. The document calls it.
 * @param {View[]} views
 */
export function openStage(views) {
  return new Stage(JSON.parse(byId('data').textContent)).open(views);
}
