// The unrolled network from far: a box a step, and the memory as a band that runs through all of them, as wide as the
// memory is long, in the colours of the words that wrote it. Pure functions.

import {findSignal} from '../core/catalog.js';
import {gradientShare, hueOf, inkOf, mixWithPaper, stepHue, surface} from '../core/colours.js';
import {isReverse} from '../core/layer_names.js';
import {sayWith} from '../core/locale.js';
import {computeMemoryFlow, measureMemoryFlow} from '../core/memory_flow.js';
import {meanOf, measureRows} from '../core/vectors.js';
import {cutToken} from './labels.js';
import {drawStateArrows} from './state_arrows.js';
import {
  focusOf,
  labelLayer,
  layOutColumns,
  layOutRows,
  planOverlay,
  rowAxis,
  rowOfAxis,
} from './unrolled_columns.js';
import {decayCurves, opinionCurves, summariseDecay, writeAnswers} from './unrolled_curves.js';

export const words = {
  en: {
    shows:
      'The band is the memory {state}: as wide as it is long, ‖{state}‖. In every box it narrows by what the network lets go and grows by what it writes, in the colour of the {token_noun} that wrote it. {end}',
    shows_replaced:
      'The band is the state {state}: as wide as it is long, ‖{state}‖. This cell computes it anew at every step, so that every piece has the colour of the {token_noun} just read: what came before has no road of its own.',
    end: 'At the end {list}.',
    part: '{percent} of it is what “{token}” wrote',
    parts: '{percent} what “{token}” wrote',
    look: 'Where does the band narrow, and whose colour is left at the end? A part counts as far as it points along the memory: the parts add up to its length.',
    look_replaced: 'Where does the band change its width? Compare an LSTM on the same sentence.',
    shows_back:
      'The way back: the same band, lit by the gradient of {state} that still reaches each step from the answer (log scale, 12 powers of ten).',
    beside:
      'Below it, dotted in the curve, the {cell} on the same text: at the first step it has {other} of its last gradient left (at {output}), this network {own} (at {state}).',
    look_back:
      'How far to the left does the light reach? From an unlit step training can learn next to nothing here. Its {token_noun} may still be remembered: change it and read again.',
    look_back_still:
      'How far to the left does the light reach? From an unlit step training can learn next to nothing here.',
    gates: 'mean of {list}',
    earlier: 'earlier',
    tip: 'step {step}, “{token}”: {percent} of ‖{state}‖ is what “{writer}” wrote (step {by})',
    tip_earlier: 'step {step}, “{token}”: {percent} of ‖{state}‖ was written before step {by}',
    summary:
      '{steps} steps. The answer starts at {first} “{label}” and ends at {last}. ‖{state}‖ is longest at “{token}” (step {step}). {end}',
    summary_states: '{steps} steps. ‖{state}‖ is longest at “{token}” (step {step}). {end}',
    step: 'step',
    token: '{token_noun}',
    entering: '‖{state}‖ entering',
    kept: 'kept',
    written: 'written',
    leaving: '‖{state}‖ leaving',
    largest: 'largest part: written by',
    share: 'its share',
  },
  'pt-BR': {
    shows:
      'A faixa é a memória {state}: tão larga quanto a sua norma, ‖{state}‖. Em cada caixa ela se estreita pelo que a rede solta e cresce pelo que ela escreve, na cor da {token_noun} que escreveu. {end}',
    shows_replaced:
      'A faixa é o estado {state}: tão larga quanto a sua norma, ‖{state}‖. Esta célula o calcula de novo a cada passo; por isso cada pedaço tem a cor da {token_noun} recém-lida: o que veio antes não tem caminho próprio.',
    end: 'No fim, {list}.',
    part: '{percent} dela é o que “{token}” escreveu',
    parts: '{percent} o que “{token}” escreveu',
    look: 'Onde a faixa se estreita, e de quem é a cor que sobra no fim? Uma parte conta pelo tanto que aponta na direção da memória: as partes somam a norma dela.',
    look_replaced: 'Onde a faixa muda de largura? Compare com uma LSTM na mesma frase.',
    shows_back:
      'O caminho de volta: a mesma faixa, acesa pelo gradiente de {state} que ainda chega a cada passo a partir da resposta (escala log, 12 potências de dez).',
    beside:
      'Abaixo, pontilhada na curva, a {cell} no mesmo texto: no primeiro passo resta nela {other} do último gradiente (em {output}), nesta rede {own} (em {state}).',
    look_back:
      'Até onde a luz chega à esquerda? De um passo apagado o treino quase nada aprende aqui. A {token_noun} ainda pode ser lembrada: troque-a e leia de novo.',
    look_back_still: 'Até onde a luz chega à esquerda? De um passo apagado o treino quase nada aprende aqui.',
    gates: 'média de {list}',
    earlier: 'antes',
    tip: 'passo {step}, “{token}”: {percent} de ‖{state}‖ é o que “{writer}” escreveu (passo {by})',
    tip_earlier: 'passo {step}, “{token}”: {percent} de ‖{state}‖ foi escrito antes do passo {by}',
    summary:
      '{steps} passos. A resposta começa em {first} “{label}” e termina em {last}. ‖{state}‖ é maior em “{token}” (passo {step}). {end}',
    summary_states: '{steps} passos. ‖{state}‖ é maior em “{token}” (passo {step}). {end}',
    step: 'passo',
    token: '{token_noun}',
    entering: '‖{state}‖ ao entrar',
    kept: 'mantido',
    written: 'escrito',
    leaving: '‖{state}‖ ao sair',
    largest: 'maior parte: escrita por',
    share: 'quanto é',
  },
};

