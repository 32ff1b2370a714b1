// What a gate did: the opinion as it forms, beside that of two real runs of the same text with the gate held.

import {blankLayout, legendAbove, numberAxis, stepAt, tokenAxis} from '../charts/axes.js';
import {findSignal} from '../core/catalog.js';
import {hueOf, surface} from '../core/colours.js';
import {
  chooseGate,
  compareOpinions,
  findExtreme,
  listGates,
  meanBySteps,
  NOTICEABLE,
  readOutcome,
} from '../core/held_gates.js';
import {nameSignal, symbolOf} from '../core/layer_names.js';

const words = {
  en: {
    title: 'What the gates did',
    title_gate: 'What the {name} did',
    gate: 'Gate',
    as_it_is: 'as it is',
    // By role and by what the gate is held at: the line’s name, then how a sentence begins.
    line_forget_1: 'never forget',
    line_forget_0: 'forget everything',
    line_input_1: 'write everything',
    line_input_0: 'write nothing after {after}',
    line_output_1: 'show everything',
    line_output_0: 'show nothing',
    line_reset_1: 'let all of the past in',
    line_reset_0: 'let none of the past in',
    line_gate_1: 'held open',
    line_gate_0: 'held shut',
    deed_forget_1: 'Never forgetting',
    deed_forget_0: 'Forgetting everything at every {token_noun}',
    deed_input_1: 'Always writing everything',
    deed_input_0: 'Writing nothing after {after}',
    deed_output_1: 'Always showing all of its memory',
    deed_output_0: 'Showing nothing of its memory',
    deed_reset_1: 'Letting all of the past into the candidate',
    deed_reset_0: 'Letting none of the past into the candidate',
    deed_gate_1: 'With this gate held open',
    deed_gate_0: 'With this gate held shut',
    lowest_fell: 'At {place} the mean {name} fell from {before} to {value}, its lowest.',
    lowest_stood: 'The mean {name} was lowest at {place}: {value}.',
    highest_rose: 'At {place} the mean {name} rose from {before} to {value}, its highest.',
    highest_stood: 'The mean {name} was highest at {place}: {value}.',
    answer: '“{label}”, {share}',
    answer_unsure: '“{label}”, {share} (too little to count as an answer)',
    other: '{deed}, the answer would be {held}, instead of {real}.',
    fall: '{deed}, the answer would still be “{label}”, but its probability would fall from {before} to {share}.',
    rise: '{deed}, the answer would still be “{label}”, and its probability would rise from {before} to {share}.',
    parted: 'The two part most at {place}: {after} “{label}”, instead of {before}.',
    on_the_way: '{deed}, the answer would hardly change in the end: {held}.',
    hardly: '{deed}, it would hardly change: {held}.',
    neither:
      'It changed nothing that shows: held open or held shut, the answer is still {real}, and no {token_noun} moves its probability by 5 points.',
    constant: '{deed}, nothing that it reads would reach the answer: {held}, the same at every {token_noun}.',
    none: '{cell}: a cell without gates, so there is nothing to hold.',
    full: 'As much is forced as one run may force: let go of something, and the gates can be held.',
    alone: 'One {token_noun} only, with nothing before it: the opinion is {share} “{label}”.',
    waiting: 'Asking the network what it would say with each gate held open, and held shut…',
    look: 'Real runs of the same text, {symbol} of every unit held as the line’s name says. At each {token_noun}: what it would answer if the text ended there; what counts is the last.',
    look_forget:
      'Real runs of the same text, {symbol} of every unit held at 1 and at 0. Even at 0 the last {output} still tells the cell something of the past. At each {token_noun}: what it would answer if the text ended there; what counts is the last.',
    place: '“{token}”',
    place_again: '“{token}” (step {step})',
    step: 'step',
    token: '{token_noun}',
    mean: 'mean {symbol}',
  },
  'pt-BR': {
    title: 'O que as portas fizeram',
    title_gate: 'O que a {name} fez',
    gate: 'Porta',
    as_it_is: 'como é',
    line_forget_1: 'nunca esquecer',
    line_forget_0: 'esquecer tudo',
    line_input_1: 'escrever tudo',
    line_input_0: 'não escrever nada depois de {after}',
    line_output_1: 'mostrar tudo',
    line_output_0: 'não mostrar nada',
    line_reset_1: 'deixar entrar todo o passado',
    line_reset_0: 'não deixar entrar nada do passado',
    line_gate_1: 'sempre aberta',
    line_gate_0: 'sempre fechada',
    deed_forget_1: 'Se nunca esquecesse',
    deed_forget_0: 'Se esquecesse tudo a cada {token_noun}',
    deed_input_1: 'Se escrevesse sempre tudo',
    deed_input_0: 'Se não escrevesse mais nada depois de {after}',
    deed_output_1: 'Se mostrasse sempre toda a memória',
    deed_output_0: 'Se não mostrasse nada da memória',
    deed_reset_1: 'Se deixasse todo o passado entrar no candidato',
    deed_reset_0: 'Se não deixasse nada do passado entrar no candidato',
    deed_gate_1: 'Com esta porta sempre aberta',
    deed_gate_0: 'Com esta porta sempre fechada',
    lowest_fell: 'Em {place} a média da {name} caiu de {before} para {value}, seu ponto mais baixo.',
    lowest_stood: 'A média da {name} foi mais baixa em {place}: {value}.',
    highest_rose: 'Em {place} a média da {name} subiu de {before} para {value}, seu ponto mais alto.',
    highest_stood: 'A média da {name} foi mais alta em {place}: {value}.',
    answer: '“{label}”, {share}',
    answer_unsure: '“{label}”, {share} (pouco para valer como resposta)',
    other: '{deed}, a resposta seria {held}, em vez de {real}.',
    fall: '{deed}, a resposta ainda seria “{label}”, mas sua probabilidade cairia de {before} para {share}.',
    rise: '{deed}, a resposta ainda seria “{label}”, e sua probabilidade subiria de {before} para {share}.',
    parted: 'As duas se separam mais em {place}: {after} “{label}”, em vez de {before}.',
    on_the_way: '{deed}, a resposta quase não mudaria no fim: {held}.',
    hardly: '{deed}, quase nada mudaria: {held}.',
    neither:
      'Ela não mudou nada que se veja: sempre aberta ou sempre fechada, a resposta ainda é {real}, e em nenhuma {token_noun} a probabilidade muda 5 pontos.',
    constant: '{deed}, nada do que ela lê chegaria à resposta: {held}, igual a cada {token_noun}.',
    none: '{cell}: uma célula sem portas, então não há o que segurar.',
    full: 'Já está forçado tudo o que uma leitura permite: solte alguma coisa, e as portas podem ser seguradas.',
    alone: 'Uma {token_noun} só, sem nada antes: a opinião é {share} “{label}”.',
    waiting: 'Perguntando à rede o que ela diria com cada porta sempre aberta e sempre fechada…',
    look: 'Leituras reais do mesmo texto, com {symbol} de todas as unidades como diz o nome da linha. Em cada {token_noun}: o que ela responderia se o texto acabasse ali; o que vale é a última.',
    look_forget:
      'Leituras reais do mesmo texto, com {symbol} de todas as unidades em 1 e em 0. Mesmo em 0, o último {output} ainda conta à célula algo do passado. Em cada {token_noun}: o que ela responderia se o texto acabasse ali; o que vale é a última.',
    place: '“{token}”',
    place_again: '“{token}” (passo {step})',
    step: 'passo',
    token: '{token_noun}',
    mean: 'média de {symbol}',
  },
};

