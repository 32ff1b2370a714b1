// Inside the cell: the cell of one step as a machine, every wire with the vector that runs through it.

import {computeCellGradients} from '../core/cell_gradients.js';
import {
  beginsEmpty,
  computeResults,
  findRoad,
  isUnitwise,
  listOperations,
  previousOf,
  scaleResults,
} from '../core/cell_operations.js';
import {colourScale, gradientShare, hueOf, inkOf, mixWithPaper, surface} from '../core/colours.js';
import {followedAt} from '../core/followed_answer.js';
import {sayWith} from '../core/locale.js';
import {meanOf, measureRows, normOf} from '../core/vectors.js';
import {listBeats, planBeats} from './cell_beats.js';
import {
  ARROW_HEAD as HEAD,
  LOWER,
  MIDDLE,
  placeOperations,
  ROAD,
  reversePath,
  shareColumn,
} from './diagram_layout.js';
import {cutToken} from './labels.js';

export const words = {
  en: {
    at: 'step {step}, “{token}”',
    shows:
      'Every line of a strip is one unit, at the same height in every strip: follow it through × and +. A gate is empty at 0 and full at 1; elsewhere white is 0 and violet is below it, full from {limits} on.',
    shows_gateless:
      'Every line of a strip is one unit, at the same height in every strip. White is 0 and violet is below it, full from {limits} on.',
    mean: 'mean {value}',
    next: 'next step',
    answer: '{percent} {label}',
    was: 'was {percent}',
    above: 'to the layer above',
    after: 'to what follows',
    below: 'from the layer below',
    forced: 'forced',
    unit: 'unit {unit}:',
    summary: 'Step {step}, “{token}”. {told} {list}.',
    arrive: 'Arrive',
    forget: 'Forget',
    write: 'Write',
    replace: 'Replace',
    read: 'Read',
    arrives: '“{token}” and the old {output} come in. Together they set {list}.',
    arrives_alone: '“{token}” comes in; the old {output} is still 0. It sets {list}.',
    arrives_only: '“{token}” comes in, and gives {list}.',
    forgets: 'The mean of {gate} is {mean}: of ‖{state}‖ = {before}, {kept} stays, {share}.',
    forgets_factor: 'The old {state} is multiplied by {mean}: of its length {before}, {kept} stays.',
    forgets_nothing: 'Nothing is let go: the old {state}, of length {before}, stays whole.',
    forgets_first: 'There is no old memory yet: nothing to let go.',
    writes: 'What is written has length {written}: ‖{state}‖ goes from {kept} to {after}.',
    replaces: 'Nothing goes straight through: ‖{state}‖ was {before} and is now {after}.',
    reads: 'What is handed on has length {after}. The answer goes from {was} to {now} {label}.',
    reads_first: 'What is handed on has length {after}. The answer: {now} {label}.',
    reads_up: 'What is handed to the layer above has length {after}.',
    reads_on: 'What is handed on has length {after}.',
    real: 'as it is {value}',
    shows_unit: 'Unit {unit} alone: the same wires, each with its number. A valve is as open as its gate.',
    look: 'Play runs a step in its beats. Drag a valve: the run goes on from there.',
    look_gateless: 'Play runs a step in its beats.',
    look_back: 'Which wires are dark? Step to the left: what a wire loses here, every step before it lacks.',
    next_back: 'from the next step',
    loss: 'from the loss',
    above_back: 'from the layer above',
    after_back: 'from what follows',
    back_gated:
      'The way back at “{token}”: as bright as the gradient is large (log scale, 12 powers of ten). On the road it is only multiplied by {gate}: of ‖∂L/∂{state}_t‖ = {now} that leaves {direct}. With what comes through the weights, {before} reaches the step before.',
    back_road:
      'The way back at “{token}”: as bright as the gradient is large (log scale, 12 powers of ten). Along the road ‖∂L/∂{state}_t‖ = {now} leaves {direct}. With what comes through the weights, {before} reaches the step before.',
    back_replaced:
      'The way back at “{token}”: as bright as the gradient is large (log scale, 12 powers of ten). There is no road: all of ‖∂L/∂{state}_t‖ = {now} must go through tanh′ and the weights, and {before} reaches the step before.',
    back_first:
      'The way back at “{token}”, the first step read: ‖∂L/∂{state}_t‖ = {now}. As bright as the gradient is large (log scale, 12 powers of ten).',
    quantity: 'quantity',
    average: 'mean',
    length: 'length',
    one: 'unit {unit}',
  },
  'pt-BR': {
    at: 'passo {step}, “{token}”',
    shows:
      'Cada linha de uma faixa é uma unidade, na mesma altura em todas as faixas: siga uma delas por × e +. Uma porta fica vazia em 0 e cheia em 1; no resto, branco é 0 e violeta é negativo, com a cor cheia a partir de {limits}.',
    shows_gateless:
      'Cada linha de uma faixa é uma unidade, na mesma altura em todas as faixas. Branco é 0 e violeta é negativo, com a cor cheia a partir de {limits}.',
    mean: 'média {value}',
    next: 'próximo passo',
    answer: '{percent} {label}',
    was: 'era {percent}',
    above: 'para a camada de cima',
    after: 'para o que vem depois',
    below: 'da camada de baixo',
    forced: 'forçado',
    unit: 'unidade {unit}:',
    summary: 'Passo {step}, “{token}”. {told} {list}.',
    arrive: 'Chega',
    forget: 'Esquece',
    write: 'Escreve',
    replace: 'Troca',
    read: 'Lê',
    arrives: '“{token}” e o {output} anterior entram. Juntos, definem {list}.',
    arrives_alone: '“{token}” entra; o {output} anterior ainda é 0. Ela define {list}.',
    arrives_only: '“{token}” entra e dá {list}.',
    forgets: 'A média de {gate} é {mean}: de ‖{state}‖ = {before} fica {kept}, {share}.',
    forgets_factor: 'O {state} anterior é multiplicado por {mean}: da norma {before} fica {kept}.',
    forgets_nothing: 'Nada se solta: o {state} anterior, de norma {before}, fica inteiro.',
    forgets_first: 'Ainda não há memória antiga: nada para soltar.',
    writes: 'O que se escreve tem norma {written}: ‖{state}‖ vai de {kept} a {after}.',
    replaces: 'Nada passa direto: ‖{state}‖ era {before} e agora é {after}.',
    reads: 'O que segue adiante tem norma {after}. A resposta vai de {was} a {now} {label}.',
    reads_first: 'O que segue adiante tem norma {after}. A resposta: {now} {label}.',
    reads_up: 'O que sobe para a camada de cima tem norma {after}.',
    reads_on: 'O que segue adiante tem norma {after}.',
    real: 'sem forçar {value}',
    shows_unit:
      'Só a unidade {unit}: os mesmos fios, cada um com o seu número. A válvula fica tão aberta quanto a porta.',
    look: 'O play roda o passo por partes. Arraste uma válvula: a rede continua a partir dali.',
    look_gateless: 'O play roda o passo por partes.',
    look_back:
      'Que fios estão apagados? Ande para a esquerda: o que um fio perde aqui falta a todos os passos anteriores.',
    next_back: 'do próximo passo',
    loss: 'da perda',
    above_back: 'da camada de cima',
    after_back: 'do que vem depois',
    back_gated:
      'O caminho de volta em “{token}”: tanto mais aceso quanto maior o gradiente (escala log, 12 potências de dez). Na estrada ele só é multiplicado por {gate}: de ‖∂L/∂{state}_t‖ = {now} restam {direct}. Com o que vem pelos pesos, {before} chega ao passo anterior.',
    back_road:
      'O caminho de volta em “{token}”: tanto mais aceso quanto maior o gradiente (escala log, 12 potências de dez). Pela estrada, de ‖∂L/∂{state}_t‖ = {now} restam {direct}. Com o que vem pelos pesos, {before} chega ao passo anterior.',
    back_replaced:
      'O caminho de volta em “{token}”: tanto mais aceso quanto maior o gradiente (escala log, 12 potências de dez). Não há estrada: todo o ‖∂L/∂{state}_t‖ = {now} precisa passar por tanh′ e pelos pesos, e {before} chega ao passo anterior.',
    back_first:
      'O caminho de volta em “{token}”, o primeiro passo lido: ‖∂L/∂{state}_t‖ = {now}. Tanto mais aceso quanto maior o gradiente (escala log, 12 potências de dez).',
    quantity: 'grandeza',
    average: 'média',
    length: 'norma',
    one: 'unidade {unit}',
  },
};