const HALF = 0.4; // half a box, in steps
const LINES_TOP = 0.725; // of the figure's height: the lines of the gates lie below, the curve above
const LINES = {height: 62, gap: 16}; // pixels: the lines of the gates, and below them
const COMPANION = 130; // pixels: the row of a network beside this one
const BESIDE = 'layers.0';
const FLOOR_GAP = 0.03; // between two floors, of the figure's height
const MIDDLE = 0.6; // where the band runs, of a row's height
const WIDEST = 0.62; // the band at its widest
const BELOW = 0.14; // where another state runs
const [LETS_GO, HELD, WRITES, WRITTEN] = [-0.27, -0.1, 0.03, 0.21]; // where the band changes, from a box's middle
const EASING = [0.25, 0.5, 0.75];
const EASED = 60; // pixels: a column in which it can be seen that the band changes gently
const CORNERS = 6; // of a step's upper edge, where it does not
const LEAST = 1; // pixels: a part that is never as wide is left to the band's own colour
const LABEL = 12; // pixels: the size of letters on the band
const LETTER = 6.4; // pixels that one of them takes
const MOST_PARTS = 3; // that the sentence names
const TOLD = 0.05; // the least share that it names

/**
 * @typedef {import('../core/memory_flow.js').MemoryFlow} MemoryFlow
 * @typedef {import('../core/memory_flow.js').FlowStep} FlowStep
 * @typedef {import('./unrolled_columns.js').Columns} Columns
 */

/**
 * The edges of each writer's part at one place: `edges[k]` is the lower edge of the part of writer k, the upper one of
 * the part after it. The oldest is at the top.
 * @typedef {{x: number, edges: Float64Array}} Section
 */

/**
 * @param {WatchContext} context
 * @returns {ChartFigure}
 */
