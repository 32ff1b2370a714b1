import assert from 'node:assert/strict';
import {afterEach, test} from 'node:test';

import {
  fetchCatalog,
  fetchFile,
  fetchGradients,
  fetchKnown,
  fetchStretched,
  fetchTrace,
  onBusy,
  Refusal,
  readTrace,
  retryDelay,
  streamWriting,
  waitUntilReady,
} from '../../../static/core/client.js';

const original = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = original;
});

// Answers each request by the next of `answers`; gives the list of what was asked.
function serve(...answers) {
  const asked = [];
  globalThis.fetch = async (address, options) => {
    asked.push({address, ...options, body: options.body && JSON.parse(options.body)});
    return answers.shift();
  };
  return asked;
}

const json = (body, status = 200) => new Response(JSON.stringify(body), {status, statusText: 'Status'});
const refuse = (code, status) => json({error: {code, message: `${code}!`, field: 'input.text'}}, status);

function writeSafetensors(about, arrays, dtype = 'F64') {
  const header = {__metadata__: {trace: JSON.stringify(about)}};
  let offset = 0;
  for (const [name, {values, shape}] of Object.entries(arrays)) {
    header[name] = {dtype, shape, data_offsets: [offset, offset + 8 * values.length]};
    offset += 8 * values.length;
  }
  const written = new TextEncoder().encode(JSON.stringify(header));
  const head = new Uint8Array(Math.ceil(written.length / 8) * 8).fill(32); // the arrays begin at a multiple of 8
  head.set(written);
  const buffer = new ArrayBuffer(8 + head.length + offset);
  new DataView(buffer).setBigUint64(0, BigInt(head.length), true);
  new Uint8Array(buffer).set(head, 8);
  for (const [name, {values}] of Object.entries(arrays))
    new Float64Array(buffer, 8 + head.length + header[name].data_offsets[0], values.length).set(values);
  return buffer;
}

const ABOUT = {model: 'sentiment-lstm', tokens: ['olá', 'b']};
const ARRAYS = {
  probabilities: {values: [0.25, 0.75, 0.5, 0.5], shape: [2, 2]},
  'signals.layers.0.f': {values: [1, 2, 3, 4, 5, 6], shape: [2, 3]},
  'gradients.layers.0.f': {values: [1e-300, -2, 3, NaN, 5, Infinity], shape: [2, 3]},
  'norms.layers.0.f': {values: [7, 8], shape: [2]},
};

test('safetensors are read where they lie', () => {
  const buffer = writeSafetensors(ABOUT, ARRAYS);
  const trace = readTrace(buffer);
  assert.equal(trace.model, 'sentiment-lstm');
  assert.deepEqual(trace.tokens, ['olá', 'b']);
  assert.equal(trace.bytes, buffer);
  for (const [name, {values, shape}] of Object.entries(ARRAYS)) {
    const dot = name.indexOf('.');
    const array = dot < 0 ? trace[name] : trace[name.slice(0, dot)][name.slice(dot + 1)];
    assert.deepEqual(array.shape, shape, name);
    assert.deepEqual([...array.values], values, name);
    assert.equal(array.values.buffer, buffer, 'nothing is copied');
  }
  assert.deepEqual(Object.keys(trace.signals), ['layers.0.f']);
});

test('other numbers than float64 are refused', () => {
  assert.throws(
    () => readTrace(writeSafetensors(ABOUT, ARRAYS, 'F32')),
    /probabilities is F32, expected F64/,
  );
});

test('a trace is asked for as safetensors, in the reader’s language', async () => {
  const asked = serve(new Response(writeSafetensors(ABOUT, ARRAYS)));
  const {signal} = new AbortController();
  const trace = await fetchTrace({model: 'm'}, {language: 'pt-BR', signal});
  assert.deepEqual([...trace.norms['layers.0.f'].values], [7, 8]);
  assert.deepEqual(asked, [
    {
      address: '/api/trace',
      method: 'POST',
      signal,
      body: {model: 'm'},
      headers: {
        Accept: 'application/x-safetensors',
        'Accept-Language': 'pt-BR',
        'Content-Type': 'application/json',
      },
    },
  ]);
});

test('a comparison, a catalogue and a stretched sentence are asked for as JSON', async () => {
  const counted = {models: [{model: 'm', words: 2, known: 1}]};
  const asked = serve(
    json({networks: []}),
    json({cells: []}),
    json({text: 'longer', distance: 12}),
    json({text: null, distance: null}),
    json(counted),
  );
  assert.deepEqual(await fetchGradients({maps: true}, {language: 'en'}), {networks: []});
  assert.deepEqual(await fetchCatalog('en'), {cells: []});
  assert.deepEqual(await fetchStretched('cloze', 'short', 12, 'en'), {text: 'longer', distance: 12});
  assert.deepEqual(await fetchStretched('cloze', 'short', null, 'en'), {text: null, distance: null});
  assert.deepEqual(await fetchKnown('so short', {language: 'en'}), counted.models);
  assert.deepEqual(
    asked.map(({address, method}) => [method, address]),
    [
      ['POST', '/api/gradients'],
      ['GET', '/api/catalog'],
      ['POST', '/api/stretch'],
      ['POST', '/api/stretch'],
      ['POST', '/api/known'],
    ],
  );
  assert.deepEqual(asked[0].body, {maps: true});
  assert.deepEqual(asked[2].body, {task: 'cloze', input: {text: 'short'}, distance: 12});
  assert.deepEqual(asked[4].body, {input: {text: 'so short'}});
  for (const {headers} of asked) assert.equal(headers.Accept, 'application/json');
  assert.deepEqual(asked[1].headers, {Accept: 'application/json', 'Accept-Language': 'en'});
});

