// What only the room Watch has to press: the choice of network and weights, and the model's facts.

import {listRows, nameRow, chooseRow} from './context.js';
import {count, nameModel, number, percent} from './format.js';
import {bindFrame} from './frame.js';
import {bindExtras} from './extras.js';
import {make} from './panel.js';

const FORMATS = ['png', 'svg', 'csv', 'safetensors', 'json', 'pair_png', 'pair_svg', 'pair_csv'];
const $ = (id) => document.getElementById(id);

// One figure: a share; [name, share, count] for each of several; {accuracy, samples, ...}; or several of these by name.
function tellFigure(value, name, share, language) {
  if (typeof value === 'number') return value <= 1 ? share(value) : number(value, language);
  if (Array.isArray(value)) return value.map(([key, one]) => `${name(String(key))} ${share(one)}`).join(' · ');
  if (typeof value !== 'object' || value === null) return String(value);
  if ('accuracy' in value) {
    const {accuracy, samples, class: which} = value;
    const extra = [which && name(which), 'macro_f1' in value && `${name('macro_f1')} ${share(value.macro_f1)}`, samples && count(samples, language)];
    return `${share(accuracy)} (${extra.filter(Boolean).join(', ')})`;
  }
  return Object.entries(value).map(([key, one]) => `${name(key)} ${tellFigure(one, name, share, language)}`).join(' · ');
}

/** What a model's id says beside its task: its cell, and whether it is stacked or reads both ways. */
const kindOf = ({id, task}) => id.slice(task.length + 1);

/** Bind the controls to the room; returns the frame and what is Watch's own. */
export function bindControls(room) {
  const {store} = room;
  const frame = bindFrame(room, FORMATS);
  const {say, text, segments} = frame;
  const extras = bindExtras(room, frame);
  const cellOf = (model) => room.catalog.cells.find((one) => one.id === model.cell);
  const firstOf = (task) => (task.examples.find(({language}) => store.get().language.startsWith(language)) ?? task.examples[0]).text;

  // The partner that an example names; without one, what a person wrote stays, another example's sentence goes.
  function besideOf({examples}, named) {
    const {beside} = store.get();
    return examples.find(({id}) => id === named)?.text ?? (examples.some((one) => one.text === beside) ? '' : beside);
  }

  function describeModel(model) {
    const {facts} = model;
    const {language} = store.get();
    const cell = cellOf(model);
    const {test, validation, units} = facts;
    const share = (value) => percent(value, language, 1);
    const task = room.catalog.tasks.find(({id}) => id === model.task);
    const more = Object.entries(test ?? {}).filter(([key]) => task.figures[key]).map(([key, value]) => [
      text(task.figures[key]), tellFigure(value, (name) => text(task.figures[name] ?? task.labels[name] ?? {en: name}), share, language)]);
    const reached = (of) => (task.figure === 'bits' ? say('facts.bits_of', {bits: number(of.bits, language)}) : share(of[task.figure]));
    const rows = [
      [task.figure === 'bits' ? 'facts.bits' : 'facts.accuracy',
        test ? say('facts.of', {share: reached(test), count: count(test.samples, language)}) : say('facts.unmeasured')],
      ['facts.validation', validation ? reached(validation) : '–'],
      ['facts.size', say('facts.sizes', {hidden: model.hidden, inputs: model.inputs, words: count(model.vocabulary, language), parameters: count(model.parameters, language)})],
      ['facts.recipe', facts.recipe ? Object.entries(facts.recipe).map(([name, value]) => `${name} ${value}`).join(' · ') : '–'],
      ['facts.data', facts.data ? `SHA-256 ${facts.data.sha256.slice(0, 16)}…` : '–'],
      ['facts.source', cell.source],
    ];
    if (units) {
      rows.splice(1, 0, ['facts.units', Object.entries(units.followed).map(([id, [best]]) => say('facts.unit', {
        property: text(room.catalog.properties.find((one) => one.id === id).title), unit: best.unit + 1,
        signal: best.signal.split('.').pop(), correlation: number(best.correlation, language)})).join(' · ')]);
    }
    const named = ([key, value]) => [say(key), value];
    const link = make('a', {href: `/api/models/${model.id}/weights`, download: ''}, say('facts.download'));
    $('facts').replaceChildren(
      make('header', {}, make('h2', {id: 'facts-title'}, say('facts.title', {name: nameModel(model, text(cell.title), say)})), make('span', {class: 'aside'}, model.id)),
      make('dl', {}, ...[...rows.slice(0, 1).map(named), ...more, ...rows.slice(1).map(named)]
        .flatMap(([name, value]) => [make('dt', {}, name), make('dd', {}, value)])), link);
  }

  return {
    ...frame,

    reword() {
      frame.reword();
      if (!room.catalog) return;
      const {tasks, models} = room.catalog;
      const task = tasks.find(({id}) => id === store.get().task);
      frame.offerTasks(tasks, task.id, (id) => {
        const own = models.filter((one) => one.task === id);
        const now = models.find((one) => one.id === store.get().model);
        const next = own.find((one) => kindOf(one) === kindOf(now)) ?? own.find(({cell}) => cell === now.cell) ?? own[0];
        store.set({task: id, model: next.id, step: null, unit: null,
          interventions: [], beside: '', text: firstOf(tasks.find((one) => one.id === id))});
      });
      frame.offerExamples(task, (chosen, {beside}) => store.set({text: chosen, step: null, interventions: [], beside: besideOf(task, beside)}));
    },

    /** Show which network is chosen, and its facts. */
    show(state) {
      const models = room.catalog.models.filter((one) => one.task === state.task)
        .sort((a, b) => cellOf(a).year - cellOf(b).year);
      segments($('models'), models.map((one) => ({id: one.id, testid: `model-${kindOf(one)}`,
        title: nameModel(one, text(cellOf(one).title), say),
        hint: one.facts.test ? say('facts.hint', {share: percent(one.facts.test.accuracy, state.language, 1)}) : ''})),
      state.model, (model) => store.set({model}));
      segments($('weights'), ['trained', 'fresh'].map((name) => ({id: name, title: say(`weights.${name}`), hint: say(`weights.${name}.means`), testid: `weights-${name}`})),
        state.weights, (weights) => store.set({weights}));
      const rows = listRows(room.catalog.models.find(({id}) => id === state.model).signals);
      $('rows').hidden = rows.length < 2;
      segments($('rows'), rows.map((one) => ({id: one, title: nameRow(one, rows, say), testid: `row-${one}`})),
        chooseRow(rows, state.row), (row) => store.set({row}));
      extras.show(state);
      const told = `${state.model} ${state.language}`;
      if (told !== this.told) describeModel(models.find((one) => one.id === state.model));
      this.told = told;
    },

    /** Say which words the model never saw. */
    unknownWords(trace) {
      const unknown = [...new Set(trace.tokens.filter((_, k) => !trace.known[k]))];
      const shown = unknown.slice(0, 6).map((word) => `“${word}”`).join(', ') + (unknown.length > 6 ? '…' : '');
      const all = trace.known.every((known) => !known);
      if (!unknown.length) return '';
      return say(all ? 'notice.all_unknown' : unknown.length === 1 ? 'notice.one_unknown' : 'notice.unknown', {words: shown, count: unknown.length});
    },
  };
}
