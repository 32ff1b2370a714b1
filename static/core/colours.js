// Colour means one thing everywhere (Okabe-Ito, safe for colour-blind eyes). Pure functions.

/** @type {Record<Theme, Record<string, string>>} */
const HUES = {
  light: {
    forget: '#D55E00',
    input: '#009E73',
    candidate: '#CC79A7',
    output: '#0072B2',
    cell: '#B8860B',
    hidden: '#3B4252',
    reset: '#56B4E9',
    preactivation: '#7A7F8C',
    negative: '#7B2FA8',
  },
  dark: {
    forget: '#FF8A3D',
    input: '#2CCB9B',
    candidate: '#F09BCB',
    output: '#4DB2F0',
    cell: '#E8B53A',
    hidden: '#C9D3E8',
    reset: '#8FD0FA',
    preactivation: '#A9AFBD',
    negative: '#B57BE6',
  },
};

// The same hues, dark or light enough to be read as text at 4.5 : 1.
/** @type {Record<Theme, Record<string, string>>} */
const INKS = {
  light: {
    forget: '#AD4C00',
    input: '#00704F',
    candidate: '#A03F78',
    output: '#00609A',
    cell: '#7D5B00',
    hidden: '#3B4252',
    reset: '#1F6F9F',
    preactivation: '#565B66',
    negative: '#7B2FA8',
  },
  dark: HUES.dark,
};

const SURFACES = {
  light: {paper: '#FFFFFF', ink: '#1D2433', quiet: '#5C6370', line: '#D9DCE3', faint: '#EFEDE6'},
  dark: {paper: '#171B24', ink: '#EEF1F7', quiet: '#A3ABBA', line: '#39414F', faint: '#222835'},
};

const LEVELS = 255;

/**
 * Pack red, green, blue and alpha as the four bytes of one pixel, in this order in memory.
 * @param {number[]} channels
 */
function packColour(channels) {
  return new Uint32Array(Uint8Array.from(channels).buffer)[0];
}

/** @param {string} hex */
const parse = (hex) => [1, 3, 5].map((k) => parseInt(hex.slice(k, k + 2), 16));
/**
 * @param {number[]} a
 * @param {number[]} b
 * @param {number} share
 */
const mix = (a, b, share) => a.map((v, k) => Math.round(v + (b[k] - v) * share));

/**
 * The hue of a signal's role; a role that is not named here has the colour of its kind.
 * @param {{role: string, kind?: SignalKind}} signal
 * @param {Theme} theme
 * @returns {string}
 */
export function hueOf(signal, theme) {
  const hues = HUES[theme];
  return hues[signal.role] ?? hues[signal.kind === 'gate' ? 'reset' : 'preactivation'];
}

/**
 * The same hue as text.
 * @param {{role: string}} signal
 * @param {Theme} theme
 * @returns {string}
 */
export function inkOf(signal, theme) {
  return INKS[theme][signal.role] ?? INKS[theme].preactivation;
}

/**
 * Paper, ink and lines of a theme.
 * @param {Theme} theme
 */
export function surface(theme) {
  return SURFACES[theme];
}

/** @type {Map<string, Uint32Array>} */
const ramps = new Map();

/**
 * 256 colours, packed for a bitmap: paper to the hue for what lies in 0..1, a diverging scale centred at
 * 0 for what has a sign.
 * @param {Scaled} signal
 * @param {Theme} theme
 * @returns {Uint32Array}
 */
function ramp(signal, theme) {
  const signed = isSigned(signal);
  const hue = hueOf(signal, theme);
  const key = `${hue} ${signed} ${theme}`;
  const known = ramps.get(key);
  if (known) return known;
  const paper = parse(theme === 'dark' ? '#10131A' : '#FFFFFF');
  const [up, down] = [parse(hue), parse(HUES[theme].negative)];
  const created = Uint32Array.from({length: LEVELS + 1}, (_, k) => {
    const share = signed ? (2 * k) / LEVELS - 1 : k / LEVELS;
    return packColour([...mix(paper, share < 0 ? down : up, Math.abs(share)), 255]);
  });
  ramps.set(key, created);
  return created;
}

/**
 * Whether a signal has a sign, and so a diverging scale.
 * @param {{low: number | null}} signal
 */
export function isSigned(signal) {
  return signal.low === null || signal.low < 0;
}

/**
 * The fixed limit of a signal's scale; one without bounds takes the largest value of the run.
 * @param {{high: number | null}} signal
 * @param {Iterable<number>} values
 * @returns {number}
 */
export function limitOf(signal, values) {
  if (signal.high !== null) return signal.high;
  let largest = 1;
  for (const value of values) if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
  return largest;
}

/**
 * The place of a value on a ramp.
 * @param {number} value
 * @param {Scaled} signal
 * @param {number} limit
 */
function levelOf(value, signal, limit) {
  if (!Number.isFinite(value)) return 0;
  const share = isSigned(signal) ? (value / limit + 1) / 2 : value / limit;
  return Math.round(Math.min(1, Math.max(0, share)) * LEVELS);
}