const STRIP = 30; // pixels across
const STRIP_LEAST = 50; // pixels down, where the window is low
const SPACING_LEAST = 0.8; // of the space between lanes, where it is lower still
const NUMBER = {width: 62, height: 34, room: 26}; // pixels: one unit's number, and more room between the lanes
const COLUMN = {least: 62, near: 100, most: 132};
const EXIT = 140; // pixels right of the last column
const TOP = 34; // above the upper lane's strips: their names
const RADIUS = 14; // of an operation's circle
const VALVE = RADIUS + 11; // from the middle of a circle to its valve
const LETTER = 8.4; // pixels a letter of a token
const LONGEST = 14; // letters of a token
const DIGITS = [2, 3, 4, 5];
/** @type {Record<string, string>} */
const SYMBOLS = {
  multiply: '×',
  add: '+',
  one_minus: '1−',
  tanh: 'tanh',
  affine: 'Σ',
  affine_sigmoid: 'σ',
  affine_tanh: 'tanh',
};

/** The signs whose notes the circles open. @type {Record<string, string>} */
const SIGNS = {multiply: '⊙', tanh: 'tanh', affine_sigmoid: 'σ', affine_tanh: 'tanh'};

/**
 * @typedef {ReturnType<typeof readCell>} Drawn
 * @typedef {ReturnType<typeof layOut>} Geometry
 */

/**
 * What runs through the cell at this step.
 * @param {WatchContext} ctx
 */
function readCell(ctx) {
  const {cell, trace, layerName, step, theme} = ctx;
  const operations = listOperations(cell);
  const before = ctx.previousStep(step);
  const results = computeResults(operations, trace, layerName, step, before);
  const scales = scaleResults(cell, operations, trace, layerName);
  const road = findRoad(operations, cell.states);
  /** @param {string} name */
  const nameResult = (name) => {
    const state = previousOf(name);
    if (state) return `${ctx.letter(state)}<sub>${ctx.reverse ? 't+1' : 't−1'}</sub>`;
    const own = operations.find((operation) => operation.name === name)?.title;
    if (own) return ctx.text(own);
    const letter = nameSignal(ctx, name);
    return cell.states.includes(name) ? `${letter}<sub>t</sub>` : letter;
  };
  return {
    operations,
    results,
    scales,
    byName: new Map(operations.map((operation) => [operation.name, operation])),
    road,
    unit: ctx.shownUnit,
    // The same step where nothing is forced.
    ghost: ctx.baselineTrace ? computeResults(operations, ctx.baselineTrace, layerName, step, before) : null,
    beatOf: planBeats(operations, cell.states, road),
    back:
      ctx.direction === 'backward'
        ? computeCellGradients(operations, trace, layerName, step, before, results)
        : null,
    // The longest vector that the road's state is in this run: as thick as its wire is at most.
    longest: road ? Math.max(...measureRows(trace.signals[`${layerName}.${road.state}`], normOf)) : 0,
    nameResult,
    hue: (/** @type {string} */ name) => hueOf(scales[name], theme),
    ink: (/** @type {string} */ name) => inkOf(scales[name], theme),
  };
}

