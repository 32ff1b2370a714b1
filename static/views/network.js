// The unrolled network: one column a step, every unit of every signal, states carried to the right.

import {blankLayout, cutWord} from '../chart.js';
import {arrival, hueOf, inkOf, painter, surface, verdictOf} from '../colours.js';

const words = {
  en: {
    title: 'The network, unrolled',
    shows: 'One column a word, the same weights in every column. A strip is a signal, a line in it is one unit, ordered by what the network ends up remembering.',
    look: 'Look for the word where the strips change colour: that is where the network takes something in.',
    shows_back: 'The way back: each column is lit by the gradient that still reaches it from the answer (log scale, 12 powers of ten).',
    look_back: 'How far to the left does the light reach? An unlit column is a word that training can no longer learn from.',
    shows_rows: 'Each row is a layer or a direction; what a row answers enters the row of the next layer.',
    look_answers: 'Each step has an answer of its own, above its column: crossed out where another was right.',
    opinion: 'opinion so far',
    answer: 'its answer',
    gradient: 'gradient left',
    gone: 'gone',
    before: 'before the change',
    carried: '{title} →', carried_left: '← {title}',
    summary_answers: '{steps} steps, an answer at each: {answers}.',
    summary: '{steps} steps. The opinion starts at {first} “{label}” and ends at {last}; its largest change is at “{token}” (step {step}).',
    summary_back: '{steps} steps. At the first step {first} of the last step’s gradient is left.',
    step: 'step', token: 'word',
  },
  'pt-BR': {
    title: 'A rede, desenrolada',
    shows: 'Uma coluna por palavra, os mesmos pesos em todas. Cada faixa é um sinal, cada linha dela é uma unidade, ordenada pelo que a rede termina lembrando.',
    look: 'Procure a palavra em que as faixas mudam de cor: ali a rede guarda alguma coisa.',
    shows_back: 'O caminho de volta: cada coluna é acesa pelo gradiente que ainda chega a ela a partir da resposta (escala log, 12 potências de dez).',
    look_back: 'Até onde a luz chega à esquerda? Uma coluna apagada é uma palavra com a qual o treino já não aprende.',
    shows_rows: 'Cada linha de faixas é uma camada ou um sentido; o que ela responde entra na camada seguinte.',
    look_answers: 'Cada passo tem a sua resposta, acima da coluna: riscada onde a certa era outra.',
    opinion: 'opinião até aqui',
    answer: 'a resposta',
    gradient: 'gradiente restante',
    gone: 'sumiu',
    before: 'antes da mudança',
    carried: '{title} →', carried_left: '← {title}',
    summary_answers: '{steps} passos, uma resposta em cada: {answers}.',
    summary: '{steps} passos. A opinião começa em {first} “{label}” e termina em {last}; a maior mudança é em “{token}” (passo {step}).',
    summary_back: '{steps} passos. No primeiro passo resta {first} do gradiente do último.',
    step: 'passo', token: 'palavra',
  },
};

const ANSWER = 1.3; // where an answer is written, above 100 %

