// Whether the text on screen is a typical one: what is left of the gradient over many test texts.

const words = {
  en: {
    title: 'Over many texts',
    shows:
      'Over {count} test texts of {shortest} to {longest} {token_nouns}, {distance} {token_nouns} back, of the gradient at the last {token_noun}, in the middle (median): {list}.',
    item: '{title} {left}',
    look: '{title}: training was stopped after epoch {stop} of {epochs}, while its gradient still vanished.',
    network: 'network and state',
    median: '{k} back, median',
    high: '{k} back, exceeded on one in ten',
  },
  'pt-BR': {
    title: 'Em muitos textos',
    shows:
      'Em {count} textos de teste de {shortest} a {longest} {token_nouns}, {distance} {token_nouns} atrás, do gradiente na última {token_noun}, no meio (mediana): {list}.',
    item: '{title} {left}',
    look: '{title}: o treino parou depois da época {stop} de {epochs}, enquanto o gradiente ainda desaparecia.',
    network: 'rede e estado',
    median: '{k} atrás, mediana',
    high: '{k} atrás, superado em um de cada dez',
  },
};

/**
 * The networks that were measured: those with the weights and the settings of their files.
 * @param {CompareContext} ctx
 */
const listMeasured = ({networks}) =>
  networks.flatMap(({facts: {decay, recipe}, ...network}) => (decay ? [{...network, decay, recipe}] : []));

/**
 * @param {CompareContext} ctx
 * @returns {TableFigure}
 */
function figure(ctx) {
  const measured = listMeasured(ctx);
  const lines = measured.flatMap(({title, colour, mark, decay}) =>
    Object.entries(decay.remaining).map(([name, remaining], _, {length}) => ({
      title: length > 1 ? `${title} · ${name.replace('layers.0.', '')}` : title,
      colour,
      mark,
      remaining,
    })),
  );
  const distances = Object.keys(lines[0].remaining);
  const distance = distances.includes('30') ? '30' : distances[distances.length - 1];
  const head = [
    ctx.say('network'),
    ...distances.map((k) => ctx.say('median', {k})),
    ctx.say('high', {k: distance}),
  ];
  /** @param {(typeof lines)[number]} line */
  const cellsOf = ({title, remaining}) => [
    title,
    ...distances.map((k) => ctx.shareLeft(remaining[k].median)),
    ctx.shareLeft(remaining[distance].high),
  ];
  const {samples, shortest, longest} = measured[0].decay;
  const list = lines
    .map(({title, remaining}) => ctx.say('item', {title, left: ctx.shareLeft(remaining[distance].median)}))
    .join('; ');
  const shows = ctx.say('shows', {count: samples, shortest, longest, distance, list});
  const look = measured
    .filter(({recipe}) => recipe?.stop_epoch)
    .map(({title, recipe}) =>
      ctx.say('look', {title, stop: Number(recipe?.stop_epoch), epochs: Number(recipe?.epochs)}),
    )
    .join(' ');
  return {
    kind: 'table',
    head,
    lines: lines.map((line) => ({colour: line.colour, letter: line.mark.letter, cells: cellsOf(line)})),
    shows,
    look,
    summary: shows,
    table: () => ({head, rows: lines.map(cellsOf)}),
  };
}

/** @type {CompareView} */
export default {
  id: 'decay_over_texts',
  room: 'compare',
  place: 'wide',
  order: 5,
  words,
  applies: (ctx) => listMeasured(ctx).length > 0,
  figure,
};