export function drawMemoryBand(context) {
  const ctx = sayWith(context, words);
  const {trace, cell, layerNames, layerName, theme, direction} = ctx;
  const backward = direction === 'backward';
  const columns = layOutColumns(ctx);
  const gates = cell.signals.filter(({kind}) => kind === 'gate');
  const inner = ctx.height - columns.margin.t - columns.margin.b;
  const companion = backward ? ctx.companion : null;
  const base = companion ? COMPANION / inner : 0;
  const top = LINES_TOP - (gates.length ? LINES.height + LINES.gap : 6) / inner;
  const layout = layOutRows(ctx, columns, top, [0.005, layerNames.length > 1 ? FLOOR_GAP : 0], base);
  const flows = layerNames.map((name) =>
    computeMemoryFlow(trace, cell, name, isReverse(name), ctx.columnWindow),
  );
  const heightOf = (/** @type {string} */ state) => (state === flows[0].state ? MIDDLE : BELOW);
  /** @type {PlotTrace[]} */
  const data = [];
  layerNames.forEach((name, k) => {
    const axis = rowAxis(k);
    const [low, high] = layout[`yaxis${axis}`].domain ?? [0, 1];
    const pixels = (high - low) * inner;
    data.push(drawBoxes(ctx, columns, axis));
    const drawn = backward
      ? drawLight(ctx, flows[k], name, axis, columns)
      : drawFlow(ctx, flows[k], name, axis, pixels, columns);
    data.push(...drawn.areas);
    layout.annotations.push(...drawn.labels, ...labelLayer(ctx, name, axis, columns.narrow, heightOf));
    const others = cell.states.filter((state) => state !== flows[k].state);
    layout.shapes.push(...drawStateArrows(ctx, name, others, columns.steps, HALF, `y${axis}`));
    if (depthOf(layerNames[k + 1] ?? name) > depthOf(name))
      layout.shapes.push(drawJoins(ctx, columns, high, high + FLOOR_GAP));
  });
  if (companion) {
    const axis = gatesAxis(ctx) + 1;
    layout[`yaxis${axis}`] = {...layout.yaxis2, domain: [0.005, base - 0.03]};
    const titleLayer = () => ctx.text(companion.cell.title);
    const other = {...ctx, ...companion, titleLayer, layerName: BESIDE, layerNames: [BESIDE]};
    const flow = computeMemoryFlow(companion.trace, companion.cell, BESIDE, false, ctx.columnWindow);
    data.push(drawBoxes(ctx, columns, axis), ...drawLight(other, flow, BESIDE, axis, columns).areas);
    data.push(...decayCurves(other, columns.steps, 'dot'));
    layout.annotations.push(...labelLayer(other, BESIDE, axis, columns.narrow, () => MIDDLE));
  }
  if (gates.length) addGates(ctx, gates, columns, top + LINES.gap / inner, layout, data);
  if (ctx.predictions && !backward)
    layout.annotations.push(...writeAnswers(ctx, columns.steps, columns.narrow));
  const shown = flows[layerNames.indexOf(layerName)];
  return {
    kind: 'chart',
    painted: true,
    data: [...data, ...(backward ? decayCurves(ctx, columns.steps) : opinionCurves(ctx, columns.steps))],
    layout,
    zoom: focusOf(ctx, columns),
    legend: [...gates, ...cell.states.map((state) => findSignal(cell, state))].map((signal) => ({
      name: signal.letter,
      letter: signal.name,
      title: ctx.text(signal.title),
      colour: hueOf(signal, theme),
    })),
    overlay: planOverlay(ctx, columns, HALF, heightOf, [
      ...(gates.length ? [`yaxis${gatesAxis(ctx)}`] : []),
      ...(companion ? [`yaxis${gatesAxis(ctx) + 1}`] : []),
    ]),
    hitTest: (x, y, axis) => hitTest(ctx, flows, x, y, axis),
    shows: describe(ctx, shown),
    look: ctx.say(
      backward ? (ctx.forcible ? 'look_back' : 'look_back_still') : shown.carried ? 'look' : 'look_replaced',
    ),
    summary: summarise(ctx, shown),
    table: () => tabulate(ctx, shown),
  };
}

/** @param {string} layerName */
const depthOf = (layerName) => Number(layerName.split('.')[1]);

/**
 * What a floor hands up to the one above, at every step.
 * @param {WatchContext} ctx
 * @param {Columns} columns
 * @param {number} from where the floor ends, of the figure's height
 * @param {number} to where the next begins
 * @returns {Shape}
 */
function drawJoins({cell, theme}, {steps}, from, to) {
  const neck = (from + to) / 2;
  return {
    type: 'path',
    xref: 'x',
    yref: 'paper',
    path: steps
      .map(
        (t) =>
          `M${t - 0.04},${from}L${t - 0.04},${neck}L${t - 0.12},${neck}L${t},${to}L${t + 0.12},${neck}` +
          `L${t + 0.04},${neck}L${t + 0.04},${from}Z`,
      )
      .join(''),
    fillcolor: hueOf(findSignal(cell, cell.output), theme),
    line: {width: 0},
  };
}

