// Which step is on screen: the one chosen, hovered over, or played.

import {createPlayer} from '../ui/player.js';

/**
 * @typedef {object} PlaybackOptions
 * @property {Store<SharedState>} store
 * @property {() => number} countSteps 0 until there is an answer
 * @property {(last: number) => number} home the step shown until one is chosen
 * @property {() => {speed: number, beats: boolean}} pace steps a second, and whether a step has beats that may be held
 * @property {(step: number, part: number) => void} move is told where the cursor is on every frame of play
 * @property {() => void} refresh is told that another step is hovered over
 * @property {(playing: boolean) => void} showPlaying
 */

export class Playback {
  /** @param {PlaybackOptions} options */
  constructor({store, countSteps, home, pace, move, refresh, showPlaying}) {
    this.store = store;
    this.countSteps = countSteps;
    this.home = home;
    this.pace = pace;
    this.move = move;
    this.refresh = refresh;
    this.showPlaying = showPlaying;
    /** @type {number | null} */
    this.hovered = null;
    this.part = 0; // of the step that has passed
    this.player = createPlayer({
      tell: ({step, part}) => {
        this.hovered = null;
        this.part = part;
        if (step !== this.step) store.set({step});
        move(step, part);
      },
      end: () => showPlaying(false),
    });
  }

  get playing() {
    return this.player.playing;
  }

  get backward() {
    return this.store.get().direction === 'backward';
  }

  /** The step on screen. */
  get step() {
    return this.clamp(this.hovered ?? this.store.get().step ?? this.home(this.countSteps() - 1));
  }

  /** @param {number} step */
  clamp(step) {
    return Math.max(0, Math.min(step, this.countSteps() - 1));
  }

  /**
   * Play, or stop; anew with the speed and the steps there are now where it plays already.
   * @param {boolean} [on]
   */
  play(on = !this.playing) {
    const steps = this.countSteps();
    if (!steps) return;
    if (!on) {
      this.player.stop();
      if (!this.pace().beats) this.part = 0;
    } else {
      const way = this.backward ? -1 : 1;
      const [start, end] = way > 0 ? [0, steps - 1] : [steps - 1, 0];
      const {step} = this.store.get();
      const held = this.part > 0;
      const from = !held && (this.step === end || step === null) ? start : this.step;
      this.player.start({from, part: this.part, steps, way, ...this.pace()});
    }
    this.showPlaying(this.playing);
  }

  pause() {
    this.player.stop();
    this.hovered = null;
    this.part = 0;
    this.showPlaying(false);
  }

  /**
   * Stop, and show a step, or the `last` one.
   * @param {number | 'last'} step
   */
  seek(step) {
    const held = this.part > 0;
    this.pause();
    this.store.set({step: this.clamp(step === 'last' ? this.countSteps() - 1 : step)});
    if (held) this.move(this.step, 0); // it may be the same step
  }

  /**
   * Stop within the step on screen, where a part of it has passed; 0 for all of it.
   * @param {number} part
   */
  hold(part) {
    this.pause();
    this.part = part;
    this.move(this.step, part);
  }

  /**
   * Show the step under a pointer, as long as it stays there; null once it has left.
   * @param {number | null} step
   */
  hover(step) {
    if (this.playing || !this.countSteps() || step === this.hovered) return;
    this.hovered = step;
    this.part = 0;
    this.refresh();
  }

  /** Forget what is hovered over. */
  leave() {
    this.hovered = null;
    this.part = 0;
  }
}
