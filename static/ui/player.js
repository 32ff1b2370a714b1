// The clock of play: moves through the steps at a speed, one report a frame.

/**
 * @typedef {object} Run
 * @property {number} from the first step
 * @property {number} steps how many there are
 * @property {number} speed steps a second
 * @property {number} way 1 for the right, -1 for the left
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
    tell({step, part: reducedMotion.matches || step === last ? 0 : elapsed - whole});
    pending = requestAnimationFrame(advance);
  }

  return {
    get playing() {
      return run !== null;
    },
    /** @param {Run} wanted */
    start({from, steps, speed, way}) {
      cancelAnimationFrame(pending);
      run = {from, steps, speed, way, since: performance.now()};
      pending = requestAnimationFrame(advance);
    },
    stop() {
      cancelAnimationFrame(pending);
      run = null;
    },
  };
}
