// Every answer as it changes: the probabilities of all classes at every step, one above the other.

import {blankLayout, numberAxis, stepAt, tokenAxis} from '../charts/axes.js';
import {classHues, INK_ON_CLASS, MOST_CLASS_HUES, surface} from '../core/colours.js';
import {indexOfLargest, rowOf} from '../core/vectors.js';

const words = {
  en: {
    title: 'Every answer, {token_noun} by {token_noun}',
    shows: 'At each {token_noun} the probabilities of all {count} answers, one above the other: {list}.',
    run: '{label} leads from “{token}” (up to {share})',
    more: '{list}; and so on',
    look: 'Where does a colour give way to another? An answer that led in the middle may be gone at the end.',
    step: 'step',
    token: '{token_noun}',
    tip: '{step} · {token} · {list}',
  },
  'pt-BR': {
    title: 'Todas as respostas, {token_noun} por {token_noun}',
    shows: 'Em cada {token_noun}, as probabilidades das {count} respostas, uma sobre a outra: {list}.',
    run: '{label} na frente desde “{token}” (até {share})',
    more: '{list}; e assim por diante',
    look: 'Onde uma cor dá lugar a outra? Uma resposta que estava na frente no meio pode sumir no fim.',
    step: 'passo',
    token: '{token_noun}',
    tip: '{step} · {token} · {list}',
  },
};

const MOST_RUNS = 6; // in the sentence
const LABELED = 0.18; // probability: a thinner band has no room for its name

/**
 * The stretches of steps at which one class is the likeliest: `share` is its highest probability there.
 * @param {WatchContext} ctx
 */
function listRuns({trace}) {
  /** @type {{k: number, from: number, to: number, share: number}[]} */
  const runs = [];
  trace.tokens.forEach((_, t) => {
    const row = rowOf(trace.probabilities, t);
    const k = indexOfLargest(row);
    const last = runs.at(-1);
    if (last?.k === k) Object.assign(last, {to: t, share: Math.max(last.share, row[k])});
    else runs.push({k, from: t, to: t, share: row[k]});
  });
  return runs;
}

/**
 * The name of each class in its own band, in the middle of the steps at which it leads longest; of one that never leads,
 * where it is likeliest. Thin bands have none.
 * @param {WatchContext} ctx
 * @param {number[][]} tops by class and step: the sum of the probabilities up to it
 */
function labelBands(ctx, tops) {
  const {trace} = ctx;
  const runs = listRuns(ctx);
  const last = trace.tokens.length - 1;
  return trace.classes.flatMap((name, k) => {
    const own = trace.tokens.map((_, t) => rowOf(trace.probabilities, t)[k]);
    const longest = runs
      .filter((run) => run.k === k)
      .reduce(
        (best, run) => (!best || run.to - run.from > best.to - best.from ? run : best),
        runs.find((run) => run.k === k),
      );
    const step = longest ? Math.floor((longest.from + longest.to) / 2) : own.indexOf(Math.max(...own));
    if (own[step] < LABELED) return [];
    const xanchor = step === 0 && last > 0 ? 'left' : step === last && last > 0 ? 'right' : 'center';
    return [
      {
        text: ctx.label(name),
        x: step + {left: -0.45, right: 0.45, center: 0}[xanchor],
        y: tops[k][step] - own[step] / 2,
        xanchor,
        yanchor: 'middle',
        showarrow: false,
        font: {size: 12.5, color: INK_ON_CLASS},
      },
    ];
  });
}

/**
 * @param {WatchContext} ctx
 * @returns {ChartFigure}
 */
function figure(ctx) {
  const {trace, theme} = ctx;
  const {tokens, classes, probabilities} = trace;
  const hues = classHues(classes.length);
  const rows = tokens.map((_, t) => rowOf(probabilities, t));
  const tops = classes.map((_, k) => rows.map((row) => row.slice(0, k + 1).reduce((sum, p) => sum + p, 0)));
  const runs = listRuns(ctx);
  const told = runs
    .slice(0, MOST_RUNS)
    .map(({k, from, share}) =>
      ctx.say('run', {label: ctx.label(classes[k]), token: tokens[from], share: ctx.percent(share)}),
    );
  const list = told.join('; ');
  const shows = ctx.say('shows', {
    count: classes.length,
    list: runs.length > told.length ? ctx.say('more', {list}) : list,
  });
  return {
    kind: 'chart',
    data: tops.map((top, k) => ({
      type: 'scatter',
      mode: 'lines',
      name: ctx.label(classes[k]),
      // Each word is as wide as its column: a probability is there at a word, not between two.
      x: tokens.flatMap((_, t) => [t - 0.5, t + 0.5]),
      y: top.flatMap((value) => [value, value]),
      fill: k ? 'tonexty' : 'tozeroy',
      fillcolor: hues[k],
      line: {width: 0.8, color: surface(theme).paper},
      hoverinfo: 'skip',
    })),
    layout: {
      ...blankLayout(ctx, {l: 48, r: 12, t: 8, b: 52}),
      annotations: labelBands(ctx, tops),
      xaxis: tokenAxis(tokens, ctx.width),
      yaxis: {...numberAxis(0, 1, theme, ctx.percent), showgrid: false},
    },
    overlay: {axes: [{x: 'xaxis', y: 'yaxis'}], from: 0, count: tokens.length},
    hitTest(x) {
      const step = stepAt(x, tokens.length);
      if (step === null) return null;
      const ranking = classes.map((_, k) => k).sort((a, b) => rows[step][b] - rows[step][a]);
      const likeliest = ranking
        .slice(0, 3)
        .map((k) => `${ctx.label(classes[k])} ${ctx.percent(rows[step][k])}`)
        .join(' · ');
      return {step, label: ctx.say('tip', {step: step + 1, token: tokens[step], list: likeliest})};
    },
    legend: classes.map((name, k) => ({name: '', title: ctx.label(name), colour: hues[k]})),
    shows,
    look: ctx.say('look'),
    summary: shows,
    table: () => ({
      head: [ctx.say('step'), ctx.say('token'), ...classes.map(ctx.label)],
      rows: rows.map((row, t) => [t + 1, tokens[t], ...Array.from(row, ctx.percent)]),
    }),
  };
}

/** @type {WatchView} */
export default {
  id: 'class_curves',
  place: 'wide',
  order: -1,
  words,
  applies: ({trace, predictions}) =>
    !predictions && trace.classes.length > 2 && trace.classes.length <= MOST_CLASS_HUES,
  figure,
  height: () => 250,
};
