// Numbers that look random and are the same in every run (Park and Miller 1988).

/** Gives a function that draws from 0 up to 1. */
export function randomNumbers(seed) {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}
