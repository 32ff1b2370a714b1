// Breaking a text into lines. Pure functions.

/**
 * The lines of a text that are no wider than `width`; a word that is wider alone is broken, nothing is left out.
 * @param {string} text its own line breaks stay
 * @param {number} width
 * @param {(text: string) => number} measure how wide a text is
 * @returns {string[]}
 */
export function wrapText(text, width, measure) {
  return text.split('\n').flatMap((paragraph) => {
    /** @type {string[]} */
    const lines = [];
    let line = '';
    for (const word of paragraph.split(' ')) {
      const longer = line ? `${line} ${word}` : word;
      if (measure(longer) <= width) {
        line = longer;
        continue;
      }
      if (line) lines.push(line);
      line = '';
      for (const letter of word) {
        if (line && measure(line + letter) > width) {
          lines.push(line);
          line = '';
        }
        line += letter;
      }
    }
    return [...lines, line];
  });
}
