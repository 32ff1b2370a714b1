// The one state object, and its address: the whole state lives in the URL's fragment, which a
// browser never sends to a server.

export const DEFAULTS = Object.freeze({
  task: 'sentiment', model: '', text: '', weights: 'trained', seed: 0, step: null,
  direction: 'forward', speed: 2, unit: null, target: null, interventions: [],
  language: 'en', theme: 'light',
});

const NUMBERS = new Set(['seed', 'step', 'speed', 'unit']);
const SHORT = {
  task: 'task', model: 'model', text: 'text', weights: 'weights', seed: 'seed', step: 'step',
  direction: 'direction', speed: 'speed', unit: 'unit', target: 'target', language: 'lang',
  theme: 'theme',
};

/** Create the store: `get`, `set(changes)`, `subscribe(listener(state, changed))`. */
export function createStore(first, defaults = DEFAULTS) {
  let state = Object.freeze({...defaults, ...first});
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

/** Write a state as a fragment; what is as by default is left out. */
export function writeAddress(state) {
  const found = new URLSearchParams();
  for (const [key, name] of Object.entries(SHORT)) {
    if (state[key] !== DEFAULTS[key] && state[key] !== null && state[key] !== '') found.set(name, state[key]);
  }
  for (const entry of state.interventions) {
    found.append('force', [entry.signal, entry.value, entry.step ?? '', entry.unit ?? ''].join(':'));
  }
  return found.toString();
}

/** Read a fragment; what makes no sense is left out, never guessed. */
export function readAddress(fragment) {
  const given = new URLSearchParams(fragment.replace(/^#/, ''));
  const found = {};
  for (const [key, name] of Object.entries(SHORT)) {
    if (!given.has(name)) continue;
    const value = given.get(name);
    if (NUMBERS.has(key)) {
      if (/^-?\d+(\.\d+)?$/.test(value)) found[key] = Number(value);
    } else found[key] = value;
  }
  if (!['forward', 'backward'].includes(found.direction)) delete found.direction;
  if (!['light', 'dark'].includes(found.theme)) delete found.theme;
  if (!['trained', 'fresh'].includes(found.weights)) delete found.weights;
  const forced = given.getAll('force').map(readForce).filter(Boolean);
  if (forced.length) found.interventions = forced;
  return found;
}

function readForce(entry) {
  const [signal, value, step, unit] = entry.split(':');
  const number = value === 'previous' ? value : Number(value);
  const whole = (given) => (/^\d+$/.test(given ?? '') ? Number(given) : null);
  if (!signal || value === '' || Number.isNaN(number)) return null;
  return {signal, value: number, step: whole(step), unit: whole(unit)};
}

function same(a, b) {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
