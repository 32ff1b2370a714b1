// What this means: what is left some words back, in a table and in one sentence.

const words = {
  en: {
    title: 'What this means',
    shows: 'How much of the gradient is left at each distance from the last word, relative to it.',
    sentence: '{distance} words back, {list}.',
    item: '{title} keeps {left}',
    same: 'The sentence is too short to tell: give the networks more words.',
    network: 'network and state', back: '{k} back', half: 'half-life (words)', clipped: '‖∂L/∂weights‖, clipped at {clip}', answer: 'its answer', never: 'never halves', over: 'overflowed at step {step}', left: 'not finite', zero: 'no gradient: the loss is exactly 0',
  },
  'pt-BR': {
    title: 'O que isto significa',
    shows: 'Quanto resta do gradiente a cada distância da última palavra, em relação a ela.',
    sentence: '{distance} palavras atrás, {list}.',
    item: '{title} guarda {left}',
    same: 'A frase é curta demais para dizer: dê mais palavras às redes.',
    network: 'rede e estado', back: '{k} atrás', half: 'meia-vida (palavras)', clipped: '‖∂L/∂pesos‖, cortado em {clip}', answer: 'a resposta dela', never: 'nunca cai à metade', over: 'estourou no passo {step}', left: 'não finito', zero: 'sem gradiente: a perda é exatamente 0',
  },
};

function figure(ctx) {
  const lines = ctx.layers.flatMap((layer) => Object.keys(layer.decay).sort().map((state) => ({layer, state, decay: layer.decay[state]})));
  const distances = Object.keys(lines[0].decay.left);
  const name = ({layer, state}) => (Object.keys(layer.decay).length > 1 ? `${layer.title} · ${state}` : layer.title);
  const tell = (value) => (value === null ? '–' : ctx.left(value));
  const classes = ctx.networks[0].probabilities.length;
  const head = [ctx.say('network'), ...distances.map((k) => ctx.say('back', {k})), ctx.say('half'), ctx.say('clipped', {clip: ctx.power(ctx.clip)}), ctx.say('answer')];
  const cells = (line) => [name(line),
    ...(line.layer.overflow === null ? distances.map((k) => tell(line.decay.left[k])) : distances.map(() => ctx.say('left'))),
    halves(ctx, line), clips(ctx, line.layer),
    line.layer.probabilities[classes - 1] === null ? '–' : ctx.percent(Math.max(...line.layer.probabilities)) + ` ${ctx.label(line.layer.target)}`];
  const told = lines.filter(({decay, layer}) => layer.overflow === null && decay.norms.at(-1) > 0);
  const far = distances.filter((k) => told.some(({decay}) => decay.left[k] !== null)).at(-1);
  const list = far && told.map((line) => ctx.say('item', {title: name(line), left: tell(line.decay.left[far])})).join('; ');
  const sentence = far && far !== '1' ? ctx.say('sentence', {distance: far, list}) : ctx.say('same');
  return {
    kind: 'facts', head, lines: lines.map((line) => ({colour: line.layer.colour, cells: cells(line)})),
    shows: sentence, look: '', summary: sentence,
    table: () => ({head, rows: lines.map(cells)}),
  };
}

function halves(ctx, {layer, decay}) {
  if (layer.overflow !== null) return ctx.say('over', {step: layer.overflow + 1});
  if (decay.norms.at(-1) === 0) return ctx.say('zero');
  return decay.half_life === null ? ctx.say('never') : String(decay.half_life);
}

function clips(ctx, {clipped}) {
  if (!clipped) return '…';
  if (!clipped.every((value) => value !== null)) return '∞';
  const [before, after] = clipped.map(ctx.power);
  return before === after ? before : `${before} → ${after}`;
}

export default {id: 'meaning', room: 'compare', place: 'wide', order: 0, words, applies: () => true, figure};
