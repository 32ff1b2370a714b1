// What a cell's letters are written as: PyTorch's (g, c; n, z) or the lectures' (C̃, C; h̃, and an update gate that
// says what stays, z, or what is written, so that 1 − z is what stays). Cells bring the letters. Pure functions.

export const NOTATIONS = ['pytorch', 'lectures', 'complement']; // each falls back on the one before it

/**
 * A signal's letter.
 * @param {Pick<Signal, 'name'> & {letters?: Signal['letters']}} signal
 * @param {string} notation
 * @returns {string}
 */
export function letterOf({name, letters = {}}, notation) {
  for (let k = NOTATIONS.indexOf(notation); k > 0; k -= 1) {
    const letter = letters[NOTATIONS[k]];
    if (letter) return letter;
  }
  return name;
}

/**
 * The notations in which some cell is written otherwise, PyTorch's first, each with the letters that tell it apart;
 * none where all would be the same.
 * @param {Pick<Cell, 'signals'>[]} cells
 * @returns {{id: string, letters: string[]}[]}
 */
export function listNotations(cells) {
  const signals = cells.flatMap((cell) => cell.signals);
  const offered = NOTATIONS.filter(
    (notation) => notation === NOTATIONS[0] || signals.some(({letters}) => letters?.[notation]),
  );
  if (offered.length < 2) return [];
  const told = signals.filter((signal) => offered.some((id) => letterOf(signal, id) !== signal.name));
  return offered.map((id) => ({id, letters: [...new Set(told.map((signal) => letterOf(signal, id)))]}));
}

/** @type {WeakMap<Cell, Record<string, LetteredCell>>} */
const written = new WeakMap();

/**
 * A cell as a notation writes it: every signal with its `letter`, every equation in letters. Names stay: they are what
 * arrays are found by.
 * @param {Cell} cell
 * @param {string} notation
 * @returns {LetteredCell}
 */
export function writeCell(cell, notation) {
  const known = written.get(cell) ?? {};
  if (known[notation]) return known[notation];
  /** @type {Record<string, string>} */
  const letters = {};
  for (const signal of cell.signals) letters[signal.name] = letterOf(signal, notation);
  /** @param {string} equation */
  const write = (equation) => writeEquation(equation, letters);
  const lettered = {
    ...cell,
    operations: cell.operations.map((operation) => ({
      ...operation,
      title:
        operation.title &&
        /** @type {Texts} */ (
          Object.fromEntries(Object.entries(operation.title).map(([key, title]) => [key, write(title)]))
        ),
    })),
    signals: cell.signals.map((signal) => ({
      ...signal,
      letter: letters[signal.name],
      formula: write(signal.formula),
      numbers: write(signal.numbers),
      backward: write(signal.backward),
      back_numbers: write(signal.back_numbers),
    })),
  };
  written.set(cell, {...known, [notation]: lettered});
  return lettered;
}

const INDEX = '(_t(?:[−+]1)?)?';
const END = '(?![A-Za-z\\d\\p{M}])'; // ᵀ may follow
const START = '(?<![A-Za-z\\p{M}_])'; // δ and ∂ may stand before

/**
 * An equation in names, written in letters: of `g_t`, `W_ig`, `∂L/∂g` and `δg` all four become those of C̃. What is
 * between braces is filled in later and stays. A letter such as `1 − z` stands in brackets but at the beginning; where
 * 1 minus the name stood, z does; weights and δ keep the name, which is that of their rows.
 * @param {string} equation
 * @param {Record<string, string>} letters by name
 * @returns {string}
 */
export function writeEquation(equation, letters) {
  const changed = Object.keys(letters).filter((name) => letters[name] !== name);
  if (!changed.length) return equation;
  return equation
    .split(/(\{[^}]*\})/)
    .map((part, k) =>
      k % 2 ? part : changed.reduce((text, name) => rename(text, name, letters[name]), part),
    )
    .join('');
}

/**
 * @param {string} text
 * @param {string} name
 * @param {string} letter
 */
function rename(text, name, letter) {
  const rest = /^1 − (.+)$/.exec(letter)?.[1];
  if (rest === undefined)
    return text.replace(new RegExp(`((?:^|[^A-Za-z])[Wb]_[ih]|${START})${name}${END}`, 'gu'), `$1${letter}`);
  const own = new RegExp(`^1 − ${name}$|\\(1 − ${name}${INDEX}\\)|${START}(?<!δ)${name}${INDEX}${END}`, 'gu');
  return text.replace(own, (found, taken = '', index = '', at = 0) => {
    if (/^\(?1/.test(found)) return `${rest}${taken}`;
    const whole = `1 − ${rest}${index}`;
    return at ? `(${whole})` : whole;
  });
}
