// One word of a text changed for another: which, and what the text is then. Pure functions.

/**
 * A swap as it stands in the address: `3:terrible`; without a word it is chosen and not yet read.
 * @param {number | string} step
 * @param {string} word
 */
export const writeSwap = (step, word) => `${step}:${word.trim()}`;

/**
 * The reverse; null for what makes no sense, and beyond the text's steps.
 * @param {string} written
 * @param {number} steps
 * @returns {{step: number, word: string} | null}
 */
export function readSwap(written, steps) {
  const match = /^(\d+):(.*)$/su.exec(written);
  if (!match || Number(match[1]) >= steps) return null;
  return {step: Number(match[1]), word: match[2]};
}

/**
 * What to offer: the swap that was chosen; else at the step on screen, where its word has an opposite; else at the first
 * word that has one; else at the step on screen. The word is the opposite where none was typed; empty where there is none.
 * @param {string[]} tokens
 * @param {Record<string, string>} opposites
 * @param {string} written
 * @param {number} step
 * @returns {{step: number, word: string}}
 */
export function chooseSwap(tokens, opposites, written, step) {
  /** @param {number} at */
  const opposite = (at) => (Object.hasOwn(opposites, tokens[at]) ? opposites[tokens[at]] : '');
  const chosen = readSwap(written, tokens.length);
  if (chosen) return {step: chosen.step, word: chosen.word || opposite(chosen.step)};
  const first = tokens.findIndex((_, at) => opposite(at));
  const at = opposite(step) || first < 0 ? step : first;
  return {step: at, word: opposite(at)};
}

/**
 * The text with another word at a step. Tokens are set side by side as a task reads them: with spaces, but for letters.
 * @param {string[]} tokens
 * @param {number} step
 * @param {string} word
 */
export const swapToken = (tokens, step, word) =>
  tokens
    .map((token, at) => (at === step ? word : token))
    .join(tokens.length > 1 && tokens.every((token) => token.length === 1) ? '' : ' ');