test('a file to keep has the type that was wanted', async () => {
  const asked = serve(new Response('a,b\n', {headers: {'Content-Type': 'text/csv'}}));
  assert.equal(await (await fetchFile({model: 'm'}, 'text/csv', 'en')).text(), 'a,b\n');
  assert.equal(asked[0].headers.Accept, 'text/csv');
});

test('a refusal holds code, message, field and status', async () => {
  serve(refuse('text_empty', 422));
  await assert.rejects(fetchCatalog('en'), (error) => {
    assert.ok(error instanceof Refusal);
    assert.deepEqual(
      [error.code, error.message, error.field, error.status],
      ['text_empty', 'text_empty!', 'input.text', 422],
    );
    return true;
  });
});

test('an answer that is not ours is refused with its status', async () => {
  serve(new Response('<html>', {status: 502, statusText: 'Bad Gateway'}));
  await assert.rejects(fetchCatalog('en'), {
    code: 'refused',
    message: 'Bad Gateway',
    field: null,
    status: 502,
  });
});

test('while the models load it is said, and asked again', async (t) => {
  t.mock.timers.enable({apis: ['setTimeout']});
  const asked = serve(refuse('not_ready', 503), refuse('not_ready', 503), json({}));
  const said = [];
  const ready = waitUntilReady('en', (message) => said.push(message));
  for (let k = 0; k < 2; k += 1) {
    while (said.length <= k) await Promise.resolve();
    await Promise.resolve();
    assert.equal(asked.length, k + 1);
    t.mock.timers.tick(120);
  }
  await ready;
  assert.deepEqual(said, ['not_ready!', 'not_ready!']);
  assert.deepEqual(
    asked.map(({address}) => address),
    ['/readyz', '/readyz', '/readyz'],
  );
});

test('any other refusal while it waits is an error', async () => {
  serve(refuse('internal', 500));
  await assert.rejects(waitUntilReady('en', assert.fail), {code: 'internal'});
});

test('what is written is read line by line, wherever the pieces end', async () => {
  const lines = [{token: 'o'}, {token: '↵'}, {token: 'é'}];
  const bytes = new TextEncoder().encode(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  for (const size of [1, 3, 1000]) {
    const pieces = new ReadableStream({
      start(controller) {
        for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
        controller.close();
      },
    });
    const asked = serve(new Response(pieces));
    const read = [];
    for await (const line of streamWriting({length: 3}, {language: 'en'})) read.push(line);
    assert.deepEqual(read, lines);
    assert.deepEqual([asked[0].address, asked[0].method, asked[0].body], ['/api/write', 'POST', {length: 3}]);
  }
});

test('a busy server is asked again after the time it names, and the person is told', async (t) => {
  t.mock.timers.enable({apis: ['setTimeout']});
  const told = [];
  onBusy((message) => told.push(message));
  const busy = () =>
    new Response(JSON.stringify({error: {code: 'busy', message: 'wait 2 s', field: null}}), {
      status: 503,
      headers: {'Retry-After': '2'},
    });
  const asked = serve(busy(), busy(), json({tokens: ['a']}));
  let answer = null;
  const answering = fetchGradients({networks: []}, {language: 'en'}).then((found) => {
    answer = found;
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  await settle();
  t.mock.timers.tick(1999);
  await settle();
  assert.equal(asked.length, 1, 'not before the server said');
  t.mock.timers.tick(1001);
  await settle();
  assert.equal(asked.length, 2);
  t.mock.timers.tick(3000);
  await answering;
  assert.deepEqual(answer, {tokens: ['a']});
  assert.deepEqual(told, ['wait 2 s', 'wait 2 s']);
  assert.deepEqual(asked[0], asked[2], 'the same question');
});

test('a newer question ends the wait for a busy server', async () => {
  onBusy(() => {});
  const busy = {error: {code: 'busy', message: 'wait', field: null}};
  const asked = serve(new Response(JSON.stringify(busy), {status: 503, headers: {'Retry-After': '60'}}));
  const newer = new AbortController();
  const answering = fetchGradients({}, {language: 'en', signal: newer.signal});
  setImmediate(() => newer.abort());
  await assert.rejects(answering, {name: 'AbortError'});
  assert.equal(asked.length, 1);
});

test('any other refusal is told at once', async () => {
  const asked = serve(refuse('not_ready', 503));
  await assert.rejects(fetchGradients({}, {language: 'en'}), {code: 'not_ready'});
  assert.equal(asked.length, 1);
});

test('pages that were refused together do not come back together, nor at once, nor never', () => {
  assert.equal(retryDelay('2', 0), 2000);
  assert.equal(retryDelay('2', 1), 3000);
  assert.equal(retryDelay(null, 0), 1000);
  assert.equal(retryDelay('Fri, 27 Nov 2026 22:00:00 GMT', 0), 1000);
  assert.equal(retryDelay('3600', 0), 60_000);
});
