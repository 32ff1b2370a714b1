// A room's state as an address: all of it lives in the URL's fragment, which a browser never sends to a
// server. A room says what its state holds as a table of fields. Pure functions.

export const SPEEDS = [0.5, 1, 2, 4, 8, 16];

/**
 * A field that holds any text.
 * @param {string} name
 * @param {string} [initial]
 * @returns {Field<string>}
 */
export const textField = (name, initial = '') => ({name, initial, read: ([value]) => value});

/**
 * A field that holds one of a few values.
 * @template {string | number} V
 * @param {string} name
 * @param {V[]} options
 * @param {V} [initial]
 * @returns {Field<V>}
 */
export const choiceField = (name, options, initial = options[0]) => ({
  name,
  initial,
  read: ([value]) => options.find((option) => String(option) === value),
});

/**
 * A field that holds a number within a range; `whole` for integers.
 * @template {number | null} V
 * @param {string} name
 * @param {V} initial
 * @param {number} low
 * @param {number} high
 * @param {boolean} [whole]
 * @returns {Field<V>}
 */
export const numberField = (name, initial, low, high, whole = true) => ({
  name,
  initial,
  read([value]) {
    const parsed = /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : NaN;
    return parsed >= low && parsed <= high && (!whole || Number.isInteger(parsed))
      ? /** @type {V} */ (parsed)
      : undefined;
  },
});

/**
 * A field that holds up to `most` entries, each written by `write` and read, or refused with null, by `read`.
 * @template V
 * @param {string} name
 * @param {number} most
 * @param {(entry: V) => string} write
 * @param {(written: string) => V | null} read
 * @returns {Field<V[]>}
 */
export const listField = (name, most, write, read) => ({
  name,
  initial: [],
  write: (entries) => entries.map(write),
  read(given) {
    const entries = given
      .slice(0, most)
      .map(read)
      .filter((entry) => entry !== null);
    return entries.length ? entries : undefined;
  },
});

/** What every room's state holds. Language and theme are the browser's until a person chooses: a link carries them always. */
export const SHARED_FIELDS = {
  task: textField('task'),
  text: textField('text'),
  model: textField('model'),
  step: numberField('step', null, 0, 2 ** 31),
  direction: choiceField('direction', ['forward', 'backward']),
  speed: choiceField('speed', SPEEDS, 2),
  language: {...textField('lang', 'en'), always: true},
  panel: textField('panel'),
  theme: {...choiceField('theme', ['light', 'dark']), always: true},
  notation: choiceField('letters', ['pytorch', 'lectures', 'complement']),
  /** the id of the panel that fills the screen; empty outside slide mode */
  slide: textField('slide'),
};

/**
 * The state before a person has done anything.
 * @template {Record<string, Field<any>>} F
 * @param {F} fields
 */
export function initialState(fields) {
  return Object.fromEntries(Object.entries(fields).map(([key, {initial}]) => [key, initial]));
}

/**
 * Write a state as a fragment; what is as at first is left out.
 * @template {Record<string, Field<any>>} F
 * @param {F} fields
 * @param {Record<string, any>} state
 * @returns {string}
 */
export function writeAddress(fields, state) {
  const address = new URLSearchParams();
  for (const [key, {name, initial, write, always}] of Object.entries(fields)) {
    const value = state[key];
    if (write) for (const entry of write(value)) address.append(name, entry);
    else if ((always || value !== initial) && value !== null && value !== '') address.set(name, value);
  }
  return address.toString();
}

/**
 * Read a fragment; what makes no sense is left out, never guessed.
 * @template {Record<string, Field<any>>} F
 * @param {F} fields
 * @param {string} fragment
 */
export function readAddress(fields, fragment) {
  const given = new URLSearchParams(fragment.replace(/^#/, ''));
  /** @type {Record<string, any>} */
  const state = {};
  for (const [key, {name, read}] of Object.entries(fields)) {
    const value = given.has(name) ? read(given.getAll(name)) : undefined;
    if (value !== undefined) state[key] = value;
  }
  return state;
}