/** @param {WatchContext} ctx */
const gatesAxis = ({layerNames}) => rowAxis(layerNames.length);

/**
 * The boxes of a row, and the mark above each that its answer leaves by.
 * @param {WatchContext} ctx
 * @param {Columns} columns
 * @param {number} axis
 * @returns {ScatterTrace}
 */
function drawBoxes({theme}, {steps}, axis) {
  return area(
    steps.map((t) => [
      [t - HALF, 0],
      [t - HALF, 1],
      [t + HALF, 1],
      [t + HALF, 0],
    ]),
    surface(theme).faint,
    axis,
  );
}

/**
 * Where each part of the memory lies, from the first step shown to the last, in the order of reading.
 * @param {MemoryFlow} flow
 * @param {boolean} reverse
 * @param {number} column the width of a column, in pixels
 * @returns {Section[]}
 */
function layOutSections({steps, longest}, reverse, column) {
  const way = reverse ? -1 : 1;
  const scale = longest > 0 ? WIDEST / longest : 0;
  const easing = column < EASED ? [] : EASING;
  /**
   * @param {Float64Array} parts
   * @param {number} length
   */
  const stack = (parts, length) => {
    let total = 0;
    for (const part of parts) total += Math.max(0, part);
    const edges = new Float64Array(parts.length + 1);
    const width = length * scale;
    edges[0] = MIDDLE + width / 2;
    parts.forEach((part, k) => {
      edges[k + 1] = edges[k] - (total > 0 ? (Math.max(0, part) / total) * width : 0);
    });
    return edges;
  };
  return steps.flatMap(({step, entering, kept, leaving, enteringParts, keptParts, leavingParts}) => {
    const [first, second, third] = [
      stack(enteringParts, entering),
      stack(keptParts, kept),
      stack(leavingParts, leaving),
    ];
    /** @param {number} offset */
    const at = (offset) => step + way * offset;
    return [
      {x: at(-0.5), edges: first},
      {x: at(LETS_GO), edges: first},
      ...easing.map((part) => ease(first, second, part, at(LETS_GO + part * (HELD - LETS_GO)))),
      {x: at(HELD), edges: second},
      {x: at(WRITES), edges: second},
      ...easing.map((part) => ease(second, third, part, at(WRITES + part * (WRITTEN - WRITES)))),
      {x: at(WRITTEN), edges: third},
      {x: at(0.5), edges: third},
    ];
  });
}

/**
 * A section between two others.
 * @param {Float64Array} from
 * @param {Float64Array} to
 * @param {number} part
 * @param {number} x
 * @returns {Section}
 */
function ease(from, to, part, x) {
  const share = part * part * (3 - 2 * part);
  return {x, edges: from.map((edge, k) => edge + (to[k] - edge) * share)};
}

/**
 * The band in the colours of those who wrote it, and their names where there is room.
 * @param {WatchContext} ctx
 * @param {MemoryFlow} flow
 * @param {string} layerName
 * @param {number} axis
 * @param {number} pixels the height of the row
 * @param {Columns} columns
 * @returns {{areas: ScatterTrace[], labels: Annotation[]}}
 */
