// When work is done: once a frame, after a pause, after the paint.

/**
 * Run once a frame however often it is asked for; never two at a time.
 * @param {() => unknown} work
 */
export function coalesce(work) {
  let [waiting, busy] = [false, false];
  async function run() {
    waiting = false;
    busy = true;
    try {
      await work();
    } finally {
      busy = false;
      if (waiting) requestAnimationFrame(run);
    }
  }
  return () => {
    if (waiting) return;
    waiting = true;
    if (!busy) requestAnimationFrame(run);
  };
}

/**
 * Run once it has not been asked for in `wait` ms.
 * @param {() => void} work
 * @param {number} wait
 */
export function debounce(work, wait) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, wait);
  };
}

/**
 * Resolve in the next frame.
 * @returns {Promise<unknown>}
 */
export function nextFrame() {
  return new Promise((resolve) => requestAnimationFrame(resolve));
}

/**
 * Resolve once the frame that is being made has been painted.
 * @returns {Promise<unknown>}
 */
export function afterPaint() {
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}
