// Everything the network answers, as one text: where every step has an answer of its own.

import {verdictOf} from '../colours.js';

const words = {
  en: {
    title: 'All it answers, as one text',
    shows: 'The likeliest answer of every step, in order. Green: what the text says is right; orange: something else. The stronger, the surer.',
    shows_free: 'The likeliest answer of every step, in order: the darker, the surer. This text does not say what is right.',
    look: '{right} of the {asked} answers asked for are right. Orange and strong: sure of itself, and wrong.',
    read: 'read', answered: 'answered',
    summary: 'It read “{read}” and answered “{answered}”.',
    tip: '{step} · “{token}” → “{given}”, {share}',
    tip_wrong: '{step} · “{token}” → “{given}”, {share}; right: “{goal}”',
    step: 'step', token: 'read', given: 'answered', goal: 'right', share: 'probability',
  },
  'pt-BR': {
    title: 'Tudo o que ela responde, num texto só',
    shows: 'A resposta mais provável de cada passo, em ordem. Verde: o que o texto diz ser certo; laranja: outra coisa. Mais forte é mais certeza.',
    shows_free: 'A resposta mais provável de cada passo, em ordem: quanto mais escura, mais certeza. Este texto não diz o que é certo.',
    look: '{right} das {asked} respostas pedidas estão certas. Laranja forte: segura de si, e errada.',
    read: 'lido', answered: 'respondido',
    summary: 'Leu “{read}” e respondeu “{answered}”.',
    tip: '{step} · “{token}” → “{given}”, {share}',
    tip_wrong: '{step} · “{token}” → “{given}”, {share}; certo: “{goal}”',
    step: 'passo', token: 'lido', given: 'respondido', goal: 'certo', share: 'probabilidade',
  },
};

const SHOWN = {'␣': ' ', '↵': '↵\n'};
const HUES = {right: 'input', wrong: 'forget'};

function figure(ctx) {
  const {trace, answers} = ctx;
  const classes = trace.classes.length;
  const given = answers.map((k) => trace.classes[k]);
  const surely = (t) => trace.probabilities.values[t * classes + answers[t]];
  const close = [...trace.tokens, ...given].every((one) => one.length <= 2);
  const plain = (list) => list.map((one) => SHOWN[one] ?? one).join(close ? '' : ' ');
  const verdicts = given.map((one, t) => (ctx.asked > 1 ? verdictOf(trace.goals[t], one) : null));
  const paint = (verdict) => ctx.hue({role: HUES[verdict] ?? 'preactivation'});
  const lines = [
    {title: ctx.say('read'), words: trace.tokens.map((token, t) => ({token: SHOWN[token] ?? token, here: t === ctx.step, share: 0, tip: ''}))},
    {title: ctx.say('answered'), words: given.map((one, t) => ({
      token: SHOWN[one] ?? one, here: t === ctx.step, colour: paint(verdicts[t]), share: surely(t) * (verdicts[t] === 'wrong' ? 1 : 0.45),
      tip: ctx.say(verdicts[t] === 'wrong' ? 'tip_wrong' : 'tip', {step: t + 1, token: trace.tokens[t], given: one, share: ctx.percent(surely(t)), goal: trace.goals[t]})}))},
  ];
  return {
    kind: 'words', lines: lines.map((line) => ({...line, colour: paint(null), close})),
    shows: ctx.say(ctx.asked > 1 ? 'shows' : 'shows_free'),
    look: ctx.asked > 1 ? ctx.say('look', {right: verdicts.filter((one) => one === 'right').length, asked: ctx.asked}) : '',
    summary: ctx.say('summary', {read: plain(trace.tokens), answered: plain(given)}),
    table: () => ({head: ['step', 'token', 'given', 'goal', 'share'].map((key) => ctx.say(key)),
      rows: given.map((one, t) => [t + 1, trace.tokens[t], one, trace.goals[t] ?? '–', ctx.percent(surely(t))])}),
  };
}

export default {id: 'answered', place: 'wide', order: -1, follows: true, words, applies: ({answers}) => Boolean(answers), figure};