/**
 * Where the lanes of a drawing lie whose strips are `height` pixels high and stand `spacing` of the usual apart: their
 * middles, the lower end of the lowest, the line below that all weights take, and how high it all is.
 * @param {WatchContext} ctx
 * @param {ReturnType<typeof placeOperations>['seats']} seats
 * @param {number[]} lanes
 * @param {number} height
 * @param {number} spacing
 */
function placeLanes(ctx, seats, lanes, height, spacing) {
  const gaps = {[ROAD]: height / 2 + 54 * spacing, [MIDDLE]: height / 2 + 70 * spacing};
  const more = isNear(ctx) ? NUMBER.room * spacing : 0;
  /** @type {number[]} */
  const middles = [];
  lanes.forEach((lane, k) => {
    const above = lanes[k - 1];
    if (above === undefined) middles[lane] = TOP + height / 2;
    else if (shareColumn(seats, above, lane) || (above === ROAD && lane === LOWER))
      middles[lane] = middles[above] + height + 50 * spacing + more;
    else middles[lane] = middles[above] + gaps[/** @type {0 | 1} */ (above)] + more;
  });
  const bottom = Math.max(...lanes.map((lane) => middles[lane])) + height / 2;
  const bus = bottom + 66 * spacing;
  return {middles, bottom, bus, total: bus + Math.max(54, 62 * spacing)};
}

/**
 * How high the strips are and how far apart the lanes, for a drawing that has so much room: lower strips first, then
 * less between the lanes, as far as all can still be read.
 * @param {number} usual the height of a strip
 * @param {number} least
 * @param {(height: number, spacing: number) => number} measure the height of it all, linear in both
 * @param {number | null} room
 * @returns {[height: number, spacing: number]}
 */
export function fitLanes(usual, least, measure, room) {
  const excess = room === null ? 0 : measure(usual, 1) - room;
  if (excess <= 0) return [usual, 1];
  const slope = measure(usual, 1) - measure(usual - 1, 1);
  const height = Math.max(least, Math.floor(usual - excess / slope));
  const over = measure(height, 1) - Number(room);
  const loose = measure(height, 1) - measure(height, SPACING_LEAST);
  return [height, over > 0 ? 1 - (1 - SPACING_LEAST) * Math.min(1, over / loose) : 1];
}

/**
 * The geometry of the drawing, in pixels.
 * @param {WatchContext} ctx
 * @param {Operation[]} operations
 */
function layOut(ctx, operations) {
  const {cell, width, layerName, unitOrders} = ctx;
  const {seats, columns, lanes} = placeOperations(operations, cell.states);
  const units = unitOrders[layerName].length;
  const near = isNear(ctx);
  const least = near ? COLUMN.near : COLUMN.least;
  const column = Math.min(COLUMN.most, Math.max(least, (width - EXIT) / columns));
  const [height, spacing] = fitLanes(
    // As many whole pixels a unit as there is room for.
    near ? NUMBER.height : Math.min(140, Math.max(72, units * Math.max(1, Math.round(112 / units)))),
    near ? NUMBER.height : STRIP_LEAST,
    (high, apart) => placeLanes(ctx, seats, lanes, high, apart).total,
    ctx.room,
  );
  const {middles, bottom, bus, total} = placeLanes(ctx, seats, lanes, height, spacing);
  const content = columns * column + EXIT;
  const left = Math.max(0, (width - content) / 2);
  return {
    seats,
    units,
    height,
    half: (isNear(ctx) ? NUMBER.width : STRIP) / 2,
    column,
    bottom,
    bus,
    total,
    left,
    right: left + columns * column,
    end: left + content - 6,
    full: Math.max(width, content),
    /** @param {number} k */
    across: (k) => left + (k + 0.5) * column,
    /** @param {string} name */
    middle: (name) => middles[seats[name].lane],
  };
}

/**
 * @param {WatchContext} context
 * @returns {DiagramFigure}
 */
