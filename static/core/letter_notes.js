// What a letter of an equation means, and where it stands in the cell's drawing. Pure functions.

const SIGNS = 'x|W|b|y|L|σ|tanh|⊙|δ|∂|α';

/**
 * An equation cut where its letters are: `letter` is the name of the signal, or of another sign, that a run stands for.
 * @param {string} equation as a notation writes it
 * @param {LetteredSignal[]} signals
 * @returns {{text: string, letter: string | null}[]}
 */
export function cutLetters(equation, signals) {
  const letters = new Map(signals.map(({name, letter}) => [letter.replace('1 − ', ''), name]));
  const known = [...letters.keys()].sort((a, b) => b.length - a.length).join('|');
  const pattern = new RegExp(
    `(?<![A-Za-z_\\p{M}])(${known}|${SIGNS})(?:_([A-Za-z\\d\\u0303]+(?:[−+]1)?))?(?![A-Za-z\\p{M}])`,
    'gu',
  );
  /** @type {{text: string, letter: string | null}[]} */
  const runs = [];
  let done = 0;
  for (const found of equation.matchAll(pattern)) {
    if (found.index > done) runs.push({text: equation.slice(done, found.index), letter: null});
    runs.push({text: found[0], letter: letters.get(found[1]) ?? found[1]});
    done = found.index + found[0].length;
  }
  if (done < equation.length) runs.push({text: equation.slice(done), letter: null});
  return runs;
}

/**
 * The letters of some cells as they are written, each with the name of its signal.
 * @param {LetteredCell[]} cells
 * @returns {Letters}
 */
export const listLetters = (cells) =>
  Object.fromEntries(cells.flatMap(({signals}) => signals.map(({name, letter}) => [letter, name])));

/**
 * A label cut where it names a signal by its letter: before a title (`f · forget gate`), after one (`LSTM · h`, `LSTM · at
 * c, all paths`, `cell state c →`, `← cell state c`), or below a ∂. A token is no letter: such a label has none of these forms.
 * @param {string} label
 * @param {Letters} letters
 * @returns {{text: string, letter: string | null}[]}
 */
export function cutLabel(label, letters) {
  const known = Object.keys(letters)
    .sort((a, b) => b.length - a.length)
    .join('|');
  if (!known) return [{text: label, letter: null}];
  const found = [
    `^(${known})(?= · )`,
    ` · (?:\\p{L}+ )?(${known})(?=$|,)`,
    `∂(${known})(?![\\p{L}\\p{M}])`,
    ` (${known})(?= →$)`,
    `^← .* (${known})$`,
  ]
    .map((pattern) => new RegExp(pattern, 'u').exec(label))
    .find(Boolean);
  if (!found) return [{text: label, letter: null}];
  const end = found.index + found[0].length;
  return [
    {text: label.slice(0, end - found[1].length), letter: null},
    {text: found[1], letter: letters[found[1]]},
    {text: label.slice(end), letter: null},
  ].filter(({text}) => text);
}

/**
 * What a letter means in the cells on screen: its sentences, told apart by cell where they are not the same in all.
 * @param {string} name of a signal, or a sign
 * @param {LetteredCell[]} cells
 * @param {Say} say
 * @param {(texts: Texts) => string} text
 */
export function explainInCells(name, cells, say, text) {
  const owners = cells.filter(({signals}) => signals.some((signal) => signal.name === name));
  const told = (owners.length ? owners : cells.slice(0, 1)).flatMap((cell) => {
    const note = explainLetter(name, cell, say, text);
    return note ? [{...note, cell: text(cell.title)}] : [];
  });
  if (!told.length) return null;
  const [{letter, title}] = told;
  const alike = told.every(
    ({title: other, sentences}) => `${[other, ...sentences]}` === `${[title, ...told[0].sentences]}`,
  );
  if (alike) return {letter, title, sentences: told[0].sentences};
  return {
    letter,
    title: told.every((one) => one.title === title) ? title : '',
    sentences: told.map(
      ({cell, sentences, title: own}) =>
        `${cell}: ${[own === title ? '' : `${own}.`, ...sentences].filter(Boolean).join(' ')}`,
    ),
  };
}

/**
 * What a letter means: its title, one sentence, and where a signal stands in the drawing.
 * @param {string} name of a signal, or a sign
 * @param {LetteredCell} cell
 * @param {Say} say
 * @param {(texts: Texts) => string} text
 * @returns {{letter: string, title: string, sentences: string[]} | null}
 */
export function explainLetter(name, cell, say, text) {
  const signal = cell.signals.find((candidate) => candidate.name === name);
  if (!signal) {
    // The one number of a cell that its equations name.
    if ((name === 'α' || name === 'β') && cell.settings[0])
      return {letter: name, title: text(cell.settings[0].title), sentences: []};
    const key = KEYS[name];
    return key ? {letter: name, title: say(`letter.${key}`), sentences: []} : null;
  }
  const means = signal.means ? text(signal.means) : '';
  const sentences = means ? [`${means[0].toUpperCase()}${means.slice(1)}.`] : [];
  const operation = cell.operations.find((candidate) => candidate.name === name);
  if (operation) {
    /** @param {string} other */
    const nameOf = (other) => {
      const state = other.replace(/_prev$/, '');
      const letter = cell.signals.find((candidate) => candidate.name === state)?.letter;
      const title = cell.operations.find((candidate) => candidate.name === other)?.title;
      if (title) return `“${text(title)}”`;
      return other === state ? (letter ?? other) : say('letter.before', {letter: letter ?? state});
    };
    const uses = cell.operations.filter(
      ({inputs}) => inputs.includes(name) || inputs.includes(`${name}_prev`),
    );
    const made = say('letter.drawn', {inputs: [...new Set(operation.inputs)].map(nameOf).join(', ')});
    const goes = say('letter.goes', {uses: uses.map((use) => nameOf(use.name)).join(', ')});
    sentences.push(uses.length ? `${made} ${goes}` : `${made}.`);
  }
  return {letter: signal.letter, title: text(signal.title), sentences};
}

/** @type {Record<string, string>} */
const KEYS = {
  x: 'x',
  W: 'weights',
  b: 'bias',
  y: 'y',
  L: 'loss',
  σ: 'sigmoid',
  tanh: 'tanh',
  '⊙': 'product',
  δ: 'delta',
  '∂': 'gradient',
};
