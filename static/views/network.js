// The unrolled network in one picture of several levels: the whole sentence with the memory that runs through it, or
// with every unit of every signal, the cell of one step, one unit of it.

import {drawCellDiagram} from '../charts/cell_diagram.js';
import {drawMemoryBand} from '../charts/memory_band.js';
import {drawSignalColumns} from '../charts/signal_columns.js';
import {isInside, LEVELS} from '../core/levels.js';

const words = {
  en: {
    title: 'The network, unrolled',
    level: 'how near to look',
    memory: 'Memory',
    strips: 'Every unit',
    cell: 'Inside the cell',
    unit: 'One unit',
  },
  'pt-BR': {
    title: 'A rede, desenrolada',
    level: 'de que distância olhar',
    memory: 'Memória',
    strips: 'Todas as unidades',
    cell: 'Dentro da célula',
    unit: 'Uma unidade',
  },
};

/** @type {Record<string, (ctx: WatchContext) => ChartFigure | DiagramFigure>} */
const DRAWERS = {
  memory: drawMemoryBand,
  strips: drawSignalColumns,
  cell: drawCellDiagram,
  unit: drawCellDiagram,
};

/**
 * @param {WatchContext} ctx
 * @returns {Figure}
 */
function figure(ctx) {
  return {
    ...DRAWERS[ctx.level](ctx),
    choices: [
      {
        field: 'level',
        title: ctx.say('level'),
        chosen: ctx.level,
        options: LEVELS.map((id) => ({id, title: ctx.say(id), testid: `level-${id}`})),
      },
    ],
  };
}

/** @type {WatchView} */
export default {
  id: 'network',
  place: 'top',
  order: 0,
  words,
  applies: () => true,
  figure,
  page: (ctx) => (isInside(ctx.level) ? ctx.step : ctx.columnWindow.start),
  height: (ctx) =>
    (ctx.width < 620 ? 400 : 448) +
    (ctx.layerNames.length - 1) * 190 +
    (ctx.level === 'memory' && ctx.direction === 'backward' && ctx.companion ? 130 : 0),
};
