// Looking things up in what the server offers. What is asked for is there, or the answer is broken.

/**
 * The entry with this id.
 * @template {{id: string}} T
 * @param {T[]} entries
 * @param {string} id
 * @returns {T}
 */
export function findById(entries, id) {
  const entry = entries.find((candidate) => candidate.id === id);
  if (!entry) throw new Error(`nothing has the id ${id}`);
  return entry;
}

/**
 * The signal of a cell with this name: `f`.
 * @template {Signal} S
 * @param {{signals: S[]}} cell
 * @param {string} name
 * @returns {S}
 */
export function findSignal({signals}, name) {
  const signal = signals.find((candidate) => candidate.name === name);
  if (!signal) throw new Error(`no signal is called ${name}`);
  return signal;
}
