// Where the gradient of the weights comes from: what each step adds to dLoss/dW_hh.

import {FONT, surface} from '../colours.js';

const words = {
  en: {
    title: 'Where the weight gradient comes from',
    shows: '∂L/∂W_hh is a sum over steps. Each line is how much one step adds, as a share of all the steps’ lengths.',
    look: 'A gradient that looks healthy as a whole can come from the last few words alone.',
    whole: 'whole', summary: 'The last ten steps give {list}.', of: '{title} {share}',
    step: 'step', token: 'word', network: 'network', ten: 'last ten steps', clipped: 'all weights: before → after clipping at {clip}',
  },
  'pt-BR': {
    title: 'De onde vem o gradiente dos pesos',
    shows: '∂L/∂W_hh é uma soma sobre os passos. Cada linha é quanto um passo acrescenta, como fração dos tamanhos de todos.',
    look: 'Um gradiente que parece saudável no total pode vir só das últimas palavras.',
    whole: 'total', summary: 'Os últimos dez passos dão {list}.', of: '{title} {share}',
    step: 'passo', token: 'palavra', network: 'rede', ten: 'últimos dez passos', clipped: 'todos os pesos: antes → depois do corte em {clip}',
  },
};

function figure(ctx) {
  const {result, theme, width, networks} = ctx;
  const paint = surface(theme);
  const steps = Array.from(result.tokens, (_, t) => t);
  const ten = networks.map(({contribution}) => contribution.share.slice(-10).reduce((a, b) => a + (b ?? 0), 0));
  return {
    kind: 'chart',
    data: networks.map(({title, colour, contribution, dash}) => ({type: 'scatter', mode: 'lines', name: title, x: steps, y: contribution.share, hoverinfo: 'skip',
      line: {color: colour, width: 2.2, dash}})),
    layout: {
      width, height: ctx.height, margin: {l: 48, r: 10, t: 8, b: 26}, paper_bgcolor: 'rgba(0,0,0,0)', plot_bgcolor: 'rgba(0,0,0,0)',
      font: {family: FONT, size: 12, color: paint.quiet}, hovermode: false, dragmode: false, showlegend: true,
      legend: {orientation: 'h', y: 1.02, yanchor: 'bottom', x: 0, font: {color: paint.ink, size: 12}, itemclick: false, itemdoubleclick: false},
      xaxis: {range: [-0.5, steps.length - 0.5], fixedrange: true, showgrid: false, zeroline: false, nticks: 8},
      yaxis: {rangemode: 'tozero', fixedrange: true, gridcolor: paint.line, zeroline: false, tickformat: '.0%', nticks: 5},
    },
    overlay: {maps: [{x: 'xaxis', y: 'yaxis'}], from: 0, count: steps.length},
    hit: (x) => {
      const step = Math.round(x);
      return step >= 0 && step < steps.length ? {step, label: `${step + 1} · ${result.tokens[step]} · ${networks.map(({title, contribution}) => `${title} ${ctx.percent(contribution.share[step] ?? NaN)}`).join(' · ')}`} : null;
    },
    shows: ctx.say('shows'), look: ctx.say('look'),
    summary: ctx.say('summary', {list: networks.map(({title}, k) => ctx.say('of', {title, share: ctx.percent(ten[k])})).join('; ')}),
    table: () => ({head: [ctx.say('network'), '‖∂L/∂W_hh‖', ctx.say('ten'), ctx.say('clipped', {clip: ctx.number(ctx.clip)})],
      rows: networks.map(({title, contribution, clipped}, k) => [title, contribution.whole === null ? '∞' : ctx.power(contribution.whole), ctx.percent(ten[k]),
        clipped?.every((value) => value !== null) ? `${ctx.power(clipped[0])} → ${ctx.power(clipped[1])}` : '∞'])}),
  };
}

export default {id: 'contribution', room: 'compare', place: 'left', order: 1, words, applies: () => true, figure, height: () => 280};
