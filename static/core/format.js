// Numbers as a person writes them, in the language on screen. Pure functions.

/** @type {Map<string, Intl.NumberFormat>} */
const formats = new Map();

/**
 * @param {string} language
 * @param {Intl.NumberFormatOptions} options
 * @returns {Intl.NumberFormat}
 */
function format(language, options) {
  const key = `${language} ${JSON.stringify(options)}`;
  const known = formats.get(key);
  if (known) return known;
  const created = new Intl.NumberFormat(language, options);
  formats.set(key, created);
  return created;
}

/**
 * Two decimals, a true minus sign; brackets around negatives where a product needs them.
 * @param {number} value
 * @param {string} language
 * @param {boolean} [brackets]
 * @param {number} [decimals] as many, whatever the size
 * @returns {string}
 */
export function number(value, language, brackets = false, decimals = undefined) {
  if (Number.isNaN(value)) return '–';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const size = Math.abs(value);
  if (decimals === undefined && size !== 0 && size < 1e-4)
    return brackets && value < 0 ? `(${power(value, language)})` : power(value, language);
  const digits =
    decimals === undefined && size !== 0 && size < 0.005
      ? {maximumSignificantDigits: 1}
      : {minimumFractionDigits: decimals ?? 2, maximumFractionDigits: decimals ?? 2};
  const text = format(language, digits).format(size);
  if (value >= 0) return text;
  return brackets ? `(−${text})` : `−${text}`;
}

const MOST_DECIMALS = 6;

/**
 * How many decimals, two or more, a sum is to be written with so that what is shown adds up.
 * @param {number[]} terms
 * @returns {number}
 */
export function decimalsOfSum(terms) {
  const total = terms.reduce((sum, term) => sum + term, 0);
  for (let decimals = 2; decimals < MOST_DECIMALS; decimals += 1) {
    /** @param {number} value */
    const shown = (value) => Math.sign(value) * Math.round(Math.abs(value) * 10 ** decimals);
    const lost = [...terms, total].some((value) => Math.abs(value) > 1e-6 && shown(value) === 0);
    if (!lost && terms.reduce((sum, term) => sum + shown(term), 0) === shown(total)) return decimals;
  }
  return MOST_DECIMALS;
}

/**
 * A share of 1 as a percentage, but never 0 % or 100 % for what is not.
 * @param {number} value
 * @param {string} language
 * @param {number} [decimals]
 * @returns {string}
 */
export function percent(value, language, decimals = 0) {
  if (!Number.isFinite(value)) return '–';
  const close = (value > 0 && value < 0.005) || (value < 1 && value > 0.995);
  const digits = close ? 1 : decimals;
  if (value > 0 && value < 0.0005)
    return `< ${format(language, {style: 'percent', maximumFractionDigits: 1}).format(0.001)}`;
  if (value < 1 && value > 0.9995)
    return `> ${format(language, {style: 'percent', maximumFractionDigits: 1}).format(0.999)}`;
  return format(language, {
    style: 'percent',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value);
}

/**
 * A number of any size: 0.42, or 3.1 × 10⁻⁷.
 * @param {number} value
 * @param {string} language
 * @returns {string}
 */
export function power(value, language) {
  if (Number.isNaN(value)) return '–';
  if (value < 0) return `−${power(-value, language)}`;
  if (!Number.isFinite(value)) return '∞';
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 0.00995 && size < 1000) return format(language, {maximumSignificantDigits: 2}).format(value);
  let exponent = Math.floor(Math.log10(size));
  if (value / 10 ** exponent >= 9.95) exponent += 1; // it would be written 10.0
  const lead = format(language, {minimumFractionDigits: 1, maximumFractionDigits: 1}).format(
    value / 10 ** exponent,
  );
  return `${lead} × 10${String(exponent).replace(/./g, (digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)] ?? '⁻')}`;
}

/**
 * A norm: two decimals; 0, and what is too small for them, as it is.
 * @param {number} value
 * @param {string} language
 * @returns {string}
 */
export function magnitude(value, language) {
  return value >= 0.005 ? number(value, language) : power(value, language);
}

/**
 * A whole number with its separators.
 * @param {number} value
 * @param {string} language
 * @returns {string}
 */
export function count(value, language) {
  return format(language, {maximumFractionDigits: 0}).format(value);
}

/**
 * Put values into a sentence.
 * @param {string} sentence
 * @param {Values} [values]
 * @returns {string}
 */
export function fill(sentence, values = {}) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}
