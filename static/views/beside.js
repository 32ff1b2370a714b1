// Two sentences side by side: the same words under each other, every unit of both, and what differs.

import {blankLayout, cutWord, legendAbove} from '../chart.js';
import {hueOf, inkOf, painter, surface} from '../colours.js';
import {chooseWindow} from '../context.js';
import {boundSignal, findLargest, measureApart, measureShares, measureStart} from '../difference.js';
import {countShared, pairTokens} from '../pairing.js';

const words = {
  en: {
    title: 'Two sentences, side by side',
    most: 'They differ most at {word}: the {signal} of unit {unit} is {one} in the first sentence and {other} in the second.',
    once: '“{token}” (position {step})', both: '“{token}” (position {step} in the 1st, {other} in the 2nd)', two: 'position {step}, “{token}” and “{other}”',
    never: 'No word of the first sentence has a partner in the second.',
    until: 'Up to “{token}” (position {step}) they read the same, and the difference is {value}.',
    same: 'They read the same to the end, and the difference is {value}.',
    apart: 'They differ from the first position on.',
    exactly: 'exactly 0', rounded: '0 but for rounding ({value})', reached: 'up to {value}: this network also reads from the end',
    look: 'The lowest row is first minus second, from the whole range of the signal in its own colour, through 0 where nothing differs, to violet where the second is larger; the bars are its size, the mean over the units, as a share of that range.',
    first: '1st sentence', second: '2nd sentence', difference: 'difference', minus: '1st − 2nd', mean: 'mean size', opinion: 'opinion so far',
    by: 'Set words under each other', by_word: 'by word', by_position: 'by position',
    only: 'Signals shown', all: 'all signals',
    below: '2nd larger',
    summary: '{paired} of {columns} columns hold a word of both. {shows}',
    tip: '{word}: {title} {name}, unit {unit}: {one} − {other} = {value}', tip_one: '“{token}” (position {step}): {title} {name}, unit {unit}: {one}', missing: '–',
    token: 'word', step_one: 'position in the 1st', step_two: 'position in the 2nd', says_one: '{label}, 1st', says_two: '{label}, 2nd', norm: '‖Δ{name}‖',
  },
  'pt-BR': {
    title: 'Duas frases, lado a lado',
    most: 'Onde mais diferem: {word}. Na unidade {unit}, {signal}: {one} na primeira frase e {other} na segunda.',
    once: '“{token}” (posição {step})', both: '“{token}” (posição {step} na 1ª, {other} na 2ª)', two: 'posição {step}, “{token}” e “{other}”',
    never: 'Nenhuma palavra da primeira frase tem par na segunda.',
    until: 'Até “{token}” (posição {step}) elas leem o mesmo, e a diferença é {value}.',
    same: 'Elas leem o mesmo até o fim, e a diferença é {value}.',
    apart: 'Elas diferem desde a primeira posição.',
    exactly: 'exatamente 0', rounded: '0, a menos de arredondamento ({value})', reached: 'de até {value}: esta rede também lê a partir do fim',
    look: 'A faixa de baixo é a primeira menos a segunda: da amplitude inteira do sinal na cor dele, passando por 0 onde nada difere, ao violeta onde a segunda é maior; as barras são o tamanho dela, a média das unidades, como fração dessa amplitude.',
    first: '1ª frase', second: '2ª frase', difference: 'diferença', minus: '1ª − 2ª', mean: 'tamanho médio', opinion: 'opinião até aqui',
    by: 'Pôr as palavras uma sob a outra', by_word: 'por palavra', by_position: 'por posição',
    only: 'Sinais mostrados', all: 'todos os sinais',
    below: '2ª maior',
    summary: '{paired} de {columns} colunas têm uma palavra de cada frase. {shows}',
    tip: '{word}: {title} {name}, unidade {unit}: {one} − {other} = {value}', tip_one: '“{token}” (posição {step}): {title} {name}, unidade {unit}: {one}', missing: '–',
    token: 'palavra', step_one: 'posição na 1ª', step_two: 'posição na 2ª', says_one: '{label}, 1ª', says_two: '{label}, 2ª', norm: '‖Δ{name}‖',
  },
};

const STRIP = 104; // the height of a row of strips, in pixels
const OPINION = 84;
const BARS = 46;
const ROUNDING = 1e-12; // sentences of other lengths go through products of other shapes
const TOP = 18;