function figure(ctx) {
  const {trace, cell, theme, width, window: {start, count}, rows, orders, direction} = ctx;
  const paint = surface(theme);
  const back = direction === 'backward';
  const narrow = width < 620;
  const steps = Array.from({length: count}, (_, k) => start + k);
  const strips = cell.signals.length;
  const span = strips + 1; // pixels a column, the last one clear
  const half = strips / span / 2;
  const angle = tickAngle(trace, steps, (width - (narrow ? 24 : 154)) / count);
  const longest = Math.max(...steps.map((t) => Math.min(14, trace.tokens[t].length)));
  // A slanted word reaches to the left: the first ones must not leave the figure.
  const column = (width - (narrow ? 24 : 154)) / count;
  const room = (k) => (angle ? Math.max(2, Math.min(14, Math.floor(((narrow ? 14 : 132) + (k + 0.5) * column) / 7.2) - 1)) : 14);
  const below = angle ? 34 + longest * 5.6 : 48;
  const stripPixels = (width - (narrow ? 24 : 154)) / count / span;
  const band = {top: 0.70, bottom: 0.0};
  const rowHeight = (band.top - band.bottom) / rows.length;

  const data = [];
  const layout = {
    ...blankLayout(ctx, {l: narrow ? 14 : 132, r: narrow ? 10 : 22, t: 14, b: below}, 13),
    xaxis: {
      range: [start - 0.5, start + count - 0.5], fixedrange: true, showgrid: false, zeroline: false,
      anchor: 'y2', tickvals: steps, ticktext: steps.map((t, k) => tokenLabel(trace, t, paint, room(k))),
      tickangle: angle, tickfont: {size: 13, color: paint.ink}, ticks: 'outside', ticklen: 16,
      tickcolor: paint.line,
    },
    yaxis: topAxis(ctx, paint, back, narrow), shapes: [],
  };

  rows.forEach((prefix, row) => {
    const axis = row + 2;
    const bottom = band.bottom + row * rowHeight;
    layout[`yaxis${axis}`] = {
      domain: [bottom + 0.01, bottom + rowHeight - 0.03], range: [0, 1], fixedrange: true,
      visible: false, scaleanchor: false, anchor: 'x',
    };
    data.push(stripImage(ctx, prefix, orders[prefix], steps, axis, span, half, back));
    layout.shapes.push(...connectors(ctx, prefix, steps, axis, half, back));
    const parts = [ctx.rowName(prefix)].filter(Boolean).flatMap((named) => (narrow ? [named] : named.split(', ')));
    layout.annotations.push(...parts.map((part, line) => ({xref: 'paper', x: 0, xanchor: narrow ? 'left' : 'right', xshift: narrow ? 2 : -6,
      yref: `y${axis}`, y: 1, yanchor: narrow ? 'bottom' : 'top', yshift: -16 * line, text: `<b>${part}</b>`, showarrow: false,
      font: {size: narrow ? 11.5 : 12.5, color: paint.ink}})));
    if (!narrow) {
      cell.states.forEach((name) => {
        const signal = cell.signals.find((one) => one.name === name);
        layout.annotations.push({
          xref: 'paper', x: 0, xshift: -6, xanchor: 'right', yref: `y${axis}`, y: heightOf(cell, name),
          text: ctx.say(isBack(prefix) ? 'carried_left' : 'carried', {title: `${ctx.text(signal.title)} ${name}`}),
          showarrow: false, font: {size: 12, color: inkOf(signal, theme)},
        });
      });
    }
    if (row === rows.length - 1 && stripPixels > 8.5) {
      cell.signals.forEach((signal, k) => {
        layout.annotations.push({
          xref: 'x', x: start - half + (k + 0.5) / span, yref: `y${axis}`, y: 1.0, yanchor: 'bottom',
          text: `<b>${signal.name}</b>`, showarrow: false,
          font: {size: 12, color: inkOf(signal, theme)},
        });
      });
    }
  });

  data.push(...(back ? decayCurve(ctx, steps, paint) : opinionCurve(ctx, steps, paint)));
  if (ctx.answers && !back) layout.annotations.push(...writeAnswers(ctx, steps, narrow));
  return {
    kind: 'chart', data, layout,
    legend: cell.signals.map((signal) => ({name: signal.name, title: ctx.text(signal.title), colour: hueOf(signal, theme)})),
    overlay: {x: 'xaxis', bands: ['yaxis', ...rows.map((_, k) => `yaxis${k + 2}`)], from: start,
      count, labels: trace.tokens, half: half + 0.5 / span, main: true, left: rows.map(isBack), under: Boolean(ctx.answers), readouts: readouts(ctx, back),
      pulses: rows.flatMap((_, k) => cell.states.map((name) => ({
        axis: `yaxis${k + 2}`, y: heightOf(cell, name), left: isBack(rows[k]),
        colour: hueOf(cell.signals.find((one) => one.name === name), theme)})))},
    hit: (x, y, axis) => hit(ctx, Math.round(x), x, y, axis, span, half),
    shows: [ctx.say(back ? 'shows_back' : 'shows'), rows.length > 1 && ctx.say('shows_rows')].filter(Boolean).join(' '),
    look: ctx.say(back ? 'look_back' : ctx.answers ? 'look_answers' : 'look'),
    summary: summarise(ctx, back),
    table: () => ({
      head: [ctx.say('step'), ctx.say('token'), ...trace.classes.map((name) => ctx.label(name)),
        ...Object.keys(trace.norms).filter((name) => ctx.isState(name)).map((name) => [`‖∂L/∂${name.split('.').pop()}‖`, ctx.rowName(rowOf(name))].filter(Boolean).join(' '))],
      rows: trace.tokens.map((token, t) => [t + 1, token,
        ...trace.classes.map((_, c) => ctx.percent(trace.probabilities.values[t * trace.classes.length + c])),
        ...Object.keys(trace.norms).filter((name) => ctx.isState(name)).map((name) => ctx.power(trace.norms[name].values[t]))]),
    }),
  };
}