const TOLD = ['forget', 'input', 'output', 'reset']; // roles that have words of their own

/**
 * @param {WatchContext} ctx
 * @returns {ChartFigure}
 */
function figure(ctx) {
  const {trace, cell, theme} = ctx;
  const steps = Array.from(trace.tokens, (_, t) => t);
  const real = readOutcome(trace, ctx.watchedClass);
  const {opinion} = real;
  const gates = listGates(cell);
  const alone = steps.length < 2;
  const runs = alone ? [] : (ctx.heldRuns ?? []);
  const gate = runs.length ? chooseGate(gates, ctx.heldGate, opinion[steps.length - 1], runs) : null;
  const shown = runs.filter(({signalName}) => symbolOf(signalName) === gate?.name);
  const told = gate ? tell(ctx, gate, real, shown) : null;
  const shows = told?.text ?? sayWithoutRuns(ctx, gates.length > 0, opinion);
  const means = gate && meanBySteps(trace.signals[`${ctx.layerName}.${gate.name}`]);
  const names = shown.map((run) => sayHeld(ctx, 'line', run));
  return {
    kind: 'chart',
    data: [
      ...shown.map((run, k) =>
        drawLine(
          names[k],
          run.opinion,
          hueOf(findSignal(cell, symbolOf(run.signalName)), theme),
          run.value ? 'solid' : 'dash',
        ),
      ),
      drawLine(ctx.say('as_it_is'), opinion, surface(theme).ink, 'solid'),
      ...(told ? markParting(told, opinion, surface(theme).ink) : []),
    ],
    layout: {
      ...blankLayout(ctx, {l: 48, r: 12, t: 8, b: 58}),
      showlegend: true,
      legend: legendAbove(theme),
      xaxis: tokenAxis(trace.tokens, ctx.width),
      yaxis: {...numberAxis(0, 1, theme, ctx.percent), range: [-0.04, 1.04]},
    },
    overlay: {axes: [{x: 'xaxis', y: 'yaxis'}], from: 0, count: steps.length},
    hitTest: (x) => {
      const step = stepAt(x, steps.length);
      if (step === null) return null;
      const values = [
        `${ctx.say('as_it_is')} ${ctx.percent(opinion[step])}`,
        ...shown.map((run, k) => `${names[k]} ${ctx.percent(run.opinion[step])}`),
      ];
      return {step, label: `${step + 1} · ${trace.tokens[step]} · ${ctx.watchedLabel}: ${values.join(', ')}`};
    },
    title: gate ? ctx.say('title_gate', {name: ctx.text(gate.title)}) : ctx.say('title'),
    aside: gate ? nameSignal(ctx.letter(gate.name), ctx.layerTitle) : ctx.layerTitle,
    shows,
    look: gate
      ? ctx.say(gate.role === 'forget' ? 'look_forget' : 'look', {
          symbol: ctx.letter(gate.name),
          output: ctx.letter(cell.output),
        })
      : '',
    summary: shows,
    choices: gate ? [offerGates(ctx, gates, gate)] : [],
    table: () => ({
      head: [
        ctx.say('step'),
        ctx.say('token'),
        `${ctx.watchedLabel}, ${ctx.say('as_it_is')}`,
        ...names,
        ...(gate ? [ctx.say('mean', {symbol: ctx.letter(gate.name)})] : []),
      ],
      rows: steps.map((t) => [
        t + 1,
        trace.tokens[t],
        ctx.percent(opinion[t]),
        ...shown.map((run) => ctx.percent(run.opinion[t])),
        ...(means ? [ctx.number(means[t])] : []),
      ]),
    }),
  };
}

