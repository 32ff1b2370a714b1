// What tells networks apart where several are on screen: each has a colour and a mark of its own. A cell brings the
// colour of its first network. Pure functions.

// Where a cell brings none, or has several networks: about as light as the cells' own, and far from each other.
/** @type {Record<Theme, string[]>} */
const SPARE = {
  light: ['#C2378C', '#00788A', '#B35C00', '#5B8C00', '#4B3FA8', '#6B4423', '#4A4F5A', '#A34A4A'],
  dark: ['#FF8FD6', '#4FD9DC', '#FFB25C', '#BDE35B', '#A9A2FF', '#D9B58F', '#C9CED8', '#FF6B4A'],
};
const SHADE = 0.4; // of black or white in a colour that is used once more

/** Plotly's names of the marks, and the letters that look like them. */
const MARKS = [
  {symbol: 'circle', letter: '●'},
  {symbol: 'square', letter: '■'},
  {symbol: 'diamond', letter: '◆'},
  {symbol: 'triangle-up', letter: '▲'},
  {symbol: 'cross', letter: '✚'},
  {symbol: 'star', letter: '★'},
  {symbol: 'triangle-down', letter: '▼'},
  {symbol: 'x', letter: '✖'},
];

/**
 * A colour for each of several networks or layers, no two alike: the first of a cell has the cell's own, and every
 * other the one that is farthest from all that are taken.
 * @param {{id: string, hue: Hue | null}[]} cells of each network
 * @param {Theme} theme
 * @returns {string[]}
 */
export function listNetworkHues(cells, theme) {
  const hues = cells.map(({id, hue}, k) =>
    hue && cells.findIndex((cell) => cell.id === id) === k ? hue[theme] : null,
  );
  const taken = hues.filter((hue) => hue !== null);
  const far = theme === 'dark' ? [255, 255, 255] : [0, 0, 0];
  const offered = [
    ...SPARE[theme],
    ...SPARE[theme].map((hue) => write(parse(hue).map((v, k) => v + (far[k] - v) * SHADE))),
  ];
  return hues.map((own) => {
    if (own !== null) return own;
    const left = offered.filter((hue) => !taken.includes(hue));
    /** @param {string} hue */
    const distance = (hue) => Math.min(...taken.map((other) => measureDistance(hue, other)), 1e9);
    // The spare colours as they are before any shade of them.
    const choice = left.some((hue) => SPARE[theme].includes(hue))
      ? left.filter((hue) => SPARE[theme].includes(hue))
      : left;
    const chosen = choice.length
      ? choice.reduce((best, hue) => (distance(hue) > distance(best) ? hue : best))
      : offered[taken.length % offered.length];
    taken.push(chosen);
    return chosen;
  });
}

/**
 * The mark of the `k`th network or layer on screen.
 * @param {number} k
 */
export const markOf = (k) => MARKS[k % MARKS.length];

/** @param {string} hex */
const parse = (hex) => [1, 3, 5].map((k) => Number.parseInt(hex.slice(k, k + 2), 16));

/** @param {number[]} channels */
const write = (channels) =>
  `#${channels.map((v) => Math.round(v).toString(16).padStart(2, '0').toUpperCase()).join('')}`;

/**
 * How far apart two colours look: the distance in CIELAB (CIE 1976).
 * @param {string} one
 * @param {string} other
 */
export function measureDistance(one, other) {
  const [a, b] = [toLab(parse(one)), toLab(parse(other))];
  return Math.hypot(...a.map((value, k) => value - b[k]));
}

/**
 * sRGB to CIELAB under D65.
 * @param {number[]} channels
 */
function toLab(channels) {
  const [r, g, b] = channels
    .map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  const [x, y, z] = [
    (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505,
    0.2126 * r + 0.7152 * g + 0.0722 * b,
    (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089,
  ].map((v) => (v > 0.008856 ? Math.cbrt(v) : 7.787 * v + 16 / 116));
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}
