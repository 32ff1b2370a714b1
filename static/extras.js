// What only some tasks have to press: a distance between clue and blank, and writing on.

import {number} from './format.js';

const $ = (id) => document.getElementById(id);

/** Bind them to the room; `show(state)` shows those of the task on screen. */
export function bindExtras(room, {say}) {
  const {store} = room;
  const task = () => room.catalog.tasks.find(({id}) => id === store.get().task);
  let origin = null; // the person's own sentence, and what the slider made of it
  let writing = null;

  $('distance').addEventListener('input', async () => {
    const {text, language} = store.get();
    if (origin?.made !== text) origin = {text, made: text};
    const distance = Number($('distance').value);
    name();
    try {
      const made = await room.stretch(task().id, origin.text, distance, language);
      if (made === null || distance !== Number($('distance').value)) return;
      origin.made = made;
      store.set({text: made, step: null});
    } catch (error) {
      room.tellError(error);
    }
  });
  $('temperature').addEventListener('input', name);
  $('write').addEventListener('click', () => (writing ? writing.abort() : write()));
  $('sentence').addEventListener('input', () => writing?.abort());

  async function write() {
    const {model, text, weights, language} = store.get();
    writing = new AbortController();
    const mine = writing;
    name();
    let written = text;
    let shown = 0;
    try {
      const wanted = {model, input: {text}, weights, temperature: Number($('temperature').value),
        seed: crypto.getRandomValues(new Uint32Array(1))[0] >>> 1, length: 300};
      for await (const {token} of room.write(wanted, {language, signal: mine.signal})) {
        written += {'␣': ' ', '↵': '\n'}[token] ?? token;
        // As fast as a person can follow it, and never faster than it is drawn.
        const wait = Math.max(0, shown + 70 - performance.now());
        await new Promise((resolve) => setTimeout(resolve, wait));
        if (mine.signal.aborted || written.length > 1000) break;
        shown = performance.now();
        store.set({text: written, step: null});
      }
    } catch (error) {
      if (error.name !== 'AbortError') room.tellError(error);
    }
    mine.abort();
    if (writing === mine) writing = null;
    name();
  }

  function name() {
    const {language} = store.get();
    $('distance-name').textContent = say('distance.label', {distance: $('distance').value});
    $('temperature-name').textContent = say('temperature.label', {temperature: number(Number($('temperature').value), language)});
    $('write').textContent = say(writing ? 'write.stop' : 'write.start');
    $('write').setAttribute('aria-pressed', String(Boolean(writing)));
  }

  return {
    show() {
      const {stretches, writes} = task();
      $('extras').hidden = !stretches && !writes;
      $('distance-box').hidden = !stretches;
      $('writer').hidden = !writes;
      if (!writes) writing?.abort();
      name();
    },
  };
}