function drawFlow(ctx, flow, layerName, axis, pixels, {column}) {
  const {trace, cell, theme} = ctx;
  const paint = surface(theme);
  const reverse = isReverse(layerName);
  const sections = layOutSections(flow, reverse, column);
  const own = mixWithPaper(hueOf(findSignal(cell, flow.state), theme), 0.3, theme);
  /** @type {ScatterTrace[]} */
  const areas = [
    area(drawLeaks(flow, sections, reverse, pixels, column), mixWithPaper(paint.quiet, 0.28, theme), axis),
    band(sections, 0, flow.writers.length, own, axis),
  ];
  /** @type {Annotation[]} */
  const labels = [];
  const steps = trace.tokens.length;
  flow.writers.forEach((writer, k) => {
    const widths = sections.map(({edges}) => (edges[k] - edges[k + 1]) * pixels);
    const first = widths.findIndex((width) => width >= LEAST / 2);
    const last = widths.findLastIndex((width) => width >= LEAST / 2);
    if (first < 0 || Math.max(...widths) < LEAST) return;
    const colour =
      writer === null
        ? mixWithPaper(paint.quiet, 0.4, theme)
        : stepHue(writer / Math.max(1, steps - 1), theme);
    const shown = sections.slice(Math.max(0, first - 1), last + 2);
    const inflow = drawInflow(flow, sections, k, reverse, pixels, column);
    if (inflow) areas.push(area([inflow], colour, axis));
    areas.push({
      ...band(shown, k, k + 1, colour, axis),
      ...(writer === null ? {} : {meta: writer}),
    });
    const name = writer === null ? ctx.say('earlier') : trace.tokens[writer];
    const label = placeLabel(sections, widths, k, cutToken(name, 14), column);
    if (label)
      labels.push({
        ...label,
        xref: 'x',
        yref: `y${axis}`,
        showarrow: false,
        font: {size: LABEL, color: paint.ink},
      });
  });
  return {areas, labels};
}

/**
 * The band from one writer's part to another's.
 * @param {Section[]} sections
 * @param {number} from
 * @param {number} to
 * @param {string} colour
 * @param {number} axis
 * @returns {ScatterTrace}
 */
function band(sections, from, to, colour, axis) {
  const count = sections.length;
  /** @type {number[]} */
  const xs = new Array(2 * count);
  /** @type {number[]} */
  const ys = new Array(2 * count);
  sections.forEach(({x, edges}, k) => {
    const back = 2 * count - 1 - k; // along the lower edge
    xs[k] = x;
    xs[back] = x;
    ys[k] = edges[from];
    ys[back] = edges[to];
  });
  return {...area([], colour, axis), x: xs, y: ys};
}

/** How many corners a step's upper edge has more where the band changes gently: as many at each of the two changes. */
const countEased = (/** @type {number} */ each) => (each - CORNERS) / 2;

/**
 * What the memory lets go at each step, leaving upward: as wide as the band becomes narrower.
 * @param {MemoryFlow} flow
 * @param {Section[]} sections
 * @param {boolean} reverse
 * @param {number} pixels
 * @param {number} column
 */
function drawLeaks({steps}, sections, reverse, pixels, column) {
  const way = reverse ? -1 : 1;
  const each = sections.length / steps.length;
  const eased = countEased(each);
  return steps.flatMap(({step}, n) => {
    const [before, after] = [sections[n * each + 1].edges, sections[n * each + 2 + eased].edges];
    const lost = before[0] - before[before.length - 1] - (after[0] - after[after.length - 1]);
    const wide = (lost * pixels) / column;
    if (lost * pixels < LEAST) return [];
    const half = Math.min(wide, 0.3) / 2;
    const [from, to] = [step + way * LETS_GO, step + way * HELD];
    const middle = step + way * (LETS_GO + 0.05);
    return [
      [
        [from, before[0] - (before[0] - after[0]) * 0.1],
        [middle - half, before[0] + 0.05],
        [middle - half, 1],
        [middle + half, 1],
        [middle + half, before[0] + 0.03],
        [to, after[0]],
      ],
    ];
  });
}

/**
 * What a step writes, coming in from below, or from the step before where that wrote it.
 * @param {MemoryFlow} flow
 * @param {Section[]} sections
 * @param {number} k the writer's place
 * @param {boolean} reverse
 * @param {number} pixels
 * @param {number} column
 */
