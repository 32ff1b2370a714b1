// Moves the clue and the blank of a sentence apart, and says how far apart they are.

import {byId} from './elements.js';
import {debounce} from './scheduling.js';

const PAUSE = 250; // ms without a key before the sentence on screen is measured

/** @typedef {{text: string | null, distance: number | null}} Stretched */

/**
 * Bind the slider; `stretch(task, text, distance, language)` gives the sentence, null where there is no place, and the
 * distance that it has; without a distance, that of the sentence as it is.
 * @param {RoomOf<WatchState, WatchAnswer>} room
 * @param {Shell} shell
 * @param {(task: string, text: string, distance: number | null, language: string) => Promise<Stretched>} stretch
 */
export function bindDistanceControl(room, {say}, stretch) {
  const {store} = room;
  /** @type {{origin: string, text: string} | null} */
  let stretched = null; // the person's own sentence, and what the slider made of it
  /** @type {{text: string, distance: number | null} | null} */
  let measured = null; // how far apart they are in which sentence

  const measureLater = debounce(measure, PAUSE);

  byId('distance').addEventListener('input', async () => {
    const {task, text, language} = store.get();
    if (stretched?.text !== text) stretched = {origin: text, text};
    const own = stretched;
    const distance = Number(byId('distance').value);
    try {
      const longer = await stretch(task, own.origin, distance, language);
      if (longer.text === null || distance !== Number(byId('distance').value)) return;
      own.text = longer.text;
      measured = {text: longer.text, distance: longer.distance};
      store.set({text: longer.text, step: null});
      reword();
    } catch (error) {
      room.tellError(error);
    }
  });

  store.subscribe((_, changed) => {
    if (!changed.has('text') && !changed.has('task')) return;
    reword();
    measureLater();
  });

  async function measure() {
    const {task, text, language} = store.get();
    if (byId('distance-box').hidden || measured?.text === text) return;
    try {
      const {distance} = await stretch(task, text, null, language);
      if (text !== store.get().text) return;
      measured = {text, distance};
      if (distance !== null) byId('distance').value = String(distance);
      reword();
    } catch {
      // A sentence that is refused is told of by the room's own question.
    }
  }

  function reword() {
    const distance = measured?.text === store.get().text ? measured.distance : null;
    byId('distance-name').textContent =
      distance === null ? say('distance.own') : say('distance.label', {distance});
  }

  return {
    /**
     * Show it where the task has a clue and a blank.
     * @param {Task} task
     */
    show({stretches}) {
      byId('distance-box').hidden = !stretches;
      reword();
      if (stretches) measureLater();
    },
  };
}
