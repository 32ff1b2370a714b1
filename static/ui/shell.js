// What every room has around its panels: the header, the sentence, the transport, the keys, the notice.

import {fill} from '../core/format.js';
import {listLetters} from '../core/letter_notes.js';
import {nameTokens} from '../core/locale.js';
import {listNotations, NOTATIONS} from '../core/notation.js';
import {findExample, listLanguages, offerExamples, readsLanguage} from '../core/reading_language.js';
import {byId, findAll, make, makeButton} from './elements.js';
import {bindKeys, showKeys} from './keyboard.js';
import {makeLetter} from './letter_note.js';
import {segments} from './segments.js';
import {bindSentenceBox} from './sentence_box.js';
import {bindTransport} from './transport.js';

const TOAST = 2600; // ms

/**
 * Bind a room's shell to the room: its store and what it can do. `formats` are the kinds it can
 * export, `speeds` the steps a second it offers.
 * @param {RoomOf<SharedState, RoomAnswer>} room
 * @param {string[]} formats
 * @returns {Shell}
 */
export function bindShell(room, formats) {
  const {store, catalogues, speeds} = room;
  /** @type {Say} */
  const say = (key, values) => fill(catalogues[store.get().language][key], {...nameTokensNow(), ...values});
  const nameTokensNow = () => nameTokens(room.reads, catalogues[store.get().language]);
  /** @param {Texts} texts */
  const text = (texts) => fill(texts[store.get().language] ?? texts.en, nameTokensNow());
  const otherLanguage = () => Object.keys(catalogues).find((name) => name !== store.get().language);
  const turn = () => store.set({direction: store.get().direction === 'forward' ? 'backward' : 'forward'});
  const help = () => showKeys(say);

  const transport = bindTransport({
    say,
    speeds,
    play: () => room.play(),
    seek: (step) => room.seek(step),
    choose: store.set,
  });
  const sentence = bindSentenceBox({
    write: (written) => store.set({text: written, step: null}),
    read() {
      room.seek(store.get().direction === 'backward' ? 'last' : 0);
      room.play(true);
    },
  });
  bindKeys(
    {
      ' ': () => room.play(),
      ArrowRight: transport.next,
      ArrowLeft: transport.previous,
      Home: () => room.seek(0),
      End: () => room.seek('last'),
      '?': help,
      u: () => room.undo(),
      s: () => room.toggleSlide(),
      PageDown: () => room.stepSlide(1),
      ArrowDown: () => room.stepSlide(1),
      PageUp: () => room.stepSlide(-1),
      ArrowUp: () => room.stepSlide(-1),
      '[': () => room.stepUnit(-1),
      ']': () => room.stepUnit(1),
      '+': () => room.zoom(true),
      '-': () => room.zoom(false),
      b: turn,
      '/': sentence.focus,
    },
    () => {
      if (byId('export').open) closeExport();
      else room.toggleSlide(false);
    },
  );
  byId('language').addEventListener('click', () => room.speak(String(otherLanguage())));
  byId('slide').addEventListener('click', () => room.toggleSlide(true));
  byId('slide-leave').addEventListener('click', () => room.toggleSlide(false));
  byId('slide-next').addEventListener('click', () => room.stepSlide(1));
  byId('slide-previous').addEventListener('click', () => room.stepSlide(-1));
  byId('theme').addEventListener('click', () =>
    store.set({theme: store.get().theme === 'dark' ? 'light' : 'dark'}),
  );
  byId('help').addEventListener('click', help);
  byId('share').addEventListener('click', async () => {
    room.share();
    showToast((await copyAddress()) ? 'share.done' : 'share.by_hand');
  });
  document.addEventListener('click', (event) => {
    if (!byId('export').contains(/** @type {Node} */ (event.target))) closeExport();
  });

  function closeExport() {
    byId('export').open = false;
  }

  /**
   * A task's title, with its language where that is not the page's.
   * @param {Task} task
   */
  function nameTask(task) {
    if (readsLanguage(task, store.get().language)) return text(task.title);
    return say('task.in', {title: text(task.title), language: say(`language.${listLanguages(task)[0]}`)});
  }

  /** @param {string} key */
  function showToast(key) {
    byId('toast').textContent = say(key);
    byId('toast').classList.add('shown');
    setTimeout(() => byId('toast').classList.remove('shown'), TOAST);
  }

  return {
    say,
    text,
    onSentenceKey: sentence.onKey,
    showPlaying: transport.showPlaying,

    /** Say everything in the language on screen. */
    reword() {
      const state = store.get();
      const {language, theme} = state;
      document.documentElement.lang = language;
      document.documentElement.dataset.theme = theme;
      for (const element of findAll('[data-say]')) element.textContent = say(String(element.dataset.say));
      for (const element of findAll('[data-say-label]'))
        element.setAttribute('aria-label', say(String(element.dataset.sayLabel)));
      byId('language').replaceChildren(
        ...Object.keys(catalogues).map((name) =>
          make(name === language ? 'b' : 'span', {}, name.slice(0, 2).toUpperCase()),
        ),
      );
      byId('language').setAttribute('aria-label', say('language.button'));
      byId('theme').setAttribute('aria-label', say(`theme.${theme}`));
      byId('theme').title = say(`theme.${theme}`);
      byId('slide').title = say('slide.hint');
      sentence.setPlaceholder(say('sentence.placeholder'));
      transport.reword(state);
      byId('export-list').replaceChildren(
        ...formats.map((format) =>
          makeButton(
            say(`export.${format}`),
            () => {
              closeExport();
              room.save(format);
            },
            {'data-export': format},
          ),
        ),
      );
    },

    /** Offer the tasks, where there are several; `pick(id)` hears the choice. */
    offerTasks(tasks, chosen, pick) {
      const box = byId('task');
      box.hidden = tasks.length < 2;
      box.replaceChildren(...tasks.map((task) => make('option', {value: task.id}, nameTask(task))));
      box.value = chosen;
      box.onchange = () => pick(box.value);
    },

    /** Say what the task is and, of an example that nobody changed, what to look for. */
    describeTask(task, written) {
      const example = findExample(task, written);
      byId('about').replaceChildren(
        text(task.about),
        ...(example ? [' ', make('span', {class: 'look'}, text(example.look))] : []),
      );
    },

    /** Offer the task's examples; `pick(text, example)` hears the choice. */
    offerExamples(task, pick) {
      byId('examples').replaceChildren(
        make('span', {}, say('examples.try')),
        ...offerExamples(task, store.get().language).map((example) =>
          makeButton(text(example.title), () => pick(example.text, example), {class: 'link'}),
        ),
      );
    },

    /**
     * Offer the notations that write some of these cells otherwise.
     * @param {Cell[]} cells
     */
    offerNotations(cells) {
      const offered = listNotations(cells);
      const box = byId('notation');
      box.hidden = !offered.length;
      segments(
        box,
        offered.map(({id, letters}, k) => ({
          id,
          title: `${say(k ? 'notation.lectures' : 'notation.pytorch')}: ${letters.join(', ')}`,
          testid: `letters-${id}`,
        })),
        // A notation that writes none of these otherwise writes them as the one before it does.
        offered.findLast(({id}) => NOTATIONS.indexOf(id) <= NOTATIONS.indexOf(store.get().notation))?.id ??
          '',
        (id) => store.set({notation: id}),
      );
    },

    /**
     * Show every letter of these cells: each is a button that says what it means.
     * @param {LetteredCell[]} cells
     */
    showLetters(cells) {
      const box = byId('letters');
      const letters = listLetters(cells);
      box.hidden = !cells.length;
      if (box.dataset.shown === `${say('letter.all')} ${Object.keys(letters)}`) return;
      box.dataset.shown = `${say('letter.all')} ${Object.keys(letters)}`;
      box.replaceChildren(
        make('span', {}, say('letter.all')),
        ...Object.entries(letters).map(([written, name]) => makeLetter(name, [make('b', {}, written)])),
      );
    },

    /** Show the sentence, the direction, and where in `tokens` the step is. */
    show(state, tokens, step) {
      sentence.show(state.text);
      transport.show(state, tokens, step);
    },

    /** Say something below the sentence; `wrong` where it could not be used. */
    notify(message, wrong = false) {
      byId('notice').textContent = message;
      byId('notice').classList.toggle('error', wrong);
      sentence.setInvalid(wrong);
    },

    /**
     * Say which model files are left out, where there are any.
     * @param {Catalog['warnings']} warnings
     */
    showLeftOut(warnings) {
      byId('left-out').hidden = !warnings.length;
      byId('left-out').textContent = warnings.length
        ? say('page.left_out', {messages: warnings.map(({message}) => message).join(' ')})
        : '';
    },

    /** Let the links to the other rooms carry what all rooms share. */
    linkRooms() {
      const {task, text: written, model, language, theme, notation} = store.get();
      const said = Object.entries({text: written, task, model}).filter(([, value]) => value);
      const shared = new URLSearchParams([
        ...said,
        ['lang', language],
        ['theme', theme],
        ['letters', notation],
      ]);
      const links = /** @type {HTMLAnchorElement[]} */ (findAll('.rooms a'));
      for (const link of links) link.hash = shared.toString();
    },
  };
}

/** Copy this page's address. False where the browser does not let us. */
async function copyAddress() {
  try {
    await navigator.clipboard.writeText(location.href);
    return true;
  } catch {
    return false;
  }
}
