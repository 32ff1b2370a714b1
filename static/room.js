// What every room does: one state, one question, one answer, and the panels drawn from it. Data flows
// one way: a control changes the store, the store's change asks, the answer is drawn. A room brings
// what is its own: the fields of its state, its question, what its views are handed.

import {fetchCatalog, fetchStretched, Refusal, streamWriting, waitUntilReady} from './client.js';
import {coalesce, delayed, nextFrame, painted} from './frame.js';
import {Panel} from './panel.js';
import {createPlayer} from './player.js';
import {COMMON, createStore, initialState, readAddress, SPEEDS, writeAddress} from './store.js';

const PLACES = ['top', 'wide', 'left', 'right'];

/** The element with this id. */
export const $ = (id) => document.getElementById(id);

/**
 * Open a room. `own` is the room's part:
 *
 * - `name`, `fields` (of its state, beside {@link COMMON}), `asks` (the keys that change the answer),
 *   `draws` (those that only change how it is drawn; a view may offer them as `choices`);
 * - `bind(room)`: its controls, what `bindFrame` returns and more;
 * - `afresh`: what a new address clears unless it says otherwise;
 * - `settle(catalog, state)`: what the state becomes once the catalogue is there;
 * - `ask(state, options)`: the answer, with its `tokens`; `later(answer, options)`: slower questions;
 * - `mend(error, state)`: what of the state must go after a refusal, or null;
 * - `home(state, last)`: the step shown until one is chosen; `context(answer, {view, state, step, width})`;
 * - `marks(answer)`: what the first panel's element says of itself once it is painted;
 * - `follow(state, answer, step)`, `reword()`, `pick(found)`, `force(found)`, where there is something to do.
 */
