// A text: it is written in the box, and read as it is.

/** @type {Record<string, string>} */
const WHITESPACE = {'␣': ' ', '↵': '\n'};

/** @type {InputKind} */
export default {
  read: (text) => ({text}),
  write: ({text}) => String(text),
  writeToken: (token) => token,
  append: (text, {token = ''}) => text + (WHITESPACE[token] ?? token),
  isText: true,
};
