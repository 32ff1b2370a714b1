// Play, pause, step, scrub, speed and direction.

import {byId, make} from './elements.js';
import {segments} from './segments.js';

/** @type {Direction[]} */
const WAYS = ['forward', 'backward'];

/**
 * Bind the buttons; `play()` and `seek(step or 'last')` do what they ask for, `choose(changes)` changes the state.
 * @param {{say: Say, speeds: number[], play: (on?: boolean) => void, seek: (step: number | 'last') => void, choose: (changes: Partial<SharedState>) => void}} on
 */
export function bindTransport({say, speeds, play, seek, choose}) {
  const shownStep = () => Number(byId('scrubber').value);
  const previous = () => seek(shownStep() - 1);
  const next = () => seek(shownStep() + 1);

  byId('play').addEventListener('click', () => play());
  byId('first').addEventListener('click', () => seek(0));
  byId('last').addEventListener('click', () => seek('last'));
  byId('previous').addEventListener('click', previous);
  byId('next').addEventListener('click', next);
  byId('scrubber').addEventListener('input', () => seek(shownStep()));
  byId('speed').addEventListener('change', () => choose({speed: Number(byId('speed').value)}));

  /** @param {boolean} playing */
  function showPlaying(playing) {
    byId('play').setAttribute('aria-pressed', String(playing));
    byId('play').setAttribute('aria-label', say(playing ? 'transport.pause' : 'transport.play'));
  }

  return {
    previous,
    next,
    showPlaying,

    /**
     * Say everything in the language on screen.
     * @param {SharedState} state
     */
    reword({language, speed}) {
      showPlaying(byId('play').getAttribute('aria-pressed') === 'true');
      byId('speed').replaceChildren(
        ...speeds.map((value) => make('option', {value}, `${value.toLocaleString(language)} ×`)),
      );
      byId('speed').value = String(speed);
    },

    /**
     * Show the direction, and where in `tokens` the step is.
     * @param {SharedState} state
     * @param {string[] | undefined} tokens
     * @param {number} step
     */
    show({direction}, tokens, step) {
      segments(
        byId('direction'),
        WAYS.map((id) => ({id, title: say(`direction.${id}`), testid: `direction-${id}`})),
        direction,
        (id) => choose({direction: id}),
      );
      if (!tokens) return;
      byId('scrubber').max = String(tokens.length - 1);
      byId('scrubber').value = String(step);
      const where = say('transport.where', {step: step + 1, steps: tokens.length, token: tokens[step]});
      byId('scrubber').setAttribute('aria-valuetext', where);
      byId('where').textContent = where;
    },
  };
}
