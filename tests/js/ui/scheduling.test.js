import assert from 'node:assert/strict';
import {test} from 'node:test';

import {afterPaint, coalesce, debounce, nextFrame} from '../../../static/ui/scheduling.js';
import {setClock, settle} from '../clock.js';

test('work is done once a frame, however often it is asked for', async (t) => {
  const clock = setClock(t);
  let done = 0;
  const ask = coalesce(() => {
    done += 1;
  });
  ask();
  ask();
  ask();
  assert.deepEqual([done, clock.frames], [0, 1]);
  clock.frame();
  await settle();
  assert.equal(done, 1);
  clock.frame();
  assert.equal(done, 1);
  ask();
  clock.frame();
  assert.equal(done, 2);
});

test('never two at a time: what is asked for meanwhile is done once more afterwards', async (t) => {
  const clock = setClock(t);
  const finish = [];
  const ask = coalesce(() => new Promise((resolve) => finish.push(resolve)));
  ask();
  clock.frame();
  ask();
  ask();
  clock.frame();
  assert.deepEqual([finish.length, clock.frames], [1, 0]);
  finish[0]();
  await settle();
  clock.frame();
  assert.equal(finish.length, 2);
  finish[1]();
  await settle();
  assert.equal(clock.frames, 0);
});

test('work waits until it has not been asked for in a while', (t) => {
  t.mock.timers.enable({apis: ['setTimeout']});
  let done = 0;
  const ask = debounce(() => {
    done += 1;
  }, 150);
  ask();
  t.mock.timers.tick(100);
  ask();
  t.mock.timers.tick(149);
  assert.equal(done, 0);
  t.mock.timers.tick(1);
  assert.equal(done, 1);
  t.mock.timers.tick(1000);
  assert.equal(done, 1);
});

test('the next frame, and the time after its paint', async (t) => {
  const clock = setClock(t);
  t.mock.timers.enable({apis: ['setTimeout']});
  const told = [];
  nextFrame().then(() => told.push('frame'));
  afterPaint().then(() => told.push('painted'));
  await settle();
  assert.deepEqual(told, []);
  clock.frame();
  await settle();
  assert.deepEqual(told, ['frame']);
  t.mock.timers.tick(0);
  await settle();
  assert.deepEqual(told, ['frame', 'painted']);
});
