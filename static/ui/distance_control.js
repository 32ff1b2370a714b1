// Moves the clue and the blank of a sentence apart.

import {byId} from './elements.js';

/** Bind the slider; `stretch(task, text, distance, language)` gives the sentence, or null where there is no place. */
export function bindDistanceControl({store, stretch, tellError}, {say}) {
  let stretched = null; // {origin, text}: the person's own sentence, and what the slider made of it

  byId('distance').addEventListener('input', async () => {
    const {task, text, language} = store.get();
    if (stretched?.text !== text) stretched = {origin: text, text};
    const distance = Number(byId('distance').value);
    reword();
    try {
      const longer = await stretch(task, stretched.origin, distance, language);
      if (longer === null || distance !== Number(byId('distance').value)) return;
      stretched.text = longer;
      store.set({text: longer, step: null});
    } catch (error) {
      tellError(error);
    }
  });

  function reword() {
    byId('distance-name').textContent = say('distance.label', {distance: byId('distance').value});
  }

  return {
    /** Show it where the task has a clue and a blank. */
    show({stretches}) {
      byId('distance-box').hidden = !stretches;
      reword();
    },
  };
}
