// A text: it is written in the box, and read as it is.

/** @type {InputKind} */
export default {
  read: (text) => ({text}),
  write: ({text}) => String(text),
  writeToken: (token) => token,
  isText: true,
};