// What is set under what: the columns, the row of cells and the signals shown.
function arrange(ctx) {
  const {trace, second, cell, step, width} = ctx;
  const columns = pairTokens(trace.tokens, second.tokens, ctx.align);
  const place = [];
  columns.forEach(([i], k) => {
    if (i !== null) place[i] = k;
  });
  const only = cell.signals.filter(({name}) => name === ctx.only);
  return {
    columns, place, prefix: ctx.row,
    shown: only.length ? only : cell.signals, window: chooseWindow(columns.length, place[step], width),
  };
}

// Where the rows lie, in pixels from the top; the words slant where they have no room.
function layOut(ctx, {columns, shown, window: {start, count}}) {
  const narrow = ctx.width < 620;
  const margin = {l: narrow ? 14 : 132, r: narrow ? 10 : 22, t: TOP, b: 8};
  const column = (ctx.width - margin.l - margin.r) / count;
  const wide = Math.max(1, Math.round(4 / shown.length)); // pixels a strip: a column is mostly strips, however few
  const lettered = (column * wide) / (shown.length * wide + 1) > 8.5;
  if (lettered) margin.b = 26;
  const told = (tokens, side) => columns.slice(start, start + count).flatMap((pair) => (pair[side] === null ? [] : [Math.min(14, tokens[pair[side]].length) + String(pair[side] + 1).length + 1]));
  const longest = Math.max(...told(ctx.trace.tokens, 0), ...told(ctx.second.tokens, 1));
  const slant = longest * 7.6 + 4 > column * 0.96;
  const band = (slant ? 18 + longest * 5 : 27) + (narrow ? 20 : 0);
  const rows = [OPINION + band, OPINION + 2 * band + STRIP, OPINION + 2 * band + 2 * STRIP + (narrow ? 26 : 14)];
  return {narrow, margin, column, wide, lettered, slant, band, rows, bars: rows[2] + STRIP + 8, inner: rows[2] + STRIP + 8 + BARS};
}

function figure(ctx) {
  const {trace, second, theme, watched} = ctx;
  const plan = arrange(ctx);
  const {columns, place, prefix, shown, window: {start, count}} = plan;
  const lay = layOut(ctx, plan);
  const {narrow, margin, inner, wide} = lay;
  const paint = surface(theme);
  const seen = columns.slice(start, start + count);
  const up = (pixels) => 1 - pixels / inner;
  const layout = {
    ...blankLayout(ctx, margin, 13), showlegend: true, legend: legendAbove(theme),
    xaxis: {range: [start - 0.5, start + count - 0.5], fixedrange: true, showgrid: false, zeroline: false, visible: false, anchor: 'y5'},
    yaxis: {
      domain: [up(OPINION), 1], range: [-0.1, 1.1], fixedrange: true, showgrid: true, gridcolor: paint.line, griddash: 'dot', zeroline: false,
      tickfont: {size: 12, color: paint.quiet}, anchor: 'x', tickvals: narrow ? [0.5] : [0, 0.5, 1],
      ticktext: narrow ? [''] : [ctx.percent(0), ctx.say('opinion'), `${ctx.percent(1)} ${cutWord(ctx.label(watched), 10)}`],
    },
    shapes: [],
  };
  lay.rows.forEach((from, row) => {
    layout[`yaxis${row + 2}`] = {domain: [Math.max(0, up(from + STRIP)), up(from)], range: [0, 1], fixedrange: true, visible: false, anchor: 'x'};
  });
  const note = (x, pixels, text, rest) => layout.annotations.push({xref: 'x', x, yref: 'paper', y: up(pixels), text, showarrow: false, ...rest});
  const bars = measureBars(ctx, plan);
  layout.yaxis5 = {domain: [0, up(lay.bars)], range: [0, bars.top], fixedrange: true, showgrid: false, zeroline: true, zerolinecolor: paint.line, anchor: 'x',
    tickfont: {size: 12, color: paint.quiet}, tickvals: narrow ? [] : [bars.top], ticktext: [ctx.percent(bars.top)]};
  nameRows(ctx, lay, note, paint);
  writeWords(ctx, plan, lay, note, paint);
  const span = shown.length * wide + 1;
  const half = (shown.length * wide) / span / 2;
  if (lay.lettered) {
    shown.forEach((signal, k) => note(start - half + ((k + 0.5) * wide) / span, inner + 3, `<b>${signal.name}</b>`, {yanchor: 'top', font: {size: 12, color: inkOf(signal, theme)}}));
  }
  layout.shapes.push(...markAlone(seen, start, half, paint), ...drawBars(ctx, plan, bars, wide / span, half));
  const found = tell(ctx, plan);
  return {
    kind: 'chart', layout,
    data: [...drawStrips(ctx, plan, wide, half), ...drawOpinions(ctx, seen, start, paint)],
    legend: shown.map((signal) => ({name: signal.name, title: ctx.text(signal.title), colour: hueOf(signal, theme)})),
    choices: [
      {field: 'align', title: ctx.say('by'), chosen: ctx.align, options: [
        {id: 'word', title: ctx.say('by_word'), testid: 'align-word'}, {id: 'position', title: ctx.say('by_position'), testid: 'align-position'}]},
      {field: 'only', title: ctx.say('only'), chosen: shown.length === 1 ? shown[0].name : '', options: [{id: '', title: ctx.say('all')},
        ...ctx.cell.signals.map(({name, title}) => ({id: name, title: name, hint: ctx.text(title), testid: `only-${name}`}))]},
    ],
    overlay: {x: 'xaxis', bands: ['yaxis', 'yaxis2', 'yaxis3', 'yaxis4', 'yaxis5'], from: start, count, columns: place},
    hit: (x, y, axis) => hit(ctx, plan, x, y, axis, wide / span, half),
    shows: found, look: ctx.say('look'),
    summary: ctx.say('summary', {paired: columns.filter(isPair).length, columns: columns.length, shows: found}),
    table: () => list(ctx, plan),
  };
}

