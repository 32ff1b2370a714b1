// A clock that a test turns by hand: frames, timers and the time, without a browser.

/**
 * Put a clock in place of the browser's for one test; `reducedMotion` is what a person prefers. Gives `frame(ms)`, which
 * lets so much time pass and draws one frame, `frames` that are asked for, and `now`.
 */
export function setClock(t, {reducedMotion = false} = {}) {
  const before = {};
  const asked = new Map();
  let next = 1;
  const clock = {
    now: 1000,
    get frames() {
      return asked.size;
    },
    frame(ms = 16) {
      clock.now += ms;
      const due = [...asked.values()];
      asked.clear();
      for (const draw of due) draw(clock.now);
    },
  };
  const own = {
    requestAnimationFrame(draw) {
      asked.set(next, draw);
      next += 1;
      return next - 1;
    },
    cancelAnimationFrame: (id) => asked.delete(id),
    performance: {now: () => clock.now},
    matchMedia: (query) => ({matches: reducedMotion && query === '(prefers-reduced-motion: reduce)'}),
  };
  for (const [name, value] of Object.entries(own)) {
    before[name] = Object.getOwnPropertyDescriptor(globalThis, name);
    Object.defineProperty(globalThis, name, {value, configurable: true, writable: true});
  }
  t.after(() => {
    for (const name of Object.keys(own)) {
      if (before[name]) Object.defineProperty(globalThis, name, before[name]);
      else delete globalThis[name];
    }
  });
  return clock;
}

/** Let everything that was promised happen. */
export async function settle() {
  for (let k = 0; k < 20; k += 1) await Promise.resolve();
}