function drawInflow({steps, writers, late}, sections, k, reverse, pixels, column) {
  const n = k - (writers.length - steps.length);
  if (n < 0) return null; // before the first column
  const {step} = steps[n];
  const each = sections.length / steps.length;
  const eased = countEased(each);
  const [before, after] = [sections[n * each + 3 + eased].edges, sections[n * each + 4 + 2 * eased].edges];
  const wide = (after[k] - after[k + 1]) * pixels;
  if (wide < LEAST / 2) return null;
  const way = reverse ? -1 : 1;
  const half = Math.min(wide / column, 0.3) / 2;
  const foot = before[before.length - 1];
  const [top, bottom] = [Math.max(0, after[k + 1] - 0.1), late ? BELOW : 0];
  /** @type {number[][]} */
  const entry = late
    ? [
        [step - way * HALF, bottom + wide / pixels / 2],
        [step - half, bottom + wide / pixels / 2],
      ]
    : [[step - half, bottom]];
  return [
    ...entry,
    [step - half, foot * 0.75],
    [step + way * WRITES - half * 0.2, foot],
    [step + way * WRITTEN, after[k]],
    [step + way * WRITTEN, after[k + 1]],
    [step + half, top],
    [step + half, Math.max(0, bottom - wide / pixels / 2)],
    ...(late ? [[step - way * HALF, Math.max(0, bottom - wide / pixels / 2)]] : []),
  ];
}

/**
 * Where a writer's name has room on its part: at the first place where it is high and long enough.
 * @param {Section[]} sections
 * @param {number[]} widths
 * @param {number} k
 * @param {string} text
 * @param {number} column
 */
function placeLabel(sections, widths, k, text, column) {
  const wanted = (text.length * LETTER + 8) / column; // in steps
  for (let first = 0; first < sections.length; first += 1) {
    if (widths[first] < LABEL + 1) continue;
    let last = first;
    const {edges} = sections[first];
    // As long as one straight line of letters stays within the part.
    let [upper, lower] = [edges[k], edges[k + 1]];
    while (last + 1 < sections.length) {
      const next = sections[last + 1].edges;
      const [top, bottom] = [Math.min(upper, next[k]), Math.max(lower, next[k + 1])];
      if (((top - bottom) / (edges[k] - edges[k + 1])) * widths[first] < LABEL + 1) break;
      [upper, lower, last] = [top, bottom, last + 1];
    }
    const [from, to] = [sections[first].x, sections[last].x];
    if (Math.abs(to - from) >= wanted)
      return {x: from + (Math.sign(to - from) * wanted) / 2, y: (upper + lower) / 2, text};
  }
  return null;
}

/**
 * The same band on the way back: each piece is as bright as the gradient that is left at its step.
 * @param {WatchContext} ctx
 * @param {MemoryFlow} flow
 * @param {string} layerName
 * @param {number} axis
 * @param {Columns} columns
 * @returns {{areas: ScatterTrace[], labels: Annotation[]}}
 */
function drawLight(ctx, flow, layerName, axis, {column}) {
  const {trace, cell, theme} = ctx;
  const {values} = trace.norms[`${layerName}.${flow.state}`];
  const largest = values.reduce((a, b) => Math.max(a, b), 0);
  const hue = hueOf(findSignal(cell, flow.state), theme);
  const sections = layOutSections(flow, isReverse(layerName), column);
  const each = sections.length / flow.steps.length;
  return {
    labels: [],
    areas: flow.steps.map(({step}, n) => ({
      ...band(
        sections.slice(n * each, (n + 1) * each),
        0,
        flow.writers.length,
        mixWithPaper(hue, gradientShare(values[step], largest), theme),
        axis,
      ),
      meta: step,
    })),
  };
}

/**
 * Areas in one colour, each a list of corners.
 * @param {number[][][]} pieces
 * @param {string} colour
 * @param {number} axis
 * @returns {ScatterTrace}
 */
function area(pieces, colour, axis) {
  /** @type {(number | null)[]} */
  const xs = [];
  /** @type {(number | null)[]} */
  const ys = [];
  pieces.forEach((piece, k) => {
    if (k) {
      xs.push(null);
      ys.push(null);
    }
    for (const [x, y] of piece) {
      xs.push(x);
      ys.push(y);
    }
  });
  return {
    type: 'scatter',
    mode: 'none',
    x: xs,
    y: ys,
    xaxis: 'x',
    yaxis: `y${axis}`,
    fill: 'toself',
    fillcolor: colour,
    hoverinfo: 'skip',
  };
}

