// Which step is on screen: the one chosen, hovered over, or played.

import {createPlayer} from '../ui/player.js';

/**
 * Create the playback of a room. `countSteps()` is 0 until there is an answer, `home(state, last)` the step shown
 * until one is chosen; `move(step, part)` is told where the cursor is on every frame of play, `refresh()` that
 * another step is hovered over, `showPlaying(playing)` whether it plays.
 */
export function createPlayback({store, countSteps, home, move, refresh, showPlaying}) {
  let hovered = null;
  const isBackward = () => store.get().direction === 'backward';
  const clamp = (step) => Math.max(0, Math.min(step, countSteps() - 1));

  function shownStep() {
    const state = store.get();
    return clamp(hovered ?? state.step ?? home(state, countSteps() - 1));
  }

  const player = createPlayer({
    tell({step, part}) {
      hovered = null;
      if (step !== shownStep()) store.set({step});
      move(step, part);
    },
    end: () => showPlaying(false),
  });

  function pause() {
    player.stop();
    hovered = null;
    showPlaying(false);
  }

  return {
    shownStep,
    isBackward,
    pause,
    get playing() {
      return player.playing;
    },

    /** Play, or stop; anew with the speed and the steps there are now where it plays already. */
    play(on = !player.playing) {
      const steps = countSteps();
      if (!steps) return;
      if (!on) player.stop();
      else {
        const way = isBackward() ? -1 : 1;
        const [start, end] = way > 0 ? [0, steps - 1] : [steps - 1, 0];
        const from = shownStep() === end || store.get().step === null ? start : shownStep();
        player.start({from, steps, speed: store.get().speed, way});
      }
      showPlaying(player.playing);
    },

    /** Stop, and show a step, or the `last` one. */
    seek(step) {
      pause();
      store.set({step: clamp(step === 'last' ? countSteps() - 1 : step)});
    },

    /** Show the step under a pointer, as long as it stays there; null once it has left. */
    hover(step) {
      if (player.playing || !countSteps() || step === hovered) return;
      hovered = step;
      refresh();
    },

    leave() {
      hovered = null;
    },
  };
}
