// Inside the cell: the cell of one step as a machine, every wire with the vector that runs through it.

import {findSignal} from '../core/catalog.js';
import {
  computeResults,
  findRoad,
  isUnitwise,
  listOperations,
  previousOf,
  scaleResults,
} from '../core/cell_operations.js';
import {colourScale, hueOf, inkOf, surface} from '../core/colours.js';
import {sayWith} from '../core/locale.js';
import {meanOf, measureRows, normOf} from '../core/vectors.js';
import {ARROW_HEAD as HEAD, LOWER, MIDDLE, placeOperations, ROAD, shareColumn} from './diagram_layout.js';
import {cutToken} from './labels.js';

export const words = {
  en: {
    at: 'step {step}, “{token}”',
    gated:
      'At “{token}” the mean of {gate} ({title}) is {mean}: the old memory keeps {kept} of its length, ‖{gate} ⊙ {state}‖ / ‖{state}‖, and what is written has length {written}.',
    scaled:
      'At “{token}” the old memory is multiplied by {factor}, and what is added to it has length {written}.',
    whole: 'At “{token}” the old memory is kept whole, and what is added to it has length {written}.',
    first: 'At “{token}” there is no old memory yet; what is written has length {written}.',
    replaced:
      'At “{token}” {state} is computed anew from the word and the old {state}: nothing goes straight through. Its length was {before} and is {after}.',
    look: 'Every line of a strip is one unit, at the same height in every strip: follow it through × and +. A gate is empty at 0 and full at 1; elsewhere white is 0 and violet is below it, full from {limits} on.',
    look_gateless:
      'Every line of a strip is one unit, at the same height in every strip. White is 0 and violet is below it, full from {limits} on.',
    mean: 'mean {value}',
    next: 'next step',
    answer: '{percent} {label}',
    was: 'was {percent}',
    above: 'to the layer above',
    below: 'from the layer below',
    forced: 'forced',
    unit: 'unit {unit}:',
    summary: 'Step {step}, “{token}”. {sentence} {list}.',
    readout: 'The answer is {answer}.',
    quantity: 'quantity',
    average: 'mean',
    length: 'length',
    one: 'unit {unit}',
  },
  'pt-BR': {
    at: 'passo {step}, “{token}”',
    gated:
      'Em “{token}”, a média de {gate} ({title}) é {mean}: a memória antiga fica com {kept} da sua norma, ‖{gate} ⊙ {state}‖ / ‖{state}‖, e o que se escreve tem norma {written}.',
    scaled:
      'Em “{token}”, a memória antiga é multiplicada por {factor}, e o que se soma a ela tem norma {written}.',
    whole: 'Em “{token}”, a memória antiga fica inteira, e o que se soma a ela tem norma {written}.',
    first: 'Em “{token}” ainda não há memória antiga; o que se escreve tem norma {written}.',
    replaced:
      'Em “{token}”, {state} é calculado de novo a partir da palavra e do {state} anterior: nada passa direto. A norma era {before} e agora é {after}.',
    look: 'Cada linha de uma faixa é uma unidade, na mesma altura em todas as faixas: siga uma delas por × e +. Uma porta fica vazia em 0 e cheia em 1; no resto, branco é 0 e violeta é negativo, com a cor cheia a partir de {limits}.',
    look_gateless:
      'Cada linha de uma faixa é uma unidade, na mesma altura em todas as faixas. Branco é 0 e violeta é negativo, com a cor cheia a partir de {limits}.',
    mean: 'média {value}',
    next: 'próximo passo',
    answer: '{percent} {label}',
    was: 'era {percent}',
    above: 'para a camada de cima',
    below: 'da camada de baixo',
    forced: 'forçado',
    unit: 'unidade {unit}:',
    summary: 'Passo {step}, “{token}”. {sentence} {list}.',
    readout: 'A resposta é {answer}.',
    quantity: 'grandeza',
    average: 'média',
    length: 'norma',
    one: 'unidade {unit}',
  },
};

const STRIP = 30; // pixels across
const COLUMN = {least: 62, most: 132};
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
    if (state) return `${state}<sub>${ctx.reverse ? 't+1' : 't−1'}</sub>`;
    const own = operations.find((operation) => operation.name === name)?.title;
    if (own) return ctx.text(own);
    return cell.states.includes(name) ? `${name}<sub>t</sub>` : name;
  };
  return {
    operations,
    results,
    scales,
    byName: new Map(operations.map((operation) => [operation.name, operation])),
    road,
    // The longest vector that the road's state is in this run: as thick as its wire is at most.
    longest: road ? Math.max(...measureRows(trace.signals[`${layerName}.${road.state}`], normOf)) : 0,
    nameResult,
    hue: (/** @type {string} */ name) => hueOf(scales[name], theme),
    ink: (/** @type {string} */ name) => inkOf(scales[name], theme),
  };
}