export function drawCellDiagram(context) {
  const ctx = sayWith(context, words);
  const {trace, cell, theme, step} = ctx;
  const drawn = readCell(ctx);
  const unit = isNear(ctx) ? drawn.unit : ctx.unit;
  const geometry = layOut(ctx, drawn.operations);
  const beats = drawn.back ? [] : describeBeats(ctx, drawn);
  const back = drawn.back ? describeBack(ctx, drawn, drawn.back) : null;
  const gates = cell.signals.some(({kind}) => kind === 'gate');
  /** @type {DiagramFigure} */
  const drawing = {
    kind: 'diagram',
    width: geometry.full,
    scrolls: geometry.full > ctx.width,
    height: geometry.total,
    bands: [],
    marks: [],
    wires: [],
    strips: [],
    circles: [],
    valves: [],
    labels: [],
    beats,
    zoom: {depth: isNear(ctx) ? 2 : 1, x: geometry.full / 2},
    step,
    units: isNear(ctx) ? [drawn.unit] : ctx.unitOrders[ctx.layerName].slice(),
    numbers:
      unit === null || drawn.back
        ? []
        : [ctx.say('unit', {unit: unit + 1}), ...writeNumbers(ctx, drawn, unit)],
    aside: [ctx.layerTitle, ctx.say('at', {step: step + 1, token: trace.tokens[step]})]
      .filter(Boolean)
      .join(' · '),
    shows:
      back ??
      ctx.say(isNear(ctx) ? 'shows_unit' : gates ? 'shows' : 'shows_gateless', {
        limits: describeLimits(ctx, drawn),
        unit: drawn.unit + 1,
      }),
    symbols: true,
    look: ctx.say(drawn.back ? 'look_back' : gates && ctx.forcible ? 'look' : 'look_gateless'),
    legend: cell.signals.map((signal) => ({
      name: signal.letter,
      letter: signal.name,
      title: ctx.text(signal.title),
      colour: hueOf(signal, theme),
    })),
    summary: ctx.say('summary', {
      step: step + 1,
      token: trace.tokens[step],
      told: back ?? beats.map(({sentence}) => sentence).join(' '),
      list: cell.signals
        .map(({name, title}) => `${ctx.text(title)} ${ctx.number(meanOf(drawn.results[name]))}`)
        .join(', '),
    }),
    table: () => tabulate(ctx, drawn),
  };
  drawRoad(ctx, drawn, geometry, drawing);
  addParts(drawing, {beat: 0}, () => drawEntry(ctx, drawn, geometry, drawing));
  for (const operation of drawn.operations) {
    addParts(drawing, {beat: drawn.beatOf(operation.name), part: operation.name}, () => {
      if (isUnitwise(operation)) drawUnitwise(ctx, drawn, geometry, drawing, operation);
      else drawWeighted(ctx, drawn, geometry, drawing, operation);
    });
  }
  addParts(drawing, {beat: listBeats(drawn.road).length - 1}, () => drawExits(ctx, drawn, geometry, drawing));
  const write = drawn.back ? ctx.power : unit === null ? ctx.number : chooseDigits(ctx, drawn, unit).write;
  for (const name of Object.keys(geometry.seats))
    addParts(drawing, {beat: drawn.beatOf(name), part: previousOf(name) ?? name}, () =>
      drawStrip(ctx, drawn, geometry, drawing, name, write),
    );
  if (drawn.back) for (const wire of drawing.wires) if (wire.arrow) wire.path = reversePath(wire.path);
  return drawing;
}

/**
 * A state that goes straight to the next step has a road of its own.
 * @param {WatchContext} ctx
 * @param {Drawn} drawn
 * @param {Geometry} geometry
 * @param {DiagramFigure} drawing
 */
function drawRoad({theme}, {road}, {height, left, end}, {bands}) {
  if (!road) return;
  bands.push({
    x: left + 2,
    y: 4,
    width: end - left,
    height: TOP + height + 6,
    radius: 12,
    colour: surface(theme).faint,
  });
}

/**
 * The word and the states that all weights take: one line that runs below everything that takes weights.
 * @param {WatchContext} ctx
 * @param {Drawn} drawn
 * @param {Geometry} geometry
 * @param {DiagramFigure} drawing
 */
function drawEntry(ctx, drawn, geometry, {wires, labels}) {
  const {operations, hue} = drawn;
  const {trace, step, theme, layerName} = ctx;
  const paint = surface(theme);
  const {seats, bus, bottom, across, left, middle, height} = geometry;
  const fed = operations.filter(
    (operation) => !isUnitwise(operation) && operation.inputs.some((input) => isEntry(input)),
  );
  const sources = [...new Set(fed.flatMap(({inputs}) => inputs))].filter((input) => previousOf(input));
  const last = Math.max(...fed.map(({name}) => across(seats[name].column)));
  const lowest = layerName.startsWith('layers.0');
  const token = lowest ? cutToken(trace.tokens[step], LONGEST) : ctx.say('below');
  const half = (LETTER * Math.min(lowest ? LONGEST : 40, token.length)) / 2 + 11;
  const centre = Math.max(left + half + 4, across(0) + 0.35 * geometry.column);
  const start = Math.min(centre, ...sources.map((source) => across(seats[source].column)));
  const light = (/** @type {string} */ colour, /** @type {string} */ name) =>
    lightWire(ctx, drawn, colour, drawn.back?.results[name]);
  wires.push({
    path: `M${px(start)} ${px(bus)}H${px(last)}`,
    width: 3,
    colour: drawn.back ? paint.line : hueOf({role: 'hidden'}, theme),
    arrow: false,
  });
  for (const source of sources) {
    const x = across(seats[source].column);
    wires.push({
      part: previousOf(source) ?? source,
      path: `M${px(x)} ${px(middle(source) + height / 2)}V${px(bus)}`,
      width: 3,
      colour: light(hue(source), source),
      arrow: false,
    });
  }
  wires.push({
    part: 'x',
    path: `M${px(centre)} ${px(bus + 36)}V${px(bus + 4)}`,
    width: 2,
    colour: paint.ink,
    arrow: true,
  });
  labels.push({
    x: centre,
    y: bus + 48, // below the means, which it may reach under
    part: 'x',
    letter: 'x',
    text: token,
    size: 14,
    colour: paint.ink,
    anchor: 'middle',
    pill: true,
  });
  for (const {name} of fed) {
    const x = across(seats[name].column);
    wires.push({
      path: `M${px(x)} ${px(bus)}V${px(bottom + 38)}`,
      width: 2,
      colour: light(paint.quiet, name),
      arrow: false,
    });
  }
}

/**
 * An operation that takes weights: its strip stands on the circle of its squashing function.
 * @param {WatchContext} ctx
 * @param {Drawn} drawn
 * @param {Geometry} geometry
 * @param {DiagramFigure} drawing
 * @param {Operation} operation
 */
