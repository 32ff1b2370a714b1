// The decay, drawn: norms by distance on a log axis, and what the Lyapunov exponent leads to expect.

import {blankLayout, legendAbove, lineMarks, numberAxis, powerAxis} from '../charts/axes.js';
import {findSignal} from '../core/catalog.js';

const words = {
  en: {
    title: 'How fast it decays',
    shows:
      'The gradient’s length at each step, through all paths, relative to the last step, by distance from it. A shaded band is the spread over seeds.',
    shows_direct:
      'Long dashes: the direct path alone, the last step’s gradient times the gates that keep the state.',
    shows_thin:
      'Thin: the mean growth of the direction that grows most (largest Lyapunov exponent), a tendency of the step matrices and not of this gradient.',
    look: 'On this axis an exponential is a straight line: the steeper, the less training can learn from far back. It is no measure of what is remembered.',
    direct: '{title} · {state}, direct path',
    distance: 'steps back',
    summary: 'Slopes in powers of ten a step: {list}.',
    none: 'none',
    network: 'network',
    slope: 'slope',
    exponent: 'largest Lyapunov exponent (powers of ten a step)',
  },
  'pt-BR': {
    title: 'Com que rapidez ele decai',
    shows:
      'O tamanho do gradiente em cada passo, por todos os caminhos, relativo ao último passo, pela distância até ele. Uma faixa sombreada é a variação entre sementes.',
    shows_direct:
      'Traços longos: só o caminho direto, o gradiente do último passo vezes as portas que mantêm o estado.',
    shows_thin:
      'Linha fina: o crescimento médio da direção que mais cresce (maior expoente de Lyapunov), uma tendência das matrizes dos passos, não deste gradiente.',
    look: 'Neste eixo uma exponencial é uma reta: quanto mais íngreme, menos o treino aprende de longe. Ela não mede o que é lembrado.',
    direct: '{title} · {state}, caminho direto',
    distance: 'passos para trás',
    summary: 'Inclinações em potências de dez por passo: {list}.',
    none: 'nenhuma',
    network: 'rede',
    slope: 'inclinação',
    exponent: 'maior expoente de Lyapunov (potências de dez por passo)',
  },
};

const FLOOR = -300; // powers of ten

/**
 * @param {CompareContext} ctx
 * @returns {ChartFigure}
 */
function figure(ctx) {
  const {comparison, theme, layers} = ctx;
  const steps = comparison.tokens.length;
  const distances = Array.from({length: steps}, (_, k) => k);
  /** @param {Numbers} values */
  const exponentsByDistance = (values) =>
    distances.map((k) => {
      const value = values[steps - 1 - k];
      return value !== null && value > 0 ? Math.log10(value) : null;
    });
  /** @type {ScatterTrace[]} */
  const data = [];
  /** @type {number[]} */
  const drawn = [];
  for (const layer of layers) {
    for (const [state, decay] of Object.entries(layer.decay)) {
      const y = exponentsByDistance(decay.relative);
      drawn.push(...y.filter((exponent) => exponent !== null));
      const dash = state === layer.memoryState ? 'solid' : 'dot';
      if (decay.low && decay.high) {
        const [low, high] = [exponentsByDistance(decay.low), exponentsByDistance(decay.high)];
        data.push({
          type: 'scatter',
          mode: 'lines',
          x: [...distances, ...distances.slice().reverse()],
          y: [...high, ...low.slice().reverse()].map((exponent) => exponent ?? FLOOR),
          fill: 'toself',
          fillcolor: `${layer.colour}2b`,
          line: {width: 0},
          hoverinfo: 'skip',
          showlegend: false,
        });
      }
      data.push({
        type: 'scatter',
        mode: 'lines+markers',
        name: ctx.titleState(layer, state),
        x: distances,
        y,
        hoverinfo: 'skip',
        line: {color: layer.colour, width: 2.4, dash},
        marker: lineMarks(layer, steps),
      });
      const shares = directOf(decay);
      if (!shares) continue;
      const direct = exponentsByDistance(shares);
      drawn.push(...direct.filter((exponent) => exponent !== null));
      data.push({
        type: 'scatter',
        mode: 'lines',
        name: ctx.say('direct', {title: layer.title, state: findSignal(layer, state).letter}),
        x: distances,
        y: direct,
        hoverinfo: 'skip',
        line: {color: layer.colour, width: 1.6, dash: 'longdash'},
      });
    }
    const slope = ctx.growth(layer);
    if (slope !== null) {
      const end = Math.max(slope * (steps - 1), FLOOR);
      data.push({
        type: 'scatter',
        mode: 'lines',
        x: [0, slope ? Math.min(steps - 1, Math.abs(end / slope)) : steps - 1],
        y: [0, end],
        hoverinfo: 'skip',
        showlegend: false,
        line: {color: layer.colour, width: 1},
        opacity: 0.6,
      });
    }
  }
  const low = Math.max(FLOOR, Math.floor(Math.min(-2, ...drawn)));
  const high = Math.ceil(Math.max(0.5, ...drawn));
  return {
    kind: 'chart',
    data,
    layout: {
      ...blankLayout(ctx, {l: 56, r: 10, t: 8, b: 42}),
      showlegend: true,
      legend: legendAbove(theme),
      xaxis: {
        ...numberAxis(0, steps - 1, theme, (value) => String(value), 8),
        range: [steps - 0.5, -0.5],
        showgrid: false,
        title: {text: ctx.say('distance')},
      },
      yaxis: powerAxis(low, high, theme),
    },
    overlay: {axes: [], from: 0, count: steps},
    shows: [
      ctx.say('shows'),
      layers.some(({decay}) => Object.values(decay).some(directOf)) && ctx.say('shows_direct'),
      layers.some((layer) => ctx.growth(layer) !== null) && ctx.say('shows_thin'),
    ]
      .filter(Boolean)
      .join(' '),
    look: ctx.say('look'),
    summary: ctx.say('summary', {
      list: listSlopes(ctx)
        .map(([title, slope]) => `${title} ${slope}`)
        .join('; '),
    }),
    table: () => ({head: [ctx.say('network'), ctx.say('slope'), ctx.say('exponent')], rows: listSlopes(ctx)}),
  };
}

/**
 * What the keep factors alone carry back, where that is something else than all paths do: of a plain sum it is the same.
 * @param {Decay} decay
 */
const directOf = ({direct, relative}) =>
  direct?.some((share, t) => Math.abs(Number(share) - Number(relative[t])) > 1e-9) ? direct : null;

/**
 * @param {CompareContext} ctx
 * @returns {string[][]}
 */
function listSlopes(ctx) {
  /** @param {number | null} slope */
  const tell = (slope) => (slope === null ? ctx.say('none') : ctx.power(slope));
  return ctx.layers.flatMap((layer) =>
    Object.entries(layer.decay).map(([state, {slope}]) => [
      ctx.titleState(layer, state),
      tell(slope),
      tell(ctx.growth(layer)),
    ]),
  );
}

/** @type {CompareView} */
export default {
  id: 'gradient_decay',
  room: 'compare',
  place: 'left',
  order: 0,
  words,
  applies: () => true,
  figure,
  height: (ctx) => 330 + 16 * ctx.layers.length,
};