/**
 * The mean of each gate at every step, a line each with its letter at its end.
 * @param {WatchContext} ctx
 * @param {LetteredSignal[]} gates
 * @param {Columns} columns
 * @param {number} top of the rows and what is between, of the figure's height
 * @param {Layout} layout
 * @param {PlotTrace[]} data
 */
function addGates(ctx, gates, {steps, narrow}, top, layout, data) {
  const {trace, layerName, theme} = ctx;
  const paint = surface(theme);
  const axis = gatesAxis(ctx);
  layout[`yaxis${axis}`] = {
    domain: [top, LINES_TOP],
    range: [0, 1],
    fixedrange: true,
    anchor: 'x',
    showgrid: true,
    gridcolor: paint.line,
    griddash: 'dot',
    zeroline: false,
    tickfont: {size: 12, color: paint.quiet},
    tickvals: [0, 0.5, 1],
    ticktext: narrow
      ? ['', '', '']
      : ['0', ctx.say('gates', {list: gates.map(({letter}) => letter).join(', ')}), '1'],
  };
  const means = gates.map(({name}) => measureRows(trace.signals[`${layerName}.${name}`], meanOf));
  gates.forEach((gate, k) => {
    data.push({
      type: 'scatter',
      mode: 'lines',
      x: steps,
      y: steps.map((t) => means[k][t]),
      xaxis: 'x',
      yaxis: `y${axis}`,
      hoverinfo: 'skip',
      line: {color: hueOf(gate, theme), width: 2.2},
    });
  });
  // The letters at the right end keep apart.
  const last = steps[steps.length - 1];
  let ceiling = 1.2;
  for (const k of gates.map((_, n) => n).sort((a, b) => means[b][last] - means[a][last])) {
    ceiling = Math.min(means[k][last], ceiling - 0.2);
    layout.annotations.push({
      xref: 'x',
      x: last,
      xshift: 8,
      xanchor: 'left',
      yref: `y${axis}`,
      y: ceiling,
      text: `<b>${gates[k].letter}</b>`,
      letter: gates[k].name,
      showarrow: false,
      font: {size: 12, color: inkOf(gates[k], theme)},
    });
  }
}

/**
 * The largest parts of the memory at a step, in the order of their size: whose, and their share of its length.
 * @param {MemoryFlow} flow
 * @param {FlowStep} at
 */
function listParts({writers}, {leaving, leavingParts}) {
  return writers
    .map((writer, k) => ({writer, share: leaving > 0 ? leavingParts[k] / leaving : 0}))
    .sort((a, b) => b.share - a.share);
}

/**
 * What is left at the end; empty where the end is not on screen.
 * @param {WatchContext} ctx
 * @param {MemoryFlow} flow
 */
function describeEnd(ctx, flow) {
  const {trace} = ctx;
  const at = flow.steps[flow.steps.length - 1];
  if (at.step !== (ctx.reverse ? 0 : trace.tokens.length - 1)) return '';
  const told = listParts(flow, at)
    .filter(({writer, share}) => writer !== null && share >= TOLD)
    .slice(0, MOST_PARTS)
    .map(({writer, share}, k) =>
      ctx.say(k ? 'parts' : 'part', {percent: ctx.percent(share), token: trace.tokens[writer ?? 0]}),
    );
  return told.length ? ctx.say('end', {list: told.join(', ')}) : '';
}

/**
 * @param {WatchContext} ctx
 * @param {MemoryFlow} flow
 */
function describe(ctx, flow) {
  const state = ctx.letter(flow.state);
  if (ctx.direction === 'backward') {
    const back = ctx.say('shows_back', {state});
    if (!ctx.companion) return back;
    /**
     * @param {Trace} trace
     * @param {string} name
     */
    const leftOf = ({norms}, name) => {
      const {values} = norms[name];
      return ctx.power(values[0] / ctx.referenceNorm(values));
    };
    const {trace, cell} = ctx.companion;
    const values = {
      own: leftOf(ctx.trace, `${ctx.layerName}.${flow.state}`),
      state,
      cell: ctx.text(cell.title),
      other: leftOf(trace, `${BESIDE}.${cell.output}`),
      output: ctx.letter(cell.output),
    };
    return `${back} ${ctx.say('beside', values)}`;
  }
  if (!flow.carried) return ctx.say('shows_replaced', {state});
  return ctx.say('shows', {state, end: describeEnd(ctx, flow)}).trim();
}