function drawWeighted(ctx, drawn, geometry, {wires, circles, labels}, {name, kind, inputs}) {
  const {hue, ink, scales, results, nameResult} = drawn;
  const {seats, across, bottom, bus, middle, column, height, half} = geometry;
  const x = across(seats[name].column);
  const entering = inputs.some(isEntry);
  if (entering) {
    circles.push({
      x,
      y: bottom + 26,
      radius: kind === 'affine_tanh' ? 14 : 12,
      colour: hue(name),
      text: SYMBOLS[kind] ?? 'ƒ',
      letter: SIGNS[kind],
    });
    wires.push({
      path: `M${px(x)} ${px(bottom + 14)}V${px(bottom + HEAD)}`,
      width: 2,
      colour: lightWire(ctx, drawn, hue(name), drawn.back?.results[name]),
      arrow: true,
    });
  }
  for (const input of inputs.filter((one) => !isEntry(one))) {
    const from = across(seats[input].column) + half;
    const [start, end] = [middle(input), middle(name)];
    const bend = start === end ? '' : `H${px(x - column / 2)}V${px(end)}`;
    wires.push({
      part: input,
      path: `M${px(from)} ${px(start)}${bend}H${px(x - half - HEAD)}`,
      width: 2,
      colour: lightWire(ctx, drawn, hue(input), drawn.back?.results[name]),
      arrow: true,
    });
  }
  const label = {size: 15, colour: ink(name), pill: false};
  const letter = letterOf(ctx, name);
  if (entering)
    labels.push({
      ...label,
      letter,
      x: x + 17,
      y: bottom + 27,
      text: `<b>${nameResult(name)}</b>`,
      anchor: 'start',
    });
  else
    labels.push({
      ...label,
      letter,
      x,
      y: middle(name) + height / 2 + 16,
      text: `<b>${nameResult(name)}</b>`,
      anchor: 'middle',
    });
  if (!scales[name].gate) return;
  // Two lines where a column is too narrow for one.
  const mean = ctx.say('mean', {value: ctx.number(meanOf(results[name]))});
  for (const [k, text] of (column < 88 ? mean.split(' ') : [mean]).entries())
    labels.push({...label, size: 12.5, x, y: bus + 15 + 15 * k, text, anchor: 'middle'});
}

/**
 * An operation that works unit by unit: a circle, the wires into it, a valve where a gate multiplies.
 * @param {WatchContext} ctx
 * @param {Drawn} drawn
 * @param {Geometry} geometry
 * @param {DiagramFigure} drawing
 * @param {Operation} operation
 */
function drawUnitwise(ctx, drawn, geometry, {wires, circles, valves}, operation) {
  const {results, scales, hue} = drawn;
  const {seats, across, middle, height, half} = geometry;
  const {name, kind, inputs, setting} = operation;
  const seat = seats[name];
  const x = across(Number(seat.circle));
  const y = middle(name);
  const gate = kind === 'multiply' ? inputs.find((input) => scales[input].gate) : undefined;
  const radius = kind === 'tanh' || kind === 'scale' ? RADIUS + 4 : RADIUS;
  for (const input of inputs) {
    const colour = lightWire(ctx, drawn, hue(input), drawn.back?.handed(operation, input));
    const width = measureWire(drawn, input);
    const [from, start] = [across(seats[input].column), middle(input)];
    // What stands in the lower lane leaves at its top, all else to the right.
    const rising = seats[input].lane === LOWER && seat.lane !== LOWER;
    const straight = start === y;
    const upward = rising ? from === x : start > y;
    const path = rising
      ? `M${px(from)} ${px(start - height / 2)}V${px(y + (upward ? radius + HEAD : 0))}${upward ? '' : `H${px(x - radius - HEAD)}`}`
      : `M${px(from + half)} ${px(start)}H${px(straight ? x - radius - HEAD : x)}${straight ? '' : `V${px(y + (upward ? 1 : -1) * (radius + HEAD))}`}`;
    wires.push({part: previousOf(input) ?? input, path, width, colour, arrow: true});
    if (gate && input !== gate) {
      const sideways = straight || (rising && !upward);
      const signal = `${ctx.layerName}.${gate}`;
      const near = isNear(ctx);
      /** @param {Float64Array} values */
      const measure = (values) => (near ? values[drawn.unit] : meanOf(values));
      valves.push({
        part: gate,
        x: sideways ? x - VALVE : x,
        y: sideways ? y : y + (upward ? VALVE : -VALVE),
        length: near ? 44 : 36,
        upright: sideways,
        opening: measure(results[gate]),
        ghost: drawn.ghost ? measure(drawn.ghost[gate]) : null,
        colour: hue(gate),
        signal: signal in ctx.trace.signals ? signal : null,
        unit: near ? drawn.unit : null,
      });
    }
  }
  wires.push({
    path: `M${px(x + radius)} ${px(y)}H${px(across(seat.column) - half - HEAD)}`,
    width: measureWire(drawn, name),
    colour: lightWire(ctx, drawn, hue(name), drawn.back?.results[name]),
    arrow: true,
  });
  const factor = ctx.trace.settings[setting];
  const text = kind === 'scale' ? `×${ctx.number(factor)}` : setting && factor === 1 ? 'ReLU' : SYMBOLS[kind];
  const colour = gate ? hue(gate) : surface(ctx.theme).ink;
  circles.push({
    x,
    y,
    radius,
    colour,
    text,
    part: gate,
    letter: text === SYMBOLS[kind] ? SIGNS[kind] : undefined,
  });
}

/**
 * What goes on: the states to the next step, the output to the readout or to the layer above.
 * @param {WatchContext} ctx
 * @param {Drawn} drawn
 * @param {Geometry} geometry
 * @param {DiagramFigure} drawing
 */
