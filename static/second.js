// The second sentence: its box, what may stand in it, and moving words through it.

import {make} from './panel.js';
import {findMoved, findWords, moveWords, touchWords} from './pairing.js';

const $ = (id) => document.getElementById(id);

/** Bind its controls to the room; `show(state, answer)` shows what is there. */
export function bindSecond(room, {say, text, read}) {
  const {store} = room;
  const box = $('beside');
  let open = false;
  let touched = false; // a person chose words in the box; else those that moved are meant

  $('beside-toggle').addEventListener('click', () => {
    open = !open;
    if (!open) store.set({beside: ''});
    show(store.get(), room.answer);
    if (open) box.focus();
  });
  box.addEventListener('input', () => {
    touched = true;
    store.set({beside: box.value});
  });
  box.addEventListener('keydown', read);
  for (const kind of ['select', 'keyup', 'pointerup']) {
    box.addEventListener(kind, () => {
      touched = true;
      nameHeld();
    });
  }
  $('earlier').addEventListener('click', () => move(-1));
  $('later').addEventListener('click', () => move(1));
  $('swap').addEventListener('click', () => {
    const {text: first, beside} = store.get();
    store.set({text: beside, beside: first, step: null});
  });
  $('see').addEventListener('click', () => {
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    document.querySelector('.view-beside').scrollIntoView({behavior: calm ? 'auto' : 'smooth'});
  });

  function held() {
    return touched ? touchWords(box.value, box.selectionStart, box.selectionEnd) : findMoved(box.value, store.get().text);
  }

  function move(by) {
    const moved = held() && moveWords(box.value, held(), by, store.get().text);
    if (!moved) return;
    box.value = moved.text;
    box.setSelectionRange(moved.from, moved.to);
    touched = true;
    store.set({beside: moved.text});
  }

  // Say which words move, and which way they can.
  function nameHeld() {
    const chosen = held();
    const words = findWords(box.value);
    const named = chosen ? box.value.slice(words[chosen[0]].start, words[chosen[1]].end) : '';
    $('held').textContent = named ? `“${named}”` : '';
    for (const [id, can] of [['earlier', chosen?.[0] > 0], ['later', chosen?.[1] < words.length - 1]]) {
      $(id).setAttribute('aria-disabled', String(!can));
      $(id).setAttribute('aria-label', say(`beside.${id}_of`, {words: named}));
    }
  }

  // The task's other examples, those that share most words first, and the sentence itself, to move its words.
  function suggest({task, text: first}) {
    const own = (sentence) => new Set(sentence.toLowerCase().match(/[\p{L}\p{N}]+/gu));
    const has = own(first);
    const likeness = ({text: other}) => [...own(other)].filter((word) => has.has(word)).length;
    const others = room.catalog.tasks.find(({id}) => id === task).examples.filter((one) => one.text !== first)
      .sort((a, b) => likeness(b) - likeness(a));
    const offers = [[say('beside.copy'), first], ...others.map((one) => [text(one.title), one.text])].filter(([, offered]) => offered.trim());
    const written = JSON.stringify(offers);
    if ($('partners').dataset.written === written) return;
    $('partners').dataset.written = written;
    $('partners').replaceChildren(make('span', {}, say('beside.try')), ...offers.map(([title, offered]) => {
      const button = make('button', {type: 'button', class: 'link', title: offered}, title);
      button.addEventListener('click', () => {
        store.set({beside: offered});
        box.focus();
      });
      return button;
    }));
  }

  function show(state, answer) {
    const blank = !state.beside.trim();
    if (!blank) open = true;
    $('second').hidden = !open;
    $('beside-toggle').setAttribute('aria-expanded', String(open));
    $('beside-toggle').textContent = say(open ? 'beside.close' : 'beside.open');
    if (box.value !== state.beside) {
      box.value = state.beside;
      touched = false;
    }
    const found = blank ? null : answer?.beside;
    for (const button of document.querySelectorAll('[data-export^="pair"]')) button.hidden = !found?.trace;
    if (!open) return;
    box.placeholder = say('beside.placeholder');
    $('tools').hidden = blank;
    $('partners').hidden = !blank;
    if (!blank) nameHeld();
    else if (room.catalog) suggest(state);
    $('see').disabled = !found?.trace;
    $('beside-notice').textContent = found?.message ?? '';
    $('beside-notice').classList.toggle('error', Boolean(found?.refused));
    box.setAttribute('aria-invalid', String(Boolean(found?.refused)));
  }

  return {show};
}
