// Everything the network predicts, as one text: where every step has an answer of its own.

import {VERDICT_ROLES, verdictOf} from '../core/colours.js';

const words = {
  en: {
    title: 'All it answers, as one text',
    shows:
      'The likeliest answer of every step, in order. Green: what the text says is right; orange: something else. The stronger, the surer.',
    shows_free:
      'The likeliest answer of every step, in order: the darker, the surer. This text does not say what is right.',
    look: '{right} of the {asked} answers asked for are right. Orange and strong: sure of itself, and wrong.',
    read: 'read',
    answered: 'answered',
    summary: 'It read “{read}” and answered “{answered}”.',
    tip: '{step} · “{token}” → “{given}”, {share}',
    tip_wrong: '{step} · “{token}” → “{given}”, {share}; right: “{goal}”',
    step: 'step',
    token: 'read',
    given: 'answered',
    goal: 'right',
    share: 'probability',
  },
  'pt-BR': {
    title: 'Tudo o que ela responde, num texto só',
    shows:
      'A resposta mais provável de cada passo, em ordem. Verde: o que o texto diz ser certo; laranja: outra coisa. Quanto mais forte, mais certeza.',
    shows_free:
      'A resposta mais provável de cada passo, em ordem: quanto mais escura, mais certeza. Este texto não diz o que é certo.',
    look: '{right} das {asked} respostas pedidas estão certas. Laranja forte: segura de si, e errada.',
    read: 'lido',
    answered: 'respondido',
    summary: 'Leu “{read}” e respondeu “{answered}”.',
    tip: '{step} · “{token}” → “{given}”, {share}',
    tip_wrong: '{step} · “{token}” → “{given}”, {share}; certo: “{goal}”',
    step: 'passo',
    token: 'lido',
    given: 'respondido',
    goal: 'certo',
    share: 'probabilidade',
  },
};

/** @type {Record<string, string>} */
const VISIBLE = {'␣': ' ', '↵': '↵\n'};

/**
 * @param {WatchContext & {predictions: number[]}} ctx
 * @returns {TextFigure}
 */
function figure(ctx) {
  const {trace, predictions} = ctx;
  const classes = trace.classes.length;
  const predicted = predictions.map((k) => trace.classes[k]);
  /** @param {number} t */
  const confidence = (t) => trace.probabilities.values[t * classes + predictions[t]];
  const close = [...trace.tokens, ...predicted].every((token) => token.length <= 2);
  /** @param {string[]} tokens */
  const join = (tokens) => tokens.map((token) => VISIBLE[token] ?? token).join(close ? '' : ' ');
  const verdicts = predicted.map((token, t) =>
    ctx.targetCount > 1 ? verdictOf(trace.targets[t], token) : null,
  );
  /** @param {'right' | 'wrong' | null} verdict */
  const hueOfVerdict = (verdict) => ctx.hue({role: verdict ? VERDICT_ROLES[verdict] : 'preactivation'});
  const lines = [
    {
      title: ctx.say('read'),
      words: trace.tokens.map((token, t) => ({
        token: VISIBLE[token] ?? token,
        here: t === ctx.step,
        share: 0,
        tip: '',
      })),
    },
    {
      title: ctx.say('answered'),
      words: predicted.map((token, t) => ({
        token: VISIBLE[token] ?? token,
        here: t === ctx.step,
        colour: hueOfVerdict(verdicts[t]),
        share: confidence(t) * (verdicts[t] === 'wrong' ? 1 : 0.45),
        tip: ctx.say(verdicts[t] === 'wrong' ? 'tip_wrong' : 'tip', {
          step: t + 1,
          token: trace.tokens[t],
          given: token,
          share: ctx.percent(confidence(t)),
          goal: trace.targets[t],
        }),
      })),
    },
  ];
  return {
    kind: 'text',
    lines: lines.map((line) => ({...line, colour: hueOfVerdict(null), close})),
    shows: ctx.say(ctx.targetCount > 1 ? 'shows' : 'shows_free'),
    look:
      ctx.targetCount > 1
        ? ctx.say('look', {
            right: verdicts.filter((verdict) => verdict === 'right').length,
            asked: ctx.targetCount,
          })
        : '',
    summary: ctx.say('summary', {read: join(trace.tokens), answered: join(predicted)}),
    table: () => ({
      head: ['step', 'token', 'given', 'goal', 'share'].map((key) => ctx.say(key)),
      rows: predicted.map((token, t) => [
        t + 1,
        trace.tokens[t],
        token,
        trace.targets[t] ?? '–',
        ctx.percent(confidence(t)),
      ]),
    }),
  };
}

/** @type {ViewOf<WatchContext & {predictions: number[]}>} */
export default {
  id: 'predicted_text',
  place: 'wide',
  order: -1,
  follows: true,
  words,
  applies: ({predictions}) => Boolean(predictions),
  figure,
};