function drawExits(ctx, drawn, geometry, {wires, labels}) {
  const {cell, theme} = ctx;
  const {hue, ink} = drawn;
  const {seats, across, middle, right, end, height, half} = geometry;
  const paint = surface(theme);
  for (const state of cell.states) {
    const y = middle(state);
    wires.push({
      part: state,
      path: `M${px(across(seats[state].column) + half)} ${px(y)}H${px(end - 4 - HEAD)}`,
      width: measureWire(drawn, state),
      colour: lightWire(ctx, drawn, hue(state), drawn.back?.results[state]),
      arrow: true,
    });
    labels.push({
      x: end - 8,
      y: y - 14,
      text: ctx.say(drawn.back ? 'next_back' : 'next'),
      size: 12,
      colour: ink(state),
      anchor: 'end',
      pill: false,
    });
  }
  const y = middle(cell.output);
  const x = right + EXIT / 2 - 10;
  const below = Math.max(y + 54, seats[cell.output].lane === ROAD ? y + height / 2 + 32 : 0);
  wires.push({
    part: cell.output,
    path: `M${px(x)} ${px(y)}V${px(below - 14)}`,
    width: 2,
    colour: paint.quiet,
    arrow: true,
  });
  const lines = drawn.back
    ? [ctx.say(!isHighest(ctx) ? 'above_back' : ctx.readOut ? 'loss' : 'after_back')]
    : answerOf(ctx);
  lines.forEach((text, k) => {
    const strong = k === 0;
    labels.push({
      x,
      y: below + 20 * k,
      text: strong ? `<b>${text}</b>` : text,
      size: strong ? 15 : 12.5,
      colour: strong ? paint.ink : paint.quiet,
      anchor: 'middle',
      pill: false,
    });
  });
}

/**
 * Whether the layer hands its output to the answer.
 * @param {WatchContext} ctx
 */
function isHighest({layerName, layerNames}) {
  const depth = (/** @type {string} */ name) => name.split('.')[1];
  return depth(layerName) === depth(layerNames[layerNames.length - 1]);
}

/**
 * What is followed of the answer, at any step: the class that this step shows, or a number.
 * @param {WatchContext} ctx
 * @returns {(step: number) => string}
 */
function answerAt({trace, step, followed, shownClass}) {
  return (at) => followed.write(followedAt(trace, at, shownClass(step)));
}

/**
 * The answer at this step and at the one before.
 * @param {WatchContext} ctx
 */
function answerOf(ctx) {
  const {step, predictions} = ctx;
  if (!isHighest(ctx)) return [ctx.say('above')];
  if (!ctx.readOut) return [ctx.say('after')];
  const at = answerAt(ctx);
  const label = ctx.followed.numeric ? '' : cutToken(ctx.followed.nameAt(step), LONGEST);
  const answer = ctx.say('answer', {percent: at(step), label}).trim();
  return step > 0 && !predictions ? [answer, ctx.say('was', {percent: at(step - 1)})] : [answer];
}

/**
 * One vector: a line a unit, and the unit that was chosen with its number.
 * @param {WatchContext} ctx
 * @param {Drawn} drawn
 * @param {Geometry} geometry
 * @param {DiagramFigure} drawing
 * @param {string} name
 * @param {(value: number) => string} write
 */
function drawStrip(ctx, drawn, geometry, {strips, labels, marks}, name, write) {
  const {trace, theme, layerName, unit, step} = ctx;
  const {seats, across, middle, height, half} = geometry;
  const {results, scales, ink, hue, nameResult, ghost} = drawn;
  const near = isNear(ctx);
  const order = near ? [drawn.unit] : ctx.unitOrders[layerName];
  const values = (drawn.back?.results ?? results)[name];
  const colourOf = colourScale(scales[name], [], theme, drawn.back ? ctx.largestGradient : null);
  const [x, top] = [across(seats[name].column), middle(name) - height / 2];
  const signal = `${layerName}.${name}`;
  strips.push({
    left: x - half,
    top,
    width: 2 * half,
    height,
    bitmap: {
      width: 1,
      height: order.length,
      pixels: Uint32Array.from(order, (k) => colourOf(values[k])),
    },
    colour: hue(name),
    name,
    signal: signal in trace.signals ? signal : null,
  });
  /** @type {Omit<DiagramLabel, 'y' | 'text' | 'size' | 'colour'>} */
  const middleLabel = {x, anchor: 'middle', pill: false};
  if (seats[name].lane !== LOWER || previousOf(name))
    labels.push({
      ...middleLabel,
      letter: letterOf(ctx, previousOf(name) ?? name),
      y: top - 12,
      text: `<b>${nameResult(name)}</b>`,
      size: 15,
      colour: ink(name),
    });
  const forced = trace.interventions.some(
    (one) =>
      one.signal === signal &&
      (one.step === null || one.step === step) &&
      (one.unit === null || one.unit === drawn.unit),
  );
  const below = [];
  if (forced) below.push({text: ctx.say('forced'), colour: ink(name)});
  const real = ghost?.[name][drawn.unit];
  if (near && !drawn.back && real !== undefined && write(real) !== write(results[name][drawn.unit]))
    below.push({text: ctx.say('real', {value: write(real)}), colour: surface(theme).quiet});
  // A wire leaves below what stands beside the entry.
  const side = previousOf(name) && seats[name].lane === LOWER;
  below.forEach((line, k) => {
    const y = top + height + 10 + 14 * k;
    const aside = {...line, x: x + 6, size: 11.5, anchor: 'start', pill: false};
    if (side) labels.push({...aside, y});
    // Its function stands below, its wire leaves above.
    else if (near && seats[name].lane === LOWER) labels.push({...aside, y: top - 10 - 14 * k});
    else labels.push({...middleLabel, ...line, y, size: 11.5});
  });
  const paint = surface(theme);
  if (near) {
    const text = `<b>${write(values[drawn.unit])}</b>`;
    const size = drawn.back ? 10 : 15;
    labels.push({...middleLabel, y: middle(name), text, size, colour: paint.ink});
    return;
  }
  if (unit === null) return;
  const y = top + ((order.indexOf(unit) + 0.5) / order.length) * height;
  const mark = {y: y - 1.5, height: 3, radius: 1.5, colour: paint.ink};
  marks.push({...mark, x: x - half - 8, width: 7}, {...mark, x: x + half + 1, width: 5});
  labels.push({
    x: x + half + 8,
    y: Math.abs(y - middle(name)) < 13 ? middle(name) - 13 : y, // above the wire that leaves there
    text: write(values[unit]),
    size: 12,
    colour: paint.ink,
    anchor: 'start',
    pill: false,
  });
}