/**
 * What is said until the runs are there, or where there are none.
 * @param {WatchContext} ctx
 * @param {boolean} gated
 * @param {number[]} opinion
 */
function sayWithoutRuns(ctx, gated, opinion) {
  if (opinion.length < 2) return ctx.say('alone', {share: ctx.percent(opinion[0]), label: ctx.watchedLabel});
  if (!gated) return ctx.say('none', {cell: ctx.text(ctx.cell.title)});
  return ctx.say(ctx.heldRuns ? 'full' : 'waiting');
}

/**
 * Name a held run, as a line or as the beginning of a sentence, by its gate's role.
 * @param {WatchContext} ctx
 * @param {'line' | 'deed'} form
 * @param {HeldRun} run
 */
function sayHeld(ctx, form, {signalName, value, after}) {
  const symbol = symbolOf(signalName);
  const {role} = findSignal(ctx.cell, symbol);
  const told = ctx.say(`${form}_${TOLD.includes(role) ? role : 'gate'}_${value}`, {
    after: after === null ? '' : sayPlace(ctx, after),
  });
  return form === 'line' ? `${told} (${ctx.letter(symbol)} = ${value})` : told;
}

/**
 * The sentences on one gate: where it moved, then what each run came to, the one that changes most first; and the run
 * and the step whose parting is told.
 * @param {WatchContext} ctx
 * @param {Signal} gate
 * @param {Outcome} outcome of the run as it is
 * @param {HeldRun[]} runs
 */
function tell(ctx, gate, {opinion, answer, probability}, runs) {
  const {trace} = ctx;
  const real = sayAnswer(ctx, answer, probability);
  const compared = runs
    .map((run) => ({
      run,
      ...compareOpinions(trace.tokens, opinion, run.opinion),
      other: run.answer !== answer,
    }))
    .sort(
      (a, b) =>
        Number(a.run.constant) - Number(b.run.constant) || b.change - a.change || b.largest - a.largest,
    );
  if (compared.every(({run, largest, other}) => !run.constant && !other && largest < NOTICEABLE))
    return {text: ctx.say('neither', {real}), parting: null};
  const outcomes = compared.map(({run, change, largest, partingStep, other}, k) => {
    const facts = {
      deed: sayHeld(ctx, 'deed', run),
      held: sayAnswer(ctx, run.answer, run.probability),
      real,
      label: ctx.label(trace.classes[answer]),
      before: ctx.percent(probability),
      share: ctx.percent(run.probability),
    };
    if (run.constant) return ctx.say('constant', facts);
    if (!other && largest < NOTICEABLE) return ctx.say('hardly', facts);
    const direction = run.probability < probability ? 'fall' : 'rise';
    const outcome = ctx.say(other ? 'other' : change >= NOTICEABLE ? direction : 'on_the_way', facts);
    return k > 0 || partingStep === null
      ? outcome
      : `${outcome} ${sayParting(ctx, partingStep, opinion, run)}`;
  });
  const [{run, partingStep}] = compared;
  return {
    text: [sayExtreme(ctx, gate), ...outcomes].filter(Boolean).join(' '),
    parting:
      run.constant || partingStep === null ? null : {step: partingStep, held: run.opinion[partingStep]},
  };
}

