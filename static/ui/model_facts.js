// The card of a model's facts: what it reached, how large it is, how it was trained, where it comes from.

import {findById} from '../core/catalog.js';
import {count, number, percent} from '../core/format.js';
import {nameModel} from '../core/model_names.js';
import {nameUnits} from '../core/unit_names.js';
import {byId, make} from './elements.js';
import {listEveryday} from './everyday_list.js';

/**
 * Show a model's facts.
 * @param {Model} model
 * @param {Catalog} catalog
 * @param {string} language
 * @param {{say: Say, text: (texts: Texts) => string}} shell
 * @param {EverydayControl} everyday
 */
export function showModelFacts(model, catalog, language, {say, text}, everyday) {
  const {facts} = model;
  const {test, validation, calibration, recipe, data} = facts;
  const named = nameUnits(model, catalog.properties);
  const cell = findById(catalog.cells, model.cell);
  const task = findById(catalog.tasks, model.task);
  /** @param {number} value */
  const share = (value) => percent(value, language, 1);
  /** @param {string} name */
  const nameFigure = (name) => text(task.figures[name] ?? task.labels[name] ?? {en: name});
  /** @param {MeasureByName} figures */
  const reached = (figures) =>
    task.figure === 'bits'
      ? say('facts.bits_of', {bits: number(Number(figures.bits), language)})
      : share(Number(figures[task.figure]));
  const entries = [
    [
      say(task.figure === 'bits' ? 'facts.bits' : 'facts.accuracy'),
      test
        ? say('facts.of', {share: reached(test), count: count(test.samples, language)})
        : say('facts.unmeasured'),
    ],
    ...Object.entries(test ?? {})
      .filter(([name]) => task.figures[name])
      .map(([name, value]) => [text(task.figures[name]), writeFigure(value, nameFigure, share, language)]),
    ...(named.length
      ? [
          [
            say('facts.units'),
            named
              .map(({title, unit, symbol, correlation}) =>
                say('facts.unit', {
                  property: text(title),
                  unit: unit + 1,
                  signal: symbol,
                  correlation: number(correlation, language),
                }),
              )
              .join(' · '),
          ],
        ]
      : []),
    [
      say(validation?.generated ? 'facts.validation_real' : 'facts.validation'),
      validation ? reached(validation) : '–',
    ],
    ...(validation?.generated ? [[say('facts.generated'), reached(validation.generated)]] : []),
    ...(test?.in_training === undefined
      ? []
      : [[say('facts.copies'), count(Number(test.in_training), language)]]),
    ...(calibration
      ? [
          [
            say('facts.calibration'),
            [
              say('facts.calibrated', {
                before: share(calibration.ece_before),
                after: share(calibration.ece_after),
                count: count(calibration.samples, language),
                temperature: number(calibration.temperature, language),
              }),
              ...(test?.ece === undefined
                ? []
                : [say('facts.calibrated_test', {share: share(Number(test.ece))})]),
            ].join(' · '),
          ],
        ]
      : []),
    [
      say('facts.size'),
      say('facts.sizes', {
        hidden: model.hidden,
        inputs: model.inputs,
        words: count(model.vocabulary, language),
        parameters: count(model.parameters, language),
      }),
    ],
    [
      say('facts.recipe'),
      recipe
        ? Object.entries(recipe)
            .map(([name, value]) => `${say(`recipe.${name}`)} ${writeSetting(value)}`)
            .join(' · ')
        : '–',
    ],
    [say('facts.data'), data ? `SHA-256 ${data.sha256.slice(0, 16)}…` : '–'],
    [say('facts.source'), cell.source],
  ];
  /** @param {unknown} value */
  function writeSetting(value) {
    if (typeof value === 'number') return value.toLocaleString(language, {maximumSignificantDigits: 6});
    return typeof value === 'boolean' ? say(value ? 'recipe.yes' : 'recipe.no') : String(value);
  }
  byId('facts').replaceChildren(
    make(
      'header',
      {},
      make('h2', {id: 'facts-title'}, say('facts.title', {name: nameModel(model, text(cell.title), say)})),
      make('span', {class: 'aside'}, model.id),
    ),
    make('dl', {}, ...entries.flatMap(([title, value]) => [make('dt', {}, title), make('dd', {}, value)])),
    ...listEveryday(model, task, language, {say, text}, everyday),
    make('a', {href: `/api/models/${model.id}/weights`, download: ''}, say('facts.download')),
  );
}

/**
 * One figure: a share; [name, share, count] for each of several; {accuracy, samples, ...}; or several of these by name.
 * @param {Measure} value
 * @param {(name: string) => string} nameFigure
 * @param {(value: number) => string} share
 * @param {string} language
 * @returns {string}
 */
function writeFigure(value, nameFigure, share, language) {
  if (typeof value === 'number') return value <= 1 ? share(value) : number(value, language);
  if (Array.isArray(value))
    return value.map(([name, part]) => `${nameFigure(String(name))} ${share(part)}`).join(' · ');
  if (typeof value !== 'object' || value === null) return String(value);
  if ('accuracy' in value) {
    const {accuracy, samples, class: ofClass, macro_f1: macroF1} = value;
    const details = [
      ofClass && nameFigure(String(ofClass)),
      macroF1 !== undefined && `${nameFigure('macro_f1')} ${share(Number(macroF1))}`,
      samples && count(Number(samples), language),
    ];
    return `${share(Number(accuracy))} (${details.filter(Boolean).join(', ')})`;
  }
  return Object.entries(value)
    .map(([name, part]) => `${nameFigure(name)} ${writeFigure(part, nameFigure, share, language)}`)
    .join(' · ');
}
