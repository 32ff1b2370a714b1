// The clock of play: moves through the steps at a speed, one report a frame.

/**
 * @typedef {object} Run
 * @property {number} from the first step
 * @property {number} steps how many there are
 * @property {number} speed steps a second
 * @property {number} way 1 for the right, -1 for the left
 * @property {number} [part] of the first step that has passed already
 * @property {boolean} [beats] whether something happens within a step, also within the last
 */

/**
 * `tell({step, part})` is called once a frame while playing; `end()` when the last step is done.
 * @param {{tell: (at: {step: number, part: number}) => void, end: () => void}} on
 */
export function createPlayer({tell, end}) {
  /** @type {(Run & {since: number}) | null} */
  let run = null;
  let pending = 0;
  const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)');

  /** @param {number} now */
  function advance(now) {
    if (!run) return;
    // A frame's own time can lie before the click that started it.
    const elapsed = (Math.max(0, now - run.since) / 1000) * run.speed; // steps
    const whole = Math.floor(elapsed);
    const step = run.from + run.way * whole;
    const last = run.way > 0 ? run.steps - 1 : 0;
    if (step < 0 || step >= run.steps) {
      run = null;
      tell({step: last, part: 0});
      end();
      return;
    }
    const still = !run.beats && (reducedMotion.matches || step === last);
    tell({step, part: still ? 0 : elapsed - whole});
    pending = requestAnimationFrame(advance);
  }

  return {
    get playing() {
      return run !== null;
    },
    /** @param {Run} wanted */
    start(wanted) {
      cancelAnimationFrame(pending);
      run = {...wanted, since: performance.now() - (1000 * (wanted.part ?? 0)) / wanted.speed};
      pending = requestAnimationFrame(advance);
    },
    stop() {
      cancelAnimationFrame(pending);
      run = null;
    },
  };
}
