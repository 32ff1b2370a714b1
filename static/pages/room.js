// What every room does: one state, one question, one answer, and the panels drawn from it. Data flows
// one way: a control changes the store, the store's change asks, the answer is drawn. A room brings
// what is its own: the fields of its state, its question, what its views are handed.

import {
  choiceField,
  initialState,
  readAddress,
  SHARED_FIELDS,
  SPEEDS,
  writeAddress,
} from '../core/address.js';
import {findById} from '../core/catalog.js';
import {fetchCatalog, onBusy, Refusal, waitUntilReady} from '../core/client.js';
import {createStore} from '../core/store.js';
import {byId} from '../ui/elements.js';
import {coalesce, debounce} from '../ui/scheduling.js';
import {bindShell} from '../ui/shell.js';
import {Inquiry} from './inquiry.js';
import {PanelBoard} from './panel_board.js';
import {Playback} from './playback.js';

const ADDRESS_PAUSE = 150; // ms without a change before the address is written

/**
 * A room. Its own script extends it with the methods that throw here, and with those that do nothing here where
 * there is something to do.
 * @template {SharedState} S
 * @template {RoomAnswer} A
 */
export class Room {
  /** @param {RoomPlan<S>} plan */
  constructor(plan) {
    const {language, catalogues, views} = JSON.parse(byId('data').textContent);
    this.plan = plan;
    const spoken = {...choiceField('lang', Object.keys(catalogues)), always: true};
    this.fields = /** @type {Fields<S>} */ ({...SHARED_FIELDS, language: spoken, ...plan.fields});
    /** @type {Record<string, Catalogue>} */
    this.catalogues = catalogues;
    /** @type {string[]} */
    this.viewNames = views;
    /** @type {Catalog | null} */
    this.catalog = null;
    this.speeds = SPEEDS;
    /** @type {Store<S>} */
    this.store = openStore(this.fields, language);

    /** @type {Inquiry<S, A>} */
    this.inquiry = new Inquiry({
      store: this.store,
      pause: plan.pause,
      ask: (state, options) => this.ask(state, options),
      askSlowly: (answer, state, options) => this.askSlowly(answer, state, options),
      mend: (error, state) => this.mend(error, state),
      receive: (answer) => this.receive(answer),
      refresh: (ids) => this.board.drawViews(ids),
      fail: (error) => this.tellError(error),
    });
    this.playback = new Playback({
      store: /** @type {any} */ (this.store),
      countSteps: () => this.inquiry.answer?.tokens.length ?? 0,
      home: (last) => this.home(this.store.get(), last),
      pace: () => this.pace(this.store.get()),
      move: (step, part) => this.board.move(step, part),
      refresh: () => this.board.drawStep(),
      showPlaying: (playing) => this.shell.showPlaying(playing),
    });
    /** @type {PanelBoard<S, A>} */
    this.board = new PanelBoard({
      look: () => this.look(),
      buildContext: (answer, draw) => this.buildContext(answer, draw),
      marks: (answer, state) => this.marks(answer, state),
      follow: () => this.followAll(),
    });
    this.shell = bindShell(/** @type {any} */ (this), plan.formats);
    this.writeLater = debounce(() => {
      this.share();
      this.shell.linkRooms();
    }, ADDRESS_PAUSE);
  }

  get answer() {
    return this.inquiry.answer;
  }

  get panels() {
    return this.board.panels;
  }

  /** The catalogue, once it is there: everything but the shell comes after it. */
  get offers() {
    if (!this.catalog) throw new Error('the catalogue is not there yet');
    return this.catalog;
  }

  look() {
    const state = this.store.get();
    const {step, part, playing, backward} = this.playback;
    return {
      answer: this.inquiry.answer,
      state,
      catalogue: this.catalogues[state.language],
      step,
      part,
      playing,
      backward,
    };
  }

  /** Start the room: wait for the server, fill the page, ask for the first answer. */
  open() {
    this.start().catch((error) => this.tellError(error));
  }

