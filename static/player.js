// The clock of play: moves through the steps at a speed, one report a frame.

/** `tell({step, part})` is called once a frame while playing; `end()` when the last step is done. */
export function createPlayer({tell, end}) {
  let run = null;
  let pending = 0;
  const calm = matchMedia('(prefers-reduced-motion: reduce)');

  function frame(now) {
    if (!run) return;
    // A frame's own time can lie before the click that started it.
    const gone = (Math.max(0, now - run.since) / 1000) * run.speed;
    const whole = Math.floor(gone);
    const step = run.from + run.way * whole;
    if (step < 0 || step >= run.steps) {
      const finished = run;
      run = null;
      tell({step: finished.way > 0 ? finished.steps - 1 : 0, part: 0});
      end();
      return;
    }
    const last = step === (run.way > 0 ? run.steps - 1 : 0);
    tell({step, part: calm.matches || last ? 0 : gone - whole});
    pending = requestAnimationFrame(frame);
  }

  return {
    get playing() {
      return run !== null;
    },
    start({from, steps, speed, way}) {
      cancelAnimationFrame(pending);
      run = {from, steps, speed, way, since: performance.now()};
      pending = requestAnimationFrame(frame);
    },
    stop() {
      cancelAnimationFrame(pending);
      run = null;
    },
  };
}
