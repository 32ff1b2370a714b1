import assert from 'node:assert/strict';
import {test} from 'node:test';

import {createPlayer} from '../../../static/ui/player.js';
import {setClock} from '../clock.js';

function setPlayer(t, options) {
  const clock = setClock(t, options);
  const told = [];
  const player = createPlayer({
    tell: ({step, part}) => told.push([step, Math.round(part * 1000) / 1000]),
    end: () => told.push('end'),
  });
  return {clock, told, player};
}

test('it goes from step to step at its speed, and says how far it is on the way', (t) => {
  const {clock, told, player} = setPlayer(t);
  player.start({from: 0, steps: 4, speed: 2, way: 1}); // half a second a step
  assert.equal(player.playing, true);
  for (let k = 0; k < 5; k += 1) clock.frame(125);
  assert.deepEqual(told, [
    [0, 0.25],
    [0, 0.5],
    [0, 0.75],
    [1, 0],
    [1, 0.25],
  ]);
});

test('the last step is shown as long as the others, with nothing on the way from it', (t) => {
  const {clock, told, player} = setPlayer(t);
  player.start({from: 2, steps: 4, speed: 1, way: 1});
  for (const ms of [1500, 499, 1]) clock.frame(ms);
  assert.deepEqual(told, [[3, 0], [3, 0], [3, 0], 'end']);
  assert.deepEqual([player.playing, clock.frames], [false, 0]);
});

test('backward it goes down to the first', (t) => {
  const {clock, told, player} = setPlayer(t);
  player.start({from: 2, steps: 3, speed: 1, way: -1});
  for (const ms of [500, 600, 600, 800, 700]) clock.frame(ms);
  assert.deepEqual(told, [[2, 0.5], [1, 0.1], [1, 0.7], [0, 0], [0, 0], 'end']);
  assert.equal(player.playing, false);
});

test('a frame that was late skips steps, and ends at the last one', (t) => {
  const {clock, told, player} = setPlayer(t);
  player.start({from: 0, steps: 8, speed: 16, way: 1});
  clock.frame(250);
  clock.frame(10000);
  assert.deepEqual(told, [[4, 0], [7, 0], 'end']);
});

test('a frame whose time lies before the start is the start', (t) => {
  const {clock, told, player} = setPlayer(t);
  player.start({from: 1, steps: 4, speed: 2, way: 1});
  clock.now -= 20;
  clock.frame(4);
  assert.deepEqual(told, [[1, 0]]);
});

test('where a person prefers less motion nothing is on the way', (t) => {
  const {clock, told, player} = setPlayer(t, {reducedMotion: true});
  player.start({from: 0, steps: 4, speed: 1, way: 1});
  for (const ms of [500, 600]) clock.frame(ms);
  assert.deepEqual(told, [
    [0, 0],
    [1, 0],
  ]);
});

test('stopped, it tells nothing more and does not end', (t) => {
  const {clock, told, player} = setPlayer(t);
  player.start({from: 0, steps: 4, speed: 1, way: 1});
  clock.frame(100);
  player.stop();
  assert.deepEqual([player.playing, clock.frames], [false, 0]);
  clock.frame(5000);
  assert.equal(told.length, 1);
});

test('started anew while it plays, there is one run', (t) => {
  const {clock, told, player} = setPlayer(t);
  player.start({from: 0, steps: 4, speed: 1, way: 1});
  clock.frame(100);
  player.start({from: 2, steps: 4, speed: 1, way: 1});
  assert.equal(clock.frames, 1);
  clock.frame(500);
  assert.deepEqual(told, [
    [0, 0.1],
    [2, 0.5],
  ]);
});

test('a listener that stops it while it is told is heard', (t) => {
  const clock = setClock(t);
  const player = createPlayer({tell: () => player.stop(), end: assert.fail});
  player.start({from: 0, steps: 4, speed: 1, way: 1});
  clock.frame(100);
  clock.frame(100);
  assert.equal(player.playing, false);
});

test('a step with beats goes through all of them, the last one too', (t) => {
  const {clock, player, told} = setPlayer(t);
  player.start({from: 3, part: 0.5, steps: 4, speed: 1, way: 1, beats: true});
  clock.frame(250);
  assert.deepEqual(told.at(-1), [3, 0.75]);
});
