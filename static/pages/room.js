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
import {fetchCatalog, fetchKnown, onBusy, Refusal, waitUntilReady} from '../core/client.js';
import {listLetters} from '../core/letter_notes.js';
import {writeCell} from '../core/notation.js';
import {openingTask, translateReading} from '../core/reading_language.js';
import {createStore} from '../core/store.js';
import {download} from '../ui/downloads.js';
import {byId} from '../ui/elements.js';
import {bindLetterNotes} from '../ui/letter_note.js';
import {bindReaderOffer} from '../ui/reader_offer.js';
import {coalesce, debounce} from '../ui/scheduling.js';
import {bindShell} from '../ui/shell.js';
import {showCaption} from '../ui/slide.js';
import {Inquiry} from './inquiry.js';
import {PanelBoard} from './panel_board.js';
import {PanelInView} from './panel_in_view.js';
import {Playback} from './playback.js';

const ADDRESS_PAUSE = 300; // ms without a change before the address is written

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
    /** @type {Record<string, InputKind>} */
    this.inputs = {}; // by id, once the catalogue is there
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
      letters: () => listLetters(this.letteredCells),
      follow: () => this.followAll(),
    });
    this.shell = bindShell(/** @type {any} */ (this), plan.formats);
    this.readerOffer = bindReaderOffer(/** @type {any} */ (this), this.shell, fetchKnown);
    this.panelInView = new PanelInView({
      panels: () => this.board.panels,
      stop: (panel) => this.store.set(/** @type {Partial<S>} */ ({panel})),
    });
    bindLetterNotes(() => ({
      cells: this.letteredCells,
      say: this.shell.say,
      text: this.shell.text,
    }));
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
      asking: this.inquiry.asking,
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
    await this.loadInputs(this.catalog);
    const views = (await loading).map((module) => module.default);
    board.fill(
      views.filter(({room = 'watch'}) => room === this.plan.name),
      {
        hover: (hit) => playback.hover(hit?.step ?? null),
        pick: (hit) => this.pickPlace(hit),
        force: (place) => this.force(place),
        choose: (changes) => store.set(/** @type {any} */ (changes)),
        take: (id, format) => this.take(id, format),
        drag: (place, done) => this.drag(place, done),
        holdBeat: (beat, beats) => playback.hold(beat === null ? 0 : (beat + 0.999) / beats),
      },
    );
    const {tasks} = this.catalog;
    const task = tasks.find(({id}) => id === store.get().task) ?? openingTask(tasks, store.get().language);
    store.set(/** @type {Partial<S>} */ ({task: task.id}));
    store.set(this.settle(this.catalog, store.get()));
    this.rewordAll();
    store.subscribe((state, keys) => this.onChange(state, keys));
    this.followAll();
    shell.linkRooms();
    addEventListener('hashchange', ({newURL}) => this.onAddress(newURL));
    this.followSize();
    await this.inquiry.ask();
    this.panelInView.watch();
    this.panelInView.show(store.get().panel);
  }

  /** Draw again where the page is wider or narrower than before, or the window higher or lower. */
  followSize() {
    const measure = () => `${byId('top').clientWidth} ${document.documentElement.clientHeight}`;
    let drawnFor = measure();
    const draw = coalesce(() => {
      const size = measure();
      if (size === drawnFor) return null;
      drawnFor = size;
      return this.board.drawAll();
    });
    new ResizeObserver(draw).observe(byId('top'));
    addEventListener('resize', draw);
  }

  /**
   * Load the kinds of input that the tasks read, a file each; an example is then written as a person would.
   * @param {Catalog} catalog
   */
  async loadInputs({tasks}) {
    const ids = [...new Set(tasks.map(({input}) => input))];
    const kinds = await Promise.all(ids.map((id) => import(`../inputs/${id}.js`)));
    kinds.forEach((module, k) => {
      this.inputs[ids[k]] = module.default;
    });
    for (const {input, examples} of tasks)
      for (const example of examples) example.text = this.inputs[input].write(example.input);
  }

  /**
   * The kind of input of the task on screen.
   * @returns {InputKind}
   */
  get inputKind() {
    return this.inputs[this.taskOf(this.store.get()).input];
  }

  /**
   * What is written, as a request has it.
   * @param {string} text
   */
  readInput(text) {
    return this.inputKind.read(text, this.taskOf(this.store.get()));
  }

  /**
   * Name the steps of an answer as the reader writes them.
   * @template {{tokens: string[]}} T
   * @param {T} answer
   * @returns {T}
   */
  nameSteps(answer) {
    const {language} = this.store.get();
    answer.tokens = answer.tokens.map((token) => this.inputKind.writeToken(token, language));
    return answer;
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
    else if (changed('theme', 'direction', 'notation', 'slide', ...draws)) this.board.drawAll();
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
    this.panelInView.show(next.panel);
  }

  /** @param {A} answer */
  async receive(answer) {
    this.shell.notify(...this.describe(answer));
    if (this.playback.playing) this.playback.play(true);
    if (this.inputKind.isText) this.readerOffer.show(answer).catch((error) => this.tellError(error));
    else byId('offer').hidden = true;
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
    if (!this.catalog) return;
    this.drawInput(state);
    if (state.slide) showCaption(this.caption(state));
    this.follow(state, this.answer);
  }

  /**
   * Draw what is read, where it is more than a text.
   * @param {Readonly<S>} state
   */
  drawInput(state) {
    const {text, language} = state;
    const task = this.taskOf(state);
    const {edit, isWritten = true} = this.inputs[task.input];
    const root = byId('input');
    root.hidden = !edit;
    document.body.classList.toggle('drawn', Boolean(edit));
    byId('sentence').closest('.field')?.toggleAttribute('hidden', !isWritten);
    if (root.dataset.input !== task.input) root.replaceChildren();
    root.dataset.input = task.input;
    edit?.(root, {
      text,
      task,
      step: this.answer ? this.playback.step : null,
      steps: this.answer?.tokens.length ?? 0,
      language,
      say: this.shell.say,
      title: this.shell.text,
      write: (written, step) => this.store.set(/** @type {Partial<S>} */ ({text: written, step})),
      seek: (step) => this.seek(step),
    });
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

  /**
   * Speak another language; an example that nobody changed is left for one in that language.
   * @param {string} language
   */
  speak(language) {
    const {task, text} = this.store.get();
    const spoken = /** @type {Partial<S>} */ ({language});
    const reading = this.catalog && translateReading(this.offers.tasks, this.taskOf({task}), text, language);
    const kept = !reading || this.keepsReading(this.store.get());
    this.store.set(kept ? spoken : {...spoken, ...this.read(reading.task, reading.text)});
  }

  /**
   * Read a text with another task's network.
   * @param {string} task
   * @param {string} text
   * @param {string} [model] else the one most like the one on screen
   */
  readWith(task, text, model) {
    this.store.set(this.read(task, text, model));
  }

  /**
   * Let one panel fill the screen: the one that has the focus, else the first; or let all be seen again.
   * @param {boolean} [on]
   */
  toggleSlide(on) {
    const {slide} = this.store.get();
    const wanted = on ?? !slide;
    if (!this.catalog || wanted === Boolean(slide)) return;
    const focused = this.panels.find(({root}) => root.contains(document.activeElement)) ?? this.panels[0];
    this.showSlide(wanted ? focused.view.id : '');
    if (!wanted) byId('slide').focus();
  }

  /**
   * Save a panel as a picture, or let it fill the screen.
   * @param {string} id
   * @param {string} format
   */
  take(id, format) {
    if (format === 'slide') this.showSlide(id);
    else this.saveNamed(format, id, `gatescope-${id}`).catch((error) => this.tellError(error));
  }

  /**
   * @param {string} format
   * @param {string} id
   * @param {string} name
   */
  async saveNamed(format, id, name) {
    const panel = this.panels.find(({view}) => view.id === id);
    if (!panel?.figure) return;
    const caption = this.caption(this.store.get());
    download(await this.board.drawPicture(panel, format, caption), `${name}.${format}`);
  }

  /** @param {string} slide */
  showSlide(slide) {
    this.store.set(/** @type {Partial<S>} */ ({slide}));
  }

  /**
   * Go so many panels on, in slide mode. False outside it.
   * @param {number} by
   */
  stepSlide(by) {
    const next = this.store.get().slide && this.board.findBeside(by);
    if (next) this.showSlide(next);
    return Boolean(this.store.get().slide);
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

  /** The cells on screen, as the notation chosen writes them. */
  get letteredCells() {
    const state = this.store.get();
    return this.catalog ? this.cellsOnScreen(state).map((cell) => writeCell(cell, state.notation)) : [];
  }

  /** What the task on screen reads; words before the catalogue is there. */
  get reads() {
    return this.catalog?.tasks.find(({id}) => id === this.store.get().task)?.reads ?? 'words';
  }

  /**
   * The task on screen.
   * @param {{task: string}} state
   */
  taskOf({task}) {
    return findById(this.offers.tasks, task);
  }

  // What a room brings.

  /**
   * The cells that are on screen.
   * @param {Readonly<S>} _state
   * @returns {Cell[]}
   */
  cellsOnScreen(_state) {
    return [];
  }

  /**
   * What a picture or a slide says beside its panel.
   * @param {Readonly<S>} _state
   * @returns {Caption}
   */
  caption(_state) {
    throw new Error('a room says what is on screen');
  }

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
   * What changes where a text is read with a task's network; `model` is which, else the one most like that on screen.
   * @param {string} _task
   * @param {string} _text
   * @param {string} [_model]
   * @returns {Partial<S>}
   */
  read(_task, _text, _model) {
    throw new Error('a room reads a text');
  }

  /**
   * Whether a person has done something with the example on screen that another text would lose.
   * @param {Readonly<S>} _state
   */
  keepsReading(_state) {
    return false;
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
   * Choose another unit, so many lines below.
   * @param {number} _by
   */
  stepUnit(_by) {}

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
