// Lets the network write on: what it draws is added to the sentence, token by token.

import {number} from '../core/format.js';
import {byId} from './elements.js';

const PACE = 70; // ms a token: as fast as a person can follow it
const LENGTH = 300; // tokens
const LONGEST = 1000; // characters of the sentence
/** @type {Record<string, string>} */
const WHITESPACE = {'␣': ' ', '↵': '\n'};

/**
 * Bind the button and the temperature; `generate(request, options)` streams the tokens.
 * @param {RoomOf<WatchState, WatchAnswer>} room
 * @param {Shell} shell
 * @param {(wanted: object, options: AskOptions) => AsyncGenerator<{token: string}>} generate
 */
export function bindGenerationControl(room, {say}, generate) {
  const {store} = room;
  /** @type {AbortController | null} */
  let running = null;

  byId('temperature').addEventListener('input', reword);
  byId('write').addEventListener('click', () => (running ? running.abort() : run()));
  byId('sentence').addEventListener('input', () => running?.abort());

  async function run() {
    const {model, text, weights, language} = store.get();
    const own = new AbortController();
    running = own;
    reword();
    let written = text;
    let shown = 0;
    try {
      const wanted = {
        model,
        input: {text},
        weights,
        temperature: Number(byId('temperature').value),
        seed: crypto.getRandomValues(new Uint32Array(1))[0] >>> 1,
        length: LENGTH,
      };
      for await (const {token} of generate(wanted, {language, signal: own.signal})) {
        written += WHITESPACE[token] ?? token;
        // Never faster than it is drawn.
        const wait = Math.max(0, shown + PACE - performance.now());
        await new Promise((resolve) => setTimeout(resolve, wait));
        if (own.signal.aborted || written.length > LONGEST) break;
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
    byId('write').textContent = say(running ? 'write.stop' : 'write.start');
    byId('write').setAttribute('aria-pressed', String(Boolean(running)));
  }

  return {
    /**
     * Show it where the task can write.
     * @param {Task} task
     */
    show({writes}) {
      byId('writer').hidden = !writes;
      if (!writes) running?.abort();
      reword();
    },
  };
}
