// The one state object, and its address: the whole state lives in the URL's fragment, which a
// browser never sends to a server.

export const SPEEDS = [0.5, 1, 2, 4, 8, 16];

export const DEFAULTS = Object.freeze({
  task: 'sentiment', model: '', text: '', weights: 'trained', seed: 0, step: null,
  direction: 'forward', speed: 2, unit: null, interventions: [],
  language: 'en', theme: 'light',
});

/** What depends on the browser until a person chooses; a link carries it always. */
export const OWN = new Set(['language', 'theme']);
const NUMBERS = new Set(['seed', 'step', 'speed', 'unit']);
const SHORT = {
  task: 'task', model: 'model', text: 'text', weights: 'weights', seed: 'seed', step: 'step',
  direction: 'direction', speed: 'speed', unit: 'unit', language: 'lang',
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

/** Write a state as a fragment; what is as by default is left out, but not what a browser chooses. */
export function writeAddress(state) {
  const found = new URLSearchParams();
  for (const [key, name] of Object.entries(SHORT)) {
    if ((OWN.has(key) || state[key] !== DEFAULTS[key]) && state[key] !== null && state[key] !== '') found.set(name, state[key]);
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
  for (const key of ['step', 'unit', 'seed']) {
    if (!(Number.isInteger(found[key]) && found[key] >= 0 && found[key] < 2 ** 31)) delete found[key];
  }
  if (!SPEEDS.includes(found.speed)) delete found.speed;
  if (!['forward', 'backward'].includes(found.direction)) delete found.direction;
  if (!['light', 'dark'].includes(found.theme)) delete found.theme;
  if (!['trained', 'fresh'].includes(found.weights)) delete found.weights;
  const forced = given.getAll('force').slice(0, 64).map(readForce).filter(Boolean);
  if (forced.length) found.interventions = forced;
  return found;
}

function readForce(entry) {
  const [signal, value, step, unit] = entry.split(':');
  const number = value === 'previous' ? value : Number(value);
  const whole = (given) => (/^\d+$/.test(given ?? '') ? Number(given) : null);
  if (!signal || value === '' || (number !== 'previous' && !Number.isFinite(number))) return null;
  return {signal, value: number, step: whole(step), unit: whole(unit)};
}

function same(a, b) {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
