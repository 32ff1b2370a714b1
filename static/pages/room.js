// What every room does: one state, one question, one answer, and the panels drawn from it. Data flows
// one way: a control changes the store, the store's change asks, the answer is drawn. A room brings
// what is its own: the fields of its state, its question, what its views are handed.

import {initialState, readAddress, SHARED_FIELDS, SPEEDS, writeAddress} from '../core/address.js';
import {fetchCatalog, fetchStretched, Refusal, streamWriting, waitUntilReady} from '../core/client.js';
import {createStore} from '../core/store.js';
import {byId} from '../ui/elements.js';
import {coalesce, debounce} from '../ui/scheduling.js';
import {createInquiry} from './inquiry.js';
import {createPanelBoard} from './panel_board.js';
import {createPlayback} from './playback.js';

const ADDRESS_PAUSE = 150; // ms without a change before the address is written

/**
 * Open a room. `own` is the room's part:
 *
 * - `name`, `fields` (of its state, beside {@link SHARED_FIELDS}), `asks` (the keys that change the answer),
 *   `draws` (those that only change how it is drawn; a view may offer them as `choices`);
 * - `bind(room)`: its controls; gives the shell, `bindShell`'s;
 * - `afresh`: what a new address clears unless it says otherwise;
 * - `settle(catalog, state)`: what the state becomes once the catalogue is there;
 * - `ask(state, options)`: the answer, with its `tokens`; `askSlowly(answer, state, options)` and `pause`: slower questions;
 * - `describe(answer)`: what the notice says of it, `[message, wrong]`;
 * - `mend(error, state)`: what of the state must go after a refusal, or null;
 * - `home(state, last)`: the step shown until one is chosen; `buildContext(answer, {view, state, step, width})`;
 * - `marks(answer, state)`: what the first panel's element says of itself once it is painted;
 * - `changed(state, keys)`, `follow(state, answer)`, `reword()`, `pick(hit)`, `force(place)`, `undo()`, where there
 *   is something to do; `save(format)`.
 */
export function openRoom(own) {
  const {language: preferred, catalogues, views: viewNames} = JSON.parse(byId('data').textContent);
  const fields = {...SHARED_FIELDS, ...own.fields};
  const store = openStore(fields, preferred, catalogues);

  const inquiry = createInquiry({
    store,
    ask: own.ask,
    askSlowly: own.askSlowly,
    pause: own.pause,
    mend: own.mend,
    fail: tellError,
    async receive(answer) {
      shell.notify(...own.describe(answer));
      if (playback.playing) playback.play(true);
      await board.drawAll();
    },
    refresh: (ids) => board.drawViews(ids),
  });
  const playback = createPlayback({
    store,
    home: own.home,
    countSteps: () => inquiry.answer?.tokens.length ?? 0,
    move: (step, part) => board.move(step, part),
    refresh: () => board.drawStep(),
    showPlaying: (playing) => shell.showPlaying(playing),
  });
  const board = createPanelBoard({
    buildContext: own.buildContext,
    marks: own.marks,
    follow,
    isPlaying: () => playback.playing,
    isBackward: playback.isBackward,
    current() {
      const state = store.get();
      return {
        answer: inquiry.answer,
        state,
        catalogue: catalogues[state.language],
        step: playback.shownStep(),
      };
    },
  });
  const room = {
    store,
    catalogues,
    catalog: null,
    speeds: SPEEDS,
    tellError,
    get answer() {
      return inquiry.answer;
    },
    get panels() {
      return board.panels;
    },
    play: playback.play,
    seek: playback.seek,
    share: writeNow,
    stretch: fetchStretched,
    generate: streamWriting,
    undo: () => own.undo?.(),
    save: (format) => inquiry.answer && own.save(format).catch(tellError),
  };
  const shell = own.bind(room);

  async function start() {
    shell.reword();
    const loading = Promise.all(viewNames.map((name) => import(`../views/${name}.js`)));
    const {language} = store.get();
    await waitUntilReady(language, (message) => shell.notify(message));
    room.catalog = await fetchCatalog(language);
    const views = (await loading)
      .map((module) => module.default)
      .filter(({room: place = 'watch'}) => place === own.name);
    board.fill(views, {
      hover: (hit) => playback.hover(hit?.step ?? null),
      pick,
      force: own.force,
      choose: store.set,
    });
    const task = room.catalog.tasks.find(({id}) => id === store.get().task) ?? room.catalog.tasks[0];
    store.set({task: task.id});
    store.set(own.settle(room.catalog, store.get()));
    reword();
    store.subscribe(onChange);
    follow();
    await inquiry.ask();
    new ResizeObserver(coalesce(board.drawAll)).observe(byId('top'));
    addEventListener('hashchange', () => {
      // What the address does not say stays, but for what the room starts anew.
      const next = {...store.get(), ...own.afresh, ...readAddress(fields, location.hash)};
      store.set({...next, ...own.settle(room.catalog, next)});
    });
  }

  function onChange(state, keys) {
    const changed = (...names) => names.some((name) => keys.has(name));
    if (changed('language', 'theme', 'task')) reword();
    if (changed('text', ...own.asks)) playback.leave();
    if (changed('text', 'language', ...own.asks)) inquiry.ask();
    else if (changed('theme', 'direction', ...own.draws)) board.drawAll();
    else if (changed('step')) board.drawStep();
    if (changed('speed') && playback.playing) playback.play(true);
    own.changed?.(state, keys);
    follow();
    writeLater();
  }

  function reword() {
    shell.reword();
    own.reword?.();
  }

  function follow() {
    const state = store.get();
    shell.show(state, inquiry.answer?.tokens, playback.shownStep());
    own.follow?.(state, inquiry.answer);
  }

  function pick(hit) {
    if (hit.step === undefined) return; // a place that is no step of the sentence
    playback.pause();
    store.set({
      step: hit.step,
      ...(hit.unit === undefined || !('unit' in store.get()) ? {} : {unit: hit.unit}),
    });
    own.pick?.(hit);
  }

  function writeNow() {
    history.replaceState(null, '', `#${writeAddress(fields, store.get())}`);
  }

  const writeLater = debounce(() => {
    writeNow();
    shell.linkRooms();
  }, ADDRESS_PAUSE);

  function tellError(error) {
    const offline = !(error instanceof Refusal) && error instanceof TypeError && /fetch/i.test(error.message);
    shell.notify(offline ? catalogues[store.get().language]['error.offline'] : error.message, true);
    if (!offline && !(error instanceof Refusal)) throw error;
  }

  start().catch(tellError);
  return room;
}

// The state at the start: the address's, where it says something, and the browser's language and theme.
function openStore(fields, preferred, catalogues) {
  const store = createStore({
    ...initialState(fields),
    language: preferred,
    theme: matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light',
    ...readAddress(fields, location.hash),
  });
  if (!Object.hasOwn(catalogues, store.get().language)) store.set({language: preferred});
  return store;
}
