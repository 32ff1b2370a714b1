// Moving words within a text. Pure functions.

/** The places of a text's words, `{start, end}`; the stop at its end belongs to none. */
export function findWords(text) {
  const end = text.replace(/[.!?…\s]+$/u, '').length;
  return [...text.slice(0, end).matchAll(/\S+/gu)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }));
}

/** The words that a selection touches, as `[first, last]` indices; of a caret, the word it stands at. Null without words. */
export function findSelectedWords(text, from, to) {
  const words = findWords(text);
  if (!words.length) return null;
  const touches =
    from === to ? ({start, end}) => start <= from && from <= end : ({start, end}) => start < to && from < end;
  const first = words.findIndex(touches);
  if (first >= 0) return [first, words.findLastIndex(touches)];
  const next = words.findIndex(({start}) => start >= from);
  return next >= 0 ? [next, next] : [words.length - 1, words.length - 1];
}

/** What has moved: the first words of `text` that stand elsewhere in `origin`, as long as they follow each other there. */
export function findMovedWords(text, origin) {
  const [words, before] = [text, origin].map((sentence) =>
    findWords(sentence).map(({start, end}) =>
      stripPunctuation(sentence.slice(start, end)).toLocaleLowerCase(),
    ),
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
 */
export function moveWords(text, [first, last], by, origin = '') {
  const words = findWords(text);
  const neighbour = by < 0 ? first - 1 : last + 1;
  if (!words[neighbour]) return null;
  const names = new Set(
    [text, origin].flatMap((sentence) =>
      findWords(sentence)
        .slice(1)
        .map(({start, end}) => stripPunctuation(sentence.slice(start, end)))
        .filter(isCapital),
    ),
  );
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

const isCapital = (word) => /^\P{L}*\p{Lu}/u.test(word);
const recase = (word, change) => word.replace(/\p{L}/u, change);
const stripPunctuation = (word) => word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '') || word;
