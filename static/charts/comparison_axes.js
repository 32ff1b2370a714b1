// Axes and labels of the comparison of two texts. Pure functions; the sentences are the view's own.

import {inkOf, surface} from '../core/colours.js';
import {blankLayout, legendAbove} from './axes.js';
import {BARS, OPINION, STRIP} from './comparison_layout.js';
import {drawBars, drawBlanks} from './comparison_marks.js';
import {cutToken, labelToken} from './labels.js';

/**
 * @typedef {import('./comparison_layout.js').ComparedTexts} ComparedTexts
 * @typedef {import('./comparison_layout.js').ComparisonPlan} ComparisonPlan
 * @typedef {import('./comparison_layout.js').ComparisonGeometry} ComparisonGeometry
 * @typedef {import('./comparison_marks.js').ComparisonBars} ComparisonBars
 * @typedef {Record<'opinion' | 'first' | 'second' | 'difference' | 'minus' | 'below' | 'mean', string>} ComparisonTitles
 * @typedef {Omit<Annotation, 'y'> & {pixels: number}} PlacedLabel a label whose height is in pixels from the top
 */

/**
 * The layout: the opinions above, three rows of strips, the bars below.
 * @param {ComparedTexts} ctx
 * @param {ComparisonPlan} plan
 * @param {ComparisonGeometry} geometry
 * @param {ComparisonBars} bars
 * @param {ComparisonTitles} titles
 * @returns {Layout}
 */
export function buildComparisonLayout(ctx, plan, geometry, bars, titles) {
  const {theme} = ctx;
  const {
    columnWindow: {start, count},
  } = plan;
  const {narrow, margin, height, strips} = geometry;
  const paint = surface(theme);
  /** @param {number} pixels */
  const up = (pixels) => 1 - pixels / height;
  /** @type {Layout} */
  const layout = {
    ...blankLayout(ctx, margin, 13),
    showlegend: true,
    legend: legendAbove(theme),
    xaxis: {
      range: [start - 0.5, start + count - 0.5],
      fixedrange: true,
      showgrid: false,
      zeroline: false,
      visible: false,
      anchor: 'y5',
    },
    yaxis: {
      domain: [up(OPINION), 1],
      range: [-0.1, 1.1],
      fixedrange: true,
      showgrid: true,
      gridcolor: paint.line,
      griddash: 'dot',
      zeroline: false,
      tickfont: {size: 12, color: paint.quiet},
      anchor: 'x',
      tickvals: narrow ? [0.5] : [0, 0.5, 1],
      ticktext: narrow
        ? ['']
        : [ctx.percent(0), titles.opinion, `${ctx.percent(1)} ${cutToken(ctx.watchedLabel, 10)}`],
    },
    yaxis5: {
      domain: [0, up(geometry.bars)],
      range: [0, bars.largest],
      fixedrange: true,
      showgrid: false,
      zeroline: true,
      zerolinecolor: paint.line,
      anchor: 'x',
      tickfont: {size: 12, color: paint.quiet},
      tickvals: narrow ? [] : [bars.largest],
      ticktext: [ctx.percent(bars.largest)],
    },
    shapes: [...drawBlanks(ctx, plan, geometry), ...drawBars(ctx, plan, bars, geometry)],
  };
  strips.forEach((from, row) => {
    layout[`yaxis${row + 2}`] = {
      domain: [Math.max(0, up(from + STRIP)), up(from)],
      range: [0, 1],
      fixedrange: true,
      visible: false,
      anchor: 'x',
    };
  });
  layout.annotations = [
    ...labelBands(ctx, geometry, titles),
    ...writeTokens(ctx, plan, geometry),
    ...labelSignals(ctx, plan, geometry),
  ].map(({pixels, ...annotation}) => ({
    xref: 'x',
    yref: 'paper',
    y: up(pixels),
    showarrow: false,
    ...annotation,
  }));
  return layout;
}

/**
 * Each band's name, to its left or, where it is narrow, above it.
 * @param {ComparedTexts} ctx
 * @param {ComparisonGeometry} geometry
 * @param {ComparisonTitles} titles
 * @returns {PlacedLabel[]}
 */
function labelBands(ctx, {narrow, strips, heading, bars}, titles) {
  const paint = surface(ctx.theme);
  const violet = `<span style="color:${ctx.hue({role: 'negative'})}">■</span> ${titles.below}`;
  const bands = [[titles.first], [titles.second], [titles.difference, titles.minus, violet]];
  if (narrow) {
    return bands.map(([title, ...rest], row) => ({
      x: 0,
      pixels: strips[row] - (rest.length ? 3 : heading - 2),
      text: [`<b>${title}</b>`, ...rest].join(' '),
      xref: 'paper',
      xanchor: 'left',
      yanchor: rest.length ? 'bottom' : 'top',
      font: {size: 13, color: paint.ink},
    }));
  }
  const beside = {x: 0, xref: 'paper', xanchor: 'right', xshift: -8};
  return [
    {
      ...beside,
      pixels: bars + BARS - 2,
      text: titles.mean,
      yanchor: 'bottom',
      font: {size: 12, color: paint.quiet},
    },
    ...bands.flatMap(([title, ...rest], row) =>
      [`<b>${title}</b>`, ...rest].map((line, k, lines) => ({
        ...beside,
        pixels: strips[row] + STRIP / 2 + 18 * (k - (lines.length - 1) / 2),
        text: line,
        yanchor: 'middle',
        font: k ? {size: 12, color: paint.quiet} : {size: 13, color: paint.ink},
      })),
    ),
  ];
}

/**
 * Each text's own tokens above its strips, with their place in it.
 * @param {ComparedTexts} ctx
 * @param {ComparisonPlan} plan
 * @param {ComparisonGeometry} geometry
 * @returns {PlacedLabel[]}
 */
function writeTokens(ctx, {columns, columnWindow: {start, count}}, {slanted, strips, lettersAt}) {
  const {trace, secondTrace, theme} = ctx;
  const paint = surface(theme);
  return [trace, secondTrace].flatMap((shown, side) =>
    columns.slice(start, start + count).flatMap((pair, k) => {
      const step = pair[side];
      if (step === null) return [];
      return [
        {
          x: start + k,
          pixels: strips[side] - 4,
          text: `<span style="color:${paint.quiet}">${step + 1}</span> ${labelToken(shown, step, lettersAt(k), paint.quiet)}`,
          xanchor: slanted ? 'right' : 'center',
          yanchor: 'bottom',
          textangle: slanted ? 40 : 0,
          font: {size: 13, color: paint.ink},
        },
      ];
    }),
  );
}

/**
 * Each signal's letter below its strip in the first column, where there is room.
 * @param {ComparedTexts} ctx
 * @param {ComparisonPlan} plan
 * @param {ComparisonGeometry} geometry
 * @returns {PlacedLabel[]}
 */
function labelSignals({theme}, {signals, columnWindow: {start}}, {lettered, thickness, slots, half, height}) {
  if (!lettered) return [];
  return signals.map((signal, k) => ({
    x: start - half + ((k + 0.5) * thickness) / slots,
    pixels: height + 3,
    text: `<b>${signal.letter}</b>`,
    letter: signal.name,
    yanchor: 'top',
    font: {size: 12, color: inkOf(signal, theme)},
  }));
}
