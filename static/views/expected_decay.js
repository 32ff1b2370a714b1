// What the weights lead one to expect (Pascanu et al. 2013), beside what happened.

const words = {
  en: {
    title: 'What the weights predict',
    shows:
      'The spectral radius ρ and the largest singular value σ of each block of W_hh, what Pascanu et al. (2013) lead one to expect from them, and what happened on this sentence.',
    look: 'The theorem speaks of a plain recurrence: σ below 1 makes the gradient vanish for certain. Gates add a path it does not cover. The exponent, a mean over the step matrices, is told where it says something: without gates, from 30 steps on.',
    vanish: 'must vanish (σ < 1)',
    either: 'may vanish or explode (σ > 1)',
    gated: 'gates: not covered',
    other: 'another loop: not covered',
    kept: 'a plain sum: arrives as it is',
    happened: '{slope}',
    none: 'not finite',
    network: 'network',
    block: 'ρ and σ by block',
    expected: 'expected',
    observed: 'happened (powers of ten a step)',
    exponent: 'largest Lyapunov exponent (the same)',
    summary: '{list}.',
  },
  'pt-BR': {
    title: 'O que os pesos preveem',
    shows:
      'O raio espectral ρ e o maior valor singular σ de cada bloco de W_hh, o que Pascanu et al. (2013) levam a esperar deles, e o que aconteceu nesta frase.',
    look: 'O teorema fala de uma recorrência simples: σ abaixo de 1 faz o gradiente sumir com certeza. As portas acrescentam um caminho que ele não cobre. O expoente, uma média sobre as matrizes dos passos, aparece onde diz algo: sem portas, a partir de 30 passos.',
    vanish: 'tem de sumir (σ < 1)',
    either: 'pode sumir ou explodir (σ > 1)',
    gated: 'portas: fora do teorema',
    other: 'outro laço: fora do teorema',
    kept: 'uma soma simples: chega como é',
    happened: '{slope}',
    none: 'não finito',
    network: 'rede',
    block: 'ρ e σ por bloco',
    expected: 'esperado',
    observed: 'aconteceu (potências de dez por passo)',
    exponent: 'maior expoente de Lyapunov (idem)',
    summary: '{list}.',
  },
};

/**
 * @param {CompareContext} ctx
 * @returns {TableFigure}
 */
function figure(ctx) {
  const head = [
    ctx.say('network'),
    ctx.say('block'),
    ctx.say('expected'),
    ctx.say('observed'),
    ctx.say('exponent'),
  ];
  const lines = ctx.layers.map((layer) => {
    const {slope} = layer.decay[layer.memoryState];
    const growth = ctx.growth(layer);
    return {
      colour: layer.colour,
      letter: layer.mark.letter,
      cells: [
        layer.title,
        layer.spectrum
          .map(
            ({block, radius, sigma}) =>
              `${block}\u00a0${ctx.number(radius ?? NaN)}\u00a0/\u00a0${ctx.number(sigma ?? NaN)}`,
          )
          .join(' · '),
        ctx.say(layer.expected_decay),
        layer.overflow !== null || slope === null
          ? layer.startsAtLoss
            ? '–'
            : ctx.say('none')
          : ctx.say('happened', {slope: ctx.number(slope)}),
        growth === null ? '–' : ctx.number(growth),
      ],
    };
  });
  const rows = lines.map(({cells}) => cells);
  return {
    kind: 'table',
    head,
    lines,
    shows: ctx.say('shows'),
    look: ctx.say('look'),
    summary: ctx.say('summary', {
      list: rows.map((cells) => `${cells[0]}: ${cells[2]}, ${cells[3]}`).join('; '),
    }),
    table: () => ({head, rows}),
  };
}

/** @type {CompareView} */
export default {
  id: 'expected_decay',
  room: 'compare',
  place: 'wide',
  order: 6,
  words,
  applies: () => true,
  figure,
};
