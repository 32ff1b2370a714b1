// A series as a person writes or pastes it: numbers with spaces between, a column, or the lines of a CSV. Pure functions.

const MISSING = /^(|na|nan|null|-|–|—|\?)$/i;
const NUMBER = /^[−-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** @param {string} cell */
const isTold = (cell) => NUMBER.test(cell) || MISSING.test(cell);

/**
 * The rows of a written series, as a request has them: null where a number is missing; what is no number stays as it
 * is written, so that the server says which. A heading, and columns of words such as dates, are left out where there
 * are more columns than `features`.
 * @param {string} text
 * @param {number} features numbers in a row
 * @returns {(number | string | null)[][]}
 */
export function readSeries(text, features) {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean);
  const cells = features === 1 && lines.length < 2 ? splitColumn(text) : splitLines(lines);
  const told = cells.length > 1 && !cells[0].some((cell) => NUMBER.test(cell)) ? cells.slice(1) : cells;
  const width = Math.max(0, ...told.map((row) => row.length));
  const words = Array.from({length: width}, (_, k) => told.every((row) => !isTold(row[k] ?? '')));
  return told.map((row) => {
    const kept = width > features ? row.filter((_, k) => !words[k]) : row;
    return kept.map(readCell);
  });
}

/**
 * One row a number: spaces or semicolons between; commas too, unless they stand for the decimal point.
 * @param {string} text
 */
function splitColumn(text) {
  const parts = text
    .split(/[\s;]+/)
    .map((part) => part.replace(/,$/, ''))
    .filter(Boolean);
  const decimal =
    !text.includes('.') && parts.length > 1 && parts.every((part) => part.split(',').length < 3);
  return parts
    .flatMap((part) => (decimal ? [part.replace(',', '.')] : part.split(',')))
    .map((part) => [part]);
}

/**
 * A row a line: tabs or semicolons between the cells where there are any, and commas are then decimal; else commas,
 * else spaces.
 * @param {string[]} lines
 */
function splitLines(lines) {
  const [separator, decimal] = lines.some((line) => /[;\t]/.test(line))
    ? [/[;\t]/, true]
    : lines.some((line) => /,.*,|,.*\.|\..*,|, /.test(line)) || lines.every((line) => line.includes(','))
      ? [/,/, false]
      : [/\s+/, true];
  return lines.map((line) =>
    line.split(separator).map((cell) => {
      const bare = cell.trim().replace(/^"(.*)"$/, '$1');
      return decimal ? bare.replace(',', '.') : bare;
    }),
  );
}

/**
 * @param {string} cell
 * @returns {number | string | null}
 */
function readCell(cell) {
  if (MISSING.test(cell)) return null;
  return NUMBER.test(cell) ? Number(cell.replace('−', '-')) : cell;
}

/**
 * Write rows as {@link readSeries} reads them.
 * @param {(number | string | null)[][]} rows
 * @returns {string}
 */
export function writeSeries(rows) {
  /** @param {number | string | null} cell */
  const write = (cell) => (cell === null ? 'NA' : String(cell));
  return rows.every((row) => row.length === 1)
    ? rows.map(([cell]) => write(cell)).join(' ')
    : rows.map((row) => row.map(write).join(',')).join('\n');
}
