// What a view of the room Watch is handed: the trace, where the person is, and words and numbers in their
// language. Pure functions.

import {findSignal} from './catalog.js';
import {hueOf, inkOf} from './colours.js';
import {chooseColumns} from './column_window.js';
import {followAnswer} from './followed_answer.js';
import {fill} from './format.js';
import {chooseLayer, isReverse, layerOf, nameLayer, nameSignal, symbolOf} from './layer_names.js';
import {localise} from './locale.js';
import {writeCell} from './notation.js';
import {chooseUnit, nameUnits} from './unit_names.js';

/**
 * Build what a view of the room Watch is handed; `answer` is the room's answer, `step` the one on screen.
 * @param {Draw<WatchState> & {answer: WatchAnswer, catalogue: Catalogue}} drawn
 * @returns {WatchContext}
 */
export function buildWatchContext({view, state, step, answer, catalogue, width}) {
  const {trace, baselineTrace, second, analysis, heldRuns, companion, cells, models, task, properties} =
    answer;
  const cell = writeCell(answer.cell, state.notation);
  const {language, theme, direction, unit, level, alignment, shownSignal, heldGate} = state;
  const {layerNames, unitOrders, predictions, watchedClass, turningStep} = analysis;
  const layerName = chooseLayer(layerNames, state.layer);
  const reverse = isReverse(layerName);
  const backward = direction === 'backward';
  const targetCount = countTargets(trace);
  /** @param {string} name */
  const titleLayer = (name) => nameLayer(name, layerNames, (key, values) => fill(catalogue[key], values));
  const locale = localise(view.words, language, catalogue, task.reads);
  const {text} = locale;
  /** @param {number} at */
  const shownClass = (at) => predictions?.[at] ?? watchedClass;
  const followed = followAnswer({task, classes: trace.classes, shownClass, language, text});
  const shownUnit = chooseUnit(unitOrders[layerName], unit);
  const model = models.find(({id}) => id === trace.model);
  const unitName = nameUnits(model, properties).find(
    (named) => named.layerName === layerName && named.unit === shownUnit && trace.weights === 'trained',
  );
  /** @param {string} name */
  const letter = (name) => findSignal(cell, name).letter;
  return {
    ...locale,
    ...analysis,
    trace,
    baselineTrace,
    secondTrace: second?.trace ?? null,
    cell,
    cells,
    models,
    task,
    theme,
    language,
    direction,
    width,
    height: 0, // until the view says what it asks for
    room: null, // until it is measured
    step,
    level,
    alignment,
    shownSignal,
    heldGate,
    targetCount,
    layerName,
    reverse,
    titleLayer,
    layerTitle: titleLayer(layerName),
    // The step that this layer read before `at`, and the one it reads after it.
    previousStep: (at) => (reverse ? at + 1 : at - 1),
    nextStep: (at) => (reverse ? at - 1 : at + 1),
    unit: unit !== null && unit < unitOrders[layerName].length ? unit : null,
    shownUnit,
    unitTitle: fill(catalogue[unitName ? 'unit.named' : 'unit.title'], {
      unit: shownUnit + 1,
      name: unitName ? text(unitName.title) : '',
    }),
    letter,
    columnWindow: chooseColumns(trace.tokens.length, step, width),
    turningPoint: {step: turningStep},
    heldRuns,
    companion: companion && {...companion, cell: writeCell(companion.cell, state.notation)},
    watchedLabel:
      watchedClass < 0 ? '' : text(task.quantities[0]?.title ?? task.labels[trace.classes[watchedClass]]),
    followed,
    readOut: watchedClass >= 0,
    forcible: answer.forcible ?? true,
    shownClass,
    weightsTitle: catalogue[`weights.${trace.weights}`],
    label: (name) => text(task.labels[name] ?? {en: name}),
    ink: (signal) => inkOf(signal, theme),
    hue: (signal) => hueOf(signal, theme),
    // What norms are held against: that of the last step, where the loss asks; the largest, where it asks elsewhere too.
    referenceNorm: (norms) =>
      (targetCount > 1 ? 0 : norms[norms.length - 1]) || norms.reduce((a, b) => Math.max(a, b), 0),
    isState: (signalName) => cell.states.includes(symbolOf(signalName)),
    describeValue(signalName, at, ofUnit) {
      const signal = findSignal(cell, symbolOf(signalName));
      const {
        values,
        shape: [, units],
      } = (backward ? trace.gradients : trace.signals)[signalName];
      const value = values[at * units + ofUnit];
      return fill(catalogue[backward ? 'tip.gradient' : 'tip.signal'], {
        step: at + 1,
        token: trace.tokens[at],
        title: text(signal.title),
        name: nameSignal(signal.letter, titleLayer(layerOf(signalName))),
        unit: ofUnit + 1,
        value: backward ? locale.power(value) : locale.number(value),
      });
    },
  };
}

/**
 * At how many steps the loss asks for something.
 * @param {Trace} trace
 */
function countTargets({targets, target_values: {values, shape}}) {
  if (!shape[1]) return targets.filter((target) => target !== null).length;
  return targets.filter((_, step) =>
    values.subarray(step * shape[1], (step + 1) * shape[1]).some(Number.isFinite),
  ).length;
}