const isPair = ([i, j]) => i !== null && j !== null;

function nameRows(ctx, {narrow, rows, band, bars}, note, paint) {
  if (!narrow) note(0, bars + BARS - 2, ctx.say('mean'), {xref: 'paper', xanchor: 'right', xshift: -8, yanchor: 'bottom', font: {size: 12, color: paint.quiet}});
  const violet = `<span style="color:${ctx.hue({role: 'negative'})}">■</span> ${ctx.say('below')}`;
  [[ctx.say('first')], [ctx.say('second')], [ctx.say('difference'), ctx.say('minus'), violet]].forEach(([title, ...rest], row) => {
    if (narrow) {
      note(0, rows[row] - (rest.length ? 3 : band - 2), [`<b>${title}</b>`, ...rest].join(' '), {xref: 'paper', xanchor: 'left', yanchor: rest.length ? 'bottom' : 'top', font: {size: 13, color: paint.ink}});
      return;
    }
    [`<b>${title}</b>`, ...rest].forEach((line, k, all) => note(0, rows[row] + STRIP / 2 + 18 * (k - (all.length - 1) / 2), line, {
      xref: 'paper', xanchor: 'right', xshift: -8, yanchor: 'middle', font: k ? {size: 12, color: paint.quiet} : {size: 13, color: paint.ink}}));
  });
}

// Each sentence's own words above its strips, with their place in it.
function writeWords(ctx, {columns, window: {start, count}}, {margin, column, slant, rows}, note, paint) {
  [ctx.trace, ctx.second].forEach((trace, side) => {
    for (let k = start; k < start + count; k += 1) {
      const t = columns[k][side];
      if (t === null) continue;
      // A slanted word reaches to the left: the first ones must not leave the figure.
      const room = slant ? Math.max(2, Math.min(14, Math.floor((margin.l + (k - start + 0.5) * column) / 6.2) - 4)) : 14;
      const token = cutWord(trace.tokens[t], room);
      const known = trace.known[t] ? token : `<span style="color:${paint.quiet}"><i>${token}</i>?</span>`;
      note(k, rows[side] - 4, `<span style="color:${paint.quiet}">${t + 1}</span> ${known}`, {
        xanchor: slant ? 'right' : 'center', yanchor: 'bottom', textangle: slant ? 40 : 0, font: {size: 13, color: paint.ink}});
    }
  });
}

// A row of strips has a place for every column; where a sentence has no word there, a frame says so.
function markAlone(seen, start, half, paint) {
  const box = (k) => `M${k - half},0L${k + half},0L${k + half},1L${k - half},1Z`;
  return [0, 1, 2].flatMap((row) => {
    const path = seen.map((pair, k) => ((row < 2 ? pair[row] === null : !isPair(pair)) ? box(start + k) : '')).join('');
    return path ? [{type: 'path', xref: 'x', yref: `y${row + 2}`, path, fillcolor: paint.faint, line: {width: 0}}] : [];
  });
}

