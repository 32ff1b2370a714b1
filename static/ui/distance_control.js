// Moves the clue and the blank of a sentence apart.

import {byId} from './elements.js';

/**
 * Bind the slider; `stretch(task, text, distance, language)` gives the sentence, or null where there is no place.
 * @param {RoomOf<WatchState, WatchAnswer>} room
 * @param {Shell} shell
 * @param {(task: string, text: string, distance: number, language: string) => Promise<string | null>} stretch
 */
export function bindDistanceControl(room, {say}, stretch) {
  const {store} = room;
  /** @type {{origin: string, text: string} | null} */
  let stretched = null; // the person's own sentence, and what the slider made of it

  byId('distance').addEventListener('input', async () => {
    const {task, text, language} = store.get();
    if (stretched?.text !== text) stretched = {origin: text, text};
    const own = stretched;
    const distance = Number(byId('distance').value);
    reword();
    try {
      const longer = await stretch(task, own.origin, distance, language);
      if (longer === null || distance !== Number(byId('distance').value)) return;
      own.text = longer;
      store.set({text: longer, step: null});
    } catch (error) {
      room.tellError(error);
    }
  });

  store.subscribe((_, changed) => changed.has('text') && reword());

  function reword() {
    // The slider is a wish: of a sentence that it did not make longer it says nothing.
    const longer = stretched && stretched.text === store.get().text && stretched.text !== stretched.origin;
    byId('distance-name').textContent = longer
      ? say('distance.label', {distance: byId('distance').value})
      : say('distance.own');
  }

  return {
    /**
     * Show it where the task has a clue and a blank.
     * @param {Task} task
     */
    show({stretches}) {
      byId('distance-box').hidden = !stretches;
      reword();
    },
  };
}
