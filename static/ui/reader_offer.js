// Where a network knows hardly a word of a text: one click that reads it with a task that does.

import {rankSimilarTasks} from '../core/reading_language.js';
import {chooseReader, knowsFew} from '../core/unknown_words.js';
import {byId, makeButton} from './elements.js';

/**
 * Bind the offer to the room.
 * @param {RoomOf<SharedState, RoomAnswer>} room
 * @param {Shell} shell
 * @param {(text: string, options: AskOptions) => Promise<KnownWords[]>} fetchKnown
 */
export function bindReaderOffer(room, {say, text}, fetchKnown) {
  const box = byId('offer');
  let asked = ''; // for which task and text

  /** @param {NonNullable<ReturnType<typeof chooseReader>>} reader */
  function offer({task, model, known, words}) {
    const {text: written} = room.store.get();
    const title = say('notice.reader', {title: text(task.title), known, words});
    box.replaceChildren(
      makeButton(title, () => room.readWith(task.id, written, model.id), {
        class: 'pill',
        'data-testid': 'reader',
      }),
    );
    box.hidden = false;
  }

  return {
    /**
     * Offer another task, where there is one that knows the words of what was read.
     * @param {{tokens: string[], known: boolean[]}} read
     */
    async show(read) {
      const {task: id, text: written, language} = room.store.get();
      const question = knowsFew(read) ? `${id} ${language} ${written}` : '';
      if (question === asked) return;
      asked = question;
      box.hidden = true;
      if (!question) return;
      const {tasks, models} = room.offers;
      const task = /** @type {Task} */ (tasks.find((candidate) => candidate.id === id));
      const cell = models.find((model) => model.id === room.store.get().model)?.cell ?? '';
      const counts = await fetchKnown(written, {language});
      const reader = chooseReader(counts, models, rankSimilarTasks(tasks, task), cell);
      if (reader && question === asked) offer(reader);
    },
  };
}
