// A room's question to the server and the answer that is on screen. A newer question drops the older one's answer.

import {Refusal} from '../core/client.js';

/**
 * Create it. `ask(state, options)` gives the answer and `askSlowly(answer, state, options)`, where there is one,
 * adds to it what takes longer, `pause` ms after the last key; it gives the ids of the views that this changes.
 * `mend(error, state)` says what of the state must go after a refusal, or null. `receive(answer)` draws,
 * `refresh(ids)` draws some views again, `fail(error)` says what went wrong.
 */
export function createInquiry({store, ask, askSlowly, pause, mend, receive, refresh, fail}) {
  let answer = null;
  let current = null; // the AbortController of the newest question
  let timer = 0;

  async function continueSlowly(own, options) {
    try {
      const changed = await askSlowly(answer, store.get(), options);
      if (own === current && changed) await refresh(changed);
    } catch (error) {
      if (error.name !== 'AbortError' && own === current) fail(error);
    }
  }

  return {
    get answer() {
      return answer;
    },

    async ask() {
      current?.abort();
      clearTimeout(timer);
      const own = new AbortController();
      current = own;
      const state = store.get();
      const options = {language: state.language, signal: own.signal};
      try {
        const received = await ask(state, options);
        if (own !== current) return;
        answer = received;
        await receive(answer);
        if (askSlowly && own === current) timer = setTimeout(() => continueSlowly(own, options), pause);
      } catch (error) {
        if (own !== current || error.name === 'AbortError') return;
        const mended = error instanceof Refusal && mend?.(error, state);
        if (mended) store.set(mended);
        else fail(error);
      }
    },
  };
}
