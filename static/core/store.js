// The one state object of a room.

/** Create the store: `get`, `set(changes)`, `subscribe(listener(state, changed))`. */
export function createStore(first) {
  let state = Object.freeze({...first});
  const listeners = new Set();
  return {
    get: () => state,
    set(changes) {
      const changed = Object.keys(changes).filter((key) => !same(changes[key], state[key]));
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

function same(a, b) {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
