import assert from 'node:assert/strict';
import {test} from 'node:test';

import {count, fill, magnitude, number, percent, power} from '../../../static/core/format.js';

// What stands between a number and its sign differs between editions of Unicode's data: a space of some kind, or none.
const plain = (text) => text.replace(/[\u00a0\u202f]/g, ' ');

function holds(write, cases) {
  for (const [value, en, pt] of cases) {
    assert.equal(plain(write(value, 'en')), en, `${value} in English`);
    assert.equal(plain(write(value, 'pt-BR')), pt, `${value} in Portuguese`);
  }
}

test('a number: two decimals, a true minus sign, a single digit below 0.005, a power below 0.0001', () => {
  holds(number, [
    [0, '0.00', '0,00'],
    [1, '1.00', '1,00'],
    [-0.5, '−0.50', '−0,50'],
    [0.125, '0.13', '0,13'],
    [1234.5, '1,234.50', '1.234,50'],
    [0.005, '0.01', '0,01'],
    [0.0049, '0.005', '0,005'],
    [0.0012, '0.001', '0,001'],
    [-0.0012, '−0.001', '−0,001'],
    [0.0001, '0.0001', '0,0001'],
    [0.00009, '9.0 × 10⁻⁵', '9,0 × 10⁻⁵'],
    [-0.00009, '−9.0 × 10⁻⁵', '−9,0 × 10⁻⁵'],
    [NaN, '–', '–'],
    [Infinity, '∞', '∞'],
    [-Infinity, '−∞', '−∞'],
  ]);
});

test('a negative number stands in brackets where they are asked for', () => {
  assert.equal(number(-0.5, 'en', true), '(−0.50)');
  assert.equal(number(0.5, 'en', true), '0.50');
  assert.equal(number(0, 'en', true), '0.00');
  assert.equal(number(-0.00002, 'en', true), '(−2.0 × 10⁻⁵)');
  assert.equal(number(0.00002, 'en', true), '2.0 × 10⁻⁵');
  assert.equal(number(-0.002, 'pt-BR', true), '(−0,002)');
});

test('a percentage is never 0 % or 100 % of what is not', () => {
  holds(percent, [
    [0, '0%', '0%'],
    [1, '100%', '100%'],
    [0.5, '50%', '50%'],
    [0.554, '55%', '55%'],
    [0.995, '100%', '100%'],
    [2.29, '229%', '229%'],
    [0.005, '1%', '1%'],
    [0.0049, '0.5%', '0,5%'],
    [0.0005, '0.1%', '0,1%'],
    [0.0004, '< 0.1%', '< 0,1%'],
    [1e-9, '< 0.1%', '< 0,1%'],
    [0.9951, '99.5%', '99,5%'],
    [0.9995, '100.0%', '100,0%'],
    [0.99951, '> 99.9%', '> 99,9%'],
    [1.001, '100%', '100%'],
    [NaN, '–', '–'],
    [Infinity, '–', '–'],
  ]);
  assert.equal(percent(0.5, 'en', 1), '50.0%');
});

test('a number of any size: two digits, or a power of ten', () => {
  holds(power, [
    [0, '0', '0'],
    [1, '1', '1'],
    [0.42, '0.42', '0,42'],
    [0.424, '0.42', '0,42'],
    [0.01, '0.01', '0,01'],
    [999, '1,000', '1.000'],
    [0.00995, '0.01', '0,01'],
    [0.0099, '9.9 × 10⁻³', '9,9 × 10⁻³'],
    [3.14e-7, '3.1 × 10⁻⁷', '3,1 × 10⁻⁷'],
    [9.96e-8, '1.0 × 10⁻⁷', '1,0 × 10⁻⁷'],
    [9.95e-8, '1.0 × 10⁻⁷', '1,0 × 10⁻⁷'],
    [9.94e-8, '9.9 × 10⁻⁸', '9,9 × 10⁻⁸'],
    [1000, '1.0 × 10³', '1,0 × 10³'],
    [2.5e12, '2.5 × 10¹²', '2,5 × 10¹²'],
    [1.5e-300, '1.5 × 10⁻³⁰⁰', '1,5 × 10⁻³⁰⁰'],
    [-3.14e-7, '−3.1 × 10⁻⁷', '−3,1 × 10⁻⁷'],
    [-2, '−2', '−2'],
    [NaN, '–', '–'],
    [Infinity, '∞', '∞'],
    [-Infinity, '−∞', '−∞'],
  ]);
});

test('a norm: two decimals; 0 and what is too small for them as it is', () => {
  holds(magnitude, [
    [0, '0', '0'],
    [0.005, '0.01', '0,01'],
    [0.0049, '4.9 × 10⁻³', '4,9 × 10⁻³'],
    [1.5, '1.50', '1,50'],
    [1e-17, '1.0 × 10⁻¹⁷', '1,0 × 10⁻¹⁷'],
  ]);
});

test('a whole number has its separators and no decimals', () => {
  holds(count, [
    [0, '0', '0'],
    [1234567, '1,234,567', '1.234.567'],
    [12.4, '12', '12'],
  ]);
});

test('values are put into a sentence; what has none is left as it is', () => {
  assert.equal(fill('{a} and {b_2}, {a}', {a: 1, b_2: '$&'}), '1 and $&, 1');
  assert.equal(fill('{a}', {a: 0}), '0');
  assert.equal(fill('{a}', {a: ''}), '');
  assert.equal(fill('{a} {}'), '{a} {}');
});