const rowOf = (name) => name.slice(0, name.lastIndexOf('.'));
const isBack = (row) => row.endsWith('.reverse');

// Where a state's connector runs: the cell state above, the hidden state below.
function heightOf(cell, name) {
  return cell.states.length > 1 && name !== cell.output ? 0.8 : 0.16;
}

function tokenLabel(trace, t, paint, letters) {
  const token = cutWord(trace.tokens[t], letters);
  return trace.known[t] ? token : `<span style="color:${paint.quiet}"><i>${token}</i>?</span>`;
}

function tickAngle(trace, steps, room) {
  const longest = Math.max(...steps.map((t) => Math.min(14, trace.tokens[t].length)));
  return longest * 7.6 + 4 > room * 0.94 ? -40 : 0;
}

function topAxis(ctx, paint, back, narrow) {
  const axis = {
    domain: [0.77, 1], fixedrange: true, showgrid: true, gridcolor: paint.line, griddash: 'dot',
    zeroline: false, tickfont: {size: 12, color: paint.quiet}, anchor: 'x',
  };
  if (back) {
    return {...axis, range: [-13, 1], tickvals: narrow ? [] : [0, -6, -12],
      ticktext: ['1', '10<sup>−6</sup>', ctx.say('gone')]};
  }
  const classes = ctx.trace.classes;
  if (ctx.answers) {
    return {...axis, range: [-0.08, 1.5], tickvals: narrow ? [0.5] : [0, 0.5, 1, ANSWER],
      ticktext: narrow ? [''] : ['0 %', '50 %', '100 %', ctx.say('answer')]};
  }
  return {...axis, range: [-0.08, 1.08], tickvals: narrow ? [0.5] : [0, 0.5, 1],
    ticktext: narrow ? [''] : [classes.length === 2 ? ctx.label(classes[0]) : '0 %', ctx.say('opinion'),
      classes.length === 2 ? ctx.label(classes[1]) : ctx.label(ctx.watched)]};
}

function stripImage(ctx, prefix, order, steps, axis, span, half, back) {
  const {trace, cell, theme} = ctx;
  const units = order.length;
  const across = steps.length * span;
  const pixels = new Uint32Array(across * units);
  cell.signals.forEach((signal, strip) => {
    const name = `${prefix}.${signal.name}`;
    const {values} = back ? trace.gradients[name] : trace.signals[name];
    const paint = painter(signal, values, theme, back ? ctx.largestGradient : null);
    order.forEach((unit, line) => {
      // The axis runs upward and so does the picture: the first unit is its last row.
      const row = (units - 1 - line) * across + strip;
      steps.forEach((t, column) => {
        pixels[row + column * span] = paint(values[t * units + unit]);
      });
    });
  });
  return {
    type: 'image', bitmap: {width: across, height: units, pixels}, x0: steps[0] - half + 0.5 / span,
    dx: 1 / span, y0: 0.5 / units, dy: 1 / units, xaxis: 'x', yaxis: `y${axis}`, hoverinfo: 'skip',
    zsmooth: false,
  };
}

