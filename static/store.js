// The one state object, and its address: the whole state lives in the URL's fragment, which a
// browser never sends to a server. A room says what its state holds as a table of fields.

export const SPEEDS = [0.5, 1, 2, 4, 8, 16];

/** A field that holds any text. */
export const word = (name, initial = '') => ({name, initial, read: ([value]) => value});

/** A field that holds one of a few values. */
export const choice = (name, options, initial = options[0]) => ({
  name, initial, read: ([value]) => options.find((one) => String(one) === value),
});

/** A field that holds a number within a range; `whole` for integers. */
export const number = (name, initial, low, high, whole = true) => ({
  name, initial,
  read([value]) {
    const found = /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : NaN;
    return found >= low && found <= high && (!whole || Number.isInteger(found)) ? found : undefined;
  },
});

/** A field that holds up to `most` entries, each written by `write` and read, or refused with null, by `read`. */
export const list = (name, most, write, read) => ({
  name, initial: [], write: (entries) => entries.map(write),
  read(given) {
    const found = given.slice(0, most).map(read).filter(Boolean);
    return found.length ? found : undefined;
  },
});

/** What every room's state holds. Language and theme are the browser's until a person chooses: a link carries them always. */
export const COMMON = {
  task: word('task'), text: word('text'), step: number('step', null, 0, 2 ** 31),
  direction: choice('direction', ['forward', 'backward']), speed: choice('speed', SPEEDS, 2),
  language: {...word('lang', 'en'), always: true}, theme: {...choice('theme', ['light', 'dark']), always: true},
};

/** The state before a person has done anything. */
export function initialState(fields) {
  return Object.fromEntries(Object.entries(fields).map(([key, {initial}]) => [key, initial]));
}

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

/** Write a state as a fragment; what is as at first is left out. */
export function writeAddress(fields, state) {
  const found = new URLSearchParams();
  for (const [key, {name, initial, write, always}] of Object.entries(fields)) {
    const value = state[key];
    if (write) for (const entry of write(value)) found.append(name, entry);
    else if ((always || value !== initial) && value !== null && value !== '') found.set(name, value);
  }
  return found.toString();
}

/** Read a fragment; what makes no sense is left out, never guessed. */
export function readAddress(fields, fragment) {
  const given = new URLSearchParams(fragment.replace(/^#/, ''));
  const found = {};
  for (const [key, {name, read}] of Object.entries(fields)) {
    const value = given.has(name) ? read(given.getAll(name)) : undefined;
    if (value !== undefined) found[key] = value;
  }
  return found;
}

function same(a, b) {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