/**
 * The geometry of the drawing, in pixels.
 * @param {WatchContext} ctx
 * @param {Operation[]} operations
 */
function layOut({cell, width, layerName, unitOrders}, operations) {
  const {seats, columns, lanes} = placeOperations(operations, cell.states);
  const units = unitOrders[layerName].length;
  // As many whole pixels a unit as there is room for.
  const height = Math.min(140, Math.max(72, units * Math.max(1, Math.round(112 / units))));
  const column = Math.min(COLUMN.most, Math.max(COLUMN.least, (width - EXIT) / columns));
  const gaps = {[ROAD]: height / 2 + 54, [MIDDLE]: height / 2 + 70};
  /** @type {number[]} */
  const middles = [];
  lanes.forEach((lane, k) => {
    const above = lanes[k - 1];
    if (above === undefined) middles[lane] = TOP + height / 2;
    else
      middles[lane] =
        middles[above] +
        (shareColumn(seats, above, lane) || (above === ROAD && lane === LOWER)
          ? height + 50
          : gaps[/** @type {0 | 1} */ (above)]);
  });
  const bottom = Math.max(...lanes.map((lane) => middles[lane])) + height / 2;
  const content = columns * column + EXIT;
  const left = Math.max(0, (width - content) / 2);
  return {
    seats,
    units,
    height,
    column,
    bottom,
    bus: bottom + 66,
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
  const {trace, cell, theme, step, unit} = ctx;
  const drawn = readCell(ctx);
  const geometry = layOut(ctx, drawn.operations);
  const sentence = describeStep(ctx, drawn);
  const gates = cell.signals.some(({kind}) => kind === 'gate');
  /** @type {DiagramFigure} */
  const drawing = {
    kind: 'diagram',
    width: geometry.full,
    scrolls: geometry.full > ctx.width,
    height: geometry.bus + 62,
    bands: [],
    marks: [],
    wires: [],
    strips: [],
    circles: [],
    valves: [],
    labels: [],
    step,
    units: ctx.unitOrders[ctx.layerName].slice(),
    numbers: unit === null ? [] : [ctx.say('unit', {unit: unit + 1}), ...writeNumbers(ctx, drawn, unit)],
    aside: [ctx.layerTitle, ctx.say('at', {step: step + 1, token: trace.tokens[step]})]
      .filter(Boolean)
      .join(' · '),
    shows: sentence,
    symbols: true,
    look: ctx.say(gates ? 'look' : 'look_gateless', {limits: describeLimits(ctx, drawn)}),
    legend: cell.signals.map((signal) => ({
      name: signal.name,
      title: ctx.text(signal.title),
      colour: hueOf(signal, theme),
    })),
    summary: ctx.say('summary', {
      step: step + 1,
      token: trace.tokens[step],
      sentence,
      list: cell.signals
        .map(({name, title}) => `${ctx.text(title)} ${ctx.number(meanOf(drawn.results[name]))}`)
        .join(', '),
    }),
    table: () => tabulate(ctx, drawn),
  };
  drawRoad(ctx, drawn, geometry, drawing);
  drawEntry(ctx, drawn, geometry, drawing);
  for (const operation of drawn.operations) {
    if (isUnitwise(operation)) drawUnitwise(ctx, drawn, geometry, drawing, operation);
    else drawWeighted(ctx, drawn, geometry, drawing, operation);
  }
  drawExits(ctx, drawn, geometry, drawing);
  const write = unit === null ? ctx.number : chooseDigits(ctx, drawn, unit).write;
  for (const name of Object.keys(geometry.seats)) drawStrip(ctx, drawn, geometry, drawing, name, write);
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
function drawEntry(ctx, {operations, hue}, geometry, {wires, labels}) {
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
  wires.push({
    path: `M${px(start)} ${px(bus)}H${px(last)}`,
    width: 3,
    colour: hueOf({role: 'hidden'}, theme),
    arrow: false,
  });
  for (const source of sources) {
    const x = across(seats[source].column);
    wires.push({
      path: `M${px(x)} ${px(middle(source) + height / 2)}V${px(bus)}`,
      width: 3,
      colour: hue(source),
      arrow: false,
    });
  }
  wires.push({
    path: `M${px(centre)} ${px(bus + 26)}V${px(bus + 4)}`,
    width: 2,
    colour: paint.ink,
    arrow: true,
  });
  labels.push({
    x: centre,
    y: bus + 38,
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
      colour: paint.quiet,
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
  const {seats, across, bottom, bus, middle, column, height} = geometry;
  const x = across(seats[name].column);
  const entering = inputs.some(isEntry);
  if (entering) {
    circles.push({
      x,
      y: bottom + 26,
      radius: kind === 'affine_tanh' ? 14 : 12,
      colour: hue(name),
      text: SYMBOLS[kind] ?? 'ƒ',
    });
    wires.push({
      path: `M${px(x)} ${px(bottom + 14)}V${px(bottom + HEAD)}`,
      width: 2,
      colour: hue(name),
      arrow: true,
    });
  }
  for (const input of inputs.filter((one) => !isEntry(one))) {
    const from = across(seats[input].column) + STRIP / 2;
    const [start, end] = [middle(input), middle(name)];
    const bend = start === end ? '' : `H${px(x - column / 2)}V${px(end)}`;
    wires.push({
      path: `M${px(from)} ${px(start)}${bend}H${px(x - STRIP / 2 - HEAD)}`,
      width: 2,
      colour: hue(input),
      arrow: true,
    });
  }
  const label = {size: 15, colour: ink(name), pill: false};
  if (entering)
    labels.push({...label, x: x + 17, y: bottom + 27, text: `<b>${nameResult(name)}</b>`, anchor: 'start'});
  else
    labels.push({
      ...label,
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
  const {seats, across, middle, height} = geometry;
  const {name, kind, inputs, setting} = operation;
  const seat = seats[name];
  const x = across(Number(seat.circle));
  const y = middle(name);
  const gate = kind === 'multiply' ? inputs.find((input) => scales[input].gate) : undefined;
  const radius = kind === 'tanh' || kind === 'scale' ? RADIUS + 4 : RADIUS;
  for (const input of inputs) {
    const colour = hue(input);
    const width = measureWire(drawn, input);
    const [from, start] = [across(seats[input].column), middle(input)];
    // What stands in the lower lane leaves at its top, all else to the right.
    const rising = seats[input].lane === LOWER && seat.lane !== LOWER;
    const straight = start === y;
    const upward = rising ? from === x : start > y;
    const path = rising
      ? `M${px(from)} ${px(start - height / 2)}V${px(y + (upward ? radius + HEAD : 0))}${upward ? '' : `H${px(x - radius - HEAD)}`}`
      : `M${px(from + STRIP / 2)} ${px(start)}H${px(straight ? x - radius - HEAD : x)}${straight ? '' : `V${px(y + (upward ? 1 : -1) * (radius + HEAD))}`}`;
    wires.push({path, width, colour, arrow: true});
    if (gate && input !== gate) {
      const sideways = straight || (rising && !upward);
      valves.push({
        x: sideways ? x - VALVE : x,
        y: sideways ? y : y + (upward ? VALVE : -VALVE),
        upright: sideways,
        opening: meanOf(results[gate]),
        colour: hue(gate),
      });
    }
  }
  wires.push({
    path: `M${px(x + radius)} ${px(y)}H${px(across(seat.column) - STRIP / 2 - HEAD)}`,
    width: measureWire(drawn, name),
    colour: hue(name),
    arrow: true,
  });
  const factor = ctx.trace.settings[setting];
  const text = kind === 'scale' ? `×${ctx.number(factor)}` : setting && factor === 1 ? 'ReLU' : SYMBOLS[kind];
  circles.push({x, y, radius, colour: gate ? hue(gate) : surface(ctx.theme).ink, text});
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
  const {seats, across, middle, right, end, height} = geometry;
  const paint = surface(theme);
  for (const state of cell.states) {
    const y = middle(state);
    wires.push({
      path: `M${px(across(seats[state].column) + STRIP / 2)} ${px(y)}H${px(end - 4 - HEAD)}`,
      width: measureWire(drawn, state),
      colour: hue(state),
      arrow: true,
    });
    labels.push({
      x: end - 8,
      y: y - 14,
      text: ctx.say('next'),
      size: 12,
      colour: ink(state),
      anchor: 'end',
      pill: false,
    });
  }
  const y = middle(cell.output);
  const x = right + EXIT / 2 - 10;
  const below = Math.max(y + 54, seats[cell.output].lane === ROAD ? y + height / 2 + 32 : 0);
  wires.push({path: `M${px(x)} ${px(y)}V${px(below - 14)}`, width: 2, colour: paint.quiet, arrow: true});
  const lines = answerOf(ctx);
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
 * The answer at this step and at the one before.
 * @param {WatchContext} ctx
 */
function answerOf(ctx) {
  const {trace, step, layerName, layerNames, predictions} = ctx;
  const depth = (/** @type {string} */ name) => name.split('.')[1];
  if (depth(layerName) !== depth(layerNames[layerNames.length - 1])) return [ctx.say('above')];
  const shown = ctx.shownClass(step);
  const at = (/** @type {number} */ t) =>
    ctx.percent(trace.probabilities.values[t * trace.classes.length + shown]);
  const label = cutToken(ctx.label(trace.classes[shown]), LONGEST);
  const answer = ctx.say('answer', {percent: at(step), label});
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
  const {seats, across, middle, height} = geometry;
  const {results, scales, ink, hue, nameResult} = drawn;
  const order = ctx.unitOrders[layerName];
  const colourOf = colourScale(scales[name], [], theme, null);
  const [x, top] = [across(seats[name].column), middle(name) - height / 2];
  const signal = `${layerName}.${name}`;
  strips.push({
    left: x - STRIP / 2,
    top,
    width: STRIP,
    height,
    bitmap: {
      width: 1,
      height: order.length,
      pixels: Uint32Array.from(order, (k) => colourOf(results[name][k])),
    },
    colour: hue(name),
    name,
    signal: signal in trace.signals ? signal : null,
  });
  if (seats[name].lane !== LOWER || previousOf(name))
    labels.push({
      x,
      y: top - 12,
      text: `<b>${nameResult(name)}</b>`,
      size: 15,
      colour: ink(name),
      anchor: 'middle',
      pill: false,
    });
  const forced = trace.interventions.some(
    (one) =>
      one.signal === signal &&
      (one.step === null || one.step === step) &&
      (one.unit === null || one.unit === unit),
  );
  if (forced)
    labels.push({
      x,
      y: top + height + 10,
      text: ctx.say('forced'),
      size: 11.5,
      colour: ink(name),
      anchor: 'middle',
      pill: false,
    });
  if (unit === null) return;
  const y = top + ((order.indexOf(unit) + 0.5) / order.length) * height;
  const mark = {y: y - 1.5, height: 3, radius: 1.5, colour: surface(theme).ink};
  marks.push({...mark, x: x - STRIP / 2 - 8, width: 7}, {...mark, x: x + STRIP / 2 + 1, width: 5});
  labels.push({
    x: x + STRIP / 2 + 8,
    y: Math.abs(y - middle(name)) < 13 ? middle(name) - 13 : y, // above the wire that leaves there
    text: write(results[name][unit]),
    size: 12,
    colour: surface(theme).ink,
    anchor: 'start',
    pill: false,
  });
}

/**
 * What happens at this step, in a sentence of its own numbers.
 * @param {WatchContext} ctx
 * @param {Drawn} drawn
 */
function describeStep(ctx, {road, results, scales}) {
  const {cell, trace, step} = ctx;
  const token = trace.tokens[step];
  if (!road) {
    const state = cell.output;
    const before = results[`${state}_prev`] ?? new Float64Array(1);
    return ctx.say('replaced', {
      token,
      state,
      before: ctx.magnitude(normOf(before)),
      after: ctx.magnitude(normOf(results[state])),
    });
  }
  const {state, previous, kept, keep, written} = road;
  const values = {token, state, written: ctx.magnitude(normOf(results[written]))};
  const before = normOf(results[previous]);
  if (before === 0) return ctx.say('first', values);
  if (!keep) return ctx.say('whole', values);
  if (keep.kind === 'scale')
    return ctx.say('scaled', {...values, factor: ctx.number(trace.settings[keep.setting])});
  const gate = keep.inputs.find((input) => scales[input].gate) ?? kept;
  return ctx.say('gated', {
    ...values,
    gate,
    title: ctx.text(findSignal(cell, gate).title),
    mean: ctx.number(meanOf(results[gate])),
    kept: ctx.percent(normOf(results[kept]) / before),
    state: `${state}_${ctx.reverse ? 't+1' : 't−1'}`,
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
