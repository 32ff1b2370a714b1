// What the networks of the room Compare read: a person's sentence, or made-up tokens of some length.

import {byId} from './elements.js';
import {segments} from './segments.js';

/**
 * Bind the choice; `choose(changes)` changes the state.
 * @param {{say: Say, choose: (changes: Partial<CompareState>) => void}} on
 */
export function bindSequenceSource({say, choose}) {
  const wantedLength = () => Number(byId('length').value);

  let opened = false;

  byId('length').addEventListener('input', () => choose({length: wantedLength(), step: null}));
  byId('clip').addEventListener('change', () =>
    choose({clip: Math.max(0.0001, Number(byId('clip').value) || 1)}),
  );

  return {
    /**
     * Show what is read, and where the gradient is clipped.
     * @param {CompareState} state
     */
    show({length, kind, clip}) {
      const source = length === null ? 'text' : kind;
      segments(
        byId('source'),
        ['text', 'random', 'repeated'].map((id) => ({
          id,
          title: say(`source.${id}`),
          testid: `source-${id}`,
        })),
        source,
        (id) =>
          choose(
            id === 'text'
              ? {length: null, step: null}
              : {length: length ?? wantedLength(), kind: id, step: null},
          ),
      );
      // What is read instead of a sentence is chosen in there: a link to it shows it.
      if (!opened && source !== 'text') byId('settings').open = true;
      opened = true;
      byId('sentence').hidden = source !== 'text';
      byId('length-box').hidden = source === 'text';
      byId('length-name').textContent = say('source.length', {steps: length ?? ''});
      if (length !== null) byId('length').value = String(length);
      if (document.activeElement !== byId('clip')) byId('clip').value = String(clip);
    },
  };
}
