// Two texts side by side: the same words under each other, every unit of both, and what differs.

import {blankLayout, legendAbove} from '../charts/axes.js';
import {BARS, layOutComparison, OPINION, planColumns, STRIP} from '../charts/comparison_layout.js';
import {
  drawBars,
  drawBlanks,
  drawComparisonStrips,
  drawOpinions,
  measureBars,
  opinionAt,
} from '../charts/comparison_marks.js';
import {cutToken, labelToken} from '../charts/labels.js';
import {countSharedPrefix, isAligned} from '../core/alignment.js';
import {hueOf, inkOf, surface} from '../core/colours.js';
import {isReverse} from '../core/layer_names.js';
import {findLargestDifference, prefixDifference, stepDistance} from '../core/trace_difference.js';

const words = {
  en: {
    title: 'Two sentences, side by side',
    most: 'They differ most at {word}: the {signal} of unit {unit} is {one} in the first sentence and {other} in the second.',
    once: '“{token}” (position {step})',
    both: '“{token}” (position {step} in the 1st, {other} in the 2nd)',
    two: 'position {step}, “{token}” and “{other}”',
    never: 'No word of the first sentence has a partner in the second.',
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
    by: 'Set words under each other',
    by_word: 'by word',
    by_position: 'by position',
    only: 'Signals shown',
    all: 'all signals',
    below: '2nd larger',
    summary: '{paired} of {columns} columns hold a word of both. {shows}',
    tip: '{word}: {title} {name}, unit {unit}: {one} − {other} = {value}',
    tip_one: '“{token}” (position {step}): {title} {name}, unit {unit}: {one}',
    missing: '–',
    token: 'word',
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
    never: 'Nenhuma palavra da primeira frase tem par na segunda.',
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
    by: 'Pôr as palavras uma sob a outra',
    by_word: 'por palavra',
    by_position: 'por posição',
    only: 'Sinais mostrados',
    all: 'todos os sinais',
    below: '2ª maior',
    summary: '{paired} de {columns} colunas têm uma palavra de cada frase. {shows}',
    tip: '{word}: {title} {name}, unidade {unit}: {one} − {other} = {value}',
    tip_one: '“{token}” (posição {step}): {title} {name}, unidade {unit}: {one}',
    missing: '–',
    token: 'palavra',
    step_one: 'posição na 1ª',
    step_two: 'posição na 2ª',
    says_one: '{label}, 1ª',
    says_two: '{label}, 2ª',
    norm: '‖Δ{name}‖',
  },
};