export function openRoom(own) {
  const {language: asked, catalogues, views: names} = JSON.parse($('data').textContent);
  const fields = {...COMMON, ...own.fields};
  const store = createStore({
    ...initialState(fields), language: asked,
    theme: matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light',
    ...readAddress(fields, location.hash),
  });
  if (!Object.hasOwn(catalogues, store.get().language)) store.set({language: asked});

  let panels = [];
  let answer = null;
  let asking = null;
  let calm = 0;
  let hover = null;

  const room = {
    store, catalogues, catalog: null, speeds: SPEEDS,
    get answer() { return answer; },
    get panels() { return panels; },
    isBack: () => store.get().direction === 'backward',
    play, seek, share, draw, tellError, stretch: fetchStretched, write: streamWriting,
    undo: () => own.undo?.(),
    save: (kind) => answer && own.save(kind).catch(tellError),
  };

  const player = createPlayer({
    tell({step, part}) {
      hover = null;
      if (step !== shownStep()) store.set({step});
      for (const panel of panels) panel.move(step, part, room.isBack());
    },
    end: () => controls.showPlaying(false),
  });
  const controls = own.bind(room);

  const lastStep = () => (answer ? answer.tokens.length - 1 : 0);
  function shownStep() {
    const state = store.get();
    return Math.max(0, Math.min(hover ?? state.step ?? own.home(state, lastStep()), lastStep()));
  }

  async function start() {
    controls.reword();
    const loading = Promise.all(names.map((name) => import(`./views/${name}.js`)));
    await waitUntilReady(store.get().language, (message) => controls.notice(message));
    room.catalog = await fetchCatalog(store.get().language);
    const views = (await loading).map((module) => module.default).filter(({room: place = 'watch'}) => place === own.name)
      .sort((a, b) => PLACES.indexOf(a.place) - PLACES.indexOf(b.place) || a.order - b.order);
    panels = views.map((view) => {
      const panel = new Panel(view, {hover: onHover, pick: onPick, force: own.force, choose: store.set});
      $(view.place).append(panel.root);
      return panel;
    });
    const task = room.catalog.tasks.find(({id}) => id === store.get().task) ?? room.catalog.tasks[0];
    store.set({task: task.id});
    store.set(own.settle(room.catalog, store.get()));
    reword();
    store.subscribe(onChange);
    follow();
    await ask();
    new ResizeObserver(coalesce(() => answer && drawAll())).observe($('top'));
    addEventListener('hashchange', () => {
      // What the address does not say stays, but for what the room starts anew.
      const next = {...store.get(), ...own.afresh, ...readAddress(fields, location.hash)};
      store.set({...next, ...own.settle(room.catalog, next)});
    });
  }

  function onChange(state, changed) {
    const any = (...keys) => keys.some((key) => changed.has(key));
    if (any('language', 'theme', 'task')) reword();
    if (any('text', ...own.asks)) hover = null;
    if (any('text', 'language', ...own.asks)) ask();
    else if (any('theme', 'direction', ...own.draws)) answer && drawAll();
    else if (any('step')) showStep();
    if (any('speed') && player.playing) play(true);
    own.changed?.(state, changed);
    follow();
    keepAddress();
  }

  function reword() {
    controls.reword();
    own.reword?.();
  }

  // Ask for the answer to what is on screen. A newer question drops the older one's answer.
  async function ask() {
    asking?.abort();
    clearTimeout(calm);
    const mine = (asking = new AbortController());
    const state = store.get();
    const options = {language: state.language, signal: mine.signal};
    try {
      const found = await own.ask(state, options);
      if (mine !== asking) return;
      answer = found;
      controls.notice(...own.tell(found));
      if (player.playing) play(true);
      await drawAll();
      if (own.later && mine === asking) calm = setTimeout(() => later(mine, options), own.calm);
    } catch (error) {
      if (mine !== asking || error.name === 'AbortError') return;
      const mended = error instanceof Refusal && own.mend?.(error, state);
      if (mended) store.set(mended);
      else tellError(error);
    }
  }

  async function later(mine, options) {
    try {
      const changed = await own.later(answer, store.get(), options);
      if (mine === asking && changed) await draw(panels.filter(({view}) => changed.includes(view.id)));
    } catch (error) {
      if (error.name !== 'AbortError' && mine === asking) tellError(error);
    }
  }

  async function drawAll() {
    // The first panel is what a person looks at: it is painted before the others are drawn, one a frame.
    const [first, ...rest] = panels;
    const drawn = answer;
    await draw([first]);
    follow();
    await painted();
    mark(drawn);
    for (const panel of rest) {
      if (drawn !== answer) return;
      await draw([panel]);
      await nextFrame();
    }
  }

  async function draw(chosen) {
    const state = store.get();
    const catalogue = catalogues[state.language];
    for (const panel of chosen) {
      // A view of what comes with the slower questions stays as it was until then.
      if (panel.view.needs && !answer[panel.view.needs]) {
        if (!panel.figure) panel.promise(panel.view.words[state.language].title, catalogue['panel.waiting']);
        continue;
      }
      const look = () => own.context(answer, {view: panel.view, state, step: shownStep(), width: panel.width});
      let ctx = look();
      const hidden = panel.root.hidden;
      panel.root.hidden = !panel.view.applies(ctx);
      if (panel.root.hidden) continue;
      if (hidden) ctx = look(); // it has a width only now
      ctx.height = panel.view.height?.(ctx);
      panel.page = panel.view.page?.(ctx);
      await panel.draw(panel.view.figure(ctx), {
        language: state.language, theme: state.theme, tableTitle: catalogue['panel.table'],
        forceLabel: catalogue['whatif.button'],
      });
      panel.move(shownStep(), 0, room.isBack());
    }
  }

  const showStep = coalesce(async () => {
    if (!answer) return;
    const [drawn, step] = [answer, shownStep()];
    const turned = ({view, width, page}) => view.page(own.context(answer, {view, state: store.get(), step, width})) !== page;
    await draw(panels.filter((panel) => panel.view.follows || (panel.view.page && !panel.root.hidden && turned(panel))));
    if (!player.playing) for (const panel of panels) panel.move(step, 0, room.isBack());
    follow();
    await painted();
    if (step === shownStep()) mark(drawn);
  });

  // data-step and its fellows are set once that state is painted.
  function mark(drawn) {
    if (drawn !== answer) return;
    Object.assign(panels[0].root.dataset, {steps: drawn.tokens.length, step: shownStep(), ...own.marks(drawn, store.get())});
  }

  function follow() {
    const state = store.get();
    controls.follow(state, answer?.tokens, shownStep());
    own.follow?.(state, answer);
  }

  const keepAddress = delayed(() => {
    history.replaceState(null, '', `#${writeAddress(fields, store.get())}`);
    controls.linkRooms();
  }, 150);

  function share() {
    history.replaceState(null, '', `#${writeAddress(fields, store.get())}`);
  }

  function onHover(found) {
    if (player.playing || !answer) return;
    const step = found?.step ?? null;
    if (step === hover) return;
    hover = step;
    showStep();
  }

  function onPick(found) {
    if (found.step === undefined) return; // a place that is no step of the sentence
    rest();
    store.set({step: found.step, ...(found.unit === undefined || !('unit' in store.get()) ? {} : {unit: found.unit})});
    own.pick?.(found);
  }

  function rest() {
    player.stop();
    controls.showPlaying(false);
    hover = null;
  }

  function play(on = !player.playing) {
    if (!answer) return;
    if (!on) player.stop();
    else {
      const [way, steps] = [room.isBack() ? -1 : 1, answer.tokens.length];
      const [start, end] = way > 0 ? [0, steps - 1] : [steps - 1, 0];
      const from = shownStep() === end || store.get().step === null ? start : shownStep();
      player.start({from, steps, speed: store.get().speed, way});
    }
    controls.showPlaying(player.playing);
  }

  function seek(step) {
    rest();
    store.set({step: Math.max(0, Math.min(step === 'last' ? lastStep() : step, lastStep()))});
  }

  function tellError(error) {
    const offline = !(error instanceof Refusal) && error instanceof TypeError && /fetch/i.test(error.message);
    controls.notice(offline ? catalogues[store.get().language]['error.offline'] : error.message, true);
    if (!offline && !(error instanceof Refusal)) throw error;
  }

  start().catch(tellError);
  return room;
}
