// Talks to the server. Traces come as safetensors: one buffer, read where it lies.

const OPTIONAL = ['probabilities', 'values', 'target_values', 'saliency']; // what a run may be without
const SAFETENSORS = 'application/x-safetensors';

/** An answer that is an error: `code`, `message` in the reader's language, `field`. */
export class Refusal extends Error {
  /**
   * @param {{code: string, message: string, field: string | null}} error
   * @param {number} status
   */
  constructor({code, message, field}, status) {
    super(message);
    this.code = code;
    this.field = field;
    this.status = status;
  }
}

/** @type {(message: string) => void} */
let hearBusy = () => {};

/**
 * Let `listener(message)` hear that the server is busy. What was asked is asked again by itself.
 * @param {(message: string) => void} listener
 */
export function onBusy(listener) {
  hearBusy = listener;
}

/**
 * Milliseconds until a busy server is asked again: what it says, and up to half as much more, so that
 * pages that were refused together do not come back together.
 * @param {string | null} retryAfter seconds, the header's value
 * @param {number} draw from 0 to 1
 */
export function retryDelay(retryAfter, draw) {
  const seconds = Math.min(60, Math.max(1, Number(retryAfter) || 1));
  return 1000 * seconds * (1 + draw / 2);
}

/**
 * Wait until the models are loaded; `tell(message)` hears the phase.
 * @param {string} language
 * @param {(message: string) => void} tell
 */
export async function waitUntilReady(language, tell) {
  for (;;) {
    try {
      await ask('/readyz', {language});
      return;
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'not_ready') throw error;
      tell(error.message);
    }
    await new Promise((resolve) => setTimeout(resolve, 120));
  }
}

/**
 * The catalogue: cells, tasks, models, limits.
 * @param {string} language
 * @returns {Promise<Catalog>}
 */
export async function fetchCatalog(language) {
  return (await ask('/api/catalog', {language})).json();
}

/**
 * One trace. `signal` aborts it.
 * @param {object} wanted
 * @param {AskOptions} options
 * @returns {Promise<Trace>}
 */
export async function fetchTrace(wanted, {language, signal}) {
  const answer = await post(wanted, SAFETENSORS, language, signal);
  return readTrace(await answer.arrayBuffer());
}

/**
 * The comparison of several networks. `signal` aborts it.
 * @param {object} wanted
 * @param {AskOptions} options
 * @returns {Promise<Comparison>}
 */
export async function fetchGradients(wanted, {language, signal}) {
  const body = JSON.stringify(wanted);
  return (await ask('/api/gradients', {method: 'POST', language, signal, body})).json();
}

/**
 * The everyday sentences of a task.
 * @param {string} task
 * @param {string} language
 * @returns {Promise<EverydaySentences[]>}
 */
export async function fetchEveryday(task, language) {
  return (await (await ask(`/api/tasks/${task}/everyday`, {language})).json()).kinds;
}

/**
 * A sentence with `distance` words between clue and blank, null where there is no place for them, and how many do lie
 * there, null where no clue is known. Without a distance the sentence stays as it is.
 * @param {string} task
 * @param {string} text
 * @param {number | null} distance
 * @param {string} language
 * @returns {Promise<{text: string | null, distance: number | null}>}
 */
export async function fetchStretched(task, text, distance, language) {
  const body = JSON.stringify({task, input: {text}, distance});
  return (await ask('/api/stretch', {method: 'POST', language, body})).json();
}

/**
 * How many words of a text each model reads, and how many of them it knows.
 * @param {string} text
 * @param {AskOptions} options
 * @returns {Promise<KnownWords[]>}
 */
export async function fetchKnown(text, {language, signal}) {
  const body = JSON.stringify({input: {text}});
  return (await (await ask('/api/known', {method: 'POST', language, signal, body})).json()).models;
}

/**
 * What a network adds by itself, a step at a time. `signal` stops it.
 * @param {object} wanted
 * @param {AskOptions} options
 * @returns {AsyncGenerator<WrittenStep>}
 */
export async function* streamWriting(wanted, {language, signal}) {
  const answer = await ask('/api/write', {method: 'POST', language, signal, body: JSON.stringify(wanted)});
  const stream = /** @type {ReadableStream<BufferSource>} */ (answer.body);
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const {value, done} = await reader.read();
    if (done) return;
    const lines = (rest + value).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line) yield JSON.parse(line);
  }
}

/**
 * The same trace as a file to keep.
 * @param {object} wanted
 * @param {string} type
 * @param {string} language
 * @returns {Promise<Blob>}
 */
export async function fetchFile(wanted, type, language) {
  return (await post(wanted, type, language)).blob();
}

/**
 * Read safetensors: 8 bytes of length, a JSON header, the arrays. Every array is
 * {values: Float64Array, shape}; nothing is copied.
 * @param {ArrayBuffer} buffer
 * @returns {Trace}
 */
export function readTrace(buffer) {
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  const trace = {
    ...JSON.parse(header.__metadata__.trace),
    signals: {},
    gradients: {},
    norms: {},
    bytes: buffer,
  };
  for (const name of OPTIONAL) trace[name] = {values: new Float64Array(0), shape: [trace.tokens.length, 0]};
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const {
      dtype,
      shape,
      data_offsets: [start, stop],
    } = entry;
    if (dtype !== 'F64') throw new Error(`${name} is ${dtype}, expected F64`);
    const values = new Float64Array(buffer, 8 + length + start, (stop - start) / 8);
    const dot = name.indexOf('.');
    if (dot < 0) trace[name] = {values, shape};
    else {
      const group = name.slice(0, dot);
      trace[group] ??= {};
      trace[group][name.slice(dot + 1)] = {values, shape};
    }
  }
  return trace;
}

/**
 * @param {object} wanted
 * @param {string} accept
 * @param {string} language
 * @param {AbortSignal} [signal]
 */
function post(wanted, accept, language, signal) {
  return ask('/api/trace', {
    method: 'POST',
    language,
    signal,
    accept,
    body: JSON.stringify(wanted),
  });
}

/**
 * @param {string} address
 * @param {{method?: string, language: string, signal?: AbortSignal, accept?: string, body?: string}} options
 */
async function ask(address, {method = 'GET', language, signal, accept = 'application/json', body}) {
  /** @type {Record<string, string>} */
  const headers = {Accept: accept, 'Accept-Language': language};
  if (body) headers['Content-Type'] = 'application/json';
  for (;;) {
    const answer = await fetch(address, {method, headers, body, signal});
    if (answer.ok) return answer;
    const refusal = await readRefusal(answer);
    if (refusal.code !== 'busy') throw refusal;
    hearBusy(refusal.message);
    await sleep(retryDelay(answer.headers.get('Retry-After'), Math.random()), signal);
  }
}

/**
 * @param {Response} answer
 * @returns {Promise<Refusal>}
 */
async function readRefusal(answer) {
  let error = null;
  try {
    ({error} = await answer.json());
  } catch {
    // Not ours: a proxy's page, or a connection that broke.
  }
  return new Refusal(error ?? {code: 'refused', message: answer.statusText, field: null}, answer.status);
}

/**
 * Wait, unless `signal` ends it with an AbortError first.
 * @param {number} milliseconds
 * @param {AbortSignal} [signal]
 * @returns {Promise<void>}
 */
function sleep(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, {once: true});
  });
}