const ROUNDING = 1e-12; // texts of other lengths go through products of other shapes

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
    layout: layOut(ctx, plan, geometry, bars),
    data: [
      ...drawComparisonStrips(ctx, plan, geometry),
      ...drawOpinions(ctx, plan, [ctx.say('first'), ctx.say('second')]),
    ],
    legend: signals.map((signal) => ({
      name: signal.name,
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

function layOut(ctx, plan, geometry, bars) {
  const {theme} = ctx;
  const {
    columnWindow: {start, count},
  } = plan;
  const {narrow, margin, height, strips} = geometry;
  const paint = surface(theme);
  const up = (pixels) => 1 - pixels / height;
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
        : [ctx.percent(0), ctx.say('opinion'), `${ctx.percent(1)} ${cutToken(ctx.watchedLabel, 10)}`],
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
    ...labelBands(ctx, geometry, paint),
    ...writeTokens(ctx, plan, geometry, paint),
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

// Each band's name, to its left or, where it is narrow, above it.
function labelBands(ctx, {narrow, strips, heading, bars}, paint) {
  const violet = `<span style="color:${ctx.hue({role: 'negative'})}">■</span> ${ctx.say('below')}`;
  const bands = [[ctx.say('first')], [ctx.say('second')], [ctx.say('difference'), ctx.say('minus'), violet]];
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
      text: ctx.say('mean'),
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

// Each text's own tokens above its strips, with their place in it.
function writeTokens(
  {trace, secondTrace},
  {columns, columnWindow: {start, count}},
  {slanted, strips, lettersAt},
  paint,
) {
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

// Each signal's letter below its strip in the first column, where there is room.
function labelSignals({theme}, {signals, columnWindow: {start}}, {lettered, thickness, slots, half, height}) {
  if (!lettered) return [];
  return signals.map((signal, k) => ({
    x: start - half + ((k + 0.5) * thickness) / slots,
    pixels: height + 3,
    text: `<b>${signal.name}</b>`,
    yanchor: 'top',
    font: {size: 12, color: inkOf(signal, theme)},
  }));
}

// The largest difference of one unit's gate (of any signal with bounds, where there is no gate; of the one shown,
// where one is), and where the two part.
function explain(ctx, {columns, signals}) {
  const {trace, secondTrace, cell, layerName} = ctx;
  const gates = cell.signals.filter(({kind}) => kind === 'gate');
  const bounded = cell.signals.filter(({low, high}) => low !== null && high !== null);
  const compared =
    signals.length === 1 ? signals : [gates, bounded, cell.signals].find((choice) => choice.length);
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
        signal: `${ctx.text(largest.signal.title)} ${largest.signal.name}`,
        one: ctx.number(largest.a),
        other: ctx.number(largest.b),
      }),
    );
  }
  const shared = countSharedPrefix(trace.token_ids, secondTrace.token_ids);
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

// What the steps that both read alike differ by.
function describePrefix({trace, secondTrace, layerNames, say, power}, shared) {
  const largest = prefixDifference(trace, secondTrace, shared);
  if (largest === 0) return say('exactly');
  return layerNames.some(isReverse)
    ? say('reached', {value: power(largest)})
    : say('rounded', {value: power(largest)});
}

function nameColumn({trace, secondTrace, say}, i, j) {
  const [token, other] = [trace.tokens[i], secondTrace.tokens[j]];
  if (token !== other) return say('two', {step: i + 1, token, other});
  return i === j ? say('once', {token, step: i + 1}) : say('both', {token, step: i + 1, other: j + 1});
}

function hitTest(ctx, {columns, signals}, {thickness, slots, half}, x, y, axis) {
  const column = Math.round(x);
  if (!columns[column]) return null;
  const [i, j] = columns[column];
  const step = i ?? undefined;
  const signal = signals[Math.floor(((x - column + half) * slots) / thickness)];
  const order = ctx.unitOrders[ctx.layerName];
  const unit = order[Math.floor((1 - y) * order.length)];
  if (axis === 'yaxis' || axis === 'yaxis5' || !signal || unit === undefined) return {step};
  const read = ({signals: arrays}, at) =>
    at === null ? null : arrays[`${ctx.layerName}.${signal.name}`].values[at * order.length + unit];
  const [a, b] = [read(ctx.trace, i), read(ctx.secondTrace, j)];
  const named = {title: ctx.text(signal.title), name: signal.name, unit: unit + 1};
  const label =
    a !== null && b !== null
      ? ctx.say('tip', {
          ...named,
          word: nameColumn(ctx, i, j),
          one: ctx.number(a),
          other: ctx.number(b, true),
          value: ctx.number(a - b),
        })
      : ctx.say('tip_one', {
          ...named,
          token: i === null ? ctx.secondTrace.tokens[j] : ctx.trace.tokens[i],
          step: (i ?? j) + 1,
          one: ctx.number(a ?? b),
        });
  return {step, unit, label};
}

function tabulate(ctx, {columns}) {
  const {trace, secondTrace, cell, watchedClass, layerName, watchedLabel: label} = ctx;
  const missing = ctx.say('missing');
  const opinion = (shown, step) =>
    step === null ? missing : ctx.percent(opinionAt(shown, step, watchedClass));
  return {
    head: [
      ctx.say('token'),
      ctx.say('step_one'),
      ctx.say('step_two'),
      ctx.say('says_one', {label}),
      ctx.say('says_two', {label}),
      ...cell.signals.map(({name}) => ctx.say('norm', {name})),
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
