import assert from 'node:assert/strict';
import {test} from 'node:test';

import {
  colourScale,
  DECADES,
  gradientRamp,
  gradientShare,
  hueOf,
  inkOf,
  isSigned,
  limitOf,
  rampLevel,
  surface,
  verdictOf,
} from '../../../static/core/colours.js';
import {catalog} from '../frozen.js';

const THEMES = ['light', 'dark'];
const PAPER = {light: '#FFFFFF', dark: '#10131A'}; // where a scale begins
const GATE = {role: 'forget', kind: 'gate', low: 0, high: 1};
const STATE = {role: 'cell', kind: 'state', low: null, high: null};
const CANDIDATE = {role: 'candidate', kind: 'candidate', low: -1, high: 1};

const channels = (hex) => [1, 3, 5].map((k) => Number.parseInt(hex.slice(k, k + 2), 16));
const unpack = (packed) => [...new Uint8Array(Uint32Array.of(packed).buffer)];
const mix = (from, to, share) => channels(from).map((v, k) => Math.round(v + (channels(to)[k] - v) * share));

// WCAG 2.2, relative luminance and contrast.
function contrast(one, other) {
  const luminance = (hex) =>
    channels(hex)
      .map((v) => v / 255)
      .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
      .reduce((sum, v, k) => sum + v * [0.2126, 0.7152, 0.0722][k], 0);
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

test('the colours of the roles are those of Okabe and Ito', () => {
  const hues = {
    forget: '#D55E00',
    input: '#009E73',
    candidate: '#CC79A7',
    output: '#0072B2',
    cell: '#B8860B',
    hidden: '#3B4252',
  };
  for (const [role, hue] of Object.entries(hues)) assert.equal(hueOf({role}, 'light'), hue);
});

test('in a theme each role has a colour of its own', () => {
  for (const theme of THEMES) {
    const roles = [
      'forget',
      'input',
      'candidate',
      'output',
      'cell',
      'hidden',
      'reset',
      'preactivation',
      'negative',
    ];
    assert.equal(new Set(roles.map((role) => hueOf({role}, theme))).size, roles.length);
    assert.equal(new Set(roles.map((role) => inkOf({role}, theme))).size, roles.length);
  }
});

test('a role without a colour has that of its kind', () => {
  for (const theme of THEMES) {
    assert.equal(hueOf({role: 'new', kind: 'gate'}, theme), hueOf({role: 'reset'}, theme));
    assert.equal(hueOf({role: 'new', kind: 'state'}, theme), hueOf({role: 'preactivation'}, theme));
    assert.equal(inkOf({role: 'new', kind: 'gate'}, theme), inkOf({role: 'preactivation'}, theme));
  }
});

test('every colour of text can be read at 4.5 : 1 on its theme’s paper', () => {
  for (const theme of THEMES) {
    const {paper, ink, quiet} = surface(theme);
    const inks = catalog.cells.flatMap(({signals}) => signals.map((signal) => inkOf(signal, theme)));
    for (const colour of [ink, quiet, inkOf({role: 'negative'}, theme), ...inks])
      assert.ok(contrast(colour, paper) >= 4.5, `${colour} on ${paper}`);
  }
});

test('a gate runs from paper at 0 to its hue at 1, whatever values the run has', () => {
  for (const theme of THEMES) {
    for (const values of [[], [0.4, 0.5], [-3, 7]]) {
      const colourOf = colourScale(GATE, values, theme, null);
      for (const value of [0, 0.2, 0.5, 1]) {
        const level = Math.round(value * 255) / 255;
        assert.deepEqual(
          unpack(colourOf(value)),
          [...mix(PAPER[theme], hueOf(GATE, theme), level), 255],
          `${theme} ${value}`,
        );
      }
      assert.equal(colourOf(-1), colourOf(0));
      assert.equal(colourOf(2), colourOf(1));
      assert.equal(colourOf(NaN), colourOf(0));
      assert.equal(colourOf(Infinity), colourOf(0));
    }
  }
});

test('what has a sign runs through paper at 0, its hue above and violet below', () => {
  for (const theme of THEMES) {
    const colourOf = colourScale(CANDIDATE, [], theme, null);
    const near = (value, wanted) =>
      unpack(colourOf(value))
        .slice(0, 3)
        .forEach((channel, k) => {
          assert.ok(Math.abs(channel - wanted[k]) <= 1.01, `${theme} ${value}`);
        });
    near(0, channels(PAPER[theme]));
    near(1, channels(hueOf(CANDIDATE, theme)));
    near(-1, channels(hueOf({role: 'negative'}, theme)));
    // 256 colours over -1 .. 1: a step of 1/128.
    near(0.5, mix(PAPER[theme], hueOf(CANDIDATE, theme), 0.5));
    near(-0.25, mix(PAPER[theme], hueOf({role: 'negative'}, theme), 0.25));
    assert.equal(unpack(colourOf(0.5))[3], 255);
  }
});

test('a state without bounds is scaled by the largest value of the run, and by 1 at least', () => {
  assert.equal(limitOf(STATE, [0.5, -3, 2, NaN, Infinity]), 3);
  assert.equal(limitOf(STATE, [0.5]), 1);
  assert.equal(limitOf(STATE, []), 1);
  assert.equal(limitOf(GATE, [9]), 1);
  assert.equal(limitOf({...CANDIDATE, high: 2}, [9]), 2);
  const colourOf = colourScale(STATE, [0.5, -3], 'light', null);
  assert.deepEqual(unpack(colourOf(3)).slice(0, 3), channels('#B8860B'));
  assert.deepEqual(unpack(colourOf(-3)).slice(0, 3), channels('#7B2FA8'));
});

test('a signal has a sign where it has no lower bound or one below 0', () => {
  assert.deepEqual([GATE, STATE, CANDIDATE, {low: 0, high: null}].map(isSigned), [false, true, true, false]);
});

test('backward a colour tells how much of the largest gradient is left, of either sign, over 12 decades', () => {
  assert.equal(DECADES, 12);
  const shares = [
    [1, 1],
    [-1, 1],
    [1e-3, 0.75],
    [1e-6, 0.5],
    [1e-12, 0],
    [1e-13, 0],
    [0, 0],
    [10, 1],
    [NaN, 0],
  ];
  for (const [value, share] of shares)
    assert.ok(Math.abs(gradientShare(value, 1) - share) < 1e-12, String(value));
  assert.equal(gradientShare(1, 0), 0);
  assert.equal(gradientShare(1e-3, 1e-3), 1);
  assert.ok(Math.abs(gradientShare(1e-9, 1e-3) - 0.5) < 1e-12);
  for (const theme of THEMES) {
    // Of a state too: a gradient's light has no sign.
    for (const signal of [GATE, STATE]) {
      const colourOf = colourScale(signal, [], theme, 2);
      for (const [value, share] of shares)
        assert.deepEqual(unpack(colourOf(2 * value)), [
          ...mix(PAPER[theme], hueOf(signal, theme), Math.round(share * 255) / 255),
          255,
        ]);
    }
  }
});

test('a ramp of gradients runs from paper to the colour, 256 levels', () => {
  for (const theme of THEMES) {
    const ramp = gradientRamp('#2166AC', theme);
    assert.equal(ramp.length, 256);
    for (const level of [0, 100, 255])
      assert.deepEqual(unpack(ramp[level]), [...mix(PAPER[theme], '#2166AC', level / 255), 255]);
  }
  assert.deepEqual([-1, 0, 0.5, 1, 2].map(rampLevel), [0, 0, 128, 255, 255]);
});

test('a verdict says right or wrong where something tells what is right', () => {
  assert.equal(verdictOf('a', 'a'), 'right');
  assert.equal(verdictOf('a', 'b'), 'wrong');
  assert.equal(verdictOf(null, 'a'), null);
});