function connectors(ctx, prefix, steps, axis, half, back) {
  const {trace, cell, theme} = ctx;
  return cell.states.map((name) => {
    const signal = cell.signals.find((one) => one.name === name);
    const {values, shape} = trace.signals[`${prefix}.${name}`];
    const norms = back ? trace.norms[`${prefix}.${name}`].values : rowNorms(values, shape);
    const largest = norms.reduce((a, b) => Math.max(a, b), 0) || 1;
    const middle = heightOf(cell, name);
    // From each step to the one that the row reads next, drawn as an arrow that way.
    const [way, last] = isBack(prefix) ? [-1, 0] : [1, trace.tokens.length - 1];
    const path = steps.filter((t) => back || t !== last).map((t) => {
      const thick = 0.004 + 0.026 * (back ? arrival(norms[t], largest) : norms[t] / largest);
      const [from, to] = [t + way * half, t + way * (1 - half)];
      const neck = to - (to - from) * 0.45;
      const head = Math.max(thick, 0.028);
      return `M${from},${middle - thick}L${neck},${middle - thick}L${neck},${middle - head}L${to},${middle}`
        + `L${neck},${middle + head}L${neck},${middle + thick}L${from},${middle + thick}Z`;
    });
    // One path a state: Plotly draws it three times faster than as many polygons.
    return {type: 'path', xref: 'x', yref: `y${axis}`, path: path.join(''), fillcolor: hueOf(signal, theme), line: {width: 0}};
  });
}

function rowNorms(values, [steps, units]) {
  return Array.from({length: steps}, (_, t) => {
    let sum = 0;
    for (let k = t * units; k < (t + 1) * units; k += 1) sum += values[k] * values[k];
    return Math.sqrt(sum);
  });
}

function opinionCurve(ctx, steps, paint) {
  const {trace, base} = ctx;
  const classes = trace.classes.length;
  const read = (of) => steps.map((t) => of.probabilities.values[t * classes + ctx.watchedAt(t)]);
  const y = read(trace);
  const found = [{
    type: 'scatter', mode: 'lines+markers', x: steps, y, xaxis: 'x', yaxis: 'y', hoverinfo: 'skip',
    line: {color: paint.ink, width: 2.2, shape: 'spline', smoothing: 0.5},
    marker: {size: 8, color: y.map((p) => (p >= 0.5 ? paint.ink : paint.paper)),
      line: {color: paint.ink, width: 1.6}},
  }];
  if (base) {
    found.unshift({
      type: 'scatter', mode: 'lines', x: steps, y: read(base), xaxis: 'x', yaxis: 'y',
      hoverinfo: 'skip', line: {color: paint.quiet, width: 1.6, dash: 'dot'},
    });
  }
  const turn = ctx.answers ? null : ctx.turn;
  if (turn && turn.step >= steps[0] && turn.step <= steps.at(-1)) {
    found.push({
      type: 'scatter', mode: 'markers', x: [turn.step], y: [trace.probabilities.values[turn.step * classes + ctx.watchedIndex]],
      xaxis: 'x', yaxis: 'y', hoverinfo: 'skip',
      marker: {size: 18, color: 'rgba(0,0,0,0)', line: {color: paint.ink, width: 1.6}},
    });
  }
  return found;
}

