// A series and what the network said of it: every forecast stands at the step that it is of.

import {blankLayout, legendAbove, numberAxis, stepAt, stepAxis} from '../charts/axes.js';
import {surface} from '../core/colours.js';
import {writeQuantity} from '../core/followed_answer.js';

const words = {
  en: {
    title: 'What it forecast, and what came',
    shows: 'The line is the series as it was read; each forecast stands at the step that it is of. {errors}',
    error: '{name}: {error} off on average over {count} steps.',
    look: 'Where does the forecast lag behind a turn, and where does it turn in time?',
    came: 'what came',
    summary: 'After the last step it says {list}.',
    said: '{name}: {value}',
    step: 'step',
    value: 'read',
    tip: 'step {step}: {value}',
    told: '{name}, told {ahead} before: {value}',
  },
  'pt-BR': {
    title: 'O que ela previu e o que veio',
    shows: 'A linha é a série como foi lida; cada previsão fica no passo a que se refere. {errors}',
    error: '{name}: erra {error} em média, em {count} passos.',
    look: 'Onde a previsão se atrasa numa virada, e onde vira a tempo?',
    came: 'o que veio',
    summary: 'Depois do último passo ela diz {list}.',
    said: '{name}: {value}',
    step: 'passo',
    value: 'lido',
    tip: 'passo {step}: {value}',
    told: '{name}, dito {ahead} antes: {value}',
  },
};

const DASHES = ['solid', 'dot', 'dash'];

/**
 * The series itself: what is right one quantity's steps ahead is what is read there.
 * @param {WatchContext} ctx
 */
function readSeries({trace, task}) {
  const {values, shape} = trace.target_values;
  const {ahead} = task.quantities[0];
  return trace.tokens.map((_, t) => (t < ahead ? NaN : values[(t - ahead) * shape[1]]));
}

/**
 * What each quantity says of every step that it reaches.
 * @param {WatchContext} ctx
 */
function listForecasts(ctx) {
  const {trace, task} = ctx;
  const count = task.quantities.length;
  return task.quantities.map(({title, unit, ahead}, k) => {
    const told = trace.tokens.map((_, t) => trace.values.values[t * count + k]);
    const errors = told
      .map((value, t) => Math.abs(value - trace.target_values.values[t * count + k]))
      .filter(Number.isFinite);
    return {
      name: ctx.text(title),
      unit: ctx.text(unit),
      ahead,
      told,
      count: errors.length,
      error: errors.reduce((sum, error) => sum + error, 0) / errors.length,
    };
  });
}

/**
 * @param {WatchContext} ctx
 * @returns {ChartFigure}
 */
function figure(ctx) {
  const {trace, task, theme, language} = ctx;
  const paint = surface(theme);
  const series = readSeries(ctx);
  const known = series.flatMap((value, t) => (Number.isFinite(value) ? [t] : []));
  const forecasts = listForecasts(ctx);
  const beyond = Math.max(...forecasts.map(({ahead}) => ahead));
  const steps = trace.tokens.length;
  const colours = [ctx.hue({role: 'output'}), ctx.hue({role: 'forget'}), ctx.hue({role: 'input'})];
  const all = [...series, ...forecasts.flatMap(({told}) => told)].filter(Number.isFinite);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const room = 0.06 * (high - low || 1);
  /**
   * @param {number} value
   * @param {string} unit
   */
  const write = (value, unit) => (Number.isFinite(value) ? writeQuantity(value, unit, language) : '–');
  const unit = ctx.text(task.features[0].unit);
  /** @type {ScatterTrace[]} */
  const data = [
    {
      type: 'scatter',
      mode: 'lines',
      name: ctx.say('came'),
      x: known,
      y: known.map((t) => series[t]),
      hoverinfo: 'skip',
      line: {color: paint.ink, width: 1.6},
    },
    ...forecasts.map(({name, ahead, told}, k) => ({
      type: /** @type {const} */ ('scatter'),
      mode: 'lines',
      name,
      x: told.map((_, t) => t + ahead),
      y: told,
      hoverinfo: /** @type {const} */ ('skip'),
      line: {color: colours[k % colours.length], width: 2, dash: DASHES[k % DASHES.length]},
    })),
  ];
  return {
    kind: 'chart',
    data,
    layout: {
      ...blankLayout(ctx, {l: 64, r: 10, t: 8, b: 26}),
      showlegend: true,
      legend: legendAbove(theme),
      xaxis: {...stepAxis(steps), range: [-0.5, steps + beyond - 0.5]},
      yaxis: numberAxis(low - room, high + room, theme, (value) => write(value, '')),
    },
    overlay: {axes: [{x: 'xaxis', y: 'yaxis'}], from: 0, count: steps},
    hitTest(x) {
      const step = stepAt(x, steps);
      if (step === null) return null;
      const told = forecasts
        .filter(({ahead}) => step >= ahead)
        .map(({name, ahead, told: values, unit: own}) =>
          ctx.say('told', {name, ahead, value: write(values[step - ahead], own)}),
        );
      return {
        step,
        label: [ctx.say('tip', {step: step + 1, value: write(series[step], unit)}), ...told].join(' · '),
      };
    },
    shows: ctx
      .say('shows', {
        errors: forecasts
          .filter(({count}) => count)
          .map(({name, error, count, unit: own}) => ctx.say('error', {name, error: write(error, own), count}))
          .join(' '),
      })
      .trim(),
    look: ctx.say('look'),
    summary: ctx.say('summary', {
      list: forecasts
        .map(({name, told, unit: own}) => ctx.say('said', {name, value: write(told[steps - 1], own)}))
        .join(', '),
    }),
    table: () => ({
      head: [ctx.say('step'), ctx.say('value'), ...forecasts.map(({name}) => name)],
      rows: series.map((value, t) => [
        t + 1,
        write(value, unit),
        ...forecasts.map(({ahead, told, unit: own}) => write(told[t - ahead] ?? NaN, own)),
      ]),
    }),
  };
}

/** @type {WatchView} */
export default {
  id: 'forecasts',
  place: 'wide',
  order: 0,
  words,
  applies: ({task, followed}) => followed.numeric && task.quantities.every(({ahead}) => ahead > 0),
  figure,
  height: () => 300,
};
