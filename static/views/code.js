// The same in code: the few lines that define the network on screen.

import {findById} from '../core/catalog.js';

const words = {
  en: {
    title: 'The same in code',
    shows:
      'The lines that define this network. The PyTorch ones load the model file as it is; the Keras ones define and train its twin.',
    look: '',
    copy: 'copy',
    copied: 'copied',
    summary: 'Code in {list}.',
    library: 'library',
    lines: 'lines',
  },
  'pt-BR': {
    title: 'O mesmo em código',
    shows:
      'As linhas que definem esta rede. As de PyTorch carregam o arquivo do modelo como ele é; as de Keras definem e treinam a gêmea dele.',
    look: '',
    copy: 'copiar',
    copied: 'copiado',
    summary: 'Código em {list}.',
    library: 'biblioteca',
    lines: 'linhas',
  },
};

/** @type {Record<string, string>} */
const NAMES = {pytorch: 'PyTorch', keras: 'Keras'};
/** @param {WatchContext} ctx */
const codeOf = ({models, trace}) => Object.entries(findById(models, trace.model).code);

/**
 * @param {WatchContext} ctx
 * @returns {CodeFigure}
 */
function figure(ctx) {
  const lines = codeOf(ctx).map(([name, text]) => ({title: NAMES[name] ?? name, text}));
  return {
    kind: 'code',
    lines,
    copy: ctx.say('copy'),
    copied: ctx.say('copied'),
    shows: ctx.say('shows'),
    look: ctx.say('look'),
    summary: ctx.say('summary', {list: lines.map(({title}) => title).join(', ')}),
    table: () => ({
      head: [ctx.say('library'), ctx.say('lines')],
      rows: lines.map(({title, text}) => [title, text.trim().split('\n').length]),
    }),
  };
}

/** @type {WatchView} */
export default {
  id: 'code',
  place: 'foot',
  order: 0,
  words,
  applies: (ctx) => codeOf(ctx).length > 0,
  figure,
};
