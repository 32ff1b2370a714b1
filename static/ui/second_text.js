// The second text: its box, what may stand in it, and moving words through it.

import {findById} from '../core/catalog.js';
import {findMovedWords, findSelectedWords, findWords, moveWords} from '../core/word_order.js';
import {byId, findAll, make, makeButton} from './elements.js';

/**
 * Bind its controls to the room; `show(state, answer)` shows what is there.
 * @param {RoomOf<WatchState, WatchAnswer>} room
 * @param {Shell} shell
 */
export function bindSecondText(room, {say, text, onSentenceKey}) {
  const {store} = room;
  const box = byId('beside');
  let open = false;
  let suggested = '';
  let touched = false; // a person chose words in the box; else those that moved are meant

  byId('beside-toggle').addEventListener('click', () => {
    open = !open;
    if (!open) store.set({secondText: ''});
    show(store.get(), room.answer);
    if (open) box.focus();
  });
  box.addEventListener('input', () => {
    touched = true;
    store.set({secondText: box.value});
  });
  box.addEventListener('keydown', onSentenceKey);
  for (const kind of ['select', 'keyup', 'pointerup']) {
    box.addEventListener(kind, () => {
      touched = true;
      nameChosen();
    });
  }
  byId('earlier').addEventListener('click', () => move(-1));
  byId('later').addEventListener('click', () => move(1));
  byId('swap').addEventListener('click', () => {
    const {text: first, secondText} = store.get();
    store.set({text: secondText, secondText: first, step: null});
  });
  byId('see').addEventListener('click', () => {
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const [panel] = findAll('.view-text_comparison');
    panel.scrollIntoView({behavior: calm ? 'auto' : 'smooth'});
  });

  function findChosen() {
    return touched
      ? findSelectedWords(box.value, box.selectionStart, box.selectionEnd)
      : findMovedWords(box.value, store.get().text);
  }

  /** @param {number} by */
  function move(by) {
    const chosen = findChosen();
    const moved = chosen && moveWords(box.value, chosen, by, store.get().text);
    if (!moved) return;
    box.value = moved.text;
    box.setSelectionRange(moved.from, moved.to);
    touched = true;
    store.set({secondText: moved.text});
  }

  // Say which words move, and which way they can.
  function nameChosen() {
    const chosen = findChosen();
    const words = findWords(box.value);
    const [first, last] = chosen ?? [0, words.length - 1];
    const named = chosen ? box.value.slice(words[first].start, words[last].end) : '';
    byId('held').textContent = named ? `“${named}”` : '';
    allow('earlier', first > 0, named);
    allow('later', last < words.length - 1, named);
  }

  /**
   * @param {'earlier' | 'later'} way
   * @param {boolean} can
   * @param {string} named
   */
  function allow(way, can, named) {
    byId(way).setAttribute('aria-disabled', String(!can));
    byId(way).setAttribute('aria-label', say(`beside.${way}_of`, {words: named}));
  }

  /**
   * The task's other examples, those that share most words first, and the first text itself, to move its words.
   * @param {WatchState} state
   */
  function suggest({task, text: first}) {
    /** @param {string} sentence */
    const wordsOf = (sentence) => new Set(sentence.toLowerCase().match(/[\p{L}\p{N}]+/gu));
    const firstWords = wordsOf(first);
    /** @param {Example} example */
    const countShared = (example) => [...wordsOf(example.text)].filter((word) => firstWords.has(word)).length;
    const others = findById(room.offers.tasks, task)
      .examples.filter((example) => example.text !== first)
      .sort((a, b) => countShared(b) - countShared(a));
    const offers = [
      [say('beside.copy'), first],
      ...others.map((example) => [text(example.title), example.text]),
    ].filter(([, offered]) => offered.trim());
    const content = JSON.stringify(offers);
    if (suggested === content) return;
    suggested = content;
    byId('partners').replaceChildren(
      make('span', {}, say('beside.try')),
      ...offers.map(([title, offered]) =>
        makeButton(
          title,
          () => {
            store.set({secondText: offered});
            box.focus();
          },
          {class: 'link', title: offered},
        ),
      ),
    );
  }

  /**
   * @param {WatchState} state
   * @param {WatchAnswer | null} answer
   */
  function show(state, answer) {
    const blank = !state.secondText.trim();
    if (!blank) open = true;
    byId('second').hidden = !open;
    byId('beside-toggle').setAttribute('aria-expanded', String(open));
    byId('beside-toggle').textContent = say(open ? 'beside.close' : 'beside.open');
    if (box.value !== state.secondText) {
      box.value = state.secondText;
      touched = false;
    }
    const second = blank ? null : answer?.second;
    for (const button of findAll('[data-export^="pair"]')) button.hidden = !second?.trace;
    if (!open) return;
    box.placeholder = say('beside.placeholder');
    byId('tools').hidden = blank;
    byId('partners').hidden = !blank;
    if (!blank) nameChosen();
    else if (room.catalog) suggest(state);
    byId('see').disabled = !second?.trace;
    byId('beside-notice').textContent = second?.message ?? '';
    byId('beside-notice').classList.toggle('error', Boolean(second?.refused));
    box.setAttribute('aria-invalid', String(Boolean(second?.refused)));
  }

  return {show};
}
