// The one state object of a room.

/**
 * Create the store: `get`, `set(changes)`, `subscribe(listener(state, changed))`.
 * @template {object} S
 * @param {S} first
 * @returns {Store<S>}
 */
export function createStore(first) {
  /** @type {Readonly<S>} */
  let state = Object.freeze({...first});
  /** @type {Set<(state: Readonly<S>, changed: Set<string>) => void>} */
  const listeners = new Set();
  return {
    get: () => state,
    set(changes) {
      const changed = /** @type {(keyof S & string)[]} */ (Object.keys(changes)).filter(
        (key) => !same(changes[key], state[key]),
      );
      if (!changed.length) return;
      state = Object.freeze({...state, ...changes});
      for (const listener of listeners) listener(state, new Set(changed));
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/**
 * @param {unknown} a
 * @param {unknown} b
 */
function same(a, b) {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
