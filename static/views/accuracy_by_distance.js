// How often each network of the task is right, by the words between clue and blank: measured, on
// sentences that training never saw.

import {blankLayout, legendAbove, numberAxis} from '../charts/axes.js';
import {findById} from '../core/catalog.js';
import {nameModel} from '../core/model_names.js';
import {listNetworkHues, markOf} from '../core/network_hues.js';

const words = {
  en: {
    title: 'How far back they remember',
    shows:
      'Right answers on held-out sentences, by the number of words between clue and blank. Nothing here is about the sentence above: it is the test.',
    look: 'Where a line falls, the network no longer finds the clue. Stretch your own sentence with the slider and watch.',
    far: 'words in between (up to)',
    summary: 'At the longest distance: {list}.',
    of: '{title} {share}',
    network: 'network',
  },
  'pt-BR': {
    title: 'Até onde elas lembram',
    shows:
      'Acertos em frases separadas do treino, pelo número de palavras entre a pista e a lacuna. Aqui não se trata da frase acima: é o teste.',
    look: 'Onde uma linha cai, a rede já não encontra a pista. Estique a sua frase com o controle e observe.',
    far: 'palavras no meio (até)',
    summary: 'Na maior distância: {list}.',
    of: '{title} {share}',
    network: 'rede',
  },
};

/**
 * The models whose test was measured by distance, and the points `[distance, share]` that it gave.
 * @param {WatchContext} ctx
 */
const listMeasured = ({models}) =>
  models.flatMap((model) => {
    const points = model.facts.test?.by_distance;
    return points ? [{...model, points}] : [];
  });

/**
 * @param {WatchContext} ctx
 * @returns {ChartFigure}
 */
function figure(ctx) {
  const models = listMeasured(ctx);
  const cells = models.map(({cell}) => findById(ctx.cells, cell));
  const hues = listNetworkHues(cells, ctx.theme);
  const curves = models.map((model, k) => ({
    title: nameModel(model, ctx.text(cells[k].title), ctx.common),
    points: model.points,
    share: ctx.percent(model.points[model.points.length - 1][1]), // at the longest distance
    colour: hues[k],
    symbol: markOf(k).symbol,
  }));
  const bounds = curves[0].points.map(([bound]) => bound);
  return {
    kind: 'chart',
    data: curves.map(({title, colour, symbol, points}) => ({
      type: 'scatter',
      mode: 'lines+markers',
      name: title,
      hoverinfo: 'skip',
      x: points.map(([bound]) => bound),
      y: points.map(([, share]) => share),
      line: {color: colour, width: 2.4},
      marker: {color: colour, size: 8, symbol},
    })),
    layout: {
      ...blankLayout(ctx, {l: 48, r: 10, t: 8, b: 42}),
      showlegend: true,
      legend: legendAbove(ctx.theme),
      xaxis: {
        range: [0, bounds[bounds.length - 1] + 2],
        fixedrange: true,
        showgrid: false,
        zeroline: false,
        tickvals: bounds,
        ticktext: bounds.map(String),
        title: {text: ctx.say('far')},
      },
      yaxis: {...numberAxis(0, 1, ctx.theme, ctx.percent), range: [0, 1.04]},
    },
    overlay: {axes: [], from: 0, count: 0},
    shows: ctx.say('shows'),
    look: ctx.say('look'),
    summary: ctx.say('summary', {
      list: curves.map(({title, share}) => ctx.say('of', {title, share})).join('; '),
    }),
    table: () => ({
      head: [ctx.say('network'), ...bounds.map(String)],
      rows: curves.map(({title, points}) => [title, ...points.map(([, share]) => ctx.percent(share))]),
    }),
  };
}

/** @type {WatchView} */
export default {
  id: 'accuracy_by_distance',
  place: 'wide',
  order: 3,
  words,
  applies: (ctx) => listMeasured(ctx).length > 0,
  figure,
  height: () => 280,
};
