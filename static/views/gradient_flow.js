// The unrolled networks side by side, each step lit by the gradient that still reaches it.

import {blankLayout, stepAt, stepAxis} from '../charts/axes.js';
import {cutToken, wrapTitle} from '../charts/labels.js';
import {pixelImage} from '../charts/pixel_image.js';
import {DECADES, gradientRamp, rampLevel, surface} from '../core/colours.js';

const words = {
  en: {
    title: 'The error travels back',
    shows:
      'One row a network, one square a step. The loss at the last step travels to the left; each square is lit by the length of the gradient that still reaches it (log scale, {decades} powers of ten, relative to the last step).',
    look: 'Press Space. Where a row goes out, training has next to nothing left to learn from what came before, on this text with these weights. It may still be remembered: change a {token_noun} there and read again.',
    starts: 'starts here: nothing was read before',
    unread: 'not read yet, no gradient',
    gone: 'gone',
    over: 'overflowed',
    tip: '{step} · “{token}” · {title}: gradient left {left}',
    summary: '{steps} steps. Left at the first: {list}.',
    step: 'step',
    token: '{token_noun}',
  },
  'pt-BR': {
    title: 'O erro viaja para trás',
    shows:
      'Uma linha por rede, um quadrado por passo. A perda no último passo viaja para a esquerda; cada quadrado é aceso pelo tamanho do gradiente que ainda chega a ele (escala log, {decades} potências de dez, relativo ao último passo).',
    look: 'Aperte espaço. Onde uma linha se apaga, quase nada resta para o treino aprender do que veio antes, neste texto e com estes pesos. Isso ainda pode ser lembrado: troque uma {token_noun} ali e leia de novo.',
    starts: 'começa aqui: nada foi lido antes',
    unread: 'ainda não lida, sem gradiente',
    gone: 'sumiu',
    over: 'estourou',
    tip: '{step} · “{token}” · {title}: gradiente restante {left}',
    summary: '{steps} passos. Resta no primeiro: {list}.',
    step: 'passo',
    token: '{token_noun}',
  },
};

/**
 * @typedef {ReturnType<typeof listLanes>[number]} Lane
 * @typedef {ReturnType<typeof planLanes>} LanePlan
 */

const FLOOR = 10 ** -DECADES;
const LINE = 14; // pixels of a label
const SQUARE = 30; // pixels of a lane's squares
const ROWS = 20; // of pixels a lane: the squares and the gap above and below them

/**
 * One lane a state of a layer.
 * @param {CompareContext} ctx
 */
function listLanes(ctx) {
  return ctx.layers.flatMap((layer) =>
    Object.keys(layer.decay)
      .sort()
      .map((state) => ({
        colour: layer.colour,
        relative: layer.decay[state].relative,
        startsAtLoss: layer.startsAtLoss,
        title: ctx.titleState(layer, state),
      })),
  );
}

/**
 * How high a lane is, in pixels, and which of its rows are squares. Its label stands beside it; in a narrow figure above
 * it, where the cursor does not go.
 * @param {CompareContext} ctx
 * @param {Lane[]} lanes
 */
function planLanes({width}, lanes) {
  const narrow = width < 620;
  const most = narrow ? Math.floor((width - 30) / 5.9) : 44;
  const labels = lanes.map(({title}) => wrapTitle(title, most));
  const above = narrow ? 4 + LINE * Math.max(...labels.map((lines) => lines.length)) : 10;
  const height = Math.max(
    above + SQUARE + 6,
    ...labels.map((lines) => (narrow ? 0 : LINE * lines.length + 4)),
  );
  const top = Math.round((ROWS * above) / height);
  const bottom = top + Math.round((ROWS * SQUARE) / height);
  return {
    narrow,
    labels,
    left: narrow ? 12 : 24 + 7 * Math.max(...labels.flat().map((line) => line.length)),
    height,
    top,
    bottom,
    middle: (top + bottom) / 2 / ROWS - 0.5, // of the squares, from the middle of the lane
  };
}

/**
 * @param {CompareContext} ctx
 * @returns {ChartFigure}
 */
