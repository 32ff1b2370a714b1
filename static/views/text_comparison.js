// Two texts side by side: the same words under each other, every unit of both, and what differs.

import {buildComparisonLayout} from '../charts/comparison_axes.js';
import {layOutComparison, planColumns} from '../charts/comparison_layout.js';
import {drawComparisonStrips, drawOpinions, measureBars, opinionAt} from '../charts/comparison_marks.js';
import {countSharedPrefix, isAligned} from '../core/alignment.js';
import {hueOf} from '../core/colours.js';
import {decimalsOfSum} from '../core/format.js';
import {isReverse} from '../core/layer_names.js';
import {findLargestDifference, prefixDifference, stepDistance} from '../core/trace_difference.js';

const words = {
  en: {
    title: 'Two sentences, side by side',
    most: 'They differ most at {word}: the {signal} of unit {unit} is {one} in the first sentence and {other} in the second.',
    once: '“{token}” (position {step})',
    both: '“{token}” (position {step} in the 1st, {other} in the 2nd)',
    two: 'position {step}, “{token}” and “{other}”',
    never: 'No {token_noun} of the first sentence has a partner in the second.',
    until: 'Up to “{token}” (position {step}) they read the same, and the difference is {value}.',
    same: 'They read the same to the end, and the difference is {value}.',
    apart: 'They differ from the first position on.',
    exactly: 'exactly 0',
    rounded: '0 but for rounding ({value})',
    reached: 'up to {value}: this network also reads from the end',
    look: 'The lowest row is first minus second, from the whole range of the signal in its own colour, through 0 where nothing differs, to violet where the second is larger; the bars are its size, the mean over the units, as a share of that range.',
    first: '1st sentence',
    second: '2nd sentence',
    difference: 'difference',
    minus: '1st − 2nd',
    mean: 'mean size',
    opinion: 'opinion so far',
    by: 'Set {token_nouns} under each other',
    by_word: 'by {token_noun}',
    by_position: 'by position',
    only: 'Signals shown',
    all: 'all signals',
    below: '2nd larger',
    summary: '{paired} of {columns} columns hold a {token_noun} of both. {shows}',
    tip: '{word}: {title} {name}, unit {unit}: {one} − {other} = {value}',
    tip_one: '“{token}” (position {step}): {title} {name}, unit {unit}: {one}',
    missing: '–',
    token: '{token_noun}',
    step_one: 'position in the 1st',
    step_two: 'position in the 2nd',
    says_one: '{label}, 1st',
    says_two: '{label}, 2nd',
    norm: '‖Δ{name}‖',
  },
  'pt-BR': {
    title: 'Duas frases, lado a lado',
    most: 'Onde mais diferem: {word}. Na unidade {unit}, {signal}: {one} na primeira frase e {other} na segunda.',
    once: '“{token}” (posição {step})',
    both: '“{token}” (posição {step} na 1ª, {other} na 2ª)',
    two: 'posição {step}, “{token}” e “{other}”',
    never: 'Nenhuma {token_noun} da primeira frase tem par na segunda.',
    until: 'Até “{token}” (posição {step}) elas leem o mesmo, e a diferença é {value}.',
    same: 'Elas leem o mesmo até o fim, e a diferença é {value}.',
    apart: 'Elas diferem desde a primeira posição.',
    exactly: 'exatamente 0',
    rounded: '0, a menos de arredondamento ({value})',
    reached: 'de até {value}: esta rede também lê a partir do fim',
    look: 'A faixa de baixo é a primeira menos a segunda: da amplitude inteira do sinal na cor dele, passando por 0 onde nada difere, ao violeta onde a segunda é maior; as barras são o tamanho dela, a média das unidades, como fração dessa amplitude.',
    first: '1ª frase',
    second: '2ª frase',
    difference: 'diferença',
    minus: '1ª − 2ª',
    mean: 'tamanho médio',
    opinion: 'opinião até aqui',
    by: 'Pôr as {token_nouns} uma sob a outra',
    by_word: 'por {token_noun}',
    by_position: 'por posição',
    only: 'Sinais mostrados',
    all: 'todos os sinais',
    below: '2ª maior',
    summary: '{paired} de {columns} colunas têm uma {token_noun} de cada frase. {shows}',
    tip: '{word}: {title} {name}, unidade {unit}: {one} − {other} = {value}',
    tip_one: '“{token}” (posição {step}): {title} {name}, unidade {unit}: {one}',
    missing: '–',
    token: '{token_noun}',
    step_one: 'posição na 1ª',
    step_two: 'posição na 2ª',
    says_one: '{label}, 1ª',
    says_two: '{label}, 2ª',
    norm: '‖Δ{name}‖',
  },
};

