// Tables as comma-separated values (RFC 4180). Pure functions.

/** Write a table, `{head, rows}`, as CSV. */
export function writeCsv({head, rows}) {
  const quote = (cell) => (/[",\n]/.test(cell) ? `"${String(cell).replaceAll('"', '""')}"` : cell);
  return [head, ...rows].map((row) => `${row.map(quote).join(',')}\n`).join('');
}
