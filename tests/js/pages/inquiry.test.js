import assert from 'node:assert/strict';
import {test} from 'node:test';

import {Refusal} from '../../../static/core/client.js';
import {createStore} from '../../../static/core/store.js';
import {Inquiry} from '../../../static/pages/inquiry.js';
import {settle} from '../clock.js';

const PAUSE = 420;

// An inquiry whose questions are answered by hand.
function setInquiry(t, {slow, mend} = {}) {
  t.mock.timers.enable({apis: ['setTimeout']});
  const store = createStore({language: 'en', text: 'a'});
  const asked = [];
  const slowly = [];
  const told = [];
  const hold =
    (list) =>
    (...given) =>
      new Promise((resolve, reject) => list.push({given, resolve, reject}));
  const inquiry = new Inquiry({
    store,
    ask: hold(asked),
    askSlowly: slow ? hold(slowly) : async () => null,
    pause: PAUSE,
    mend: mend ?? (() => null),
    receive: (answer) => told.push(['answer', answer]),
    refresh: (ids) => told.push(['views', ids]),
    fail: (error) => told.push(['error', error.message]),
  });
  return {store, asked, slowly, told, inquiry, timers: t.mock.timers};
}

const refusal = (code) => new Refusal({code, message: code, field: 'interventions.0.step'}, 422);

test('a question holds the state, the language and a way to abort it; its answer is shown', async (t) => {
  const {inquiry, asked, told, store} = setInquiry(t);
  inquiry.ask();
  assert.equal(inquiry.answer, null);
  const [state, {language, signal}] = asked[0].given;
  assert.deepEqual([state, language, signal.aborted], [store.get(), 'en', false]);
  asked[0].resolve('first');
  await settle();
  assert.deepEqual([inquiry.answer, told], ['first', [['answer', 'first']]]);
});

test('a newer question aborts the older one, whose answer is dropped, whichever comes first', async (t) => {
  const {inquiry, asked, told} = setInquiry(t);
  inquiry.ask();
  inquiry.ask();
  assert.deepEqual(
    asked.map(({given: [, {signal}]}) => signal.aborted),
    [true, false],
  );
  asked[1].resolve('second');
  await settle();
  asked[0].resolve('first');
  await settle();
  assert.deepEqual([inquiry.answer, told], ['second', [['answer', 'second']]]);
});

test('an older question’s error is dropped as well; an aborted one says nothing', async (t) => {
  const {inquiry, asked, told} = setInquiry(t);
  inquiry.ask();
  inquiry.ask();
  asked[0].reject(new Error('too late'));
  asked[1].reject(Object.assign(new Error('aborted'), {name: 'AbortError'}));
  await settle();
  assert.deepEqual(told, []);
});

test('what went wrong is said, and the last answer stays', async (t) => {
  const {inquiry, asked, told} = setInquiry(t);
  inquiry.ask();
  asked[0].resolve('first');
  await settle();
  inquiry.ask();
  asked[1].reject(refusal('text_empty'));
  await settle();
  assert.deepEqual(told, [
    ['answer', 'first'],
    ['error', 'text_empty'],
  ]);
  assert.equal(inquiry.answer, 'first');
});

test('what can be mended of the state is, and is not said', async (t) => {
  const mend = ({field}, {text}) => (field.startsWith('interventions') ? {text: `${text}!`} : null);
  const {inquiry, asked, told, store} = setInquiry(t, {mend});
  inquiry.ask();
  asked[0].reject(refusal('unknown_step'));
  await settle();
  assert.deepEqual([store.get().text, told], ['a!', []]);
  inquiry.ask();
  asked[1].reject(new TypeError('fetch failed')); // no refusal
  await settle();
  assert.deepEqual([store.get().text, told], ['a!', [['error', 'fetch failed']]]);
});

test('what takes longer is asked once no key was pressed for a moment', async (t) => {
  const {inquiry, asked, slowly, told, timers} = setInquiry(t, {slow: true});
  inquiry.ask();
  asked[0].resolve('first');
  await settle();
  timers.tick(PAUSE - 1);
  assert.equal(slowly.length, 0);
  inquiry.ask();
  asked[1].resolve('second');
  await settle();
  timers.tick(PAUSE - 1);
  assert.equal(slowly.length, 0);
  timers.tick(1);
  const [answer, state, {signal}] = slowly[0].given;
  assert.deepEqual([answer, state.text, signal], ['second', 'a', asked[1].given[1].signal]);
  slowly[0].resolve(['held_gates']);
  await settle();
  assert.deepEqual(told.at(-1), ['views', ['held_gates']]);
});

test('what takes longer and changes nothing draws nothing', async (t) => {
  const {inquiry, asked, slowly, told, timers} = setInquiry(t, {slow: true});
  inquiry.ask();
  asked[0].resolve('first');
  await settle();
  timers.tick(PAUSE);
  slowly[0].resolve(null);
  await settle();
  assert.deepEqual(told, [['answer', 'first']]);
});

for (const [end, outcome] of [
  ['resolve', ['held_gates']],
  ['reject', new Error('late')],
]) {
  test(`what took longer is dropped once there is a newer question: ${end}`, async (t) => {
    const {inquiry, asked, slowly, told, timers} = setInquiry(t, {slow: true});
    inquiry.ask();
    asked[0].resolve('first');
    await settle();
    timers.tick(PAUSE);
    inquiry.ask();
    slowly[0][end](outcome);
    await settle();
    assert.deepEqual(told, [['answer', 'first']]);
  });
}

test('an error of what takes longer is said', async (t) => {
  const {inquiry, asked, slowly, told, timers} = setInquiry(t, {slow: true});
  inquiry.ask();
  asked[0].resolve('first');
  await settle();
  timers.tick(PAUSE);
  slowly[0].reject(new Error('broken'));
  await settle();
  assert.deepEqual(told.at(-1), ['error', 'broken']);
});

test('it says whether the newest question has no answer yet: not while it is drawn, not after an error', async (t) => {
  const {inquiry, asked} = setInquiry(t);
  assert.equal(inquiry.asking, false);
  inquiry.ask();
  inquiry.ask();
  assert.equal(inquiry.asking, true);
  asked[0].reject(new DOMException('a newer one', 'AbortError'));
  await settle();
  assert.equal(inquiry.asking, true, 'the older one is nobody’s');
  asked[1].resolve('second');
  await settle();
  assert.equal(inquiry.asking, false);
  inquiry.ask();
  asked[2].reject(refusal('too_long'));
  await settle();
  assert.equal(inquiry.asking, false);
});
