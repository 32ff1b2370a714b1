// What the network would answer if the text ended at this step: the likeliest classes.

import {classHues} from '../core/colours.js';
import {rowOf} from '../core/vectors.js';

const words = {
  en: {
    title: 'Its answer so far',
    title_own: 'Its answer at this step',
    shows: 'What the network would say if the text ended here: the likeliest of {count} answers.',
    shows_own: 'What the network answers at this step: the likeliest of {count} answers.',
    unsure:
      'Not among the answers I know: the best guess, “{answer}”, has {share}, less than the {least} that an answer needs.',
    look: 'Step along: which {token_noun} makes an answer rise, and which one does it push out?',
    look_own: 'Step along: where is it sure, where does it waver between two?',
    at: 'step {step}, “{token}”',
    summary: 'At “{token}”: {list}.',
    answer: 'answer',
    share: 'probability',
  },
  'pt-BR': {
    title: 'A resposta até aqui',
    title_own: 'A resposta neste passo',
    shows: 'O que a rede diria se o texto acabasse aqui: as mais prováveis de {count} respostas.',
    shows_own: 'O que a rede responde neste passo: as mais prováveis de {count} respostas.',
    unsure:
      'Não está entre as respostas que conheço: o melhor palpite, “{answer}”, tem {share}, menos que os {least} de que uma resposta precisa.',
    look: 'Avance: que {token_noun} faz uma resposta subir, e qual ela empurra para fora?',
    look_own: 'Avance: onde ela tem certeza, onde hesita entre duas?',
    at: 'passo {step}, “{token}”',
    summary: 'Em “{token}”: {list}.',
    answer: 'resposta',
    share: 'probabilidade',
  },
};

const MOST = 6;

/**
 * @param {WatchContext} ctx
 * @returns {BarsFigure}
 */
function figure(ctx) {
  const {trace, step, task} = ctx;
  const probabilities = rowOf(trace.probabilities, step);
  const ranking = Array.from(probabilities, (_, k) => k).sort((a, b) => probabilities[b] - probabilities[a]);
  const hues = classHues(trace.classes.length);
  const lines = ranking.slice(0, MOST).map((k) => ({
    title: ctx.label(trace.classes[k]),
    probability: probabilities[k],
    value: ctx.percent(probabilities[k]),
    strong: k === ranking[0],
    colour: hues[k],
  }));
  const token = trace.tokens[step];
  const [best] = lines;
  const unsure =
    task.answer_threshold !== null && best.probability < task.answer_threshold
      ? ctx.say('unsure', {
          answer: best.title,
          share: best.value,
          least: ctx.percent(task.answer_threshold),
        })
      : '';
  const shows = ctx.say(ctx.predictions ? 'shows_own' : 'shows', {count: trace.classes.length});
  return {
    kind: 'bars',
    lines,
    title: ctx.say(ctx.predictions ? 'title_own' : 'title'),
    aside: ctx.say('at', {step: step + 1, token}),
    shows: unsure ? `${unsure} ${shows}` : shows,
    look: ctx.say(ctx.predictions ? 'look_own' : 'look'),
    summary: [
      ctx.say('summary', {token, list: lines.map(({title, value}) => `${title} ${value}`).join(', ')}),
      unsure,
    ]
      .filter(Boolean)
      .join(' '),
    table: () => ({
      head: [ctx.say('answer'), ctx.say('share')],
      rows: ranking.map((k) => [ctx.label(trace.classes[k]), ctx.percent(probabilities[k])]),
    }),
  };
}

/** @type {WatchView} */
export default {
  id: 'class_probabilities',
  place: 'wide',
  order: 0,
  follows: true,
  words,
  applies: ({trace}) => trace.classes.length > 2,
  figure,
};
