import assert from 'node:assert/strict';
import {test} from 'node:test';

import {createStore} from '../../../static/core/store.js';
import {Playback} from '../../../static/pages/playback.js';
import {setClock} from '../clock.js';

function setPlayback(t, {steps = 8, ...state} = {}) {
  const clock = setClock(t);
  const store = createStore({step: null, direction: 'forward', speed: 1, ...state});
  const moved = [];
  const shown = [];
  const count = {steps, refreshed: 0};
  const playback = new Playback({
    store,
    home: (last) => (store.get().direction === 'backward' ? 0 : last),
    countSteps: () => count.steps,
    pace: () => ({speed: store.get().speed, beats: Boolean(store.get().beats)}),
    move: (step, part) => moved.push([step, part]),
    refresh() {
      count.refreshed += 1;
    },
    showPlaying: (playing) => shown.push(playing),
  });
  return {clock, store, moved, shown, count, playback};
}

test('shown is what is hovered over, else what was chosen, else the room’s own', (t) => {
  const {store, playback, count} = setPlayback(t);
  assert.equal(playback.step, 7);
  store.set({direction: 'backward'});
  assert.deepEqual([playback.step, playback.backward], [0, true]);
  store.set({step: 3});
  assert.equal(playback.step, 3);
  playback.hover(5);
  assert.deepEqual([playback.step, count.refreshed], [5, 1]);
  playback.hover(5);
  assert.equal(count.refreshed, 1);
  playback.hover(null);
  assert.deepEqual([playback.step, count.refreshed], [3, 2]);
  playback.hover(6);
  playback.leave();
  assert.equal(playback.step, 3);
});

test('a step that the text does not have is its last, or its first', (t) => {
  const {store, playback, count} = setPlayback(t, {step: 40});
  assert.equal(playback.step, 7);
  store.set({step: -3});
  assert.equal(playback.step, 0);
  count.steps = 2;
  store.set({step: 5});
  assert.equal(playback.step, 1);
});

test('play starts at the first step, unless another was chosen', (t) => {
  const {clock, store, playback, moved, shown} = setPlayback(t);
  playback.play();
  assert.deepEqual([playback.playing, shown], [true, [true]]);
  clock.frame(500);
  assert.deepEqual([moved, store.get().step], [[[0, 0.5]], 0]);
  clock.frame(1000);
  assert.equal(store.get().step, 1);
  playback.play(); // pauses
  assert.deepEqual([playback.playing, shown], [false, [true, false]]);
  clock.frame(1000);
  playback.play();
  clock.frame(500);
  assert.deepEqual(moved.at(-1), [1, 0.5]);
});

test('from the last step it starts over; backward it starts at the last', (t) => {
  const {clock, store, playback, moved} = setPlayback(t, {step: 7});
  playback.play();
  clock.frame(500);
  assert.deepEqual(moved, [[0, 0.5]]);
  playback.play(false);
  store.set({direction: 'backward', step: 0});
  playback.play();
  clock.frame(500);
  assert.deepEqual(moved.at(-1), [7, 0.5]);
  playback.play(false);
  store.set({step: 4});
  playback.play();
  clock.frame(500);
  assert.deepEqual(moved.at(-1), [4, 0.5]);
  clock.frame(1000);
  assert.equal(store.get().step, 3);
});

test('it goes on where the speed or the text changes meanwhile', (t) => {
  const {clock, store, playback, count, moved} = setPlayback(t, {step: 2});
  playback.play();
  clock.frame(1500);
  assert.equal(store.get().step, 3);
  store.set({speed: 4});
  playback.play(true);
  clock.frame(250);
  assert.equal(store.get().step, 4);
  count.steps = 6;
  playback.play(true);
  clock.frame(250);
  assert.deepEqual(moved.at(-1), [5, 0]);
  clock.frame(250);
  assert.equal(playback.playing, false);
});

test('at the end it says that it no longer plays, and stays at the last step', (t) => {
  const {clock, store, playback, shown} = setPlayback(t, {steps: 2});
  playback.play();
  for (let k = 0; k < 5; k += 1) clock.frame(500);
  assert.deepEqual([playback.playing, store.get().step, shown], [false, 1, [true, false]]);
});

test('to seek is to stop, and to stay within the text', (t) => {
  const {clock, store, playback, shown} = setPlayback(t);
  playback.play();
  clock.frame(100);
  playback.seek(4);
  assert.deepEqual([playback.playing, store.get().step, shown.at(-1)], [false, 4, false]);
  for (const [step, wanted] of [
    ['last', 7],
    [-1, 0],
    [99, 7],
  ]) {
    playback.seek(step);
    assert.equal(store.get().step, wanted);
  }
});

test('what is hovered over while it plays, or before there is an answer, is not shown', (t) => {
  const {clock, store, playback, count} = setPlayback(t);
  playback.play();
  clock.frame(100);
  playback.hover(6);
  assert.deepEqual([playback.step, count.refreshed], [0, 0]);
  playback.pause();
  count.steps = 0;
  playback.hover(6);
  assert.equal(count.refreshed, 0);
  playback.play();
  assert.deepEqual([playback.playing, store.get().step], [false, 0]);
});

test('it plays from where one looks, and a pause leaves what is hovered over', (t) => {
  const {clock, playback} = setPlayback(t, {step: 2});
  playback.hover(5);
  playback.play();
  clock.frame(100);
  assert.equal(playback.step, 5);
  playback.pause();
  playback.hover(3);
  playback.pause();
  assert.equal(playback.step, 5);
});

test('a step with beats is held where it stopped, and goes on from there', (t) => {
  const {clock, store, playback, moved} = setPlayback(t, {step: 3, beats: true});
  playback.play();
  clock.frame(600);
  assert.deepEqual([store.get().step, playback.part], [3, 0.6]);
  playback.play();
  assert.deepEqual([playback.playing, playback.step, playback.part], [false, 3, 0.6]);
  playback.play();
  clock.frame(100);
  assert.deepEqual(moved.at(-1), [3, 0.7]);
  playback.hold(0.25);
  assert.deepEqual([playback.playing, playback.part, moved.at(-1)], [false, 0.25, [3, 0.25]]);
  playback.seek(5);
  assert.deepEqual([playback.step, playback.part], [5, 0]);
});
