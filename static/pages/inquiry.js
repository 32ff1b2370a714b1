// A room's question to the server and the answer that is on screen. A newer question drops the older one's answer.

import {Refusal} from '../core/client.js';

/**
 * @template S
 * @template A
 * @typedef {object} InquiryOptions
 * @property {Store<S>} store
 * @property {number} pause ms after the last key before the slower questions are asked
 * @property {(state: Readonly<S>, options: AskOptions) => Promise<A>} ask gives the answer
 * @property {(answer: A, state: Readonly<S>, options: AskOptions) => Promise<string[] | null>} askSlowly adds to the
 *   answer what takes longer, and gives the ids of the views that this changes
 * @property {(error: Refusal, state: Readonly<S>) => Partial<S> | null} mend what of the state must change after a refusal
 * @property {(answer: A) => Promise<void>} receive draws
 * @property {(ids: string[]) => Promise<void>} refresh draws some views again
 * @property {(error: unknown) => void} fail says what went wrong
 */

/**
 * @template {{language: string}} S
 * @template A
 */
export class Inquiry {
  /** @param {InquiryOptions<S, A>} options */
  constructor(options) {
    this.options = options;
    /** @type {A | null} */
    this.answer = null;
    /** @type {AbortController | null} */
    this.current = null; // of the newest question
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.asking = false; // whether the newest question has no answer yet
  }

  async ask() {
    const {store, pause, mend, receive, fail} = this.options;
    this.current?.abort();
    clearTimeout(this.timer);
    const own = new AbortController();
    this.current = own;
    this.asking = true;
    const state = store.get();
    const options = {language: state.language, signal: own.signal};
    try {
      const answer = await this.options.ask(state, options);
      if (own !== this.current) return;
      this.answer = answer;
      this.asking = false;
      await receive(answer);
      if (own === this.current) this.timer = setTimeout(() => this.askSlowly(answer, own, options), pause);
    } catch (error) {
      if (own !== this.current) return;
      this.asking = false;
      if (isAbort(error)) return;
      const mended = error instanceof Refusal ? mend(error, state) : null;
      if (mended) store.set(mended);
      else fail(error);
    }
  }

  /**
   * @param {A} answer
   * @param {AbortController} own
   * @param {AskOptions} options
   */
  async askSlowly(answer, own, options) {
    const {store, askSlowly, refresh, fail} = this.options;
    try {
      const changed = await askSlowly(answer, store.get(), options);
      if (own === this.current && changed) await refresh(changed);
    } catch (error) {
      if (own === this.current && !isAbort(error)) fail(error);
    }
  }
}

/** @param {unknown} error */
const isAbort = (error) => error instanceof Error && error.name === 'AbortError';
