import assert from 'node:assert/strict';
import {test} from 'node:test';

import {createStore} from '../../../static/core/store.js';

test('a change makes a new state; the old one stays as it was', () => {
  const first = {a: 1, b: 2};
  const store = createStore(first);
  const before = store.get();
  store.set({a: 3});
  assert.deepEqual(before, {a: 1, b: 2});
  assert.deepEqual(store.get(), {a: 3, b: 2});
  assert.deepEqual(first, {a: 1, b: 2});
  assert.throws(() => {
    store.get().a = 4;
  }, TypeError);
});

test('who listens hears the state and the keys that changed, once a change', () => {
  const store = createStore({a: 1, b: [1, 2], c: null});
  const heard = [];
  store.subscribe((state, changed) => heard.push([state, [...changed]]));
  store.set({a: 2, b: [1, 2], c: null});
  store.set({b: [1, 3], c: 0});
  assert.deepEqual(heard, [
    [{a: 2, b: [1, 2], c: null}, ['a']],
    [{a: 2, b: [1, 3], c: 0}, ['b', 'c']],
  ]);
});

test('a change that changes nothing is not heard', () => {
  const store = createStore({list: [{step: 1}], text: 'a'});
  store.subscribe(assert.fail);
  store.set({list: [{step: 1}], text: 'a'});
  store.set({});
});

test('who no longer listens hears nothing', () => {
  const store = createStore({a: 1});
  const stop = store.subscribe(assert.fail);
  stop();
  store.set({a: 2});
  assert.equal(store.get().a, 2);
});

test('a change made while a change is heard is heard too', () => {
  const store = createStore({a: 1, b: 1});
  const heard = [];
  store.subscribe((state, changed) => {
    heard.push([...changed]);
    if (changed.has('a')) store.set({b: state.a});
  });
  store.set({a: 5});
  assert.deepEqual(heard, [['a'], ['b']]);
  assert.deepEqual(store.get(), {a: 5, b: 5});
});