/**
 * @param {WatchContext} ctx
 * @param {number} step
 * @param {number[]} opinion
 * @param {HeldRun} run
 */
function sayParting(ctx, step, opinion, run) {
  return ctx.say('parted', {
    place: sayPlace(ctx, step),
    label: ctx.watchedLabel,
    before: ctx.percent(opinion[step]),
    after: ctx.percent(run.opinion[step]),
  });
}

/**
 * A word of the text; where it stands there more than once, with its step.
 * @param {WatchContext} ctx
 * @param {number} step
 */
function sayPlace(ctx, step) {
  const {tokens} = ctx.trace;
  const again = tokens.indexOf(tokens[step]) !== tokens.lastIndexOf(tokens[step]);
  return ctx.say(again ? 'place_again' : 'place', {token: tokens[step], step: step + 1});
}

/**
 * An answer with its probability; where that is less than an answer needs, it says so.
 * @param {WatchContext} ctx
 * @param {number} index
 * @param {number} probability
 */
function sayAnswer(ctx, index, probability) {
  const {answer_threshold: least} = ctx.task;
  return ctx.say(least !== null && probability < least ? 'answer_unsure' : 'answer', {
    label: ctx.label(ctx.trace.classes[index]),
    share: ctx.percent(probability),
  });
}

/**
 * Where the gate was shut most, or open widest, and which way it had moved there.
 * @param {WatchContext} ctx
 * @param {Signal} gate
 */
function sayExtreme(ctx, gate) {
  const {trace, reverse} = ctx;
  const means = meanBySteps(trace.signals[`${ctx.layerName}.${gate.name}`]);
  const extreme = findExtreme(trace.tokens, gate.role, means, reverse);
  if (!extreme) return '';
  const {step, open} = extreme;
  const before = means[ctx.previousStep(step)];
  const moved = before !== undefined && (open ? means[step] > before : means[step] < before);
  const shown = moved && ctx.number(before) !== ctx.number(means[step]);
  return ctx.say(open ? (shown ? 'highest_rose' : 'highest_stood') : shown ? 'lowest_fell' : 'lowest_stood', {
    place: sayPlace(ctx, step),
    name: ctx.text(gate.title),
    before: shown ? ctx.number(before) : '',
    value: ctx.number(means[step]),
  });
}

/**
 * @param {WatchContext} ctx
 * @param {Signal[]} gates
 * @param {Signal} gate
 * @returns {Choice}
 */
function offerGates(ctx, gates, gate) {
  return {
    field: 'heldGate',
    title: ctx.say('gate'),
    chosen: gate.name,
    options: gates.map(({name, title}) => ({
      id: name,
      title: `${ctx.letter(name)} · ${ctx.text(title)}`,
      testid: `held-${name}`,
    })),
  };
}

/**
 * @param {string} name
 * @param {number[]} y
 * @param {string} color
 * @param {string} dash
 * @returns {ScatterTrace}
 */
function drawLine(name, y, color, dash) {
  return {
    type: 'scatter',
    mode: y.length > 1 ? 'lines' : 'markers',
    name,
    x: y.map((_, t) => t),
    y: y.slice(),
    hoverinfo: 'skip',
    line: {color, width: 2.2, dash},
    marker: {color},
  };
}

/**
 * Rings on both lines at the word where they part.
 * @param {{parting: {step: number, held: number} | null}} told
 * @param {number[]} opinion
 * @param {string} color
 * @returns {ScatterTrace[]}
 */
function markParting({parting}, opinion, color) {
  if (!parting) return [];
  const {step, held} = parting;
  return [
    {
      type: 'scatter',
      mode: 'markers',
      x: [step, step],
      y: [opinion[step], held],
      hoverinfo: 'skip',
      showlegend: false,
      marker: {size: 13, color: 'rgba(0,0,0,0)', line: {color, width: 1.6}},
    },
  ];
}

/** @type {WatchView} */
export default {
  id: 'held_gates',
  place: 'wide',
  order: 1,
  words,
  applies: ({predictions, followed}) => !predictions && !followed.numeric,
  figure,
  height: () => 300,
};
