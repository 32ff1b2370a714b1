// Moving words within a text. Pure functions.

/**
 * The places of a text's words, `{start, end}`; the stop at its end belongs to none.
 * @param {string} text
 * @returns {{start: number, end: number}[]}
 */
export function findWords(text) {
  const end = text.replace(/[.!?…\s]+$/u, '').length;
  return [...text.slice(0, end).matchAll(/\S+/gu)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }));
}

/**
 * The words that a selection touches, as `[first, last]` indices; of a caret, the word it stands at. Null without words.
 * @param {string} text
 * @param {number} from
 * @param {number} to
 * @returns {[first: number, last: number] | null}
 */
export function findSelectedWords(text, from, to) {
  const words = findWords(text);
  if (!words.length) return null;
  /** @param {{start: number, end: number}} word */
  const touches = ({start, end}) => (from === to ? start <= from && from <= end : start < to && from < end);
  const first = words.findIndex(touches);
  if (first >= 0) return [first, words.findLastIndex(touches)];
  const next = words.findIndex(({start}) => start >= from);
  return next >= 0 ? [next, next] : [words.length - 1, words.length - 1];
}

/**
 * What has moved: the first words of `text` that stand elsewhere in `origin`, as long as they follow each other there.
 * @param {string} text
 * @param {string} origin
 * @returns {[first: number, last: number] | null}
 */
export function findMovedWords(text, origin) {
  const [words, before] = [text, origin].map((sentence) =>
    readWords(sentence).map((word) => word.toLocaleLowerCase()),
  );
  if (!words.length) return null;
  const first = words.findIndex((word, k) => word !== before[k]);
  if (first < 0) return [0, 0];
  let last = first;
  let place = before.indexOf(words[first]);
  while (place >= 0 && last + 1 < words.length && words[last + 1] === before[place + 1])
    [last, place] = [last + 1, place + 1];
  return [first, last];
}

/**
 * Move the words `first` to `last` of a text by one word, `by` -1 or 1: `{text, from, to}`, where they now
 * stand; null at either end. A sentence that began with a capital still does; a name keeps its own, known
 * by standing inside this sentence or `origin` with it.
 * @param {string} text
 * @param {[first: number, last: number]} chosen
 * @param {number} by
 * @param {string} [origin]
 * @returns {{text: string, from: number, to: number} | null}
 */
export function moveWords(text, [first, last], by, origin = '') {
  const words = findWords(text);
  const neighbour = by < 0 ? first - 1 : last + 1;
  if (!words[neighbour]) return null;
  const names = new Set([text, origin].flatMap((sentence) => readWords(sentence).slice(1).filter(isCapital)));
  const order = words.map((_, k) => k);
  order.splice(neighbour, 1);
  order.splice(by < 0 ? last : first, 0, neighbour);
  const written = order.map((k, place) => {
    const word = text.slice(words[k].start, words[k].end);
    if (!isCapital(text.slice(words[0].start)) || (place === 0) === (k === 0)) return word;
    if (place === 0) return recase(word, (letter) => letter.toLocaleUpperCase());
    return names.has(stripPunctuation(word)) || /^(I\b|.?\p{Lu}\p{Lu})/u.test(word)
      ? word
      : recase(word, (letter) => letter.toLocaleLowerCase());
  });
  let moved = text.slice(0, words[0].start);
  const places = written.map((word, k) => {
    const start = moved.length;
    moved += word + text.slice(words[k].end, words[k + 1]?.start ?? text.length);
    return {start, end: start + word.length};
  });
  return {text: moved, from: places[first + by].start, to: places[last + by].end};
}

/** @param {string} text */
const readWords = (text) => findWords(text).map(({start, end}) => stripPunctuation(text.slice(start, end)));

/** @param {string} word */
const isCapital = (word) => /^\P{L}*\p{Lu}/u.test(word);
/**
 * @param {string} word
 * @param {(letter: string) => string} change
 */
const recase = (word, change) => word.replace(/\p{L}/u, change);
/** @param {string} word */
const stripPunctuation = (word) => word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '') || word;