/**
 * @typedef {import('../charts/comparison_layout.js').ComparedTexts} ComparedTexts
 * @typedef {import('../charts/comparison_layout.js').ComparisonPlan} ComparisonPlan
 * @typedef {import('../charts/comparison_layout.js').ComparisonGeometry} ComparisonGeometry
 */

const ROUNDING = 1e-12; // texts of other lengths go through products of other shapes

/**
 * @param {ComparedTexts} ctx
 * @returns {ChartFigure}
 */
function figure(ctx) {
  const {theme, cell} = ctx;
  const plan = planColumns(ctx);
  const {
    columns,
    columnOf,
    signals,
    columnWindow: {start, count},
  } = plan;
  const geometry = layOutComparison(ctx, plan);
  const bars = measureBars(ctx, plan);
  const explanation = explain(ctx, plan);
  return {
    kind: 'chart',
    layout: buildComparisonLayout(ctx, plan, geometry, bars, {
      opinion: ctx.say('opinion'),
      first: ctx.say('first'),
      second: ctx.say('second'),
      difference: ctx.say('difference'),
      minus: ctx.say('minus'),
      below: ctx.say('below'),
      mean: ctx.say('mean'),
    }),
    data: [
      ...drawComparisonStrips(ctx, plan, geometry),
      ...drawOpinions(ctx, plan, [ctx.say('first'), ctx.say('second')]),
    ],
    legend: signals.map((signal) => ({
      name: signal.letter,
      letter: signal.name,
      title: ctx.text(signal.title),
      colour: hueOf(signal, theme),
    })),
    choices: [
      {
        field: 'alignment',
        title: ctx.say('by'),
        chosen: ctx.alignment,
        options: [
          {id: 'word', title: ctx.say('by_word'), testid: 'align-word'},
          {id: 'position', title: ctx.say('by_position'), testid: 'align-position'},
        ],
      },
      {
        field: 'shownSignal',
        title: ctx.say('only'),
        chosen: signals.length === 1 ? signals[0].name : '',
        options: [
          {id: '', title: ctx.say('all')},
          ...cell.signals.map(({name, title}) => ({
            id: name,
            title: name,
            hint: ctx.text(title),
            testid: `only-${name}`,
          })),
        ],
      },
    ],
    overlay: {
      axes: [{x: 'xaxis', y: ['yaxis', 'yaxis2', 'yaxis3', 'yaxis4', 'yaxis5']}],
      from: start,
      count,
      columnOf,
    },
    hitTest: (x, y, axis) => hitTest(ctx, plan, geometry, x, y, axis),
    shows: explanation,
    look: ctx.say('look'),
    summary: ctx.say('summary', {
      paired: columns.filter(isAligned).length,
      columns: columns.length,
      shows: explanation,
    }),
    table: () => tabulate(ctx, plan),
  };
}

/**
 * The largest difference of one unit's gate (of any signal with bounds, where there is no gate; of the one shown,
 * where one is), and where the two part.
 * @param {ComparedTexts} ctx
 * @param {ComparisonPlan} plan
 */
function explain(ctx, {columns, signals}) {
  const {trace, secondTrace, cell, layerName} = ctx;
  const gates = cell.signals.filter(({kind}) => kind === 'gate');
  const bounded = cell.signals.filter(({low, high}) => low !== null && high !== null);
  const several = gates.length ? gates : bounded.length ? bounded : cell.signals;
  const compared = signals.length === 1 ? signals : several;
  const largest = findLargestDifference(
    compared,
    ({name}) => [trace.signals[`${layerName}.${name}`], secondTrace.signals[`${layerName}.${name}`]],
    columns.filter(isAligned),
  );
  const sentences = [];
  if (!largest) sentences.push(ctx.say('never'));
  else if (largest.size > ROUNDING) {
    sentences.push(
      ctx.say('most', {
        word: nameColumn(ctx, largest.i, largest.j),
        unit: largest.unit + 1,
        signal: `${ctx.text(largest.signal.title)} ${ctx.letter(largest.signal.name)}`,
        one: ctx.number(largest.a),
        other: ctx.number(largest.b),
      }),
    );
  }
  const shared = countSharedPrefix(trace, secondTrace);
  if (!shared) sentences.push(ctx.say('apart'));
  else {
    const value = describePrefix(ctx, shared);
    const whole = shared === trace.tokens.length && shared === secondTrace.tokens.length;
    sentences.push(
      whole
        ? ctx.say('same', {value})
        : ctx.say('until', {token: trace.tokens[shared - 1], step: shared, value}),
    );
  }
  return sentences.join(' ');
}

/**
 * What the steps that both read alike differ by.
 * @param {ComparedTexts} ctx
 * @param {number} shared
 */