/**
 * A wire's colour: its own, or on the way back as bright as the gradient that goes through it.
 * @param {WatchContext} ctx
 * @param {Drawn} drawn
 * @param {string} colour
 * @param {Float64Array | undefined} gradient
 */
function lightWire({theme, largestGradient}, {back}, colour, gradient) {
  if (!back || !gradient) return colour;
  return mixWithPaper(colour, Math.max(0.06, gradientShare(normOf(gradient), largestGradient)), theme);
}

/**
 * What happens to the gradient at this step.
 * @param {WatchContext} ctx
 * @param {Drawn} drawn
 * @param {NonNullable<Drawn['back']>} back
 */
function describeBack(ctx, {road, byName, scales}, back) {
  const {cell, trace, step} = ctx;
  const state = road?.state ?? cell.output;
  const values = {
    state: ctx.letter(state),
    token: trace.tokens[step],
    now: ctx.power(normOf(back.results[state])),
    before: ctx.power(normOf(back.results[`${state}_prev`] ?? new Float64Array(1))),
  };
  if (isFirst(ctx) && !trace.grad_initial) return ctx.say('back_first', values);
  if (!road) return ctx.say('back_replaced', values);
  const operation = byName.get(road.kept === road.previous ? road.state : road.kept);
  const gate = road.keep?.inputs.find((input) => scales[input].gate);
  return ctx.say(gate ? 'back_gated' : 'back_road', {
    ...values,
    gate: gate && nameSignal(ctx, gate),
    direct: operation ? ctx.power(normOf(back.handed(operation, road.previous))) : values.now,
  });
}

/**
 * The letter of a signal; of what is no signal, its name.
 * @param {WatchContext} ctx
 * @param {string} name
 */
const nameSignal = ({cell, letter}, name) =>
  cell.signals.some((signal) => signal.name === name) ? letter(name) : name;

/**
 * What the note on a result is about: its signal; nothing where it is none.
 * @param {WatchContext} ctx
 * @param {string} name
 */
const letterOf = ({cell}, name) => cell.signals.find((signal) => signal.name === name)?.name;

/**
 * Whether the step on screen is the first that the layer read.
 * @param {WatchContext} ctx
 */
const isFirst = ({trace, previousStep, step}) => !(previousStep(step) in trace.tokens);

/** @param {WatchContext} ctx */
const isNear = ({level}) => level === 'unit';

/**
 * The beats of this step, each with a sentence of its own numbers.
 * @param {WatchContext} ctx
 * @param {Drawn} drawn
 */
function describeBeats(ctx, drawn) {
  const {cell, trace, step} = ctx;
  const {road, results, scales, operations} = drawn;
  const state = road?.state ?? cell.output;
  const old = results[road?.previous ?? `${state}_prev`];
  const before = old ? normOf(old) : 0;
  const after = normOf(results[state]);
  const values = {
    state: ctx.letter(state),
    before: ctx.magnitude(before),
    after: ctx.magnitude(after),
  };
  /** @type {Record<string, () => string>} */
  const sentences = {
    arrive() {
      const computed = operations.filter(
        (operation) => !isUnitwise(operation) && drawn.beatOf(operation.name) === 0,
      );
      const list = computed
        .map(({name}) =>
          scales[name].gate
            ? `${nameSignal(ctx, name)} (${ctx.number(meanOf(results[name]))})`
            : nameSignal(ctx, name),
        )
        .join(', ');
      const sources = new Set(
        computed
          .flatMap(({inputs}) => inputs)
          .map(previousOf)
          .filter(Boolean),
      );
      const key =
        sources.size === 0
          ? 'arrives_only'
          : isFirst(ctx) && beginsEmpty(trace, ctx.layerName)
            ? 'arrives_alone'
            : 'arrives';
      return ctx.say(key, {
        token: trace.tokens[step],
        output: [...sources].map((name) => ctx.letter(String(name))).join(', '),
        list: list || ctx.letter(state),
      });
    },
    forget() {
      if (!road) return '';
      if (before === 0) return ctx.say('forgets_first');
      if (!road.keep) return ctx.say('forgets_nothing', values);
      const left = normOf(results[road.kept]);
      const told = {...values, kept: ctx.magnitude(left), share: ctx.percent(left / before)};
      if (road.keep.kind === 'scale')
        return ctx.say('forgets_factor', {...told, mean: ctx.number(trace.settings[road.keep.setting])});
      const gate = road.keep.inputs.find((input) => scales[input].gate) ?? road.kept;
      return ctx.say('forgets', {
        ...told,
        gate: nameSignal(ctx, gate),
        mean: ctx.number(meanOf(results[gate])),
      });
    },
    write() {
      if (!road) return '';
      return ctx.say('writes', {
        ...values,
        kept: ctx.magnitude(normOf(results[road.kept])),
        written: ctx.magnitude(normOf(results[road.written])),
      });
    },
    replace: () => ctx.say('replaces', values),
    read() {
      const told = {after: ctx.magnitude(normOf(results[cell.output]))};
      if (!isHighest(ctx)) return ctx.say('reads_up', told);
      if (!ctx.readOut) return ctx.say('reads_on', told);
      const at = answerAt(ctx);
      const named = {...told, now: at(step), label: ctx.followed.nameAt(step)};
      return step > 0 && !ctx.predictions
        ? ctx.say('reads', {...named, was: at(step - 1)})
        : ctx.say('reads_first', named);
    },
  };
  return listBeats(road).map((name) => ({title: ctx.say(name), sentence: sentences[name]()}));
}

