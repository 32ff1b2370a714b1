// What the decay means: what is left some words back, in a table and in one sentence.

const words = {
  en: {
    title: 'What this means',
    shows: 'How much of the gradient is left at each distance from the last word, relative to it.',
    sentence: '{distance} words back, {list}.',
    item: '{title} keeps {left}',
    same: 'The sentence is too short to tell: give the networks more words.',
    network: 'network and state',
    back: '{k} back',
    half: 'half-life (words)',
    clipped: '‖∂L/∂weights‖, clipped at {clip}',
    answer: 'its answer',
    never: 'never halves',
    over: 'overflowed at step {step}',
    left: 'not finite',
    zero: 'no gradient: the loss is exactly 0',
  },
  'pt-BR': {
    title: 'O que isto significa',
    shows: 'Quanto resta do gradiente a cada distância da última palavra, em relação a ela.',
    sentence: '{distance} palavras atrás, {list}.',
    item: '{title} guarda {left}',
    same: 'A frase é curta demais para dizer: dê mais palavras às redes.',
    network: 'rede e estado',
    back: '{k} atrás',
    half: 'meia-vida (palavras)',
    clipped: '‖∂L/∂pesos‖, cortado em {clip}',
    answer: 'a resposta dela',
    never: 'nunca cai à metade',
    over: 'estourou no passo {step}',
    left: 'não finito',
    zero: 'sem gradiente: a perda é exatamente 0',
  },
};

/**
 * @param {CompareContext} ctx
 * @returns {TableFigure}
 */
function figure(ctx) {
  const lines = ctx.layers.flatMap((layer) =>
    Object.keys(layer.decay)
      .sort()
      .map((state) => ({
        layer,
        decay: layer.decay[state],
        title: Object.keys(layer.decay).length > 1 ? `${layer.title} · ${state}` : layer.title,
      })),
  );
  const distances = Object.keys(lines[0].decay.left);
  /** @param {number | null} value */
  const share = (value) => (value === null ? '–' : ctx.shareLeft(value));
  const head = [
    ctx.say('network'),
    ...distances.map((k) => ctx.say('back', {k})),
    ctx.say('half'),
    ctx.say('clipped', {clip: ctx.power(ctx.clip)}),
    ctx.say('answer'),
  ];
  /** @param {(typeof lines)[number]} line */
  const cellsOf = ({layer, decay, title}) => [
    title,
    ...distances.map((k) => (layer.overflow === null ? share(decay.left[k]) : ctx.say('left'))),
    writeHalfLife(ctx, layer, decay),
    writeClipping(ctx, layer),
    writeAnswer(ctx, layer),
  ];
  const finite = lines.filter(({decay, layer}) => layer.overflow === null && lastOf(decay.norms) > 0);
  const farthest = distances.filter((k) => finite.some(({decay}) => decay.left[k] !== null)).at(-1);
  const list =
    farthest &&
    finite.map(({title, decay}) => ctx.say('item', {title, left: share(decay.left[farthest])})).join('; ');
  const sentence =
    farthest && farthest !== '1' ? ctx.say('sentence', {distance: farthest, list}) : ctx.say('same');
  return {
    kind: 'table',
    head,
    lines: lines.map((line) => ({colour: line.layer.colour, cells: cellsOf(line)})),
    shows: sentence,
    look: '',
    summary: sentence,
    table: () => ({head, rows: lines.map(cellsOf)}),
  };
}

/** @param {number[]} values */
const lastOf = (values) => values[values.length - 1];

/**
 * @param {CompareContext} ctx
 * @param {TitledLayer} layer
 * @param {Decay} decay
 */
function writeHalfLife(ctx, {overflow}, {norms, half_life: halfLife}) {
  if (overflow !== null) return ctx.say('over', {step: overflow + 1});
  if (lastOf(norms) === 0) return ctx.say('zero');
  return halfLife === null ? ctx.say('never') : String(halfLife);
}

/**
 * @param {CompareContext} ctx
 * @param {TitledLayer} layer
 */
function writeClipping(ctx, {clipped}) {
  if (!clipped) return '…';
  if (!clipped.every((norm) => norm !== null)) return '∞';
  const [before, after] = clipped.map(ctx.power);
  return before === after ? before : `${before} → ${after}`;
}

/**
 * @param {CompareContext} ctx
 * @param {TitledLayer} layer
 */
function writeAnswer(ctx, {probabilities, target}) {
  return lastOf(probabilities) === null
    ? '–'
    : `${ctx.percent(Math.max(...probabilities))} ${ctx.label(target)}`;
}

/** @type {CompareView} */
export default {
  id: 'decay_summary',
  room: 'compare',
  place: 'wide',
  order: 0,
  words,
  applies: () => true,
  figure,
};