function describePrefix({trace, secondTrace, layerNames, say, power}, shared) {
  const largest = prefixDifference(trace, secondTrace, shared);
  if (largest === 0) return say('exactly');
  return layerNames.some(isReverse)
    ? say('reached', {value: power(largest)})
    : say('rounded', {value: power(largest)});
}

/**
 * @param {ComparedTexts} ctx
 * @param {number} i
 * @param {number} j
 */
function nameColumn({trace, secondTrace, say}, i, j) {
  const [token, other] = [trace.tokens[i], secondTrace.tokens[j]];
  if (token !== other) return say('two', {step: i + 1, token, other});
  return i === j ? say('once', {token, step: i + 1}) : say('both', {token, step: i + 1, other: j + 1});
}

/**
 * @param {ComparedTexts} ctx
 * @param {ComparisonPlan} plan
 * @param {ComparisonGeometry} geometry
 * @param {number} x
 * @param {number} y
 * @param {string} axis
 * @returns {Hit | null}
 */
function hitTest(ctx, {columns, signals}, {thickness, slots, half}, x, y, axis) {
  const column = Math.round(x);
  const pair = columns[column];
  if (!pair) return null;
  const step = pair[0] ?? undefined;
  const signal = signals[Math.floor(((x - column + half) * slots) / thickness)];
  const order = ctx.unitOrders[ctx.layerName];
  const unit = order[Math.floor((1 - y) * order.length)];
  if (axis === 'yaxis' || axis === 'yaxis5' || !signal || unit === undefined) return {step};
  /**
   * @param {Trace} shown
   * @param {number} at
   */
  const read = ({signals: arrays}, at) =>
    arrays[`${ctx.layerName}.${signal.name}`].values[at * order.length + unit];
  const named = {title: ctx.text(signal.title), name: ctx.letter(signal.name), unit: unit + 1};
  if (isAligned(pair)) {
    const [a, b] = [read(ctx.trace, pair[0]), read(ctx.secondTrace, pair[1])];
    const decimals = decimalsOfSum([a, -b]);
    const values = {
      one: ctx.number(a, false, decimals),
      other: ctx.number(b, true, decimals),
      value: ctx.number(a - b, false, decimals),
    };
    return {step, unit, label: ctx.say('tip', {...named, ...values, word: nameColumn(ctx, ...pair)})};
  }
  const [shown, at] = pair[0] === null ? [ctx.secondTrace, Number(pair[1])] : [ctx.trace, pair[0]];
  const only = {token: shown.tokens[at], step: at + 1, one: ctx.number(read(shown, at))};
  return {step, unit, label: ctx.say('tip_one', {...named, ...only})};
}

/**
 * @param {ComparedTexts} ctx
 * @param {ComparisonPlan} plan
 * @returns {Table}
 */
function tabulate(ctx, {columns}) {
  const {trace, secondTrace, cell, watchedClass, layerName, watchedLabel: label} = ctx;
  const missing = ctx.say('missing');
  /**
   * @param {Trace} shown
   * @param {number | null} step
   */
  const opinion = (shown, step) =>
    step === null ? missing : ctx.percent(opinionAt(shown, step, watchedClass));
  return {
    head: [
      ctx.say('token'),
      ctx.say('step_one'),
      ctx.say('step_two'),
      ctx.say('says_one', {label}),
      ctx.say('says_two', {label}),
      ...cell.signals.map(({name}) => ctx.say('norm', {name: ctx.letter(name)})),
    ],
    rows: columns.map(([i, j]) => {
      const tokens = [
        ...new Set([i === null ? [] : trace.tokens[i], j === null ? [] : secondTrace.tokens[j]].flat()),
      ];
      return [
        tokens.join(' / '),
        i === null ? missing : i + 1,
        j === null ? missing : j + 1,
        opinion(trace, i),
        opinion(secondTrace, j),
        ...cell.signals.map(({name}) =>
          i === null || j === null
            ? missing
            : ctx.magnitude(
                stepDistance(
                  trace.signals[`${layerName}.${name}`],
                  i,
                  secondTrace.signals[`${layerName}.${name}`],
                  j,
                ),
              ),
        ),
      ];
    }),
  };
}

/** @type {ViewOf<ComparedTexts>} */
export default {
  id: 'text_comparison',
  place: 'wide',
  order: -2,
  words,
  applies: ({secondTrace}) => Boolean(secondTrace),
  figure,
  page: (ctx) => planColumns(ctx).columnWindow.start,
  height(ctx) {
    const {
      margin: {t, b},
      height,
    } = layOutComparison(ctx, planColumns(ctx));
    return t + height + b;
  },
};
