// What the memory holds: how much of what each word wrote is still there at each later step.

import {encodePng} from '../bitmap.js';
import {FONT, lightLevel, lightRamp, surface} from '../colours.js';

const words = {
  en: {
    title: 'What the memory holds',
    shows: 'A gated state is an exact sum of what each word wrote, times the gates that kept it. Row: a step. Column: a word. The colour is the length of that word’s part.',
    look: 'Read a column downward: it fades as the forget gate lets go. The last row is what the answer is made of.',
    summary: 'In the final state, the largest part is {list}.', of: '{title}: “{token}”',
    network: 'network', largest: 'largest part of the final state',
    tip: '“{from}” in the memory at “{at}”: {value}',
  },
  'pt-BR': {
    title: 'O que a memória guarda',
    shows: 'Um estado com portas é a soma exata do que cada palavra escreveu, vezes as portas que o mantiveram. Linha: um passo. Coluna: uma palavra. A cor é o tamanho da parte daquela palavra.',
    look: 'Leia uma coluna para baixo: ela some conforme a porta de esquecimento solta. A última linha é do que a resposta é feita.',
    summary: 'No estado final, a maior parte é {list}.', of: '{title}: “{token}”',
    network: 'rede', largest: 'maior parte do estado final',
    tip: '“{from}” na memória em “{at}”: {value}',
  },
};

const gated = ({networks}) => networks.filter(({memory}) => memory !== null);

function figure(ctx) {
  const {result, theme, width} = ctx;
  const networks = gated(ctx);
  const paint = surface(theme);
  const steps = result.tokens.length;
  const across = Math.min(networks.length, width > 330 ? 2 : 1);
  const down = Math.ceil(networks.length / across);
  const layout = {width, height: ctx.height, margin: {l: 30, r: 6, t: 26, b: 24}, paper_bgcolor: 'rgba(0,0,0,0)', plot_bgcolor: 'rgba(0,0,0,0)',
    font: {family: FONT, size: 12, color: paint.quiet}, showlegend: false, hovermode: false, dragmode: false, annotations: []};
  const maps = [];
  const data = networks.map((network, k) => {
    const id = k ? k + 1 : '';
    const wide = (1 - 0.06 * (across - 1)) / across;
    const high = (1 - 0.16 * (down - 1)) / down;
    const left = (k % across) * (wide + 0.06);
    const top = 1 - Math.floor(k / across) * (high + 0.16);
    layout[`xaxis${id}`] = {domain: [left, left + wide], range: [-0.5, steps - 0.5], anchor: `y${id}`, fixedrange: true, showgrid: false, zeroline: false, nticks: 5};
    layout[`yaxis${id}`] = {domain: [top - high, top], range: [steps - 0.5, -0.5], anchor: `x${id}`, fixedrange: true, showgrid: false, zeroline: false, scaleanchor: false, showticklabels: k % across === 0, nticks: 5};
    layout.annotations.push({xref: `x${id} domain`, x: 0, xanchor: 'left', yref: `y${id} domain`, y: 1, yanchor: 'bottom', text: `${network.title} · ${network.memory.state}`, showarrow: false, font: {size: 12, color: paint.ink}});
    maps.push({x: `xaxis${id}`, y: `yaxis${id}`, network});
    const ramp = lightRamp(network.colour, theme);
    const {norms} = network.memory;
    let largest = 0;
    for (const row of norms) for (const value of row) if (value > largest) largest = value;
    const pixels = new Uint32Array(steps * steps);
    norms.forEach((row, t) => row.forEach((value, from) => {
      if (from <= t) pixels[t * steps + from] = ramp[Math.max(3, lightLevel(value === null ? 1 : value / (largest || 1)))];
    }));
    return {type: 'image', source: encodePng(steps, steps, pixels), x0: 0, dx: 1, y0: 0, dy: 1, xaxis: `x${id}`, yaxis: `y${id}`, hoverinfo: 'skip', zsmooth: false};
  });
  const rows = networks.map(({title, memory}) => {
    const last = memory.norms[steps - 1];
    return [title, result.tokens[last.indexOf(Math.max(...last))]];
  });
  return {
    kind: 'chart', data, layout, overlay: {maps, from: 0, count: steps},
    hit(x, y, axis) {
      const [step, at] = [Math.round(x), Math.round(y)];
      const {network} = maps.find((one) => one.y === axis);
      if (step < 0 || step >= steps || at < 0 || at >= steps) return null;
      return {step, label: ctx.say('tip', {from: result.tokens[step], at: result.tokens[at], value: ctx.power(network.memory.norms[at][step] ?? NaN)})};
    },
    shows: ctx.say('shows'), look: ctx.say('look'),
    summary: ctx.say('summary', {list: rows.map(([title, token]) => ctx.say('of', {title, token})).join('; ')}),
    table: () => ({head: [ctx.say('network'), ctx.say('largest')], rows}),
  };
}

export default {id: 'memory', room: 'compare', place: 'right', order: 1, words, applies: (ctx) => gated(ctx).length > 0, figure,
  height: (ctx) => 60 + Math.ceil(gated(ctx).length / Math.min(gated(ctx).length, ctx.width > 330 ? 2 : 1)) * 230};