// The answer at each step, written above its column; crossed out where the text says otherwise.
function writeAnswers(ctx, steps, narrow) {
  const {trace, answers, theme} = ctx;
  return steps.map((t) => {
    const given = trace.classes[answers[t]];
    const verdict = ctx.asked > 1 ? verdictOf(trace.goals[t], given) : null;
    const text = cutWord(given, 8);
    return {xref: 'x', x: t, yref: 'y', y: ANSWER, text: verdict === 'wrong' ? `<s>${text}</s>` : `<b>${text}</b>`, showarrow: false,
      font: {size: narrow ? 14 : 16, color: inkOf({role: {wrong: 'forget', right: 'input'}[verdict] ?? 'hidden'}, theme)}};
  });
}

function decayCurve(ctx, steps, paint) {
  const {trace, cell, theme, row} = ctx;
  return cell.states.map((name) => {
    const signal = cell.signals.find((one) => one.name === name);
    const norms = trace.norms[`${row}.${name}`].values;
    const last = ctx.whole(norms);
    const y = steps.map((t) => (norms[t] > 0 && last > 0 ? Math.max(-12, Math.log10(norms[t] / last)) : -12));
    return {
      type: 'scatter', mode: 'lines+markers', x: steps, y, xaxis: 'x', yaxis: 'y', hoverinfo: 'skip',
      line: {color: hueOf(signal, theme), width: 2.2},
      marker: {size: 7, symbol: y.map((v) => (v <= -12 ? 'x' : 'circle')), color: hueOf(signal, theme),
        line: {color: paint.paper, width: 1}},
    };
  });
}

// What is said beside the curve at each step, and how high.
function readouts(ctx, back) {
  const {trace, cell, row} = ctx;
  const classes = trace.classes.length;
  if (!back) {
    return trace.tokens.map((_, t) => {
      const y = trace.probabilities.values[t * classes + ctx.watchedAt(t)];
      return {y, text: `${ctx.percent(y)} ${ctx.label(trace.classes[ctx.watchedAt(t)])}`};
    });
  }
  const norms = trace.norms[`${row}.${cell.output}`].values;
  const last = ctx.whole(norms);
  return trace.tokens.map((_, t) => {
    const share = norms[t] / last;
    return {y: share > 0 ? Math.max(-12, Math.log10(share)) : -12, text: `${cell.output} ${ctx.power(share)}`};
  });
}

function hit(ctx, step, x, y, axis, span, half) {
  const {trace, cell, rows, orders} = ctx;
  if (step < 0 || step >= trace.tokens.length) return null;
  if (axis === 'yaxis') return {step};
  const prefix = rows[Number(axis.slice(5)) - 2];
  const strip = Math.floor((x - step + half) * span);
  const signal = cell.signals[strip];
  const units = orders[prefix].length;
  const line = Math.floor((1 - y) * units);
  if (!signal || line < 0 || line >= units) return {step};
  const unit = orders[prefix][line];
  const name = `${prefix}.${signal.name}`;
  return {step, unit, signal: name, label: ctx.tell(name, step, unit)};
}

function summarise(ctx, back) {
  const {trace, watchedIndex, turn, answers} = ctx;
  const steps = trace.tokens.length;
  const classes = trace.classes.length;
  if (back) {
    const {values} = trace.norms[`${ctx.row}.${ctx.cell.output}`];
    return ctx.say('summary_back', {steps, first: ctx.power(values[0] / ctx.whole(values))});
  }
  if (answers) return ctx.say('summary_answers', {steps, answers: answers.map((k) => trace.classes[k]).join(' ')});
  const at = (t) => ctx.percent(trace.probabilities.values[t * classes + watchedIndex]);
  return ctx.say('summary', {steps, first: at(0), last: at(steps - 1), label: ctx.label(ctx.watched),
    token: trace.tokens[turn.step], step: turn.step + 1});
}

export default {id: 'network', place: 'top', order: 0, words, applies: () => true, figure,
  page: (ctx) => ctx.window.start,
  height: (ctx) => (ctx.width < 620 ? 400 : 448) + (ctx.rows.length - 1) * 190};
