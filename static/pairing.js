// Two sentences: which words belong together, and moving words within one. Pure functions.

/**
 * The columns of two sentences set under each other, each `[step in the first, step in the second]`, null
 * where a word stands alone. By `word`, the k-th time a token stands in one belongs to the k-th time in the
 * other, in the first's order; what only the second has stands after the word it follows there. By
 * `position`, the k-th word belongs to the k-th.
 */
export function pairTokens(first, second, by) {
  if (by === 'position') {
    const longer = Math.max(first.length, second.length);
    return Array.from({length: longer}, (_, k) => [k < first.length ? k : null, k < second.length ? k : null]);
  }
  const places = new Map();
  first.forEach((token, k) => places.set(token, [...(places.get(token) ?? []), k]));
  const partners = new Map();
  const alone = Array.from({length: first.length + 1}, () => []); // by the first's word they come before
  let before = 0;
  second.forEach((token, k) => {
    const partner = places.get(token)?.shift();
    if (partner === undefined) alone[before].push([null, k]);
    else {
      partners.set(partner, k);
      before = partner + 1;
    }
  });
  return [...first.flatMap((_, k) => [...alone[k], [k, partners.get(k) ?? null]]), ...alone[first.length]];
}

/** How many steps two readings have in common from the start: the same rows of the embedding. */
export function countShared(first, second) {
  let k = 0;
  while (k < first.length && k < second.length && first[k] === second[k]) k += 1;
  return k;
}

/** The places of a text's words, `{start, end}`; the stop at its end belongs to none. */
export function findWords(text) {
  const end = text.replace(/[.!?…\s]+$/u, '').length;
  return [...text.slice(0, end).matchAll(/\S+/gu)].map((found) => ({start: found.index, end: found.index + found[0].length}));
}

/** The words that a selection touches, as `[first, last]` indices; of a caret, the word it stands at. Null without words. */
export function touchWords(text, from, to) {
  const words = findWords(text);
  if (!words.length) return null;
  const reach = from === to ? ({start, end}) => start <= from && from <= end : ({start, end}) => start < to && from < end;
  const first = words.findIndex(reach);
  if (first >= 0) return [first, words.findLastIndex(reach)];
  const next = words.findIndex(({start}) => start >= from);
  return next >= 0 ? [next, next] : [words.length - 1, words.length - 1];
}

/** What has moved: the first words of `text` that stand elsewhere in `origin`, as long as they follow each other there. */
export function findMoved(text, origin) {
  const [words, before] = [text, origin].map((one) => findWords(one).map(({start, end}) => plain(one.slice(start, end))));
  if (!words.length) return null;
  const first = words.findIndex((word, k) => word !== before[k]);
  if (first < 0) return [0, 0];
  let last = first;
  let place = before.indexOf(words[first]);
  while (place >= 0 && last + 1 < words.length && words[last + 1] === before[place + 1]) [last, place] = [last + 1, place + 1];
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
  const names = new Set([text, origin].flatMap((one) => findWords(one).slice(1).map(({start, end}) => plain(one.slice(start, end), false)).filter(isCapital)));
  const order = words.map((_, k) => k);
  order.splice(neighbour, 1);
  order.splice(by < 0 ? last : first, 0, neighbour);
  const written = order.map((k, place) => {
    const word = text.slice(words[k].start, words[k].end);
    if (!isCapital(text.slice(words[0].start)) || (place === 0) === (k === 0)) return word;
    if (place === 0) return recase(word, (letter) => letter.toLocaleUpperCase());
    return names.has(plain(word, false)) || /^(I\b|.?\p{Lu}\p{Lu})/u.test(word) ? word : recase(word, (letter) => letter.toLocaleLowerCase());
  });
  let made = text.slice(0, words[0].start);
  const at = written.map((word, k) => {
    const start = made.length;
    made += word + text.slice(words[k].end, words[k + 1]?.start ?? text.length);
    return {start, end: start + word.length};
  });
  return {text: made, from: at[first + by].start, to: at[last + by].end};
}

const isCapital = (word) => /^\P{L}*\p{Lu}/u.test(word);
const recase = (word, change) => word.replace(/\p{L}/u, change);

function plain(word, small = true) {
  const bare = word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '') || word;
  return small ? bare.toLocaleLowerCase() : bare;
}