/**
 * @param {WatchContext} ctx
 * @param {MemoryFlow} flow
 */
function summarise(ctx, flow) {
  const {trace, followed} = ctx;
  const steps = trace.tokens.length;
  if (ctx.direction === 'backward') return summariseDecay(ctx);
  /** @param {number} t */
  const percentAt = (t) => followed.write(followed.at(trace, t));
  const longest = flow.steps.reduce((a, b) => (b.leaving > a.leaving ? b : a));
  return ctx
    .say(ctx.readOut ? 'summary' : 'summary_states', {
      steps,
      first: ctx.readOut ? percentAt(0) : '',
      last: ctx.readOut ? percentAt(steps - 1) : '',
      label: ctx.watchedLabel,
      state: ctx.letter(flow.state),
      token: trace.tokens[longest.step],
      step: longest.step + 1,
      end: flow.carried ? describeEnd(ctx, flow) : '',
    })
    .trim();
}

/**
 * @param {WatchContext} ctx
 * @param {MemoryFlow[]} flows
 * @param {number} x
 * @param {number} y
 * @param {string} axis
 * @returns {Hit | null}
 */
function hitTest(ctx, flows, x, y, axis) {
  const {trace, layerNames} = ctx;
  const step = Math.round(x);
  if (step < 0 || step >= trace.tokens.length) return null;
  const flow = flows[rowOfAxis(ctx, axis)];
  if (!flow || ctx.direction === 'backward') return {step};
  const layerName = layerNames[rowOfAxis(ctx, axis)];
  const way = isReverse(layerName) ? -1 : 1;
  const at = flow.steps.find((one) => one.step === step);
  if (!at) return {step};
  const after = way * (x - step) > WRITES;
  const one = {...flow, steps: [at]};
  const sections = layOutSections({...one, longest: flow.longest}, isReverse(layerName), 0);
  const {edges} = sections[after ? sections.length - 1 : 0];
  const k = flow.writers.findIndex((_, n) => y <= edges[n] && y > edges[n + 1]);
  if (k < 0) return {step};
  const [parts, length] = after ? [at.leavingParts, at.leaving] : [at.enteringParts, at.entering];
  const writer = flow.writers[k];
  const values = {
    step: step + 1,
    token: trace.tokens[step],
    state: ctx.letter(flow.state),
    percent: ctx.percent(parts[k] / length),
  };
  return {
    step,
    label:
      writer === null
        ? ctx.say('tip_earlier', {...values, by: (flow.writers[1] ?? 0) + 1})
        : ctx.say('tip', {...values, writer: trace.tokens[writer], by: writer + 1}),
  };
}

/**
 * @param {WatchContext} ctx
 * @param {MemoryFlow} flow
 * @returns {Table}
 */
function tabulate(ctx, flow) {
  const {trace, cell, layerName, reverse} = ctx;
  const state = ctx.letter(flow.state);
  return {
    head: [
      ctx.say('step'),
      ctx.say('token'),
      ...ctx.followed.heads,
      ctx.say('entering', {state}),
      ctx.say('kept'),
      ctx.say('written'),
      ctx.say('leaving', {state}),
      ctx.say('largest'),
      ctx.say('share'),
    ],
    rows: measureMemoryFlow(trace, cell, layerName, reverse).map(({step, ...length}) => {
      const at = flow.steps.find((one) => one.step === step); // parts are known of what is on screen
      const [largest] = at ? listParts(flow, at) : [];
      const writer = largest && (largest.writer === null ? ctx.say('earlier') : trace.tokens[largest.writer]);
      return [
        step + 1,
        trace.tokens[step],
        ...ctx.followed.cells(trace, step),
        ctx.magnitude(length.entering),
        ctx.magnitude(length.kept),
        ctx.magnitude(length.written),
        ctx.magnitude(length.leaving),
        writer ?? '–',
        largest ? ctx.percent(largest.share) : '–',
      ];
    }),
  };
}
