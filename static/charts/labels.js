// Labels inside a figure, and the small markup they may hold. Pure functions.

/**
 * A token as a label: cut to `most` letters, its markup made harmless.
 * @param {string} token
 * @param {number} most
 * @returns {string}
 */
export function cutToken(token, most) {
  const cut = token.length > most ? `${token.slice(0, most - 1)}…` : token;
  return cut.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/**
 * A title of parts, `LSTM, trained · layer 2 · at h`, in lines of at most `most` letters, cut between its parts; a part
 * that is longer alone is cut short.
 * @param {string} title
 * @param {number} most
 * @returns {string[]}
 */
export function wrapTitle(title, most) {
  /** @type {string[]} */
  const lines = [];
  for (const part of title.split(' · ')) {
    const longer = lines.length ? `${lines[lines.length - 1]} · ${part}` : part;
    if (lines.length && longer.length <= most) lines[lines.length - 1] = longer;
    else lines.push(part);
  }
  return lines.map((line) => cutToken(line, most));
}

/**
 * A title of parts cut to `most` letters, its last part whole: it tells two states of one layer apart.
 * @param {string} title
 * @param {number} most
 * @returns {string}
 */
export function cutTitle(title, most) {
  const split = title.lastIndexOf(' · ');
  const room = most - (title.length - split);
  if (title.length <= most || split < 0 || room < 2) return cutToken(title, most);
  return cutToken(title.slice(0, split), room) + cutToken(title.slice(split), most);
}

/**
 * A token of a trace as a label; one that the model has no vector for is marked as such.
 * @param {{tokens: string[], known: boolean[]}} trace
 * @param {number} step
 * @param {number} most
 * @param {string} quiet
 * @returns {string}
 */
export function labelToken({tokens, known}, step, most, quiet) {
  const token = cutToken(tokens[step], most);
  return known[step] ? token : `<span style="color:${quiet}"><i>${token}</i>?</span>`;
}

/**
 * The runs of a label's markup: `{text, tag, colour}` with tag b, i, s, sup, sub or null.
 * @param {string} label
 * @returns {{text: string, tag: string | null, colour: string | null}[]}
 */
export function readMarkup(label) {
  const runs = [];
  /** @type {string[]} */
  let tags = [];
  /** @type {string | null} */
  let colour = null;
  for (const part of String(label).split(/(<[^>]+>)/)) {
    const [, close, tag] = /^<(\/?)(\w+)/.exec(part) ?? [];
    if (!tag) {
      const text = part.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
      if (text) runs.push({text, tag: tags.at(-1) ?? null, colour});
    } else if (tag === 'span') colour = close ? null : (/color:\s*([^;"]+)/.exec(part)?.[1] ?? null);
    else if (close) tags = tags.slice(0, -1);
    else tags = [...tags, tag];
  }
  return runs;
}
