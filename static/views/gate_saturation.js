// Gate health: the share of steps at which each unit of each gate is nearly shut or nearly open
// (Karpathy et al. 2015).

import {blankLayout, legendAbove, numberAxis} from '../charts/axes.js';
import {findSignal} from '../core/catalog.js';
import {surface} from '../core/colours.js';
import {meanOf} from '../core/vectors.js';

const words = {
  en: {
    title: 'Gate health',
    shows:
      'One point a unit: across, the share of {token_nouns} at which its gate is nearly open (above 0.9); up, nearly shut (below 0.1).',
    look: 'Points at the far right of a forget gate are units that never forget; points at the origin are gates that are never sure.',
    open: 'nearly open',
    shut: 'nearly shut',
    summary: 'Units that are nearly open at more than half of the {token_nouns}: {list}.',
    network: 'network',
    gate: 'gate',
    opened: 'mean share nearly open',
    closed: 'mean share nearly shut',
  },
  'pt-BR': {
    title: 'Saúde das portas',
    shows:
      'Um ponto por unidade: na horizontal, a fração das {token_nouns} em que a porta está quase aberta (acima de 0,9); na vertical, quase fechada (abaixo de 0,1).',
    look: 'Pontos bem à direita numa porta de esquecimento são unidades que nunca esquecem; pontos na origem são portas que nunca têm certeza.',
    open: 'quase aberta',
    shut: 'quase fechada',
    summary: 'Unidades quase abertas em mais da metade das {token_nouns}: {list}.',
    network: 'rede',
    gate: 'porta',
    opened: 'fração média quase aberta',
    closed: 'fração média quase fechada',
  },
};

/** @type {Record<string, string>} */
const SYMBOLS = {forget: 'circle', input: 'diamond', reset: 'square', output: 'triangle-up'}; // by the gate's role
/** Of the networks, in turn: how the mark is filled. */
const FILLS = ['', '-open', '-dot', '-open-dot'];

/** @param {CompareContext} ctx */
const listGated = ({layers}) => layers.filter(({gates}) => Object.keys(gates).length);

/**
 * @param {CompareContext} ctx
 * @returns {ChartFigure}
 */
function figure(ctx) {
  const {theme} = ctx;
  const axis = {...numberAxis(0, 1, theme, ctx.percent), range: [-0.03, 1.03]};
  const clouds = listGated(ctx).flatMap((layer, k) =>
    Object.entries(layer.gates).map(([gate, [shut, open]]) => ({
      layer,
      gate,
      shut,
      open,
      symbol: `${SYMBOLS[findSignal(layer, gate).role] ?? 'cross'}${FILLS[k % FILLS.length]}`,
    })),
  );
  return {
    kind: 'chart',
    data: clouds.map(({layer, gate, shut, open, symbol}) => ({
      type: 'scatter',
      mode: 'markers',
      name: `${layer.title} · ${findSignal(layer, gate).letter}`,
      x: open.slice(),
      y: shut.slice(),
      hoverinfo: 'skip',
      marker: {
        symbol,
        size: 8,
        color: layer.colour,
        opacity: 0.6,
        line: {width: 1, color: symbol.includes('open') ? layer.colour : surface(theme).paper},
      },
    })),
    layout: {
      ...blankLayout(ctx, {l: 52, r: 10, t: 8, b: 44}),
      showlegend: true,
      legend: legendAbove(theme),
      xaxis: {...axis, title: {text: ctx.say('open')}},
      yaxis: {...axis, title: {text: ctx.say('shut')}},
    },
    overlay: {axes: [], from: 0, count: 0},
    shows: ctx.say('shows'),
    look: ctx.say('look'),
    summary: ctx.say('summary', {
      list: clouds
        .map(
          ({layer, gate, open}) =>
            `${layer.title} ${findSignal(layer, gate).letter} ${open.filter((share) => share > 0.5).length}`,
        )
        .join('; '),
    }),
    table: () => ({
      head: [ctx.say('network'), ctx.say('gate'), ctx.say('opened'), ctx.say('closed')],
      rows: clouds.map(({layer, gate, shut, open}) => [
        layer.title,
        findSignal(layer, gate).letter,
        ctx.percent(meanOf(open)),
        ctx.percent(meanOf(shut)),
      ]),
    }),
  };
}

/** @type {CompareView} */
export default {
  id: 'gate_saturation',
  room: 'compare',
  place: 'left',
  order: 2,
  words,
  applies: (ctx) => listGated(ctx).length > 0,
  figure,
  height: () => 340,
};