/** Orders of magnitude shown before a gradient is called gone. */
export const DECADES = 12;

/**
 * How much of a gradient is left: 1 at the largest, 0 where it is gone (log scale over {@link DECADES}).
 * @param {number} value
 * @param {number} largest
 * @returns {number}
 */
export function gradientShare(value, largest) {
  const size = Math.abs(value);
  if (!(size > 0) || !(largest > 0)) return 0;
  return Math.min(1, Math.max(0, 1 + Math.log10(size / largest) / DECADES));
}

/** The page's font, named in full: exported pictures do not inherit it. */
export const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';

/**
 * How a signal's value becomes one of its 256 colours: forward its own scale, backward how much gradient is left.
 * @param {Scaled} signal
 * @param {Iterable<number>} values what the scale of a signal without bounds is taken from
 * @param {Theme} theme
 * @param {number | null} largestGradient null for forward
 * @returns {(value: number) => number}
 */
export function colourScale(signal, values, theme, largestGradient) {
  if (largestGradient === null) {
    const limit = limitOf(signal, values);
    const colours = ramp(signal, theme);
    return (value) => colours[levelOf(value, signal, limit)];
  }
  const colours = ramp({...signal, low: 0, high: 1}, theme);
  return (value) => colours[Math.round(gradientShare(value, largestGradient) * LEVELS)];
}

// The "light" scheme of Paul Tol, made for dark letters on it and for colour-blind eyes; alike in both themes.
const CLASSES = [
  '#EE8866',
  '#BBCC33',
  '#99DDFF',
  '#EEDD88',
  '#DDDDDD',
  '#77AADD',
  '#FFAABB',
  '#44BB99',
  '#AAAA00',
];

/** How many classes there are colours for. */
export const MOST_CLASS_HUES = CLASSES.length;

/** The ink of letters on the colour of a class. */
export const INK_ON_CLASS = SURFACES.light.ink;

/**
 * The colour of each of a task's classes, in their order, the same all over the page; none where there are too many.
 * @param {number} count
 * @returns {string[]}
 */
export const classHues = (count) => (count <= MOST_CLASS_HUES ? CLASSES.slice(0, count) : []);
/**
 * A share of a colour over the paper of a picture.
 * @param {string} hex
 * @param {number} share from 0, the paper, to 1
 * @param {Theme} theme
 */
export function mixWithPaper(hex, share, theme) {
  return writeHex(mix(parse(surface(theme).paper), parse(hex), share));
}

/**
 * The colour of what a step wrote: hues from blue to red in the order of reading, as pale as no signal is.
 * @param {number} place from 0, the first step, to 1, the last
 * @param {Theme} theme
 */
export function stepHue(place, theme) {
  const [lightness, chroma] = theme === 'dark' ? [0.56, 0.085] : [0.83, 0.085];
  const hue = ((285 - 265 * place) * Math.PI) / 180;
  return writeHex(toRgb(lightness, chroma * Math.cos(hue), chroma * Math.sin(hue)));
}

/**
 * A colour of the space Oklab (Ottosson 2020), in which equal steps look alike, as red, green and blue.
 * @param {number} lightness
 * @param {number} a
 * @param {number} b
 */
function toRgb(lightness, a, b) {
  const [l, m, s] = [
    lightness + 0.3963377774 * a + 0.2158037573 * b,
    lightness - 0.1055613458 * a - 0.0638541728 * b,
    lightness - 0.0894841775 * a - 1.291485548 * b,
  ].map((value) => value ** 3);
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((value) => {
    const light = Math.min(1, Math.max(0, value));
    return Math.round(255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055));
  });
}

/** @param {number[]} channels */
const writeHex = (channels) => `#${channels.map((v) => v.toString(16).padStart(2, '0')).join('')}`;

/** The roles whose colours say whether a prediction is right. */
export const VERDICT_ROLES = {right: 'input', wrong: 'forget'};

/**
 * Whether a prediction is `right` or `wrong`; null where nothing says what is right.
 * @param {string | null} target
 * @param {string} predicted
 * @returns {'right' | 'wrong' | null}
 */
export function verdictOf(target, predicted) {
  if (target === null) return null;
  return target === predicted ? 'right' : 'wrong';
}

/**
 * Paper to a colour, as 256 colours packed for a bitmap: how much of a gradient is left.
 * @param {string} hex
 * @param {Theme} theme
 * @returns {Uint32Array}
 */
export function gradientRamp(hex, theme) {
  const paper = parse(theme === 'dark' ? '#10131A' : '#FFFFFF');
  return Uint32Array.from({length: LEVELS + 1}, (_, k) =>
    packColour([...mix(paper, parse(hex), k / LEVELS), 255]),
  );
}

/**
 * The place on {@link gradientRamp} of a value from 0 to 1.
 * @param {number} share
 * @returns {number}
 */
export function rampLevel(share) {
  return Math.round(Math.min(1, Math.max(0, share)) * LEVELS);
}