function drawStrips(ctx, {columns, prefix, shown, window: {start, count}}, wide, half) {
  const {trace, second, theme} = ctx;
  const order = ctx.orders[prefix];
  const units = order.length;
  const span = shown.length * wide + 1;
  const across = count * span;
  const rows = [0, 1, 2].map(() => new Uint32Array(across * units));
  shown.forEach((signal, strip) => {
    const name = `${prefix}.${signal.name}`;
    // One scale for both sentences; that of the difference is as wide as the signal's whole range.
    const bounded = boundSignal(signal, trace.signals[name], second.signals[name]);
    const range = bounded.high - bounded.low;
    const [own, difference] = [bounded, {...signal, low: -range, high: range}].map((scale) => painter(scale, [], theme, null));
    const [{values: one}, {values: other}] = [trace.signals[name], second.signals[name]];
    for (let k = 0; k < count; k += 1) {
      const [i, j] = columns[start + k];
      order.forEach((unit, line) => {
        // The axis runs upward and so does the picture: the first unit is its last row.
        const at = (units - 1 - line) * across + k * span + strip * wide;
        if (i !== null) rows[0].fill(own(one[i * units + unit]), at, at + wide);
        if (j !== null) rows[1].fill(own(other[j * units + unit]), at, at + wide);
        if (i !== null && j !== null) rows[2].fill(difference(one[i * units + unit] - other[j * units + unit]), at, at + wide);
      });
    }
  });
  return rows.map((pixels, row) => ({
    type: 'image', bitmap: {width: across, height: units, pixels}, x0: start - half + 0.5 / span, dx: 1 / span,
    y0: 0.5 / units, dy: 1 / units, xaxis: 'x', yaxis: `y${row + 2}`, hoverinfo: 'skip', zsmooth: false,
  }));
}

// How much each signal differs at each column; `top` is the most.
function measureBars({trace, second}, {columns, prefix, shown}) {
  const shares = shown.map((signal) => measureShares(signal, trace.signals[`${prefix}.${signal.name}`], second.signals[`${prefix}.${signal.name}`], columns));
  return {shares, top: Math.max(...shares.flat()) || 1};
}

// One path a signal: Plotly draws it faster than as many boxes.
function drawBars({theme}, {shown, window: {start, count}}, {shares}, wide, half) {
  return shown.map((signal, strip) => {
    let path = '';
    for (let k = start; k < start + count; k += 1) {
      const [left, right] = [k - half + (strip + 0.1) * wide, k - half + (strip + 0.9) * wide];
      if (shares[strip][k]) path += `M${left},0L${right},0L${right},${shares[strip][k]}L${left},${shares[strip][k]}Z`;
    }
    return {type: 'path', xref: 'x', yref: 'y5', path, fillcolor: hueOf(signal, theme), line: {width: 0}};
  }).filter(({path}) => path);
}

function opinionOf(trace, t, watchedIndex) {
  return trace.probabilities.values[t * trace.classes.length + watchedIndex];
}

function drawOpinions(ctx, seen, start, paint) {
  const {trace, second, watchedIndex} = ctx;
  const gap = {x: [], y: []};
  seen.forEach(([i, j], k) => {
    if (i === null || j === null) return;
    gap.x.push(start + k, start + k, null);
    gap.y.push(opinionOf(trace, i, watchedIndex), opinionOf(second, j, watchedIndex), null);
  });
  const line = (side, name, of, rest) => {
    const [x, y] = [[], []];
    let last = null;
    seen.forEach((pair, k) => {
      const t = pair[side];
      if (t === null) return;
      if (last !== null && t !== last + 1) { // not the next word of this sentence: no line joins them
        x.push(null);
        y.push(null);
      }
      last = t;
      x.push(start + k);
      y.push(opinionOf(of, t, watchedIndex));
    });
    return {type: 'scatter', mode: 'lines+markers', name, x, y, xaxis: 'x', yaxis: 'y', hoverinfo: 'skip', connectgaps: false, ...rest};
  };
  return [
    {type: 'scatter', mode: 'lines', ...gap, xaxis: 'x', yaxis: 'y', hoverinfo: 'skip', showlegend: false, line: {color: paint.line, width: 7}},
    line(0, ctx.say('first'), trace, {line: {color: paint.ink, width: 2.2}, marker: {size: 8, color: paint.ink}}),
    line(1, ctx.say('second'), second, {line: {color: paint.ink, width: 1.8, dash: 'dot'}, marker: {size: 9, symbol: 'diamond', color: paint.paper, line: {color: paint.ink, width: 1.8}}}),
  ];
}

