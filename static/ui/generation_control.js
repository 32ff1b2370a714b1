// Lets the network go on by itself: what it draws, or forecasts, is added to what was read, step by step.

import {number} from '../core/format.js';
import {byId} from './elements.js';

const PACE = 70; // ms a token: as fast as a person can follow it
const LENGTH = 300; // tokens
const LONGEST = 1000; // characters of the sentence
const FORECASTS = 60; // steps of a series

/**
 * Bind the button and the temperature; `generate(request, options)` streams the steps.
 * @param {RoomOf<WatchState, WatchAnswer>} room
 * @param {Shell} shell
 * @param {(wanted: object, options: AskOptions) => AsyncGenerator<WrittenStep>} generate
 */
export function bindGenerationControl(room, {say}, generate) {
  const {store} = room;
  /** @type {AbortController | null} */
  let running = null;
  let runsFree = false;

  byId('temperature').addEventListener('input', reword);
  byId('write').addEventListener('click', () => (running ? running.abort() : run()));
  byId('sentence').addEventListener('input', () => running?.abort());

  async function run() {
    const {model, text, weights, language} = store.get();
    const forecasts = !room.inputKind.isText;
    const own = new AbortController();
    running = own;
    reword();
    let written = text;
    let shown = 0;
    try {
      const wanted = {
        model,
        input: room.readInput(text),
        weights,
        temperature: Number(byId('temperature').value),
        seed: crypto.getRandomValues(new Uint32Array(1))[0] >>> 1,
        length: forecasts ? FORECASTS : LENGTH,
      };
      for await (const step of generate(wanted, {language, signal: own.signal})) {
        written = room.inputKind.append?.(written, step) ?? written;
        // Never faster than it is drawn.
        const wait = Math.max(0, shown + PACE - performance.now());
        await new Promise((resolve) => setTimeout(resolve, wait));
        if (own.signal.aborted || (!forecasts && written.length > LONGEST)) break;
        shown = performance.now();
        store.set({text: written, step: null});
      }
    } catch (error) {
      if (!own.signal.aborted) room.tellError(error);
    }
    own.abort();
    if (running === own) running = null;
    reword();
  }

  function reword() {
    const {language} = store.get();
    byId('temperature-name').textContent = say('temperature.label', {
      temperature: number(Number(byId('temperature').value), language),
    });
    byId('write').textContent = say(running ? 'write.stop' : runsFree ? 'write.forecast' : 'write.start');
    byId('write').setAttribute('aria-pressed', String(Boolean(running)));
  }

  return {
    /**
     * Show it where the task can write, or forecast on.
     * @param {Task} task
     */
    show({writes, runs_free}) {
      runsFree = runs_free;
      byId('writer').hidden = !writes && !runsFree;
      byId('temperature').closest('label')?.toggleAttribute('hidden', runsFree);
      if (byId('writer').hidden) running?.abort();
      reword();
    },
  };
}
