// Tables as comma-separated values (RFC 4180). Pure functions.

/**
 * Write a table, `{head, rows}`, as CSV.
 * @param {Table} table
 * @returns {string}
 */
export function writeCsv({head, rows}) {
  /** @param {string | number} cell */
  const quote = (cell) => (/[",\n]/.test(String(cell)) ? `"${String(cell).replaceAll('"', '""')}"` : cell);
  return [head, ...rows].map((row) => `${row.map(quote).join(',')}\n`).join('');
}