/**
 * Let what a function draws come with a beat, and be a part of what it shows unless it says of what else.
 * @param {DiagramFigure} drawing
 * @param {Timed} shared
 * @param {() => void} draw
 */
function addParts({wires, strips, circles, valves, labels, marks}, {beat, part}, draw) {
  /** @type {Timed[][]} */
  const lists = [wires, strips, circles, valves, labels, marks];
  const before = lists.map((list) => list.length);
  draw();
  lists.forEach((list, k) => {
    for (const one of list.slice(before[k])) Object.assign(one, {beat}, one.part || !part ? {} : {part});
  });
}

/**
 * The value at which the colours of each state are full.
 * @param {WatchContext} ctx
 * @param {Drawn} drawn
 */
function describeLimits(ctx, {scales, operations}) {
  const shown = [...new Set(operations.map(({name}) => name))].filter(
    (name) => !scales[name].gate && findState(ctx.cell, name),
  );
  return shown.map((name) => `±${ctx.number(scales[name].high)} (${name})`).join(', ');
}

/**
 * @param {Cell} cell
 * @param {string} name
 */
const findState = ({signals}, name) =>
  signals.find((signal) => signal.name === name && signal.kind !== 'candidate');

/**
 * How the numbers of a unit are written: with as many digits as make the sums add up as they stand there.
 * @param {WatchContext} ctx
 * @param {Drawn} drawn
 * @param {number} unit
 */
function chooseDigits(ctx, {operations, results}, unit) {
  /**
   * @param {number} value
   * @param {number} digits
   */
  const round = (value, digits) => Number(value.toFixed(digits));
  /** @param {number} digits */
  const addsUp = (digits) =>
    operations
      .filter(({kind}) => kind === 'add')
      .every(({name, inputs}) => {
        const [a, b] = inputs.map((input) => round(results[input][unit], digits));
        return round(a + b, digits) === round(results[name][unit], digits);
      });
  const digits = DIGITS.find(addsUp) ?? DIGITS[0];
  const format = new Intl.NumberFormat(ctx.language, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return {
    /** @param {number} value */
    round: (value) => round(value, digits),
    /**
     * @param {number} value
     * @param {boolean} [brackets]
     */
    write(value, brackets = false) {
      const rounded = round(value, digits);
      const text = `${rounded < 0 ? '−' : ''}${format.format(Math.abs(rounded))}`;
      return brackets && rounded < 0 ? `(${text})` : text;
    },
  };
}

/**
 * One unit's equations with its numbers; ≈ where the numbers as they are written give another last digit.
 * @param {WatchContext} ctx
 * @param {Drawn} drawn
 * @param {number} unit
 */
function writeNumbers(ctx, drawn, unit) {
  const {operations, results, nameResult} = drawn;
  const {round, write} = chooseDigits(ctx, drawn, unit);
  return operations.filter(isUnitwise).map(({name, kind, inputs, setting}) => {
    const factor = ctx.trace.settings[setting];
    const [a, b = a] = inputs.map((input) => round(results[input][unit]));
    /** @type {Record<string, () => [text: string, value: number]>} */
    const told = {
      multiply: () => [`${write(a, true)} · ${write(b, true)}`, a * b],
      add: () => [`${write(a)} + ${write(b, true)}`, a + b],
      one_minus: () => [`1 − ${write(a, true)}`, 1 - a],
      scale: () => [`${ctx.number(factor)} · ${write(a, true)}`, factor * a],
      tanh: () =>
        factor === 1 ? [`max(0, ${write(a)})`, Math.max(0, a)] : [`tanh(${write(a)})`, Math.tanh(a)],
    };
    const [text, shown] = told[kind]();
    const result = results[name][unit];
    const equal = round(shown) === round(result) ? '=' : '≈';
    return `${nameResult(name)} = ${text} ${equal} ${write(result)}`;
  });
}

/**
 * How thick a wire is: on a state's road by the length of its vector, so that it narrows where a gate closes.
 * @param {Drawn} drawn
 * @param {string} name
 */
function measureWire({road, results, longest}, name) {
  if (!road || ![road.state, road.previous, road.kept, road.written].includes(name)) return 3;
  const largest = Math.max(normOf(results[road.written]), longest);
  return largest > 0 ? Number((1.5 + 9 * (normOf(results[name]) / largest)).toFixed(2)) : 1.5;
}

/**
 * @param {WatchContext} ctx
 * @param {Drawn} drawn
 * @returns {Table}
 */
function tabulate(ctx, {results, nameResult}) {
  const {unit} = ctx;
  return {
    head: [
      ctx.say('quantity'),
      ctx.say('average'),
      ctx.say('length'),
      ...(unit === null ? [] : [ctx.say('one', {unit: unit + 1})]),
    ],
    rows: Object.entries(results).map(([name, values]) => [
      nameResult(name).replace(/<sub>(.*)<\/sub>/, '_$1'),
      ctx.number(meanOf(values)),
      ctx.magnitude(normOf(values)),
      ...(unit === null ? [] : [ctx.number(values[unit])]),
    ]),
  };
}

/** @param {string} input */
const isEntry = (input) => input === 'x' || previousOf(input) !== null;

/** @param {number} value */
const px = (value) => Math.round(value * 10) / 10;