// The largest difference of one unit's gate (of any signal with bounds, where there is no gate; of the one shown,
// where one is), and where the two part.
function tell(ctx, {columns, prefix, shown}) {
  const {trace, second, cell} = ctx;
  const gates = cell.signals.filter(({kind}) => kind === 'gate');
  const bounded = cell.signals.filter(({low, high}) => low !== null && high !== null);
  const asked = shown.length === 1 ? shown : [gates, bounded, cell.signals].find((some) => some.length);
  const best = findLargest(asked, ({name}) => [trace.signals[`${prefix}.${name}`], second.signals[`${prefix}.${name}`]], columns.filter(isPair));
  const parts = [];
  if (!best) parts.push(ctx.say('never'));
  else if (best.size > ROUNDING) {
    parts.push(ctx.say('most', {word: nameWord(ctx, best.i, best.j), unit: best.unit + 1, signal: `${ctx.text(best.signal.title)} ${best.signal.name}`,
      one: ctx.number(best.a), other: ctx.number(best.b)}));
  }
  const shared = countShared(trace.token_ids, second.token_ids);
  if (!shared) parts.push(ctx.say('apart'));
  else {
    const value = tellZero(ctx, shared);
    const whole = shared === trace.tokens.length && shared === second.tokens.length;
    parts.push(whole ? ctx.say('same', {value}) : ctx.say('until', {token: trace.tokens[shared - 1], step: shared, value}));
  }
  return parts.join(' ');
}

// What the steps that both read alike differ by.
function tellZero({trace, second, rows, say, power}, shared) {
  const largest = measureStart(trace, second, shared);
  if (largest === 0) return say('exactly');
  const ahead = rows.some((row) => row.endsWith('.reverse'));
  return ahead ? say('reached', {value: power(largest)}) : say('rounded', {value: power(largest)});
}

function nameWord({trace, second, say}, i, j) {
  const [token, other] = [trace.tokens[i], second.tokens[j]];
  if (token !== other) return say('two', {step: i + 1, token, other});
  return i === j ? say('once', {token, step: i + 1}) : say('both', {token, step: i + 1, other: j + 1});
}

function hit(ctx, {columns, prefix, shown}, x, y, axis, wide, half) {
  const column = Math.round(x);
  if (!columns[column]) return null;
  const [i, j] = columns[column];
  const step = i ?? undefined;
  const signal = shown[Math.floor((x - column + half) / wide)];
  const order = ctx.orders[prefix];
  const unit = order[Math.floor((1 - y) * order.length)];
  if (axis === 'yaxis' || axis === 'yaxis5' || !signal || unit === undefined) return {step};
  const {[`${prefix}.${signal.name}`]: one} = ctx.trace.signals;
  const {[`${prefix}.${signal.name}`]: other} = ctx.second.signals;
  const [a, b] = [i === null ? null : one.values[i * order.length + unit], j === null ? null : other.values[j * order.length + unit]];
  const named = {title: ctx.text(signal.title), name: signal.name, unit: unit + 1};
  const label = a !== null && b !== null
    ? ctx.say('tip', {...named, word: nameWord(ctx, i, j), one: ctx.number(a), other: ctx.number(b, true), value: ctx.number(a - b)})
    : ctx.say('tip_one', {...named, token: i === null ? ctx.second.tokens[j] : ctx.trace.tokens[i], step: (i ?? j) + 1, one: ctx.number(a ?? b)});
  return {step, unit, label};
}

function list(ctx, {columns, prefix}) {
  const {trace, second, cell, watchedIndex} = ctx;
  const label = ctx.label(ctx.watched);
  const none = ctx.say('missing');
  const share = (of, t) => (t === null ? none : ctx.percent(opinionOf(of, t, watchedIndex)));
  return {
    head: [ctx.say('token'), ctx.say('step_one'), ctx.say('step_two'), ctx.say('says_one', {label}), ctx.say('says_two', {label}),
      ...cell.signals.map(({name}) => ctx.say('norm', {name}))],
    rows: columns.map(([i, j]) => {
      const tokens = [...new Set([i === null ? [] : trace.tokens[i], j === null ? [] : second.tokens[j]].flat())];
      return [tokens.join(' / '), i === null ? none : i + 1, j === null ? none : j + 1, share(trace, i), share(second, j),
        ...cell.signals.map(({name}) => {
          const [one, other] = [trace.signals[`${prefix}.${name}`], second.signals[`${prefix}.${name}`]];
          return i === null || j === null ? none : ctx.length(measureApart(one, i, other, j));
        })];
    }),
  };
}

export default {id: 'beside', place: 'wide', order: -2, words, applies: ({second}) => Boolean(second), figure,
  page: (ctx) => arrange(ctx).window.start,
  height(ctx) {
    const {margin: {t, b}, inner} = layOut(ctx, arrange(ctx));
    return t + inner + b;
  }};