  async start() {
    const {store, shell, board, playback} = this;
    shell.reword();
    const loading = Promise.all(this.viewNames.map((name) => import(`../views/${name}.js`)));
    const {language} = store.get();
    onBusy((message) => shell.notify(message));
    await waitUntilReady(language, (message) => shell.notify(message));
    this.catalog = await fetchCatalog(language);
    const views = (await loading).map((module) => module.default);
    board.fill(
      views.filter(({room = 'watch'}) => room === this.plan.name),
      {
        hover: (hit) => playback.hover(hit?.step ?? null),
        pick: (hit) => this.pickPlace(hit),
        force: (place) => this.force(place),
        choose: (changes) => store.set(/** @type {any} */ (changes)),
        drag: (place, done) => this.drag(place, done),
        holdBeat: (beat, beats) => playback.hold(beat === null ? 0 : (beat + 0.999) / beats),
      },
    );
    const {tasks} = this.catalog;
    const task = tasks.find(({id}) => id === store.get().task) ?? tasks[0];
    store.set(/** @type {Partial<S>} */ ({task: task.id}));
    store.set(this.settle(this.catalog, store.get()));
    this.rewordAll();
    store.subscribe((state, keys) => this.onChange(state, keys));
    this.followAll();
    addEventListener('hashchange', ({newURL}) => this.onAddress(newURL));
    await this.inquiry.ask();
    new ResizeObserver(coalesce(() => board.drawAll())).observe(byId('top'));
  }

  /**
   * @param {Readonly<S>} state
   * @param {Set<string>} keys
   */
  onChange(state, keys) {
    const {asks, draws} = this.plan;
    /** @param {string[]} names */
    const changed = (...names) => names.some((name) => keys.has(name));
    if (changed('language', 'theme', 'task')) this.rewordAll();
    if (changed('text', ...asks)) this.playback.leave();
    if (changed('text', 'language', ...asks)) this.inquiry.ask();
    else if (changed('theme', 'direction', ...draws)) this.board.drawAll();
    else if (changed('step')) this.board.drawStep();
    if (changed('speed') && this.playback.playing) this.playback.play(true);
    this.changed(state, keys);
    this.followAll();
    this.writeLater();
  }

  /**
   * What a new address does not say stays, but for what the room starts anew.
   * @param {string} address the event's own: the page's may have been written over since
   */
  onAddress(address) {
    const next = {
      ...this.store.get(),
      ...this.plan.afresh,
      ...readAddress(this.fields, new URL(address).hash),
    };
    this.store.set({...next, ...this.settle(this.offers, next)});
  }

  /** @param {A} answer */
  async receive(answer) {
    this.shell.notify(...this.describe(answer));
    if (this.playback.playing) this.playback.play(true);
    await this.board.drawAll();
  }

  rewordAll() {
    this.shell.reword();
    if (this.catalog) this.shell.showLeftOut(this.catalog.warnings);
    this.reword();
  }

  followAll() {
    const state = this.store.get();
    this.shell.show(state, this.answer?.tokens, this.playback.step);
    if (this.catalog) this.follow(state, this.answer);
  }

  /** @param {Hit} hit */
  pickPlace(hit) {
    if (hit.step === undefined) return; // a place that is no step of the text
    this.playback.pause();
    const state = this.store.get();
    const unit = hit.unit === undefined || !('unit' in state) ? {} : {unit: hit.unit};
    this.store.set(/** @type {Partial<S>} */ ({step: hit.step, ...unit}));
    this.pick(hit);
  }

  /** @param {boolean} [on] */
  play(on) {
    this.playback.play(on);
  }

  /** @param {number | 'last'} step */
  seek(step) {
    this.playback.seek(step);
  }

  /** Let the address say all of the state. */
  share() {
    history.replaceState(null, '', `#${writeAddress(this.fields, this.store.get())}`);
  }

  /**
   * Save what is on screen as a file.
   * @param {string} format
   */
  save(format) {
    const {answer} = this;
    if (answer) this.export(format, answer, this.store.get()).catch((error) => this.tellError(error));
  }

