// Who listens to whom: how much each step still depends on each earlier word.

import {encodePng} from '../bitmap.js';
import {decadesOf, FONT, lightLevel, lightRamp, surface} from '../colours.js';

const words = {
  en: {
    title: 'Who listens to whom',
    shows: 'Row: a step. Column: a word. The colour is ‖∂h/∂x‖, how much that step still depends on that word (log scale, {decades} powers of ten, relative to the largest of the network).',
    look: 'A strong column is a word that is heard to the end; a thin diagonal is a network that hears only the last word.',
    summary: '{count} maps of {steps} by {steps}.',
    network: 'network', first: 'last step on the first word', last: 'last step on itself',
    tip: '“{from}” heard at “{at}”: {value}',
  },
  'pt-BR': {
    title: 'Quem ouve quem',
    shows: 'Linha: um passo. Coluna: uma palavra. A cor é ‖∂h/∂x‖, quanto aquele passo ainda depende daquela palavra (escala log, {decades} potências de dez, relativa ao maior valor da rede).',
    look: 'Uma coluna forte é uma palavra ouvida até o fim; uma diagonal fina é uma rede que só ouve a última palavra.',
    summary: '{count} mapas de {steps} por {steps}.',
    network: 'rede', first: 'último passo, primeira palavra', last: 'último passo, ele mesmo',
    tip: '“{from}” ouvida em “{at}”: {value}',
  },
};

function figure(ctx) {
  const {result, theme, width, networks} = ctx;
  const paint = surface(theme);
  const steps = result.tokens.length;
  const across = Math.min(networks.length, width > 520 ? 3 : width > 330 ? 2 : 1);
  const down = Math.ceil(networks.length / across);
  const layout = {width, height: ctx.height, margin: {l: 30, r: 6, t: 26, b: 24}, paper_bgcolor: 'rgba(0,0,0,0)', plot_bgcolor: 'rgba(0,0,0,0)',
    font: {family: FONT, size: 12, color: paint.quiet}, showlegend: false, hovermode: false, dragmode: false, annotations: []};
  const maps = [];
  const decades = decadesOf(networks.flatMap(({listening}) => {
    const largest = largestOf(listening);
    return listening.flatMap((row, t) => row.slice(0, t + 1).map((value) => (value === null ? 1 : value / largest)));
  }));
  const gap = {x: 0.06, y: 0.16};
  const data = networks.map((network, k) => {
    const id = k ? k + 1 : '';
    const wide = (1 - gap.x * (across - 1)) / across;
    const high = (1 - gap.y * (down - 1)) / down;
    const left = (k % across) * (wide + gap.x);
    const top = 1 - Math.floor(k / across) * (high + gap.y);
    layout[`xaxis${id}`] = {domain: [left, left + wide], range: [-0.5, steps - 0.5], anchor: `y${id}`, fixedrange: true, showgrid: false, zeroline: false, nticks: 4};
    layout[`yaxis${id}`] = {domain: [top - high, top], range: [steps - 0.5, -0.5], anchor: `x${id}`, fixedrange: true, showgrid: false, zeroline: false, scaleanchor: false,
      showticklabels: k % across === 0, nticks: 4};
    layout.annotations.push({xref: `x${id} domain`, x: 0, xanchor: 'left', yref: `y${id} domain`, y: 1, yanchor: 'bottom', text: cut(network.title, wide * width / 7), showarrow: false, font: {size: 12, color: paint.ink}});
    maps.push({x: `xaxis${id}`, y: `yaxis${id}`, network});
    return mapImage(network, steps, theme, id, decades);
  });
  return {
    kind: 'chart', data, layout, overlay: {maps, from: 0, count: steps},
    hit(x, y, axis) {
      const [step, at] = [Math.round(x), Math.round(y)];
      const {network} = maps.find((one) => one.y === axis);
      if (step < 0 || step >= steps || at < 0 || at >= steps) return null;
      const value = network.listening[at][step];
      return {step, label: ctx.say('tip', {from: result.tokens[step], at: result.tokens[at], value: value === null ? '∞' : ctx.power(value)})};
    },
    shows: ctx.say('shows', {decades}), look: ctx.say('look'), summary: ctx.say('summary', {count: networks.length, steps}),
    table: () => ({head: [ctx.say('network'), ctx.say('first'), ctx.say('last')],
      rows: networks.map(({title, listening}) => [title, power(ctx, listening[steps - 1][0]), power(ctx, listening[steps - 1][steps - 1])])}),
  };
}

function power(ctx, value) {
  return value === null ? '∞' : ctx.power(value);
}

function cut(title, letters) {
  return title.length > letters ? `${title.slice(0, Math.max(3, letters - 1))}…` : title;
}

function largestOf(rows) {
  let largest = 0;
  for (const row of rows) for (const value of row) if (value > largest) largest = value;
  return largest || 1;
}

function mapImage(network, steps, theme, id, decades) {
  const ramp = lightRamp(network.colour, theme);
  const pixels = new Uint32Array(steps * steps);
  const largest = largestOf(network.listening);
  network.listening.forEach((row, t) => row.forEach((value, k) => {
    if (k > t) return;
    const share = value === null ? 1 : value > 0 ? 1 + Math.log10(value / largest) / decades : 0;
    pixels[t * steps + k] = ramp[Math.max(4, lightLevel(share))];
  }));
  return {type: 'image', source: encodePng(steps, steps, pixels), x0: 0, dx: 1, y0: 0, dy: 1, xaxis: `x${id}`, yaxis: `y${id}`, hoverinfo: 'skip', zsmooth: false};
}

export default {id: 'listening', room: 'compare', place: 'right', order: 0, words,
  applies: ({networks}) => networks.every(({listening}) => listening !== null), figure,
  height: (ctx) => 60 + Math.ceil(ctx.networks.length / Math.min(ctx.networks.length, ctx.width > 520 ? 3 : ctx.width > 330 ? 2 : 1)) * 210};