function figure(ctx) {
  const {
    comparison: {tokens},
    theme,
    width,
  } = ctx;
  const paint = surface(theme);
  const lanes = listLanes(ctx);
  const plan = planLanes(ctx, lanes);
  const {narrow, left} = plan;
  const steps = tokens.length;
  const column = (width - left - 20) / steps; // pixels
  const labelled = column >= 15;
  const longest = Math.max(...tokens.map((token) => Math.min(14, token.length)));
  const slanted = longest * 8 > column;
  const below = labelled && slanted ? 34 + longest * 5.6 : 40;
  const vanished = lanes.flatMap(({relative, startsAtLoss}, lane) => {
    const step = relative.findLastIndex((value) => value !== null && value < FLOOR);
    if (startsAtLoss) return [{lane, step, text: ctx.say('starts')}];
    return step < 1 ? [] : [{lane, step, text: `${ctx.say('gone')} ◂`}];
  });
  /**
   * @param {Lane} lane
   * @param {number} step
   */
  const describe = ({relative, startsAtLoss}, step) => {
    if (startsAtLoss && step < steps - 1) return ctx.say('unread');
    return relative[step] === null ? ctx.say('over') : ctx.shareLeft(relative[step]);
  };
  return {
    kind: 'chart',
    data: [drawLanes(lanes, steps, theme, column, plan)],
    layout: {
      ...blankLayout(ctx, {l: left, r: 14, t: 8, b: below}, 12.5),
      height: ctx.height - (labelled ? 0 : 40),
      xaxis: {
        ...stepAxis(steps, 14),
        tickfont: {color: paint.ink},
        ticks: 'outside',
        ticklen: 4,
        tickcolor: paint.line,
        ...(labelled
          ? {
              tickvals: tokens.map((_, t) => t),
              ticktext: tokens.map((token) => cutToken(token, 14)),
              tickangle: slanted ? -40 : 0,
            }
          : {}),
      },
      yaxis: {
        tickfont: {color: paint.ink},
        range: [lanes.length - 0.5, -0.5],
        fixedrange: true,
        showgrid: false,
        zeroline: false,
        scaleanchor: false,
        tickvals: [],
        ticks: '',
      },
      // One a lane, for its cursor: the labels above it stay free.
      ...(narrow ? laneAxes(lanes, plan) : {}),
      annotations: [
        ...lanes.flatMap((_, lane) => labelLane(plan, lane, paint.ink)),
        // where the loss enters
        ...lanes.map((_, lane) => ({
          x: steps - 0.5,
          xref: 'x',
          y: lane + plan.middle,
          yref: 'y',
          xanchor: 'left',
          yanchor: 'middle',
          text: '◀',
          showarrow: false,
          font: {size: 11, color: paint.ink},
        })),
        ...vanished.map(({lane, step, text}) => ({
          x: step,
          xref: 'x',
          y: lane + plan.middle,
          yref: 'y',
          xanchor: step > steps / 6 ? 'right' : 'left',
          yanchor: 'middle',
          text,
          showarrow: false,
          font: {size: 12, color: paint.quiet},
        })),
      ],
    },
    overlay: {
      axes: narrow ? lanes.map((_, k) => ({x: 'xaxis', y: `yaxis${k + 2}`})) : [{x: 'xaxis', y: 'yaxis'}],
      from: 0,
      count: steps,
    },
    hitTest(x, y) {
      const [step, lane] = [stepAt(x, steps), lanes[Math.round(y)]];
      if (!lane || step === null) return null;
      return {
        step,
        label: ctx.say('tip', {
          step: step + 1,
          token: tokens[step],
          title: lane.title,
          left: describe(lane, step),
        }),
      };
    },
    aside: ctx.common('decay.scale'),
    shows: ctx.say('shows', {decades: DECADES}),
    look: ctx.say('look'),
    summary: ctx.say('summary', {
      steps,
      list: lanes.map((lane) => `${lane.title} ${describe(lane, 0)}`).join('; '),
    }),
    table: () => ({
      head: [ctx.say('step'), ctx.say('token'), ...lanes.map(({title}) => title)],
      rows: tokens.map((token, t) => [t + 1, token, ...lanes.map((lane) => describe(lane, t))]),
    }),
  };
}

/**
 * An axis for each lane, from the upper edge of its squares to the lower one.
 * @param {Lane[]} lanes
 * @param {LanePlan} plan
 * @returns {Record<`yaxis${string}`, Axis>}
 */
function laneAxes(lanes, {top, bottom}) {
  return Object.fromEntries(
    lanes.map((_, k) => {
      const [high, low] = [top, bottom].map((row) => k + row / ROWS);
      const domain = [1 - low / lanes.length, 1 - high / lanes.length];
      return [`yaxis${k + 2}`, {domain, range: [low - 0.5, high - 0.5], visible: false, anchor: 'x'}];
    }),
  );
}

/**
 * The label of a lane, line by line.
 * @param {LanePlan} plan
 * @param {number} lane
 * @param {string} colour
 * @returns {Annotation[]}
 */
function labelLane({narrow, labels, top, middle}, lane, colour) {
  const lines = labels[lane];
  return lines.map((text, k) => ({
    x: 0,
    xref: 'paper',
    xanchor: narrow ? 'left' : 'right',
    xshift: narrow ? 0 : -6,
    y: lane + (narrow ? top / ROWS - 0.5 : middle),
    yref: 'y',
    yanchor: narrow ? 'bottom' : 'middle',
    yshift: LINE * (narrow ? lines.length - 1 - k : (lines.length - 1) / 2 - k),
    text,
    showarrow: false,
    font: {size: narrow ? 11 : 12.5, color: colour},
  }));
}

/**
 * Rows of pixels a lane: the squares, and the gap between lanes.
 * @param {Lane[]} lanes
 * @param {number} steps
 * @param {Theme} theme
 * @param {number} column
 * @param {LanePlan} plan
 */
function drawLanes(lanes, steps, theme, column, {top, bottom}) {
  const [down, across] = [ROWS, column > 9 ? 10 : 1];
  const width = steps * across;
  const pixels = new Uint32Array(width * lanes.length * down);
  lanes.forEach(({colour, relative}, lane) => {
    const ramp = gradientRamp(colour, theme);
    relative.forEach((value, t) => {
      const share = value === null ? 1 : value > 0 ? 1 + Math.log10(value) / DECADES : 0;
      // What is gone keeps a trace of colour, so that the lane is still seen as a lane.
      const shade = ramp[Math.max(6, rampLevel(share))];
      for (let y = top; y < bottom; y += 1) {
        for (let x = 0; x < (across > 1 ? across - 1 : 1); x += 1)
          pixels[(lane * down + y) * width + t * across + x] = shade;
      }
    });
  });
  return pixelImage(
    {width, height: lanes.length * down, pixels},
    {x0: -0.5 + 0.5 / across, dx: 1 / across, y0: -0.5 + 0.5 / down, dy: 1 / down},
  );
}

/** @type {CompareView} */
export default {
  id: 'gradient_flow',
  room: 'compare',
  place: 'top',
  order: 0,
  words,
  applies: () => true,
  figure,
  height(ctx) {
    const lanes = listLanes(ctx);
    return 110 + lanes.length * planLanes(ctx, lanes).height;
  },
};