  /** @param {unknown} error */
  tellError(error) {
    const refused = error instanceof Refusal;
    const offline = error instanceof TypeError && /fetch/i.test(error.message);
    const message = error instanceof Error ? error.message : String(error);
    const {language} = this.store.get();
    this.shell.notify(offline ? this.catalogues[language]['error.offline'] : message, true);
    if (!offline && !refused) throw error;
  }

  /**
   * The task on screen.
   * @param {Readonly<S>} state
   */
  taskOf({task}) {
    return findById(this.offers.tasks, task);
  }

  // What a room brings.

  /**
   * What the state becomes once the catalogue is there, or with a new address.
   * @param {Catalog} _catalog
   * @param {Readonly<S>} _state
   * @returns {Partial<S>}
   */
  settle(_catalog, _state) {
    throw new Error('a room settles its state');
  }

  /**
   * Ask for the answer.
   * @param {Readonly<S>} _state
   * @param {AskOptions} _options
   * @returns {Promise<A>}
   */
  async ask(_state, _options) {
    throw new Error('a room asks');
  }

  /**
   * Ask for what takes longer, add it to the answer, and give the ids of the views that this changes.
   * @param {A} _answer
   * @param {Readonly<S>} _state
   * @param {AskOptions} _options
   * @returns {Promise<string[] | null>}
   */
  async askSlowly(_answer, _state, _options) {
    return null;
  }

  /**
   * What of the state must change after a refusal; null where nothing helps.
   * @param {Refusal} _error
   * @param {Readonly<S>} _state
   * @returns {Partial<S> | null}
   */
  mend(_error, _state) {
    return null;
  }

  /**
   * What the notice says of an answer, and whether something is wrong with it.
   * @param {A} _answer
   * @returns {[message: string, wrong: boolean]}
   */
  describe(_answer) {
    return ['', false];
  }

  /**
   * The step shown until one is chosen.
   * @param {Readonly<S>} _state
   * @param {number} last
   */
  home(_state, last) {
    return last;
  }

  /**
   * How play goes on: steps a second, and whether something happens within a step.
   * @param {Readonly<S>} state
   */
  pace({speed}) {
    return {speed, beats: false};
  }

  /**
   * What a view is handed.
   * @param {A} _answer
   * @param {Draw<S>} _draw
   * @returns {Context}
   */
  buildContext(_answer, _draw) {
    throw new Error('a room builds what its views are handed');
  }

  /**
   * What the first panel's element says of itself once it is painted.
   * @param {A} _answer
   * @param {Readonly<S>} _state
   * @returns {Record<string, string | number>}
   */
  marks(_answer, _state) {
    return {};
  }

  /**
   * Save the answer in this format.
   * @param {string} _format
   * @param {A} _answer
   * @param {Readonly<S>} _state
   * @returns {Promise<void>}
   */
  async export(_format, _answer, _state) {
    throw new Error('a room saves what it shows');
  }

  /**
   * The state has changed in these keys.
   * @param {Readonly<S>} _state
   * @param {Set<string>} _keys
   */
  changed(_state, _keys) {}

  /**
   * Show the state in the room's controls; the answer may still be an older one.
   * @param {Readonly<S>} _state
   * @param {A | null} _answer
   */
  follow(_state, _answer) {}

  /** Say everything in the language on screen. */
  reword() {}

  /**
   * A place with a step was picked.
   * @param {Hit} _hit
   */
  pick(_hit) {}

  /**
   * A signal is to be forced.
   * @param {ForcePlace} _place
   */
  force(_place) {}

  /**
   * A valve was dragged.
   * @param {ForcePlace & {value: number}} _place
   * @param {boolean} _done
   */
  drag(_place, _done) {}

  /**
   * Look more nearly, or from farther.
   * @param {boolean} _nearer
   */
  zoom(_nearer) {}

  /** Take the last change back. */
  undo() {}
}

/**
 * The state at the start: the address's, where it says something, and the browser's language and theme.
 * @template {SharedState} S
 * @param {Fields<S>} fields
 * @param {string} preferred
 * @returns {Store<S>}
 */
function openStore(fields, preferred) {
  return createStore(
    /** @type {S} */ ({
      ...initialState(fields),
      language: preferred,
      theme: matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light',
      ...readAddress(fields, location.hash),
    }),
  );
}
