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

const LEAST = 320; // pixels of one layer, where a window is low
const MOST = 1.25; // of the usual height, where it is high
const FOOT = 44; // pixels: the line below the picture, which is seen with it where there is room

/**
 * As high as the window has room for, so that the whole picture is seen with the transport below it.
 * @param {WatchContext} ctx
 */
function height({width, room, layerNames, level, direction, companion}) {
  const more =
    (layerNames.length - 1) * 190 + (level === 'memory' && direction === 'backward' && companion ? 130 : 0);
  const usual = (width < 620 ? 400 : 448) + more;
  if (room === null) return usual;
  const wanted = Math.max(room - FOOT, Math.min(room, usual));
  return Math.round(Math.min(MOST * usual, Math.max(LEAST + 0.6 * more, wanted)));
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
  height,
};
