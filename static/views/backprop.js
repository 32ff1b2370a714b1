// The unrolled networks side by side, each step lit by the gradient that still reaches it.

import {blankLayout, cutWord, stepAt, stepAxis} from '../chart.js';
import {DECADES, decadesOf, lightLevel, lightRamp, surface} from '../colours.js';

const words = {
  en: {
    title: 'The error travels back',
    shows: 'One row a network, one square a word. The loss at the last word travels to the left; each square is lit by the length of the gradient that still reaches it (log scale, {decades} powers of ten, relative to the last word).',
    look: 'Press Space. Where a row goes out, its network can no longer learn that what came before mattered.',
    along: '{title} · along {state}',
    gone: 'gone',
    over: 'overflowed',
    tip: '{step} · “{token}” · {title}: {left} of the gradient left',
    summary: '{steps} steps. Left at the first: {list}.',
    step: 'step', token: 'word',
  },
  'pt-BR': {
    title: 'O erro viaja para trás',
    shows: 'Uma linha por rede, um quadrado por palavra. A perda na última palavra viaja para a esquerda; cada quadrado é aceso pelo tamanho do gradiente que ainda chega a ele (escala log, {decades} potências de dez, relativo à última palavra).',
    look: 'Aperte espaço. Onde uma linha se apaga, a rede já não consegue aprender que o que veio antes importava.',
    along: '{title} · por {state}',
    gone: 'sumiu',
    over: 'estourou',
    tip: '{step} · “{token}” · {title}: resta {left} do gradiente',
    summary: '{steps} passos. Resta no primeiro: {list}.',
    step: 'passo', token: 'palavra',
  },
};

const FLOOR = 10 ** -DECADES;

function rowsOf(ctx) {
  return ctx.layers.flatMap((layer) => Object.keys(layer.decay).sort().map((state) => ({
    layer, state, decay: layer.decay[state],
    title: Object.keys(layer.decay).length > 1 ? ctx.say('along', {title: layer.title, state}) : layer.title,
  })));
}

function figure(ctx) {
  const {result, theme, width} = ctx;
  const paint = surface(theme);
  const narrow = width < 620;
  const rows = rowsOf(ctx);
  const steps = result.tokens.length;
  const left = narrow ? 12 : Math.min(340, 24 + 7 * Math.max(...rows.map(({title}) => title.length)));
  const room = (width - left - 20) / steps;
  const labelled = room >= 15;
  const longest = Math.max(...result.tokens.map((token) => Math.min(14, token.length)));
  const below = labelled ? 34 + longest * 5.6 : 40;
  const decades = decadesOf(rows.flatMap(({decay}) => decay.relative));
  const image = lightImage(rows, steps, theme, room, decades);
  const gone = rows.map(({decay}, row) => {
    const last = decay.relative.findLastIndex((value) => value !== null && value < FLOOR);
    return last < 1 ? null : {row, step: last};
  }).filter(Boolean);
  return {
    kind: 'chart',
    data: [image],
    layout: {
      ...blankLayout(ctx, {l: left, r: 14, t: 8, b: below}, 12.5), height: ctx.height - (labelled ? 0 : 40),
      xaxis: {...stepAxis(steps, 14), tickfont: {color: paint.ink}, ticks: 'outside', ticklen: 4, tickcolor: paint.line,
        ...(labelled ? {tickvals: result.tokens.map((_, t) => t), ticktext: result.tokens.map((token) => cutWord(token, 14)), tickangle: -40} : {})},
      yaxis: {tickfont: {color: paint.ink}, range: [rows.length - 0.5, -0.5], fixedrange: true, showgrid: false, zeroline: false, scaleanchor: false,
        tickvals: narrow ? [] : rows.map((_, k) => k), ticktext: rows.map(({title}) => title), ticks: ''},
      annotations: [
        ...(narrow ? rows.map(({title}, row) => ({x: 0, xref: 'paper', xanchor: 'left', y: row - 0.43, yref: 'y', yanchor: 'middle', text: title,
          showarrow: false, font: {size: 11, color: paint.ink}})) : []),
        // where the loss enters
        ...rows.map((_, row) => ({x: steps - 0.5, xref: 'x', y: row, yref: 'y', xanchor: 'left', yanchor: 'middle', text: '◀', showarrow: false,
          font: {size: 11, color: paint.ink}})),
        ...gone.map(({row, step}) => ({x: step, xref: 'x', y: row, yref: 'y', xanchor: step > steps / 6 ? 'right' : 'left', yanchor: 'middle',
          text: `${ctx.say('gone')} ◂`, showarrow: false, font: {size: 12, color: paint.quiet}})),
      ],
    },
    overlay: {maps: [{x: 'xaxis', y: 'yaxis'}], from: 0, count: steps},
    hit(x, y) {
      const [step, row] = [stepAt(x, steps), rows[Math.round(y)]];
      if (!row || step === null) return null;
      return {step, label: ctx.say('tip', {step: step + 1, token: result.tokens[step], title: row.title, left: tell(ctx, row, step)})};
    },
    shows: ctx.say('shows', {decades}), look: ctx.say('look'),
    summary: ctx.say('summary', {steps, list: rows.map((row) => `${row.title} ${tell(ctx, row, 0)}`).join('; ')}),
    table: () => ({
      head: [ctx.say('step'), ctx.say('token'), ...rows.map(({title}) => title)],
      rows: result.tokens.map((token, t) => [t + 1, token, ...rows.map((row) => tell(ctx, row, t))]),
    }),
  };
}

function tell(ctx, {decay}, step) {
  const value = decay.relative[step];
  return value === null ? ctx.say('over') : ctx.left(value);
}

// Ten lines of pixels a row: seven are the square, the rest is the gap between rows.
function lightImage(rows, steps, theme, room, decades) {
  const [down, across] = [10, room > 9 ? 10 : 1];
  const width = steps * across;
  const pixels = new Uint32Array(width * rows.length * down);
  rows.forEach(({layer, decay}, row) => {
    const ramp = lightRamp(layer.colour, theme);
    decay.relative.forEach((value, t) => {
      const share = value === null ? 1 : value > 0 ? 1 + Math.log10(value) / decades : 0;
      // What is gone keeps a trace of paper's edge, so that the row is still seen as a row.
      const colour = ramp[Math.max(6, lightLevel(share))];
      for (let y = 2; y < down - 1; y += 1) {
        for (let x = 0; x < (across > 1 ? across - 1 : 1); x += 1) pixels[(row * down + y) * width + t * across + x] = colour;
      }
    });
  });
  return {type: 'image', bitmap: {width: width, height: rows.length * down, pixels}, x0: -0.5 + 0.5 / across, dx: 1 / across,
    y0: -0.5 + 0.5 / down, dy: 1 / down, hoverinfo: 'skip', zsmooth: false};
}

export default {id: 'backprop', room: 'compare', place: 'top', order: 0, words, applies: () => true, figure,
  height: (ctx) => 110 + rowsOf(ctx).length * 46};
